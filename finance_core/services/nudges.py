"""Nudges: what is planned for a person, what they were told, and why.

The worker plans; whoever reaches people sends (``services/nudge_queue.py``). Planning again
changes nothing that is the same: what is new is added, what is no longer so is dropped, and
what was sent stays sent.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from finance_core.advice.nudges import Nudge, NudgeKind
from finance_core.errors import NotFound
from finance_core.model import Person
from finance_core.services import notifications, nudge_sources, people
from finance_core.services.core import Core
from finance_core.services.nudge_sources import Look
from finance_core.store import audit, connections, ledger, offers, queries, schedules, sweeps
from finance_core.store import notifications as notification_rows
from finance_core.store import nudges as rows
from finance_core.store.nudges import NudgeState, StoredNudge

__all__ = [
    "GONE", "NudgeKind", "NudgeState", "Planned", "StoredNudge", "listed", "mark", "plan",
    "prune", "recent", "repeat", "send_test",
]  # fmt: skip

GONE = "gone"
"""Why a planned nudge was dropped when it was not so any more; it may come again."""

_KEPT = timedelta(days=400)
_LONGEST_KEY = 255
_AGAIN_LASTS = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Planned:
    """What planning did: how many nudges are new, changed or gone, and how many wait."""

    new: int = 0
    changed: int = 0
    gone: int = 0
    waiting: int = 0


def plan(core: Core, person_id: str, now: datetime) -> Planned:
    """Brings a person's planned nudges up to date; safe to be run often and by several.

    Raises:
        NotFound: there is no such person.
    """
    person = people.get(core, person_id)
    choices = notifications.of_person(core, person_id)
    with core.sessions() as session:
        known = rows.of_person(session, person_id)
        offered = {one.key for one in offers.of_person(session, person_id)}
    look = Look(core, person, choices, now, _told_bills(known), offered)
    found = {one.key[:_LONGEST_KEY]: one for one in nudge_sources.all_found(look)}
    if not _differs(known, found):
        return Planned(waiting=len(found.keys() & {one.key for one in known if _waits(one)}))
    with core.writes.begin() as session:
        ledger.lock_person(session, person_id)
        return _apply(session, person, rows.of_person(session, person_id), found, now)


def mark(core: Core, person_id: str, now: datetime) -> Hashable:
    """Changes whenever a person's nudges might; quick to tell.

    Raises:
        NotFound: there is no such person.
    """
    today = people.get(core, person_id).today(now)
    with core.sessions() as session:
        return (
            queries.ledger_mark(session, person_id),
            today,
            str(notification_rows.of_person(session, person_id)),
            tuple((one.id, one.status) for one in sweeps.untold(session, person_id)),
            tuple(one.id for one in schedules.untold(session, person_id)),
            tuple(one.last_error for one in connections.of_person(session, person_id)),
        )


def listed(core: Core, person_id: str, limit: int = 100) -> list[StoredNudge]:
    """A person's nudges, those planned last first."""
    with core.sessions() as session:
        return rows.of_person(session, person_id, limit=limit)


def recent(core: Core, person_id: str, since: datetime) -> list[StoredNudge]:
    """What a person was told from ``since`` on, newest first."""
    with core.sessions() as session:
        return rows.latest_sent(session, person_id, since)


def send_test(core: Core, person_id: str, now: datetime, channel: str) -> StoredNudge:
    """Plans a nudge that says nothing but that nudges arrive.

    Raises:
        NotFound: there is no such person.
    """
    people.get(core, person_id)
    nudge = Nudge(
        NudgeKind.TEST,
        f"test {now.isoformat()}",
        "this test",
        now,
        now + timedelta(hours=24),
        "This is a test: messages that I begin reach you here.",
        "whoever runs this Penny tried out whether my messages reach you.",
    )
    with core.writes.begin() as session:
        ledger.lock_person(session, person_id)
        nudge_id = rows.add(session, person_id, now, **_values(nudge), key=nudge.key)
        entry = audit.AuditEntry(person_id, now, channel, "nudge.tested", nudge_id)
        audit.record(session, entry)
        session.flush()
        stored = rows.get(session, nudge_id)
    assert stored  # noqa: S101 (it was just added)
    return stored


