from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest

from finance_core.counterparty import find_reference
from finance_core.errors import BadInput, Refused
from finance_core.model import ProposalStatus
from finance_core.money import Money
from finance_core.services import changes, payees, people, schedules, sync, transfers
from finance_core.services.core import Core
from finance_core.services.schedules import Schedule, ScheduleStatus
from finance_core.store import audit, queries
from tests.finance_core.services.fake_bank import FakeBank, at_bank

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
TODAY = NOW.date()
DUE = date(2026, 3, 6)
THEN = datetime(2026, 3, 6, 6, tzinfo=UTC)
IBAN = "GB29NWBK60161331926819"


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


def anna(core: Core, person_id: str) -> str:
    payload = payees.sealed(core, "Anna Smith", find_reference(IBAN))
    change(core, person_id, "payee.add", payload)
    return payees.of_person(core, person_id)[0].id


def schedule(core: Core, person_id: str, minor: int = 5_000, due_on: date = DUE) -> Schedule:
    known = payees.of_person(core, person_id)
    payee_id = known[0].id if known else anna(core, person_id)
    with core.sessions() as session:
        source = next(a for a in queries.accounts(session, person_id) if a.name == "Current")
    change(
        core,
        person_id,
        "payment.schedule",
        {
            "from_account_id": source.id,
            "payee_id": payee_id,
            "minor": minor,
            "currency": "GBP",
            "label": "rent",
            "due_on": due_on.isoformat(),
        },
    )
    return schedules.upcoming(core, person_id)[-1]


def status(core: Core, person_id: str, now: datetime) -> list[ScheduleStatus]:
    return [one.status for one in schedules.run_due(core, person_id, now)]


def test_it_waits_for_its_day_and_is_paid_once(penny, bank, ada):
    schedule(penny, ada)
    assert schedules.run_due(penny, ada, THEN - timedelta(days=1)) == ()
    assert bank.asked == []
    assert status(penny, ada, THEN) == [ScheduleStatus.DONE]
    assert schedules.run_due(penny, ada, THEN) == ()
    assert bank.balances["current"] == 95_000
    ((order, _),) = bank.paid.values()
    assert order.counterparty.name == "Anna Smith"
    assert order.counterparty.account.number == IBAN
    assert schedules.upcoming(penny, ada) == ()


def test_the_day_is_the_persons_own(core, bank):
    penny = at_bank(core, fake=bank)
    person, _ = people.add(penny, "Ada", "Pacific/Auckland", "GBP")
    sync.connect(penny, person.id, "fake", "token", TODAY)
    schedule(penny, person.id)
    midnight_there = datetime(2026, 3, 5, 11, tzinfo=UTC)
    assert schedules.run_due(penny, person.id, midnight_there - timedelta(minutes=1)) == ()
    assert status(penny, person.id, midnight_there) == [ScheduleStatus.DONE]


def test_many_workers_at_once_pay_once(penny, reopen, bank, ada):
    schedule(penny, ada)
    schedule(penny, ada, 2_000)
    bank.delay = 0.02
    workers = [penny, *(at_bank(reopen(), fake=bank) for _ in range(3))]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: schedules.run_due(workers[n % 4], ada, THEN), range(8)))
    schedules.run_due(penny, ada, THEN)
    assert bank.balances["current"] == 93_000
    assert len(set(bank.asked)) == len(bank.paid) == 2


class Crash(BaseException):
    """The process dies here."""


@pytest.mark.parametrize("moment", ["before the bank", "after the bank"])
def test_a_crash_on_the_day_is_made_up_for_once(penny, reopen, bank, ada, monkeypatch, moment):
    schedule(penny, ada)
    pay = bank.transfer

    def dies(credentials, order):
        if moment == "after the bank":
            pay(credentials, order)
        raise Crash

    with monkeypatch.context() as patched:
        patched.setattr(bank, "transfer", dies)
        with pytest.raises(Crash):
            schedules.run_due(penny, ada, THEN)
    restarted = at_bank(reopen(), fake=bank)
    assert status(restarted, ada, THEN) == [ScheduleStatus.PAYING], "nobody pays beside the rest"
    transfers.resume(restarted, THEN)
    assert status(restarted, ada, THEN) == [ScheduleStatus.DONE]
    assert bank.balances["current"] == 95_000


@pytest.mark.parametrize("fault", ["transfer silent", "transfer lost"])
def test_a_silent_bank_is_asked_again(penny, bank, ada, fault):
    schedule(penny, ada)
    bank.faults.append(fault)
    assert status(penny, ada, THEN) == [ScheduleStatus.PAYING]
    transfers.resume(penny, THEN)
    assert status(penny, ada, THEN) == [ScheduleStatus.DONE]
    assert bank.balances["current"] == 95_000
    assert len(set(bank.asked)) == 1


def test_a_bank_that_is_down_is_tried_for_three_days_and_then_given_up(penny, bank, ada):
    schedule(penny, ada)
    for day in range(3):
        bank.faults.append("fetch")
        assert status(penny, ada, THEN + timedelta(days=day)) == [ScheduleStatus.WAITING]
    bank.faults.append("fetch")
    (failed,) = schedules.run_due(penny, ada, THEN + timedelta(days=3))
    assert failed.status is ScheduleStatus.FAILED
    assert "three days" in failed.why
    assert bank.asked == []


