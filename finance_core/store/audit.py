"""The log of every write: who, when, through which channel, what and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from finance_core.store.tables import AuditRow


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One write.

    Attributes:
        action: what was done (``transfer.done``).
        subject: id of what it was done to.
        why: the reason given, one sentence; may be empty.
        details: further plain values; never a secret.
    """

    person_id: str
    at: datetime
    channel: str
    action: str
    subject: str
    why: str = ""
    details: dict[str, Any] = field(default_factory=dict)


def record(session: Session, entry: AuditEntry) -> None:
    """Adds an entry; it lasts exactly if the session's own write does."""
    session.add(
        AuditRow(
            person_id=entry.person_id,
            at=entry.at,
            channel=entry.channel,
            action=entry.action,
            subject=entry.subject,
            why=entry.why,
            details=entry.details,
        )
    )


def entries(session: Session, person_id: str, *, limit: int = 1000) -> list[AuditEntry]:
    """A person's latest entries, oldest first."""
    rows = session.scalars(
        select(AuditRow)
        .where(AuditRow.person_id == person_id)
        .order_by(AuditRow.id.desc())
        .limit(limit)
    )
    newest_first = [
        AuditEntry(r.person_id, r.at, r.channel, r.action, r.subject, r.why, r.details)
        for r in rows
    ]
    return newest_first[::-1]