def repeat(
    core: Core, person_id: str, nudge_id: str, at: datetime, now: datetime, channel: str
) -> None:
    """Plans to say the same thing again.

    Raises:
        NotFound: there is no such nudge, or it is somebody else's.
    """
    with core.writes.begin() as session:
        ledger.lock_person(session, person_id)
        said = rows.get(session, nudge_id)
        if said is None or said.person_id != person_id:
            raise NotFound("I don't know that message any more.")
        key = f"again {at.date()} {said.key}"[:_LONGEST_KEY]
        if any(one.key == key for one in rows.of_person(session, person_id)):
            return
        rows.add(
            session,
            person_id,
            now,
            kind=said.kind,
            key=key,
            about=said.about,
            urgency=said.urgency,
            payload={**said.payload, "offer": None, "again": True},
            due_at=at,
            not_after=at + _AGAIN_LASTS,
        )
        entry = audit.AuditEntry(person_id, now, channel, "nudge.repeated", nudge_id)
        audit.record(session, entry)


def prune(core: Core, now: datetime) -> int:
    """Deletes what was over long ago; how many."""
    with core.writes.begin() as session:
        return rows.prune(session, now - _KEPT)


def _differs(known: Sequence[StoredNudge], found: dict[str, Nudge]) -> bool:
    by_key = {one.key: one for one in known}
    gone = any(one.state is NudgeState.PLANNED and one.key not in found and _ours(one)
               for one in known)  # fmt: skip
    return gone or any(_action(by_key.get(key), nudge) for key, nudge in found.items())


def _action(stored: StoredNudge | None, nudge: Nudge) -> str:
    """What planning does to a nudge that was found: ``new``, ``changed`` or nothing."""
    if stored is None:
        return "new"
    if stored.state is NudgeState.DROPPED:
        return "new" if stored.last_error == GONE else ""
    untried = stored.state is NudgeState.PLANNED and stored.attempts == 0
    return "changed" if untried and stored.payload != nudge.payload() else ""


def _apply(
    session: Session,
    person: Person,
    known: Iterable[StoredNudge],
    found: dict[str, Nudge],
    now: datetime,
) -> Planned:
    by_key = {one.key: one for one in known}
    done = Planned()
    for key, nudge in found.items():
        stored, values = by_key.get(key), _values(nudge)
        action = _action(stored, nudge)
        if stored is None:
            rows.add(session, person.id, now, **values, key=key)
        elif action:
            rows.move(session, stored, NudgeState.PLANNED, **values, last_error=None)
        if action:
            done = replace(done, **{action: getattr(done, action) + 1})
    for stored in by_key.values():
        gone = stored.state is NudgeState.PLANNED and _ours(stored) and stored.key not in found
        if gone and rows.move(session, stored, NudgeState.DROPPED, last_error=GONE):
            done = replace(done, gone=done.gone + 1)
    session.flush()
    waits = rows.of_person(session, person.id, states=(NudgeState.PLANNED, NudgeState.LEASED))
    return replace(done, waiting=len(waits))


def _values(nudge: Nudge) -> dict[str, Any]:
    return {
        "kind": nudge.kind.value,
        "about": nudge.about,
        "urgency": nudge.urgency,
        "payload": nudge.payload(),
        "due_at": nudge.due_at,
        "not_after": nudge.not_after,
    }


def _waits(stored: StoredNudge) -> bool:
    return stored.state in (NudgeState.PLANNED, NudgeState.LEASED)


def _ours(stored: StoredNudge) -> bool:
    """Whether planning has a say in it."""
    return stored.kind != NudgeKind.TEST and not stored.payload.get("again")


def _told_bills(known: Iterable[StoredNudge]) -> dict[str, date]:
    """Bill → the last day it was told to be due."""
    told: dict[str, date] = {}
    for one in known:
        over = one.state in (NudgeState.SENT, NudgeState.LEASED)
        if one.kind == NudgeKind.BILLS and over and one.payload["day"]:
            day = date.fromisoformat(one.payload["day"])
            for label in one.payload["items"]:
                told[label] = max(day, told.get(label, date.min))
    return told
