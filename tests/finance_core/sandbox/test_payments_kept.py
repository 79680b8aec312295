"""Payments with a standing yes against the sandbox bank over HTTP: made once, whatever dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from finance_core.counterparty import find_reference
from finance_core.errors import BankUnavailable, Refused
from finance_core.model import Account, AccountKind, ProposalStatus
from finance_core.money import Money
from finance_core.sandbox.bank import Bank
from finance_core.services import changes, payees, people, rules, schedules, sync, transfers
from finance_core.services.core import Core
from finance_core.services.rules import RunStatus
from finance_core.services.schedules import ScheduleStatus
from finance_core.store import queries

from .conftest import TODAY

NOW = datetime(TODAY.year, TODAY.month, TODAY.day, 9, tzinfo=UTC)
IBAN = "GB29NWBK60161331926819"
WORKER = """
import sys
from datetime import datetime
from finance_core.services import rules, schedules
from finance_core.services.core import open_core
job = {"schedules": schedules.run_due, "rules": rules.run}[sys.argv[1]]
with open_core() as core:
    print("ready", flush=True)
    job(core, sys.argv[2], datetime.fromisoformat(sys.argv[3]))
"""


@pytest.fixture
def amelia(core: Core, server: str, web: httpx.Client) -> str:
    """A person with Amelia's accounts at the sandbox bank, and Anna as a payee."""
    person, _ = people.add(core, "Amelia", "Europe/London", "GBP")
    token = web.post("/admin/households/amelia/plaid").json()["public_token"]
    sync.connect(core, person.id, "plaid", token, TODAY, server)
    change(core, person.id, "payee.add", payees.sealed(core, "Anna", find_reference(IBAN)))
    return person.id


@pytest.fixture
def sent(bank: Bank) -> Callable[[str], list[int]]:
    """What left the main account with these words, in minor units."""

    def rows(words: str) -> list[int]:
        return [r.amount for r in bank.ledger.rows("amelia-main") if words in r.description]

    return rows


def change(core: Core, person_id: str, kind: str, payload: dict) -> None:
    made = changes.propose(
        core, person_id, kind, payload, summary=kind, done_text="Done.", now=NOW, channel="web"
    )
    changes.confirm(core, person_id, made.id, NOW, "web")


def accounts(core: Core, person_id: str) -> tuple[Account, Account]:
    with core.sessions() as session:
        known = {a.kind: a for a in queries.accounts(session, person_id)}
    return known[AccountKind.CHECKING], known[AccountKind.SAVINGS]


def schedule_tomorrow(core: Core, person_id: str) -> datetime:
    main, _ = accounts(core, person_id)
    payload = {
        "from_account_id": main.id,
        "payee_id": payees.of_person(core, person_id)[0].id,
        "minor": 1_234,
        "currency": "GBP",
        "label": "rent",
        "due_on": (TODAY + timedelta(days=1)).isoformat(),
    }
    change(core, person_id, "payment.schedule", payload)
    return NOW + timedelta(days=1)


def weekly_rule(core: Core, person_id: str) -> datetime:
    main, savings = accounts(core, person_id)
    payload = {
        "kind": "regular",
        "terms": {"minor": 777, "every": "week"},
        "currency": "GBP",
        "from_account_id": main.id,
        "to_account_id": savings.id,
        "starts_on": TODAY.isoformat(),
    }
    change(core, person_id, "rule.set", payload)
    return NOW


def fault(web: httpx.Client, **given: object) -> None:
    web.post("/admin/faults", json=given).raise_for_status()


