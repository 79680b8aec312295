"""The durable schedule of what Penny begins.

A row is one thing to tell, known by its ``key``: it is planned, leased to whoever sends it,
and then sent or dropped. Every step is a compare-and-set, so it does not matter how many
plan and send at once, nor where they die.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.orm import Session

from finance_core.store.nudge_tables import NudgeRow
from finance_core.store.tables import new_id

_OPEN = ("planned", "leased")


class NudgeState(StrEnum):
    """planned → leased → sent, or back to planned; or dropped."""

    PLANNED = "planned"
    LEASED = "leased"
    SENT = "sent"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class StoredNudge:
    """A nudge as stored; see ``nudge_tables.NudgeRow``."""

    id: str
    person_id: str
    kind: str
    key: str
    about: str
    urgency: int
    payload: Mapping[str, Any]
    state: NudgeState
    due_at: datetime
    not_after: datetime
    attempts: int
    channel: str | None
    last_error: str | None
    created_at: datetime
    sent_at: datetime | None
    seen_at: datetime | None


def of_person(
    session: Session, person_id: str, *, states: Sequence[NudgeState] = (), limit: int = 10_000
) -> list[StoredNudge]:
    """A person's nudges, those made last first; ``states`` narrows it."""
    wanted = select(NudgeRow).where(NudgeRow.person_id == person_id)
    if states:
        wanted = wanted.where(NudgeRow.state.in_([state.value for state in states]))
    rows = session.scalars(
        wanted.order_by(NudgeRow.created_at.desc(), NudgeRow.id)
        .limit(limit)
        .execution_options(populate_existing=True)
    )
    return [_plain(row) for row in rows]


def latest_sent(
    session: Session, person_id: str, since: datetime, limit: int = 20
) -> list[StoredNudge]:
    """What a person was sent from ``since`` on, newest first."""
    rows = session.scalars(
        select(NudgeRow)
        .where(
            NudgeRow.person_id == person_id,
            NudgeRow.state == NudgeState.SENT.value,
            NudgeRow.sent_at >= since,
        )
        .order_by(NudgeRow.sent_at.desc(), NudgeRow.id)
        .limit(limit)
    )
    return [_plain(row) for row in rows]


def add(
    session: Session,
    person_id: str,
    now: datetime,
    *,
    kind: str,
    key: str,
    about: str,
    urgency: int,
    payload: Mapping[str, Any],
    due_at: datetime,
    not_after: datetime,
) -> str:
    """Plans a nudge; its id. A second one of the key is an error."""
    row_id = new_id()
    session.add(
        NudgeRow(
            id=row_id,
            person_id=person_id,
            kind=kind,
            key=key,
            about=about,
            urgency=urgency,
            payload=dict(payload),
            state=NudgeState.PLANNED.value,
            due_at=due_at,
            not_after=not_after,
            attempts=0,
            created_at=now,
        )
    )
    return row_id


def waiting(session: Session, now: datetime, lease: timedelta, limit: int) -> list[tuple[str, str]]:
    """What may be tried now, as ``(id, person id)``, the most urgent first.

    A lease that ends later than any that is given out now was given out before the clock
    went back; it counts as run out.
    """
    rows = session.execute(
        select(NudgeRow.id, NudgeRow.person_id)
        .where(
            or_(
                and_(NudgeRow.state.in_(_OPEN), NudgeRow.due_at <= now),
                and_(NudgeRow.state == NudgeState.LEASED.value, NudgeRow.due_at > now + lease),
            )
        )
        .order_by(NudgeRow.urgency.desc(), NudgeRow.due_at, NudgeRow.id)
        .limit(limit)
    )
    return [(row.id, row.person_id) for row in rows]


def get(session: Session, nudge_id: str) -> StoredNudge | None:
    """The nudge of that id, as it is now."""
    row = session.get(NudgeRow, nudge_id, populate_existing=True)
    return None if row is None else _plain(row)


def move(session: Session, before: StoredNudge, state: NudgeState, **values: Any) -> bool:
    """Moves a nudge on if it still is as in ``before`` (state, attempts); whether it did."""
    moved = session.scalar(
        update(NudgeRow)
        .where(
            NudgeRow.id == before.id,
            NudgeRow.state == before.state.value,
            NudgeRow.attempts == before.attempts,
            NudgeRow.due_at == before.due_at,
        )
        .values(**values, state=state.value)
        .returning(NudgeRow.id)
        .execution_options(synchronize_session=False)
    )
    return moved is not None


def see(session: Session, nudge_ids: Sequence[str], now: datetime) -> None:
    """Notes that sent nudges were shown."""
    session.execute(
        update(NudgeRow)
        .where(NudgeRow.id.in_(nudge_ids), NudgeRow.seen_at.is_(None))
        .values(seen_at=now)
        .execution_options(synchronize_session=False)
    )


def prune(session: Session, before: datetime) -> int:
    """Deletes what was sent or dropped, and could not be said any more, before ``before``."""
    gone = session.scalars(
        delete(NudgeRow)
        .where(
            NudgeRow.state.in_([NudgeState.SENT.value, NudgeState.DROPPED.value]),
            NudgeRow.created_at < before,
            NudgeRow.not_after < before,
        )
        .returning(NudgeRow.id)
        .execution_options(synchronize_session=False)
    )
    return len(list(gone))


def _plain(row: NudgeRow) -> StoredNudge:
    return StoredNudge(
        row.id,
        row.person_id,
        row.kind,
        row.key,
        row.about,
        row.urgency,
        row.payload,
        NudgeState(row.state),
        row.due_at,
        row.not_after,
        row.attempts,
        row.channel,
        row.last_error,
        row.created_at,
        row.sent_at,
        row.seen_at,
    )
