"""Payments on a day to come: kept by the worker, each made once or never.

On its day a payment is made if it leaves the floor; with too little it fails and the
person is told. A bank that does not answer is asked again for three days; nothing is
paid later than that.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from finance_core.errors import BadInput
from finance_core.model import Account, ProposalStatus
from finance_core.money import Money
from finance_core.services import forecasts, funds, payees, payments, people, standing, sync
from finance_core.services.core import Core
from finance_core.store import audit, queries, schedules
from finance_core.store.schedules import Schedule, ScheduleStatus

__all__ = ["Schedule", "ScheduleStatus", "check", "news", "run_due", "upcoming"]

_CHANNEL = "schedule"
_PATIENCE = timedelta(days=3)  # for a bank that does not answer
_FARTHEST = timedelta(days=366)


def check(
    core: Core,
    person_id: str,
    source: Account,
    target: Account | None,
    payee_id: str | None,
    amount: Money,
    due_on: date,
    today: date,
) -> None:
    """Whether a payment can be scheduled; whether there is enough is looked at on the day.

    Raises:
        BadInput: the day is not to come or too far off, or the amount cannot be paid.
        Refused: there is no bank or payee that could.
    """
    if due_on <= today:
        raise BadInput(f"{due_on:%-d %B %Y} is not a day to come.")
    if due_on - today > _FARTHEST:
        raise BadInput("I can schedule payments up to a year ahead.")
    funds.check_terms(source, amount)
    if target:
        funds.check_currency(target, amount)
        payments.bank_between(core, source, target)
    else:
        payees.check(core, person_id, payee_id or "", source.currency)
        payments.bank_of(core, source)


def upcoming(core: Core, person_id: str) -> tuple[Schedule, ...]:
    """The payments that wait for their day, by day."""
    with core.sessions() as session:
        return tuple(schedules.in_status(session, person_id, {ScheduleStatus.WAITING}))


def news(core: Core, person_id: str, now: datetime) -> tuple[Schedule, ...]:
    """Payments made or failed that the person has not heard of; they count as told then."""
    with core.sessions() as session:
        if not schedules.untold(session, person_id):
            return ()
    with core.writes.begin() as session:
        found = schedules.untold(session, person_id)
        return tuple(one for one in found if schedules.tell(session, one.id, now))


def run_due(core: Core, person_id: str, now: datetime) -> tuple[Schedule, ...]:
    """Makes the payments whose day has come, and finds out about those under way.

    Safe to be run by several workers, as often as wanted, whatever was cut short before.

    Returns:
        Those it looked at, as they are now.
    """
    today = people.get(core, person_id).today(now)
    with core.sessions() as session:
        found = schedules.due(session, person_id, today)
    for schedule in found:
        if schedule.status is ScheduleStatus.WAITING:
            _pay(core, schedule, today, now)
        else:
            _settle(core, schedule, now)
    with core.sessions() as session:
        return tuple(schedules.get(session, person_id, schedule.id) for schedule in found)


def _pay(core: Core, schedule: Schedule, today: date, now: datetime) -> None:
    if today - schedule.due_on > _PATIENCE:
        _fail(core, schedule, now, "Its day had passed before I could make it.")
        return
    problem = _unreachable(core, schedule, today)
    if problem:
        if today - schedule.due_on >= _PATIENCE:
            _fail(core, schedule, now, f"I could not reach the bank for three days. {problem}")
        return
    problem = _too_little(core, schedule)
    if problem:
        _fail(core, schedule, now, problem)
        return
    waiting, paying = ScheduleStatus.WAITING, ScheduleStatus.PAYING
    with core.writes.begin() as session:
        if not schedules.move(session, schedule.id, waiting, paying):
            return  # cancelled, or another worker is at it
        stored = standing.begin(
            session,
            schedule.person_id,
            from_account_id=schedule.from_account.id,
            to_account_id=schedule.to_account.id if schedule.to_account else None,
            payee_id=schedule.payee.id if schedule.payee else None,
            amount=schedule.amount,
            why=f"scheduled for {schedule.due_on}: {schedule.label}",
            key=schedule.idempotency_key,
            now=now,
            channel=_CHANNEL,
        )
        schedules.move(session, schedule.id, paying, paying, proposal_id=stored.id)
    standing.carry_out(core, stored, now, _CHANNEL)
    with core.sessions() as session:
        schedule = schedules.get(session, schedule.person_id, schedule.id)
    _settle(core, schedule, now)


def _settle(core: Core, schedule: Schedule, now: datetime) -> None:
    """Notes what became of a payment under way."""
    stored = standing.outcome(core, schedule.person_id, schedule.proposal_id or "")
    paying = ScheduleStatus.PAYING
    if stored.status is ProposalStatus.FAILED:
        _fail(core, schedule, now, stored.error or "The bank said no.", before=paying)
    elif stored.status is not ProposalStatus.EXECUTING:
        with core.writes.begin() as session:
            schedules.move(session, schedule.id, paying, ScheduleStatus.DONE)


def _unreachable(core: Core, schedule: Schedule, today: date) -> str | None:
    """Why the balance is not known as of now, if so."""
    connection_id = schedule.from_account.connection_id
    if connection_id is None:
        return f"No bank is connected to {schedule.from_account.name}."
    return sync.refresh_one(core, schedule.person_id, connection_id, today).error


def _too_little(core: Core, schedule: Schedule) -> str | None:
    """Why the money is not there, if so."""
    with core.sessions() as session:
        source = queries.account(session, schedule.person_id, schedule.from_account.id)
    floor = forecasts.floor_of(core, source.currency)
    if funds.spendable(source) - schedule.amount >= floor:
        return None
    return f"There was too little in {source.name} to leave your floor in it."


def _fail(
    core: Core,
    schedule: Schedule,
    now: datetime,
    why: str,
    *,
    before: ScheduleStatus = ScheduleStatus.WAITING,
) -> None:
    with core.writes.begin() as session:
        if schedules.move(session, schedule.id, before, ScheduleStatus.FAILED, why=why):
            entry = audit.AuditEntry(
                schedule.person_id, now, _CHANNEL, "payment.failed", schedule.id, why
            )
            audit.record(session, entry)
