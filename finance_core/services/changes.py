"""Changes of Penny's own records: offered, made once on a yes, taken back on request.

Budgets, goals, rules and the like live in Penny's database alone, so a change is made
and logged in one transaction: it has happened whole or not at all. Money is moved by
``transfers`` instead, where a bank has its say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from finance_core.errors import Refused
from finance_core.model import Change, Fact, ProposalStatus
from finance_core.services import pins
from finance_core.services.core import Core
from finance_core.store import (
    audit,
    budgets,
    changes,
    corrections,
    debts,
    deletions,
    goals,
    handoffs,
    ledger,
    notifications,
    payees,
    rules,
    schedules,
    sweeps,
)

type Apply = Callable[[Session, str, Mapping[str, Any], datetime], dict[str, Any]]
type Revert = Callable[[Session, str, Mapping[str, Any], Mapping[str, Any], datetime], None]


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of change is made.

    Attributes:
        apply: ``(session, person_id, payload, now)``; gives what it replaced, as plain JSON.
        revert: ``(session, person_id, payload, before, now)``; None when it cannot be undone.
    """

    apply: Apply
    revert: Revert | None


KINDS: Mapping[str, Kind] = {
    "budget.set": Kind(budgets.put, budgets.restore),
    "goal.create": Kind(goals.create, goals.uncreate),
    "goal.change": Kind(goals.change, goals.restore),
    "goal.drop": Kind(goals.drop, goals.restore),
    "debt.terms": Kind(debts.put, debts.restore),
    "data.erase": Kind(deletions.ask, deletions.withdraw),
    "handoff.send": Kind(handoffs.put, handoffs.withdraw),
    "notifications.set": Kind(notifications.put, notifications.restore),
    "payee.add": Kind(payees.add, payees.forget),
    "payee.remove": Kind(payees.remove, payees.bring_back),
    "payment.schedule": Kind(schedules.add, schedules.call_off),
    "payment.cancel": Kind(schedules.cancel, schedules.revive),
    "rule.set": Kind(rules.put, rules.take_back),
    "rule.remove": Kind(rules.remove, rules.bring_back),
    "savings.pause": Kind(rules.pause, rules.pause_as_before),
    "savings.resume": Kind(rules.pause, rules.pause_as_before),
    "savings.style": Kind(sweeps.put_style, sweeps.restore_style),
    "category.row": Kind(corrections.put_row, corrections.restore_row),
    "category.always": Kind(corrections.put_always, corrections.restore_always),
}

PROPOSED = ProposalStatus.PROPOSED
DONE = ProposalStatus.DONE
UNDONE = ProposalStatus.UNDONE
CANCELLED = ProposalStatus.CANCELLED
EXPIRED = ProposalStatus.EXPIRED

_OVER = {
    EXPIRED: "That offer has expired. Ask me again and I will look at it afresh.",
    CANCELLED: "That was cancelled. Ask me again if you want it.",
    UNDONE: "That was taken back. Ask me again if you want it.",
}


def propose(
    core: Core,
    person_id: str,
    kind: str,
    payload: Mapping[str, Any],
    *,
    summary: str,
    done_text: str,
    now: datetime,
    channel: str,
    facts: Sequence[Fact] = (),
) -> Change:
    """Writes down a change that waits for a yes; nothing is changed yet.

    It takes the place of an earlier one that still waits: a yes means the latest.
    """
    expires_at = now + timedelta(minutes=core.settings.proposal_minutes)
    with core.writes.begin() as session:
        ledger.lock_person(session, person_id)
        _drop_waiting(session, person_id, now, channel, "a newer proposal took its place")
        change = changes.add(
            session,
            person_id,
            kind,
            payload,
            summary=summary,
            done_text=done_text,
            facts=facts,
            channel=channel,
            now=now,
            expires_at=expires_at,
        )
        _log(session, change, now, channel)
    return change


def pending(core: Core, person_id: str, now: datetime) -> Change | None:
    """The change that waits for the person's yes, if one still does."""
    with core.sessions() as session:
        found = changes.newest(session, person_id, {PROPOSED})
    return found if found and found.expires_at > now else None


def confirm(core: Core, person_id: str, change_id: str, now: datetime, channel: str) -> Change:
    """Makes a change, once, however often it is confirmed.

    Raises:
        NotFound: no such change, or somebody else's.
        Refused: it has expired, was cancelled or taken back.
        NeedsPin: it was said aloud without the PIN.
    """
    pins.require()
    with core.writes.begin() as session:
        ledger.lock_person(session, person_id)
        change = changes.get(session, person_id, change_id, locked=True)
        if change.status is PROPOSED and change.expires_at <= now:
            change = changes.settle(session, person_id, change_id, EXPIRED)
            _log(session, change, now, channel, why="the yes came too late")
        elif change.status is PROPOSED:
            before = KINDS[change.kind].apply(session, person_id, change.payload, now)
            change = changes.settle(session, person_id, change_id, DONE, done_at=now, before=before)
            _log(session, change, now, channel, why="the person said yes")
    if change.status in _OVER:
        raise Refused(_OVER[change.status])
    return change


def cancel(core: Core, person_id: str, change_id: str, now: datetime, channel: str) -> Change:
    """Drops a change that waits; cancelling one that no longer does changes nothing.

    Raises:
        NotFound: no such change, or somebody else's.
        Refused: it was made already.
    """
    with core.writes.begin() as session:
        change = changes.get(session, person_id, change_id, locked=True)
        if change.status is PROPOSED:
            change = changes.settle(session, person_id, change_id, CANCELLED)
            _log(session, change, now, channel, why="the person said no")
    if change.status is DONE:
        raise Refused("That is done already. You can undo it.")
    return change


def last_done(core: Core, person_id: str) -> Change | None:
    """The latest change that was made and not taken back."""
    with core.sessions() as session:
        return changes.newest(session, person_id, {DONE})


def undo(core: Core, person_id: str, change_id: str, now: datetime, channel: str) -> Change:
    """Takes a change back: what it replaced is there again.

    Raises:
        NotFound: no such change, or somebody else's.
        Refused: it was not made, is taken back already, or cannot be.
        NeedsPin: it was said aloud without the PIN.
    """
    pins.require()
    with core.writes.begin() as session:
        ledger.lock_person(session, person_id)
        change = changes.get(session, person_id, change_id, locked=True)
        revert = KINDS[change.kind].revert
        if change.status is not DONE:
            raise Refused("There is nothing to take back.")
        if revert is None:
            raise Refused("That cannot be taken back.")
        before = changes.replaced_by(session, person_id, change_id)
        revert(session, person_id, change.payload, before, now)
        change = changes.settle(session, person_id, change_id, UNDONE)
        _log(session, change, now, channel, why="the person asked to undo it")
    return change


def _drop_waiting(session: Session, person_id: str, now: datetime, channel: str, why: str) -> None:
    waiting = changes.newest(session, person_id, {PROPOSED})
    if waiting:
        status = EXPIRED if waiting.expires_at <= now else CANCELLED
        _log(
            session,
            changes.settle(session, person_id, waiting.id, status),
            now,
            channel,
            why=why,
        )


def _log(session: Session, change: Change, now: datetime, channel: str, *, why: str = "") -> None:
    entry = audit.AuditEntry(
        person_id=change.person_id,
        at=now,
        channel=channel,
        action=f"{change.kind}.{change.status.value}",
        subject=change.id,
        why=why or change.summary,
        details=dict(change.payload),
    )
    audit.record(session, entry)
