"""The outbox of conversations that are handed to people."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from finance_core.errors import Refused
from finance_core.store.rights_tables import HandoffRow

WAITING, SENT, FAILED = "waiting", "sent", "failed"


@dataclass(frozen=True, slots=True)
class StoredHandoff:
    """A hand-over in the outbox. ``reference`` is what both sides call it by."""

    id: str
    person_id: str
    reference: str
    body: Mapping[str, Any]
    status: str
    attempts: int
    created_at: datetime
    sent_at: datetime | None


def new_reference() -> str:
    """A short name that can be read out: ``H-7F3A09``."""
    return f"H-{secrets.token_hex(3).upper()}"


def put(
    session: Session, person_id: str, payload: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """Puts ``payload["body"]`` into the outbox under ``payload["reference"]``."""
    session.add(
        HandoffRow(
            person_id=person_id,
            reference=payload["reference"],
            body=dict(payload["body"]),
            status=WAITING,
            created_at=now,
            next_try_at=now,
        )
    )
    return {}


def withdraw(
    session: Session,
    person_id: str,
    payload: Mapping[str, Any],
    before: Mapping[str, Any],
    now: datetime,
) -> None:
    """Takes a hand-over out of the outbox.

    Raises:
        Refused: somebody has tried to send it, so it may have arrived.
    """
    gone = session.scalar(
        delete(HandoffRow)
        .where(
            HandoffRow.person_id == person_id,
            HandoffRow.reference == payload["reference"],
            HandoffRow.attempts == 0,
        )
        .returning(HandoffRow.id)
    )
    if gone is None:
        raise Refused("That has been passed on already, so I can't take it back.")


def newest(session: Session, person_id: str) -> StoredHandoff | None:
    """A person's latest hand-over."""
    row = session.scalar(
        select(HandoffRow)
        .where(HandoffRow.person_id == person_id)
        .order_by(HandoffRow.created_at.desc(), HandoffRow.id.desc())
        .limit(1)
    )
    return None if row is None else _plain(row)


def due(session: Session, now: datetime) -> list[str]:
    """Ids of the hand-overs to be tried now, oldest first."""
    return list(
        session.scalars(
            select(HandoffRow.id)
            .where(HandoffRow.status == WAITING, HandoffRow.next_try_at <= now)
            .order_by(HandoffRow.created_at)
        )
    )


def claim(
    session: Session, handoff_id: str, now: datetime, next_try_at: datetime
) -> StoredHandoff | None:
    """Counts an attempt and keeps others from it until ``next_try_at``; None if they were first."""
    claimed = session.scalar(
        update(HandoffRow)
        .where(
            HandoffRow.id == handoff_id,
            HandoffRow.status == WAITING,
            HandoffRow.next_try_at <= now,
        )
        .values(attempts=HandoffRow.attempts + 1, next_try_at=next_try_at)
        .returning(HandoffRow.id)
        .execution_options(synchronize_session=False)
    )
    row = session.get(HandoffRow, handoff_id) if claimed else None
    return None if row is None else _plain(row)


def settle(
    session: Session,
    handoff_id: str,
    status: str,
    *,
    now: datetime,
    error: str | None = None,
    next_try_at: datetime | None = None,
) -> None:
    """Notes what became of an attempt, and when the next one is."""
    values: dict[str, Any] = {"status": status, "error": error}
    if status == SENT:
        values["sent_at"] = now
    if next_try_at is not None:
        values["next_try_at"] = next_try_at
    session.execute(update(HandoffRow).where(HandoffRow.id == handoff_id).values(**values))


def _plain(row: HandoffRow) -> StoredHandoff:
    return StoredHandoff(
        row.id,
        row.person_id,
        row.reference,
        row.body,
        row.status,
        row.attempts,
        row.created_at,
        row.sent_at,
    )
