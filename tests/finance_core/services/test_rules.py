from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from finance_core.errors import BadInput, Refused
from finance_core.money import Money
from finance_core.services import changes, people, rules, sync, transfers
from finance_core.services.core import Core
from finance_core.services.rules import RunStatus
from finance_core.store import audit, queries
from tests.finance_core.services.fake_bank import FakeBank, at_bank

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)  # a Monday
TODAY = NOW.date()
FLOOR = 20_000
CAP = 30_000


@pytest.fixture
def bank() -> FakeBank:
    return FakeBank()


@pytest.fixture
def penny(core: Core, bank: FakeBank) -> Core:
    return at_bank(core, fake=bank)


@pytest.fixture
def ada(penny: Core) -> str:
    person, _ = people.add(penny, "Ada", "UTC", "GBP")
    sync.connect(penny, person.id, "fake", "token", TODAY)
    return person.id


def change(core: Core, person_id: str, kind: str, payload: dict, now: datetime = NOW) -> str:
    made = changes.propose(
        core, person_id, kind, payload, summary=kind, done_text="Done.", now=now, channel="web"
    )
    return changes.confirm(core, person_id, made.id, now, "web").id


def set_rule(core: Core, person_id: str, kind: str, **terms: object) -> str:
    with core.sessions() as session:
        current, savings = sorted(queries.accounts(session, person_id), key=lambda a: a.name)
    payload = {
        "kind": kind,
        "terms": terms,
        "currency": "GBP",
        "from_account_id": current.id,
        "to_account_id": savings.id,
        "starts_on": TODAY.isoformat(),
    }
    return change(core, person_id, "rule.set", payload)


def run(core: Core, person_id: str, days: int = 0) -> list[tuple[RunStatus, str]]:
    now = NOW + timedelta(days=days)
    sync.refresh(core, person_id, now.date())
    return [(one.status, str(one.amount.amount)) for one in rules.run(core, person_id, now)]


def buy(bank: FakeBank, key: str, minor: int, days: int = 0, **more: object) -> None:
    bank.book(key, minor, TODAY + timedelta(days=days), "TESCO STORES 1234", **more)


def test_round_ups_are_saved_once_a_day_and_each_purchase_once(penny, bank, ada):
    set_rule(penny, ada, "round_up", unit=100, times=1)
    buy(bank, "a", -340)
    buy(bank, "b", -1_999)
    buy(bank, "waiting", -150, pending=True)
    assert run(penny, ada) == [(RunStatus.DONE, "0.61")]
    buy(bank, "c", -550)
    assert run(penny, ada) == [(RunStatus.DONE, "0.61")], "one transfer a day"
    bank.settle("waiting", "booked")
    buy(bank, "refund", 340, days=1)
    assert run(penny, ada, days=1) == [(RunStatus.DONE, "1.00")], "0.50 of c, 0.50 once booked"
    assert run(penny, ada, days=2) == []
    assert bank.balances == {"current": 100_000 - 161, "savings": 161}


def test_what_was_bought_before_the_rule_does_not_count(penny, bank, ada):
    buy(bank, "a", -340, days=-1)
    set_rule(penny, ada, "round_up", unit=100, times=1)
    assert run(penny, ada) == []


def test_income_and_its_share(penny, bank, ada):
    set_rule(penny, ada, "income_share", percent="10")
    bank.book("wage", 123_456, TODAY, "SALARY ACME LTD", category_hint="INCOME_WAGES")
    bank.balances["current"] += 123_456
    assert run(penny, ada) == [(RunStatus.DONE, "123.45")]


def test_never_below_the_floor_and_made_up_for_later(penny, bank, ada):
    set_rule(penny, ada, "regular", minor=2_000, every="day")
    bank.balances["current"] = FLOOR + 1_999
    ((status, amount),) = run(penny, ada)
    assert (status, amount) == (RunStatus.SKIPPED, "20.00")
    (state,) = rules.listed(penny, ada, TODAY)
    assert state.last.why == "Current would have gone under its floor"
    assert bank.asked == []
    bank.balances["current"] = FLOOR + 4_000
    assert run(penny, ada, days=1) == [(RunStatus.DONE, "40.00")]
    assert bank.balances["current"] == FLOOR


