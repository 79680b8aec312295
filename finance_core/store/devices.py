"""Rows of access tokens: what each was given for, when it was last used, when it ends."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session

from finance_core.model import Person
from finance_core.store.people import as_person, digest
from finance_core.store.tables import AccessTokenRow, PersonRow

ISSUED = "issue"
"""``opened_by`` of a token that was handed out to be kept; all others are sessions."""

_ID_LETTERS = 16


@dataclass(frozen=True, slots=True)
class Device:
    """A token that is good, and whose it is.

    Attributes:
        id: names it among the person's own; of no use to sign in with.
        person: whose it is.
        label: what the person knows it by.
        opened_by: ``issue`` for a token to keep; for a session what it was opened with:
            ``token``, ``password``, ``host`` (a host application's word), ``demo``, or
            ``embed`` (a host's word, from within the host's page).
        opened_at: when it was given.
        expires_at: when it ends at the latest; None if never.
        last_seen_at: when it was used, to a few minutes.
    """

    id: str
    person: Person
    label: str
    opened_by: str
    opened_at: datetime
    expires_at: datetime | None
    last_seen_at: datetime | None


def add(
    session: Session,
    person_id: str,
    token: str,
    *,
    label: str,
    now: datetime,
    expires_at: datetime | None,
    opened_by: str = ISSUED,
    idle: timedelta | None = None,
) -> None:
    """Keeps the digest of a new token; drops the person's that ended."""
    session.execute(
        delete(AccessTokenRow).where(
            AccessTokenRow.person_id == person_id, AccessTokenRow.expires_at <= now
        )
    )
    session.add(
        AccessTokenRow(
            hash=digest(token),
            person_id=person_id,
            label=label,
            opened_by=opened_by,
            created_at=now,
            expires_at=expires_at,
            last_seen_at=None if opened_by == ISSUED else now,
            idle_seconds=None if idle is None else int(idle.total_seconds()),
        )
    )


def by_token(session: Session, token: str, now: datetime) -> Device | None:
    """The device that shows ``token``, unless it is over."""
    found = session.execute(
        select(AccessTokenRow, PersonRow)
        .join(PersonRow, PersonRow.id == AccessTokenRow.person_id)
        .where(AccessTokenRow.hash == digest(token), *_good(now))
    ).one_or_none()
    if found is None or _idle(found[0], now):
        return None
    return _device(*found)


def seen(session: Session, token: str, now: datetime) -> None:
    """Keeps when a token was used."""
    session.execute(
        update(AccessTokenRow)
        .where(AccessTokenRow.hash == digest(token))
        .values(last_seen_at=now)
        .execution_options(synchronize_session=False)
    )


def of_person(session: Session, person_id: str, now: datetime) -> list[Device]:
    """All of a person's that are good, the latest used first."""
    found = session.execute(
        select(AccessTokenRow, PersonRow)
        .join(PersonRow, PersonRow.id == AccessTokenRow.person_id)
        .where(AccessTokenRow.person_id == person_id, *_good(now))
    )
    devices = [_device(token, person) for token, person in found if not _idle(token, now)]
    return sorted(devices, key=lambda one: one.last_seen_at or one.opened_at, reverse=True)


def revoke(session: Session, token: str, now: datetime) -> str | None:
    """Makes a token useless; the id of its person, or None when it was none."""
    return session.scalar(
        update(AccessTokenRow)
        .where(AccessTokenRow.hash == digest(token), AccessTokenRow.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(AccessTokenRow.person_id)
    )


def end(session: Session, person_id: str, ids: Collection[str], now: datetime) -> int:
    """Makes those of a person's tokens useless; how many were good until now."""
    hashes = session.scalars(
        select(AccessTokenRow.hash).where(
            AccessTokenRow.person_id == person_id, AccessTokenRow.revoked_at.is_(None)
        )
    )
    wanted = [hash_ for hash_ in hashes if hash_[:_ID_LETTERS] in ids]
    session.execute(
        update(AccessTokenRow).where(AccessTokenRow.hash.in_(wanted)).values(revoked_at=now)
    )
    return len(wanted)


def _good(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        AccessTokenRow.revoked_at.is_(None),
        or_(AccessTokenRow.expires_at.is_(None), AccessTokenRow.expires_at > now),
    )


def _idle(row: AccessTokenRow, now: datetime) -> bool:
    if row.idle_seconds is None:
        return False
    return now - (row.last_seen_at or row.created_at) >= timedelta(seconds=row.idle_seconds)


def _device(token: AccessTokenRow, person: PersonRow) -> Device:
    return Device(
        id=token.hash[:_ID_LETTERS],
        person=as_person(person),
        label=token.label,
        opened_by=token.opened_by,
        opened_at=token.created_at,
        expires_at=token.expires_at,
        last_seen_at=token.last_seen_at,
    )