def killed(core: Core, job: str, person_id: str, now: datetime, until: Callable[[], bool]) -> None:
    """Runs a worker's job in a process of its own and kills it once ``until`` holds."""
    environment = {
        **os.environ,
        "PENNY_HOME": str(core.settings.home),
        "PENNY_DATABASE_URL": core.settings.database,
        "PENNY_BANK_ATTEMPTS": "1",
    }
    command = [sys.executable, "-c", WORKER, job, person_id, now.isoformat()]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        deadline = time.monotonic() + 20
        while not until() and time.monotonic() < deadline:
            time.sleep(0.02)
        assert until(), "the worker did not come as far as that"
        process.send_signal(signal.SIGKILL)
        process.wait()


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_worker_killed_while_it_pays_a_schedule_pays_once(core, amelia, web, sent, moment):
    tomorrow = schedule_tomorrow(core, amelia)
    fault(web, kind="latency", path="/transfer/create", seconds=3, when=moment)

    def asked() -> bool:
        armed = web.get("/admin/faults").json()["faults"]
        return bool(sent("ANNA")) if moment == "after" else not any(f["left"] for f in armed)

    killed(core, "schedules", amelia, tomorrow, asked)
    (paying,) = schedules.run_due(core, amelia, tomorrow)
    assert paying.status is ScheduleStatus.PAYING
    transfers.resume(core, tomorrow)
    (done,) = schedules.run_due(core, amelia, tomorrow)
    assert done.status is ScheduleStatus.DONE
    time.sleep(3.2)  # the killed worker's own request has reached the bank by now
    assert sent("ANNA") == [-1_234]
    assert schedules.run_due(core, amelia, tomorrow) == ()


def test_a_worker_killed_while_it_saves_by_a_rule_saves_once(core, amelia, web, sent):
    now = weekly_rule(core, amelia)
    fault(web, kind="latency", path="/transfer/create", seconds=3, when="after")
    killed(core, "rules", amelia, now, lambda: bool(sent("TRANSFER TO EASY SAVER Penny")))
    assert [one.status for one in rules.run(core, amelia, now)] == [RunStatus.MOVING]
    transfers.resume(core, now)
    assert [one.status for one in rules.run(core, amelia, now)] == [RunStatus.DONE]
    assert rules.run(core, amelia, now + timedelta(days=1)) == ()
    assert sent("TRANSFER TO EASY SAVER Penny") == [-777]


@pytest.mark.parametrize("kind", ["timeout", "disconnect", "server_error"])
def test_a_payment_whose_answer_is_lost_is_found_out_about(core, amelia, web, sent, kind):
    tomorrow = schedule_tomorrow(core, amelia)
    extra = {"seconds": 1} if kind == "timeout" else {}
    fault(web, kind=kind, path="/transfer/create", when="after", **extra)
    (looked,) = schedules.run_due(core, amelia, tomorrow)
    if looked.status is ScheduleStatus.PAYING:
        transfers.resume(core, tomorrow)
        (looked,) = schedules.run_due(core, amelia, tomorrow)
    assert looked.status is ScheduleStatus.DONE
    assert sent("ANNA") == [-1_234]


def test_a_bank_that_is_away_all_day_is_paid_the_next(core, amelia, web, sent):
    tomorrow = schedule_tomorrow(core, amelia)
    fault(web, kind="server_error", count=None)
    (waiting,) = schedules.run_due(core, amelia, tomorrow)
    assert waiting.status is ScheduleStatus.WAITING
    web.delete("/admin/faults")
    (done,) = schedules.run_due(core, amelia, tomorrow + timedelta(days=1))
    assert done.status is ScheduleStatus.DONE
    assert sent("ANNA") == [-1_234]


def test_a_yes_said_twice_to_a_lost_payment_pays_once_and_cannot_be_undone(core, amelia, web, sent):
    main, _ = accounts(core, amelia)
    payee = payees.of_person(core, amelia)[0]
    waiting = transfers.propose_payment(
        core, amelia, main.id, payee.id, Money.of("20.00", "GBP"), "asked", NOW, "web"
    )
    fault(web, kind="disconnect", path="/transfer/create")
    with suppress(BankUnavailable):
        transfers.confirm(core, amelia, waiting.id, NOW, "web")
    done = transfers.confirm(core, amelia, waiting.id, NOW, "web")
    assert done.status is ProposalStatus.DONE
    transfers.confirm(core, amelia, waiting.id, NOW, "web")
    assert sent("ANNA") == [-2_000]
    with pytest.raises(Refused, match="left your bank"):
        transfers.undo(core, amelia, NOW, "web")
    assert done.from_account.current == main.current - Money.of("20.00", "GBP")
