"""Rows of PINs and of how people are spoken to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from finance_core.store.voice_tables import PinRow, VoiceSettingsRow


@dataclass(frozen=True, slots=True)
class StoredPin:
    """A PIN as it is kept.

    Attributes:
        sealed: its slow digest, sealed by the vault.
        tries: how often it was tried since it was last given right.
        locked_until: until then it is not looked at.
    """

    sealed: bytes
    tries: int
    locked_until: datetime | None


def put(session: Session, person_id: str, sealed: bytes, now: datetime) -> None:
    """Keeps a new PIN in the place of an earlier one."""
    session.merge(
        PinRow(person_id=person_id, sealed=sealed, tries=0, locked_until=None, set_at=now)
    )


def drop(session: Session, person_id: str) -> bool:
    """Deletes a person's PIN; False when there was none."""
    gone = session.scalar(
        delete(PinRow).where(PinRow.person_id == person_id).returning(PinRow.person_id)
    )
    return gone is not None


def of_person(session: Session, person_id: str, *, locked: bool = False) -> StoredPin | None:
    """A person's PIN; ``locked`` keeps other writers off the row until the end."""
    query = select(PinRow).where(PinRow.person_id == person_id)
    row = session.scalar(query.with_for_update() if locked else query)
    return None if row is None else StoredPin(row.sealed, row.tries, row.locked_until)


def count(session: Session, person_id: str, tries: int, locked_until: datetime | None) -> None:
    """Keeps how often it was tried and how long it rests."""
    session.execute(
        update(PinRow)
        .where(PinRow.person_id == person_id)
        .values(tries=tries, locked_until=locked_until)
    )


def is_private(session: Session, person_id: str) -> bool:
    """Whether a person wants no figures aloud."""
    row = session.get(VoiceSettingsRow, person_id)
    return bool(row and row.private)


def set_private(session: Session, person_id: str, private: bool, now: datetime) -> None:
    """Keeps whether a person wants no figures aloud."""
    session.merge(VoiceSettingsRow(person_id=person_id, private=private, updated_at=now))
