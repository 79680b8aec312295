"""Rows of passwords, of who people are in a host application, and of its spent tokens."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from finance_core.errors import BadInput, NotSignedIn
from finance_core.model import Person
from finance_core.store.identity_tables import (
    ExternalIdentityRow,
    PasswordRow,
    SpentAssertionRow,
)
from finance_core.store.people import as_person, digest, name_key
from finance_core.store.tables import PersonRow


def password(session: Session, person_id: str) -> str | None:
    """What is kept of a person's password; None when they have none."""
    row = session.get(PasswordRow, person_id)
    return None if row is None else row.hash


def password_of_name(session: Session, name: str) -> tuple[Person, str] | None:
    """The person of that name with what is kept of their password, if both exist."""
    found = session.execute(
        select(PersonRow, PasswordRow.hash)
        .join(PasswordRow, PasswordRow.person_id == PersonRow.id)
        .where(PersonRow.name_key == name_key(name))
    ).one_or_none()
    return None if found is None else (as_person(found[0]), found[1])


def set_password(session: Session, person_id: str, hashed: str, now: datetime) -> None:
    """Keeps a person's password, whatever it was before."""
    session.merge(PasswordRow(person_id=person_id, hash=hashed, updated_at=now))


def by_subject(session: Session, issuer: str, subject: str) -> Person | None:
    """The person whom a host application knows as ``subject``."""
    row = session.scalar(
        select(PersonRow)
        .join(ExternalIdentityRow, ExternalIdentityRow.person_id == PersonRow.id)
        .where(ExternalIdentityRow.issuer == issuer, ExternalIdentityRow.subject == subject)
    )
    return None if row is None else as_person(row)


def link_subject(
    session: Session, issuer: str, subject: str, person_id: str, now: datetime
) -> None:
    """Ties a host's ``subject`` to a person.

    Raises:
        BadInput: it is tied to somebody already.
    """
    session.add(
        ExternalIdentityRow(issuer=issuer, subject=subject, person_id=person_id, created_at=now)
    )
    try:
        session.flush()
    except IntegrityError as err:
        raise BadInput("That identity is tied to somebody already.") from err


def subjects(session: Session, person_id: str) -> list[tuple[str, str]]:
    """Who a person is elsewhere: issuers and subjects."""
    rows = session.execute(
        select(ExternalIdentityRow.issuer, ExternalIdentityRow.subject)
        .where(ExternalIdentityRow.person_id == person_id)
        .order_by(ExternalIdentityRow.created_at)
    )
    return [(issuer, subject) for issuer, subject in rows]


def unlink_subject(session: Session, issuer: str, subject: str, person_id: str) -> bool:
    """Unties a host's ``subject`` from a person; whether it was tied to them."""
    gone = session.scalar(
        delete(ExternalIdentityRow)
        .where(
            ExternalIdentityRow.issuer == issuer,
            ExternalIdentityRow.subject == subject,
            ExternalIdentityRow.person_id == person_id,
        )
        .returning(ExternalIdentityRow.subject)
    )
    return gone is not None


def spend(
    session: Session, issuer: str, token_id: str, now: datetime, expires_at: datetime
) -> None:
    """Uses a host's token up; forgets those that are too old to be brought again.

    Raises:
        NotSignedIn: it was used before.
    """
    session.execute(delete(SpentAssertionRow).where(SpentAssertionRow.expires_at <= now))
    session.add(SpentAssertionRow(hash=digest(f"{issuer}\n{token_id}"), expires_at=expires_at))
    try:
        session.flush()
    except IntegrityError as err:
        raise NotSignedIn("That sign-in was used already. Please try again.") from err
