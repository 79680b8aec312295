"""A sandbox bank of a fixed day, asked over real HTTP."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from finance_core.sandbox.app import make_app
from finance_core.sandbox.bank import Bank
from finance_core.sandbox.settings import SandboxSettings

TODAY = date(2026, 1, 20)
KEYS = {"client_id": "tests", "secret": "tests"}


@pytest.fixture(scope="session")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder whose bank has lived until TODAY."""
    home = tmp_path_factory.mktemp("sandbox")
    Bank(SandboxSettings(home=home, sandbox_today=TODAY)).close()
    return home


@pytest.fixture
def home(lived: Path, tmp_path: Path) -> Path:
    """A copy of that folder of one's own."""
    return Path(shutil.copytree(lived, tmp_path / "bank"))


@pytest.fixture
def bank(home: Path) -> Iterator[Bank]:
    bank = Bank(SandboxSettings(home=home, sandbox_today=TODAY))
    yield bank
    bank.close()


@pytest.fixture
def server(bank: Bank) -> Iterator[str]:
    """The bank's address over real HTTP."""
    config = uvicorn.Config(make_app(bank), port=0, log_level="error", timeout_graceful_shutdown=1)
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    while not running.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{running.servers[0].sockets[0].getsockname()[1]}"
    running.should_exit = True
    thread.join(5)


@pytest.fixture
def web(server: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server, timeout=10) as client:
        yield client


@pytest.fixture
def plaid(web: httpx.Client) -> Callable[..., dict[str, Any]]:
    """Asks the Plaid-shaped API; the answer carries its HTTP status."""

    def ask(path: str, **body: Any) -> dict[str, Any]:
        answer = web.post(path, json={**KEYS, **body})
        return {"status": answer.status_code, **answer.json()}

    return ask


@pytest.fixture
def link(
    web: httpx.Client, plaid: Callable[..., dict[str, Any]]
) -> Callable[[str], tuple[str, str]]:
    """Connects a household: (access token, item id)."""

    def connect(household: str) -> tuple[str, str]:
        token = web.post(f"/admin/households/{household}/plaid").json()["public_token"]
        answer = plaid("/item/public_token/exchange", public_token=token)
        return answer["access_token"], answer["item_id"]

    return connect


@pytest.fixture
def truth(web: httpx.Client) -> Callable[[str], dict[str, dict[str, Any]]]:
    """A household's true rows by id, as the back office knows them."""

    def rows(household: str) -> dict[str, dict[str, Any]]:
        ledger = web.get(f"/admin/ledger/{household}").json()
        return {
            row["id"]: {**row, "account": account["id"]}
            for account in ledger["accounts"]
            for row in account["rows"]
        }

    return rows