def test_one_run_moves_no_more_than_the_cap(penny, bank, ada):
    set_rule(penny, ada, "regular", minor=12_500, every="day")
    assert run(penny, ada, days=4) == [(RunStatus.DONE, "250.00")]
    assert run(penny, ada, days=5) == [(RunStatus.DONE, "250.00")]
    big = Money.from_minor(CAP + 1, "GBP")
    with pytest.raises(BadInput, match="no more"):
        with penny.sessions() as session:
            current, savings = sorted(queries.accounts(session, ada), key=lambda a: a.name)
        rules.check(penny, ada, current, savings, {"minor": big.minor})


def test_several_rules_share_what_is_above_the_floor(penny, bank, ada):
    for _ in range(3):
        set_rule(penny, ada, "regular", minor=2_000, every="day")
    bank.balances["current"] = FLOOR + 5_000
    bank.faults += ["fetch"]  # the second rule must not trust a balance from before the first
    done = run(penny, ada)
    assert [status for status, _ in done].count(RunStatus.DONE) == 2
    assert bank.balances["current"] >= FLOOR


class Crash(BaseException):
    """The process dies here."""


@pytest.mark.parametrize("moment", ["before the bank", "after the bank"])
def test_a_crash_saves_once(penny, reopen, bank, ada, monkeypatch, moment):
    set_rule(penny, ada, "regular", minor=2_000, every="week")
    pay = bank.transfer

    def dies(credentials, order):
        if moment == "after the bank":
            pay(credentials, order)
        raise Crash

    with monkeypatch.context() as patched:
        patched.setattr(bank, "transfer", dies)
        with pytest.raises(Crash):
            run(penny, ada)
    restarted = at_bank(reopen(), fake=bank)
    assert run(restarted, ada) == [(RunStatus.MOVING, "20.00")]
    transfers.resume(restarted, NOW)
    assert run(restarted, ada) == [(RunStatus.DONE, "20.00")]
    assert run(restarted, ada, days=1) == []
    assert bank.balances["savings"] == 2_000
    assert len(bank.paid) == 1


def test_many_workers_at_once_save_once(penny, reopen, bank, ada):
    set_rule(penny, ada, "regular", minor=2_000, every="week")
    bank.delay = 0.02
    workers = [penny, *(at_bank(reopen(), fake=bank) for _ in range(3))]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: rules.run(workers[n % 4], ada, NOW), range(8)))
    assert bank.balances["savings"] == 2_000
    assert len(bank.paid) == 1


def test_the_banks_no_leaves_it_owed(penny, bank, ada):
    set_rule(penny, ada, "regular", minor=2_000, every="week")
    bank.faults.append("transfer lost no")
    assert run(penny, ada) == [(RunStatus.FAILED, "20.00")]
    assert run(penny, ada) == [(RunStatus.FAILED, "20.00")], "not again on the same day"
    assert run(penny, ada, days=1) == [(RunStatus.DONE, "20.00")]
    assert bank.balances["savings"] == 2_000


def test_a_silent_bank_is_not_taken_for_a_no(penny, bank, ada):
    set_rule(penny, ada, "regular", minor=2_000, every="week")
    bank.faults.append("transfer silent")
    assert run(penny, ada) == [(RunStatus.MOVING, "20.00")]
    assert run(penny, ada, days=1) == []
    transfers.resume(penny, NOW + timedelta(days=1))
    assert run(penny, ada, days=2) == []
    assert bank.balances["savings"] == 2_000


def test_undo_brings_the_last_save_back_and_it_is_not_made_again(penny, bank, ada):
    set_rule(penny, ada, "regular", minor=2_000, every="week")
    run(penny, ada)
    transfers.undo(penny, ada, NOW, "web")
    assert bank.balances == {"current": 100_000, "savings": 0}
    assert run(penny, ada, days=1) == []


