"""How a person is spoken to, and the telephones that are theirs."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta

from finance_core.errors import BadInput, NotFound, NotSignedIn
from finance_core.model import Person
from finance_core.services import people
from finance_core.services.core import Core
from finance_core.store import audit
from finance_core.store import people as people_rows
from finance_core.store import pins as rows

PHONE = "twilio"
"""Channel of the telephone."""

PHONE_CODE_TTL = timedelta(minutes=15)

_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")  # E.164
_CODE_DIGITS = 8


def is_private(core: Core, person_id: str) -> bool:
    """Whether a person wants no figures aloud."""
    with core.sessions() as session:
        return rows.is_private(session, person_id)


def set_private(core: Core, person_id: str, private: bool, *, channel: str) -> None:
    """Keeps whether a person wants no figures aloud.

    Raises:
        NotFound: there is no such person.
    """
    people.get(core, person_id)
    now = core.clock()
    action = "voice.private" if private else "voice.open"
    with core.writes.begin() as session:
        rows.set_private(session, person_id, private, now)
        audit.record(session, audit.AuditEntry(person_id, now, channel, action, person_id))


def phone_code(core: Core, person_id: str, number: str, *, channel: str) -> tuple[str, str]:
    """A code that ties a telephone to the person: dialled from ``number`` alone, once, soon.

    Returns:
        The number as it is kept, and the code.

    Raises:
        BadInput: no international number.
        NotFound: there is no such person.
    """
    number = normal_number(number)
    people.get(core, person_id)
    code = "".join(secrets.choice("0123456789") for _ in range(_CODE_DIGITS))
    now = core.clock()
    with core.writes.begin() as session:
        people_rows.add_code(session, person_id, f"{number}:{code}", now, now + PHONE_CODE_TTL)
        audit.record(session, audit.AuditEntry(person_id, now, channel, "phone.code", person_id))
    return number, code


def tie_phone(core: Core, number: str, code: str) -> Person:
    """Ties a telephone to the person who was given ``code`` for it.

    Raises:
        NotSignedIn: the code is unknown, used, too old or another number's.
    """
    now = core.clock()
    with core.writes.begin() as session:
        person_id = people_rows.use_code(session, f"{number}:{code}", now)
        if person_id is None:
            raise NotSignedIn("That code is not valid (any more).")
        people_rows.link_chat(session, PHONE, number, person_id, now)
        audit.record(session, audit.AuditEntry(person_id, now, PHONE, "chat.linked", person_id))
    return people.get(core, person_id)


def phones(core: Core, person_id: str) -> list[str]:
    """The numbers of a person's telephones."""
    with core.sessions() as session:
        return people_rows.chats_of(session, person_id, PHONE)


def untie_phone(core: Core, person_id: str, number: str, *, channel: str) -> None:
    """Unties a person's telephone.

    Raises:
        NotFound: it is not tied to them.
    """
    if number not in phones(core, person_id):
        raise NotFound("That number is not linked.")
    now = core.clock()
    with core.writes.begin() as session:
        people_rows.unlink_chat(session, PHONE, number)
        audit.record(session, audit.AuditEntry(person_id, now, channel, "chat.unlinked", person_id))


def normal_number(number: str) -> str:
    """A telephone number as networks write it: ``+447700900123``.

    Raises:
        BadInput: it is none.
    """
    compact = re.sub(r"[\s().\-/]", "", number)
    compact = f"+{compact[2:]}" if compact.startswith("00") else compact
    if not _NUMBER.fullmatch(compact):
        raise BadInput("Please give the number with its country, like +44 7700 900123.")
    return compact
