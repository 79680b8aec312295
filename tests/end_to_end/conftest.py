"""The whole stack, started once: every process, real HTTP, a bank that lives on."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest

from cli.running import connect_sandbox
from cli.stack import Stack, running_stack
from cli.training import ensure_trained
from finance_core.services import people, sync
from finance_core.services.core import Core, open_core
from finance_core.settings import CoreSettings
from tests.channels.fake_telegram import TOKEN, FakeTelegram
from tests.channels.serving import served

DEMO = "Amelia"


@dataclass
class Talker:
    """A person at the web interface."""

    stack: Stack
    id: str
    token: str

    def say(self, text: str, **body: Any) -> dict[str, Any]:
        answer = httpx.post(
            f"{self.stack.url}/api/messages",
            headers={"Authorization": f"Bearer {self.token}"},
            json={"text": text, **body},
            timeout=60,
        )
        assert answer.status_code in (200, 503), answer.text  # 503 carries the apology
        return answer.json()

    def text(self, text: str, **body: Any) -> str:
        return "\n".join(message["text"] for message in self.say(text, **body)["messages"])


@pytest.fixture(scope="session")
def telegram() -> Iterator[tuple[FakeTelegram, str]]:
    fake = FakeTelegram()
    with served(fake.app) as url:
        yield fake, url


@pytest.fixture(scope="session")
def stack(
    tmp_path_factory: pytest.TempPathFactory, telegram: tuple[FakeTelegram, str]
) -> Iterator[Stack]:
    home = tmp_path_factory.mktemp("stack")
    with open_core(CoreSettings(home=home)) as core:
        demo, _ = people.add(core, DEMO, "Europe/London", "GBP")
    extra = {
        "PENNY_DEMO_PERSON": demo.id,
        "PENNY_TELEGRAM_TOKEN": TOKEN,
        "PENNY_TELEGRAM_BASE_URL": telegram[1],
        "PENNY_TURNS_PER_MINUTE": "100000",
        "PENNY_TURN_BURST": "100000",
    }
    ensure_trained()
    with running_stack(home, extra=extra) as running:
        before = dict(os.environ)
        os.environ.update(running.environment)
        try:
            for account in ("amelia-main", "harper-main"):
                _give_room_to_save(running, account)
            with open_core() as core:
                connect_sandbox(core, demo.id, "amelia")
                sync.refresh(core, demo.id, _today())
            yield running
        finally:
            os.environ.clear()
            os.environ.update(before)


@pytest.fixture(scope="session")
def core(stack: Stack) -> Iterator[Core]:
    with open_core() as opened:
        yield opened


@pytest.fixture
def person(stack: Stack, core: Core) -> Callable[..., Talker]:
    """Makes people; ``household`` connects them to a household of the sandbox bank."""

    def make(household: str | None = None, currency: str = "GBP") -> Talker:
        found, token = people.add(core, f"Person {uuid4().hex[:8]}", "UTC", currency)
        if household:
            connect_sandbox(core, found.id, household)
            sync.refresh(core, found.id, _today())
        return Talker(stack, found.id, token)

    return make


@pytest.fixture
def bank(stack: Stack) -> Iterator[Callable[..., Any]]:
    """Calls the sandbox bank's admin interface; faults are cleared afterwards."""
    client = httpx.Client(base_url=stack.environment["PENNY_SANDBOX_URL"], timeout=30)

    def call(method: str, route: str, /, **body: Any) -> Any:
        answer = client.request(method, route, json=body or None)
        answer.raise_for_status()
        return answer.json()

    yield call
    client.delete("/admin/faults")
    client.close()


def _give_room_to_save(stack: Stack, account: str) -> None:
    """Puts enough in an account that saving is safe whatever day the tests run on.

    No more than a half of a salary, on payday too: an unusual income is not taken for spare.
    """
    httpx.post(
        f"{stack.environment['PENNY_SANDBOX_URL']}/admin/rows",
        json={"account": account, "amount": "1000.00", "description": "GIFT FROM GRANDMOTHER"},
        timeout=30,
    ).raise_for_status()


def _today() -> date:
    return datetime.now(UTC).date()