def test_a_bank_that_comes_back_in_time_is_paid(penny, bank, ada):
    schedule(penny, ada)
    bank.faults.append("fetch")
    assert status(penny, ada, THEN) == [ScheduleStatus.WAITING]
    assert status(penny, ada, THEN + timedelta(hours=5)) == [ScheduleStatus.DONE]


def test_money_that_is_no_longer_there_fails_it_and_the_person_is_told_once(penny, bank, ada):
    schedule(penny, ada)
    bank.balances["current"] = 24_999
    (failed,) = schedules.run_due(penny, ada, THEN)
    assert failed.status is ScheduleStatus.FAILED
    assert failed.why == "There was too little in Current to leave your floor in it."
    assert bank.asked == []
    assert [one.why for one in schedules.news(penny, ada, THEN)] == [failed.why]
    assert schedules.news(penny, ada, THEN) == ()
    assert schedules.run_due(penny, ada, THEN + timedelta(days=1)) == ()
    with penny.sessions() as session:
        assert audit.entries(session, ada)[-1].action == "payment.failed"


def test_exactly_the_floor_may_stay(penny, bank, ada):
    schedule(penny, ada)
    bank.balances["current"] = 25_000
    assert status(penny, ada, THEN) == [ScheduleStatus.DONE]
    assert bank.balances["current"] == 20_000


def test_the_banks_no_is_told(penny, bank, ada):
    schedule(penny, ada)
    bank.faults.append("transfer lost no")
    assert status(penny, ada, THEN) == [ScheduleStatus.FAILED]
    (told,) = schedules.news(penny, ada, THEN)
    assert told.why == "The bank said no."


def test_a_payment_that_was_made_is_told(penny, ada):
    schedule(penny, ada)
    schedules.run_due(penny, ada, THEN)
    (told,) = schedules.news(penny, ada, THEN)
    assert (told.status, told.to_name) == (ScheduleStatus.DONE, "Anna Smith")


def test_cancelling_and_its_undo(penny, bank, ada):
    waiting = schedule(penny, ada)
    cancelled = change(penny, ada, "payment.cancel", {"id": waiting.id})
    assert schedules.upcoming(penny, ada) == ()
    assert schedules.run_due(penny, ada, THEN) == ()
    changes.undo(penny, ada, cancelled, NOW, "web")
    assert schedules.upcoming(penny, ada) == (waiting,)
    assert status(penny, ada, THEN) == [ScheduleStatus.DONE]
    with pytest.raises(Refused, match="made already"):
        change(penny, ada, "payment.cancel", {"id": waiting.id})
    assert len(bank.asked) == 1


def test_nothing_is_paid_long_after_its_day(penny, bank, ada):
    schedule(penny, ada)
    (late,) = schedules.run_due(penny, ada, THEN + timedelta(days=4))
    assert (late.status, late.why) == (
        ScheduleStatus.FAILED,
        "Its day had passed before I could make it.",
    )
    assert bank.asked == []


def test_undoing_a_schedule_cancels_it_unless_it_is_paid(penny, bank, ada):
    schedule(penny, ada)
    made = changes.last_done(penny, ada)
    changes.undo(penny, ada, made.id, NOW, "web")
    assert schedules.run_due(penny, ada, THEN) == ()
    schedule(penny, ada)
    made = changes.last_done(penny, ada)
    schedules.run_due(penny, ada, THEN)
    with pytest.raises(Refused, match="made already"):
        changes.undo(penny, ada, made.id, THEN, "web")
    with pytest.raises(Refused, match="left your bank"):
        transfers.undo(penny, ada, THEN, "web")
    assert bank.balances["current"] == 95_000


def test_what_cannot_be_scheduled_is_said_at_once(penny, ada):
    payee = anna(penny, ada)
    with penny.sessions() as session:
        current, savings = sorted(queries.accounts(session, ada), key=lambda a: a.name)

    def check(due_on=DUE, amount="5.00", currency="GBP", target=None):
        money = Money.of(amount, currency)
        schedules.check(penny, ada, current, target, payee, money, due_on, TODAY)

    check()
    check(target=savings)
    for wrong in ({"due_on": TODAY}, {"due_on": TODAY + timedelta(days=400)}):
        with pytest.raises(BadInput):
            check(**wrong)
    for wrong in ({"amount": "0.00"}, {"currency": "EUR"}):
        with pytest.raises(BadInput):
            check(**wrong)
    payee = "0" * 32
    with pytest.raises(LookupError):
        check()


def test_a_rival_yes_to_the_payment_is_no_second_payment(penny, bank, ada):
    """The proposal a schedule became can be found and confirmed; it pays once."""
    schedule(penny, ada)
    bank.faults.append("transfer silent")
    (paying,) = schedules.run_due(penny, ada, THEN)
    done = transfers.confirm(penny, ada, paying.proposal_id, THEN, "web")
    assert done.status is ProposalStatus.DONE
    assert status(penny, ada, THEN) == [ScheduleStatus.DONE]
    assert bank.balances["current"] == 95_000
