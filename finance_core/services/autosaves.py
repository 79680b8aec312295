"""Saves that need no yes of their own, for people who asked for that; and money coming back.

The worker decides once a day with the same engine that answers in the chat. A save is first
announced: only when the person has been told of it does their day to say no begin, and
before it moves the engine looks again and takes no more than it would then. What has to come
back comes at once. Every move has its bank's key stored before the bank is asked, so it
happens once whatever is cut short, and is in the audit log like any transfer.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from finance_core.advice.sweeps import TIME_TO_SAY_NO
from finance_core.model import ProposalStatus
from finance_core.money import Money
from finance_core.services import people, savings, standing
from finance_core.services.core import Core
from finance_core.services.savings import SavingsAdvice
from finance_core.store import audit, ledger
from finance_core.store import sweeps as rows
from finance_core.store.sweeps import StoredSweep, SweepKind, SweepStatus

__all__ = ["StoredSweep", "SweepKind", "SweepStatus", "announced", "news", "run", "skip"]

_CHANNEL = "sweep"
_REST = timedelta(days=7)  # between two saves, and after money came back
_LAPSES = timedelta(days=7)  # what could not be told by then is dropped

ANNOUNCED = SweepStatus.ANNOUNCED
MOVING = SweepStatus.MOVING


def announced(core: Core, person_id: str) -> tuple[StoredSweep, ...]:
    """The saves that will be made unless the person says no."""
    with core.sessions() as session:
        return tuple(rows.in_status(session, person_id, {ANNOUNCED}))


def news(core: Core, person_id: str, now: datetime) -> tuple[StoredSweep, ...]:
    """What the person has not heard of; their day to say no to a save begins with it."""
    with core.sessions() as session:
        if not rows.untold(session, person_id):
            return ()
    told = []
    with core.writes.begin() as session:
        for one in rows.untold(session, person_id):
            until = now + TIME_TO_SAY_NO if one.status is ANNOUNCED else one.moves_at
            if rows.tell(session, one.id, now, until):
                told.append(one)
    return tuple(told)


def skip(core: Core, person_id: str, now: datetime, channel: str) -> tuple[StoredSweep, ...]:
    """The person's no to what was announced; the saves that are left out."""
    with core.writes.begin() as session:
        ledger.lock_person(session, person_id)
        waiting = rows.in_status(session, person_id, {ANNOUNCED})
        return tuple(
            one
            for one in waiting
            if rows.move(session, one.id, ANNOUNCED, SweepStatus.SKIPPED, why="the person said no")
            and _logged(session, one, now, channel)
        )


def run(core: Core, person_id: str, now: datetime) -> tuple[StoredSweep, ...]:
    """One day's work for a person; safe to be run often and by several workers.

    Returns:
        The moves that are announced or under way afterwards.
    """
    today = people.get(core, person_id).today(now)
    _settle(core, person_id)
    if savings.style_of(core, person_id).automatic:
        advice = savings.decide(core, person_id, today)
        if advice.back and advice.target:
            _drop(core, person_id, "the account is too low for it")
            _bring_back(core, advice, advice.back, today, now)
        else:
            _make_due(core, person_id, advice, today, now)
            _announce(core, person_id, advice, today)
    else:
        _drop(core, person_id, "saving by itself was turned off")
    _settle(core, person_id)
    with core.sessions() as session:
        return tuple(rows.in_status(session, person_id, {ANNOUNCED, MOVING}))


def _announce(core: Core, person_id: str, advice: SavingsAdvice, today: date) -> None:
    if not advice.sweep.amount or advice.target is None:
        return
    key = _key(person_id, today, SweepKind.SAVE)
    with core.writes.begin() as session:
        ledger.lock_person(session, person_id)
        last = rows.last_day(session, person_id)
        waits = rows.in_status(session, person_id, {ANNOUNCED, MOVING})
        if waits or (last and today - last < _REST) or rows.by_key(session, key):
            return
        rows.add(
            session,
            person_id,
            today,
            SweepKind.SAVE,
            ANNOUNCED,
            from_account_id=advice.source.id,
            to_account_id=advice.target.id,
            amount=advice.sweep.amount,
            key=key,
            why=_why(advice),
        )


