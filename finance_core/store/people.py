"""Rows of people and of what proves who somebody is."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from finance_core.errors import BadInput
from finance_core.model import Person
from finance_core.store.tables import AccessTokenRow, ChatLinkRow, LinkCodeRow, PersonRow


def name_key(name: str) -> str:
    """A name as it is looked up: any case, any spacing."""
    return " ".join(name.split()).casefold()


def digest(secret: str) -> str:
    """What is kept of a token or code. It has no salt because secrets here are random."""
    return hashlib.sha256(secret.encode()).hexdigest()


def add(session: Session, name: str, timezone: str, currency: str, now: datetime) -> Person:
    """Adds a person.

    Raises:
        BadInput: somebody of that name exists.
    """
    row = PersonRow(
        name=name, name_key=name_key(name), timezone=timezone, currency=currency, created_at=now
    )
    session.add(row)
    try:
        session.flush()
    except IntegrityError as err:
        raise BadInput(f"There is already somebody called {name}.") from err
    return as_person(row)


def by_id(session: Session, person_id: str) -> Person | None:
    """The person of that id."""
    row = session.get(PersonRow, person_id)
    return None if row is None else as_person(row)


def by_name(session: Session, name: str) -> Person | None:
    """The person of that name, any case."""
    row = session.scalar(select(PersonRow).where(PersonRow.name_key == name_key(name)))
    return None if row is None else as_person(row)


def by_chat(session: Session, channel: str, chat_id: str) -> Person | None:
    """The person a chat is tied to."""
    row = session.scalar(
        select(PersonRow)
        .join(ChatLinkRow, ChatLinkRow.person_id == PersonRow.id)
        .where(ChatLinkRow.channel == channel, ChatLinkRow.chat_id == chat_id)
    )
    return None if row is None else as_person(row)


def everybody(session: Session) -> list[Person]:
    """All people, by name."""
    return [as_person(row) for row in session.scalars(select(PersonRow).order_by(PersonRow.name))]


def consented(session: Session) -> set[str]:
    """Ids of the people whose conversations may be kept."""
    return set(session.scalars(select(PersonRow.id).where(PersonRow.transcripts_consent)))


def set_consent(session: Session, person_id: str, transcripts: bool) -> None:
    """Keeps the person's choice about transcripts."""
    session.execute(
        update(PersonRow).where(PersonRow.id == person_id).values(transcripts_consent=transcripts)
    )


def revoke_all(session: Session, person_id: str, now: datetime) -> int:
    """Makes all of a person's tokens and codes useless and unties their chats; how many tokens."""
    session.execute(delete(LinkCodeRow).where(LinkCodeRow.person_id == person_id))
    session.execute(delete(ChatLinkRow).where(ChatLinkRow.person_id == person_id))
    revoked = session.scalars(
        update(AccessTokenRow)
        .where(AccessTokenRow.person_id == person_id, AccessTokenRow.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(AccessTokenRow.hash)
    )
    return len(list(revoked))


def add_code(
    session: Session, person_id: str, code: str, now: datetime, expires_at: datetime
) -> None:
    """Keeps the digest of a new link code; drops those nobody can use any more."""
    session.execute(delete(LinkCodeRow).where(LinkCodeRow.expires_at <= now))
    session.add(
        LinkCodeRow(hash=digest(code), person_id=person_id, created_at=now, expires_at=expires_at)
    )


def use_code(session: Session, code: str, now: datetime) -> str | None:
    """Uses a code up; the id of its person, or None when it cannot be used (again)."""
    return session.scalar(
        update(LinkCodeRow)
        .where(
            LinkCodeRow.hash == digest(code),
            LinkCodeRow.used_at.is_(None),
            LinkCodeRow.expires_at > now,
        )
        .values(used_at=now)
        .returning(LinkCodeRow.person_id)
    )


def link_chat(session: Session, channel: str, chat_id: str, person_id: str, now: datetime) -> None:
    """Ties a chat to a person, whoever it was tied to before."""
    session.merge(
        ChatLinkRow(channel=channel, chat_id=chat_id, person_id=person_id, created_at=now)
    )


def unlink_chat(session: Session, channel: str, chat_id: str) -> str | None:
    """Unties a chat; the id of the person it was tied to."""
    return session.scalar(
        delete(ChatLinkRow)
        .where(ChatLinkRow.channel == channel, ChatLinkRow.chat_id == chat_id)
        .returning(ChatLinkRow.person_id)
    )


def as_person(row: PersonRow) -> Person:
    """The person of a row."""
    return Person(
        id=row.id,
        name=row.name,
        currency=row.currency,
        timezone=row.timezone,
        transcripts_consent=row.transcripts_consent,
    )