def test_pausing_resuming_and_their_undo(penny, bank, ada):
    set_rule(penny, ada, "regular", minor=2_000, every="day")
    until = TODAY + timedelta(days=2)
    payload = {"pauses": rules.paused(rules.listed(penny, ada, TODAY), TODAY, until)}
    paused = change(penny, ada, "savings.pause", payload)
    (state,) = rules.listed(penny, ada, TODAY)
    assert state.rest.end == until
    assert [run(penny, ada, days=day) for day in range(3)] == [[], [], []]
    assert run(penny, ada, days=3) == [(RunStatus.DONE, "20.00")], "what it rested is not owed"
    changes.undo(penny, ada, paused, NOW, "web")
    (state,) = rules.listed(penny, ada, TODAY)
    assert state.rest is None


def test_resuming_ends_an_open_pause_and_keeps_its_days_free(penny, bank, ada):
    set_rule(penny, ada, "regular", minor=2_000, every="day")
    payload = {"pauses": rules.paused(rules.listed(penny, ada, TODAY), TODAY, None)}
    change(penny, ada, "savings.pause", payload)
    assert run(penny, ada, days=5) == []
    sixth = TODAY + timedelta(days=6)
    payload = {"pauses": rules.resumed(rules.listed(penny, ada, sixth), sixth)}
    change(penny, ada, "savings.resume", payload)
    assert run(penny, ada, days=6) == [(RunStatus.DONE, "20.00")]


def test_pausing_and_resuming_on_one_day_leaves_no_trace(penny, ada):
    set_rule(penny, ada, "regular", minor=2_000, every="day")
    pauses = rules.paused(rules.listed(penny, ada, TODAY), TODAY, None)
    change(penny, ada, "savings.pause", {"pauses": pauses})
    pauses = rules.resumed(rules.listed(penny, ada, TODAY), TODAY)
    assert list(pauses.values()) == [[]]


def test_changing_and_removing_a_rule(penny, bank, ada):
    set_rule(penny, ada, "regular", minor=2_000, every="day")
    (state,) = rules.listed(penny, ada, TODAY)
    rule = state.rule
    payload = {
        "kind": rule.kind,
        "terms": {**rule.terms, "minor": 500},
        "currency": "GBP",
        "from_account_id": rule.from_account.id,
        "to_account_id": rule.to_account.id,
        "starts_on": TODAY.isoformat(),
        "replaces": rule.id,
    }
    replaced = change(penny, ada, "rule.set", payload)
    (state,) = rules.listed(penny, ada, TODAY)
    assert state.rule.terms["minor"] == 500
    changes.undo(penny, ada, replaced, NOW, "web")
    (state,) = rules.listed(penny, ada, TODAY)
    assert state.rule.id == rule.id
    removed = change(penny, ada, "rule.remove", {"ids": [rule.id]})
    assert rules.listed(penny, ada, TODAY) == ()
    assert run(penny, ada) == []
    changes.undo(penny, ada, removed, NOW, "web")
    assert run(penny, ada) == [(RunStatus.DONE, "20.00")]


def test_every_save_is_in_the_audit_log(penny, ada):
    set_rule(penny, ada, "regular", minor=2_000, every="day")
    run(penny, ada)
    with penny.sessions() as session:
        log = audit.entries(session, ada)[-2:]
    assert [(e.action, e.channel) for e in log] == [
        ("transfer.executing", "rule"),
        ("transfer.done", "rule"),
    ]


def test_rules_that_cannot_work_are_refused(penny, ada):
    with penny.sessions() as session:
        current, savings = sorted(queries.accounts(session, ada), key=lambda a: a.name)
    with pytest.raises(BadInput, match="same account"):
        rules.check(penny, ada, current, current, {"minor": 100})
    with pytest.raises(BadInput, match="more than zero"):
        rules.check(penny, ada, current, savings, {"minor": 0})


def test_somebody_elses_rule_is_not_found(penny, ada):
    set_rule(penny, ada, "regular", minor=2_000, every="day")
    (state,) = rules.listed(penny, ada, TODAY)
    bob, _ = people.add(penny, "Bob")
    with pytest.raises((LookupError, Refused)):
        change(penny, bob.id, "rule.remove", {"ids": [state.rule.id]})
    assert rules.listed(penny, bob.id, TODAY) == ()
