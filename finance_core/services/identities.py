"""People whom a host application signs in: who its ``sub`` is here."""

from __future__ import annotations

import hashlib
from datetime import datetime

from finance_core.errors import BadInput, NotFound
from finance_core.model import Person
from finance_core.services import people
from finance_core.services.core import Core
from finance_core.store import audit
from finance_core.store import identities as rows
from finance_core.store import people as people_rows

_LONGEST = 255  # characters of an issuer or a subject


def link(core: Core, person_id: str, issuer: str, subject: str, *, channel: str = "system") -> None:
    """Ties a person to who they are in a host application.

    Raises:
        NotFound: there is no such person.
        BadInput: the identity is tied to somebody already, empty or too long.
    """
    people.get(core, person_id)
    _check(issuer, subject)
    now = core.clock()
    with core.writes.begin() as session:
        rows.link_subject(session, issuer, subject, person_id, now)
        audit.record(session, _entry(person_id, now, channel, "identity.linked", issuer))


def unlink(
    core: Core, person_id: str, issuer: str, subject: str, *, channel: str = "system"
) -> None:
    """Unties it again.

    Raises:
        NotFound: it is not tied to this person.
    """
    now = core.clock()
    with core.writes.begin() as session:
        if not rows.unlink_subject(session, issuer, subject, person_id):
            raise NotFound("That identity is not tied to this person.")
        audit.record(session, _entry(person_id, now, channel, "identity.unlinked", issuer))


def of_person(core: Core, person_id: str) -> list[tuple[str, str]]:
    """Who a person is elsewhere: issuers and subjects."""
    with core.sessions() as session:
        return rows.subjects(session, person_id)


def by_subject(core: Core, issuer: str, subject: str) -> Person | None:
    """The person whom a host knows as ``subject``; None when nobody is tied to it."""
    with core.sessions() as session:
        return rows.by_subject(session, issuer, subject)


def spend(core: Core, issuer: str, token_id: str, expires_at: datetime) -> None:
    """Uses a host's token up, for all processes and over restarts.

    Raises:
        NotSignedIn: it was used before.
    """
    with core.writes.begin() as session:
        rows.spend(session, issuer, token_id, core.clock(), expires_at)


def create(
    core: Core,
    issuer: str,
    subject: str,
    name: str,
    timezone: str = "UTC",
    currency: str = "USD",
    *,
    channel: str = "web",
) -> Person:
    """Makes a person for a host's ``subject``; somebody of the same name is left alone.

    Raises:
        BadInput: name, time zone or currency cannot be used, or the subject is tied already.
    """
    name = people.checked(name, timezone, currency)
    _check(issuer, subject)
    now = core.clock()
    with core.writes.begin() as session:
        if people_rows.by_name(session, name):
            name = f"{name} {hashlib.sha256(f'{issuer} {subject}'.encode()).hexdigest()[:8]}"
        person = people_rows.add(session, name, timezone, currency, now)
        rows.link_subject(session, issuer, subject, person.id, now)
        audit.record(session, _entry(person.id, now, channel, "person.added", issuer))
    return person


def _check(issuer: str, subject: str) -> None:
    for text in (issuer, subject):
        if not 0 < len(text) <= _LONGEST or not text.isprintable():
            raise BadInput(f"An identity has 1 to {_LONGEST} readable characters.")


def _entry(
    person_id: str, now: datetime, channel: str, action: str, issuer: str
) -> audit.AuditEntry:
    return audit.AuditEntry(person_id, now, channel, action, person_id, details={"issuer": issuer})
