"""Rows of the files that people's data was exported to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from finance_core.store.rights_tables import ExportRow


@dataclass(frozen=True, slots=True)
class StoredExport:
    """One export. ``hash``: SHA-256 of the secret that its link carries, and its file's name."""

    hash: str
    person_id: str
    counts: Mapping[str, int]
    created_at: datetime
    expires_at: datetime
    completed_at: datetime | None


def replace(
    session: Session,
    person_id: str,
    digest: str,
    counts: Mapping[str, int],
    *,
    now: datetime,
    expires_at: datetime,
    completed_at: datetime | None,
) -> None:
    """Adds a person's export in the place of all earlier ones."""
    session.execute(delete(ExportRow).where(ExportRow.person_id == person_id))
    session.add(
        ExportRow(
            hash=digest,
            person_id=person_id,
            counts=dict(counts),
            created_at=now,
            expires_at=expires_at,
            completed_at=completed_at,
        )
    )


def find(session: Session, person_id: str, digest: str) -> StoredExport | None:
    """A person's export by the digest of its secret."""
    row = session.get(ExportRow, digest)
    return _plain(row) if row and row.person_id == person_id else None


def incomplete(session: Session, now: datetime) -> list[StoredExport]:
    """Exports still to be completed, oldest first."""
    found = session.scalars(
        select(ExportRow)
        .where(ExportRow.completed_at.is_(None), ExportRow.expires_at > now)
        .order_by(ExportRow.created_at)
    )
    return [_plain(row) for row in found]


def complete(session: Session, digest: str, now: datetime) -> None:
    """Notes that an export is complete."""
    session.execute(update(ExportRow).where(ExportRow.hash == digest).values(completed_at=now))


def drop_expired(session: Session, now: datetime) -> None:
    """Removes the rows whose time is over."""
    session.execute(delete(ExportRow).where(ExportRow.expires_at <= now))


def hashes(session: Session) -> set[str]:
    """Digests of all exports there are."""
    return set(session.scalars(select(ExportRow.hash)))


def _plain(row: ExportRow) -> StoredExport:
    return StoredExport(
        row.hash, row.person_id, row.counts, row.created_at, row.expires_at, row.completed_at
    )