def _make_due(
    core: Core, person_id: str, advice: SavingsAdvice, today: date, now: datetime
) -> None:
    """Makes the announced saves whose time to say no is over, as far as they still fit."""
    for one in announced(core, person_id):
        if one.moves_at is None:
            if today - one.day > _LAPSES:
                _drop(core, person_id, "it could not be told")
        elif one.moves_at <= now:
            amount = min(one.amount, advice.sweep.amount)
            if not amount or one.from_account.id != advice.source.id:
                _drop(core, person_id, "it would not be safe any more")
            else:
                _move(core, one, amount, now)


def _bring_back(
    core: Core, advice: SavingsAdvice, amount: Money, today: date, now: datetime
) -> None:
    if advice.target is None:
        return
    source, target = advice.source, advice.target
    key = _key(source.person_id, today, SweepKind.BACK)
    with core.writes.begin() as session:
        ledger.lock_person(session, source.person_id)
        if rows.by_key(session, key) or rows.in_status(session, source.person_id, {MOVING}):
            return
        one = rows.add(
            session,
            source.person_id,
            today,
            SweepKind.BACK,
            ANNOUNCED,
            from_account_id=target.id,
            to_account_id=source.id,
            amount=amount,
            key=key,
            why=f"{source.name} was low",
        )
    _move(core, one, amount, now)


def _move(core: Core, one: StoredSweep, amount: Money, now: datetime) -> None:
    with core.writes.begin() as session:
        ledger.lock_person(session, one.person_id)
        if not rows.move(session, one.id, ANNOUNCED, MOVING, amount_minor=amount.minor):
            return  # skipped meanwhile, or another worker was first
        stored = standing.begin(
            session,
            one.person_id,
            from_account_id=one.from_account.id,
            to_account_id=one.to_account.id,
            amount=amount,
            why=one.why or one.kind.value,
            key=one.idempotency_key,
            now=now,
            channel=_CHANNEL,
        )
        rows.move(session, one.id, MOVING, MOVING, proposal_id=stored.id)
    standing.carry_out(core, stored, now, _CHANNEL)


def _settle(core: Core, person_id: str) -> None:
    """Notes what became of moves under way."""
    with core.sessions() as session:
        under_way = rows.in_status(session, person_id, {MOVING})
    for one in under_way:
        stored = standing.outcome(core, person_id, one.proposal_id or "")
        if stored.status is ProposalStatus.EXECUTING:
            continue
        failed = stored.status is ProposalStatus.FAILED
        after = SweepStatus.FAILED if failed else SweepStatus.DONE
        why = {"why": stored.error} if failed else {}
        with core.writes.begin() as session:
            rows.move(session, one.id, MOVING, after, told_at=None, **why)


def _drop(core: Core, person_id: str, why: str) -> None:
    with core.writes.begin() as session:
        for one in rows.in_status(session, person_id, {ANNOUNCED}):
            rows.move(session, one.id, ANNOUNCED, SweepStatus.DROPPED, why=why)


def _logged(session: Session, one: StoredSweep, now: datetime, channel: str) -> bool:
    details = {"amount": str(one.amount.amount), "currency": one.amount.currency}
    entry = audit.AuditEntry(
        one.person_id, now, channel, "sweep.skipped", one.id, "the person said no", details
    )
    audit.record(session, entry)
    return True


def _why(advice: SavingsAdvice) -> str:
    sweep = advice.sweep
    return f"low point {sweep.low_point} before {sweep.before}, {sweep.leave} stays"


def _key(person_id: str, day: date, kind: SweepKind) -> str:
    """The bank's key of a person's one move of a kind on a day."""
    return hashlib.sha256(f"{kind} {person_id} {day.isoformat()}".encode()).hexdigest()[:50]
