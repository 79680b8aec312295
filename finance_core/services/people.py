"""Who somebody is: people, their tokens, and the chats tied to them."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from finance_core.errors import BadInput, NotFound, NotSignedIn
from finance_core.model import Person
from finance_core.money import exponent
from finance_core.services import devices
from finance_core.services.core import Core
from finance_core.store import audit
from finance_core.store import devices as tokens
from finance_core.store import people as rows

LINK_CODE_TTL = timedelta(minutes=15)

_CODE_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"  # none that is easily misread
_CODE_LENGTH = 8
_LONGEST_NAME = 200
_LONGEST_LABEL = 100


def add(
    core: Core,
    name: str,
    timezone: str = "UTC",
    currency: str = "USD",
    *,
    channel: str = "system",
) -> tuple[Person, str]:
    """Adds a person; returns them with their first access token, which is shown nowhere else.

    Raises:
        BadInput: the name is taken, empty or too long, or the time zone or currency unknown.
    """
    name = checked(name, timezone, currency)
    token = devices.new_token()
    now = core.clock()
    with core.writes.begin() as session:
        person = rows.add(session, name, timezone, currency, now)
        tokens.add(session, person.id, token, label="first", now=now, expires_at=None)
        _audit(session, person.id, now, channel, "person.added")
    return person, token


def checked(name: str, timezone: str, currency: str) -> str:
    """The name as it is kept, if a person may be made with all three.

    Raises:
        BadInput: the name is empty or too long, or the time zone or currency unknown.
    """
    name = " ".join(name.split())
    if not 0 < len(name) <= _LONGEST_NAME or not name.isprintable():
        raise BadInput(f"A name needs 1 to {_LONGEST_NAME} readable characters.")
    _check_timezone(timezone)
    exponent(currency)
    return name


def get(core: Core, person_id: str) -> Person:
    """The person of that id.

    Raises:
        NotFound: there is none.
    """
    with core.sessions() as session:
        person = rows.by_id(session, person_id)
    if person is None:
        raise NotFound("I don't know that person.")
    return person


def by_name(core: Core, name: str) -> Person:
    """The person of that name, in any case.

    Raises:
        NotFound: there is none.
    """
    with core.sessions() as session:
        person = rows.by_name(session, name)
    if person is None:
        raise NotFound(f"I don't know anybody called {name}.")
    return person


def by_token(core: Core, token: str) -> Person:
    """The person a bearer token belongs to.

    Raises:
        NotSignedIn: it is unknown, expired or revoked.
    """
    return devices.by_token(core, token).person


def issue_token(
    core: Core,
    person_id: str,
    label: str,
    ttl: timedelta | None = None,
    *,
    channel: str = "system",
) -> str:
    """A further access token for a person, for ever or for ``ttl``.

    Raises:
        NotFound: there is no such person.
        BadInput: ``ttl`` is not a positive time, or ``label`` is too long.
    """
    if ttl is not None and ttl <= timedelta():
        raise BadInput("A token has to last longer than that.")
    if len(label) > _LONGEST_LABEL:
        raise BadInput(f"A label has at most {_LONGEST_LABEL} characters.")
    person = get(core, person_id)
    token = devices.new_token()
    now = core.clock()
    expires_at = None if ttl is None else now + ttl
    with core.writes.begin() as session:
        tokens.add(session, person.id, token, label=label, now=now, expires_at=expires_at)
        _audit(session, person.id, now, channel, "token.issued", why=label)
    return token


def revoke_token(core: Core, token: str, *, channel: str = "system") -> None:
    """Makes a token useless at once.

    Raises:
        NotSignedIn: it is unknown or already revoked.
    """
    now = core.clock()
    with core.writes.begin() as session:
        person_id = tokens.revoke(session, token, now)
        if person_id is None:
            raise NotSignedIn("That access token is not valid.")
        _audit(session, person_id, now, channel, "token.revoked")


def revoke_all(core: Core, person_id: str, *, channel: str = "system") -> int:
    """Makes every way in useless: tokens, sessions, link codes and tied chats; how many tokens.

    Raises:
        NotFound: there is no such person.
    """
    get(core, person_id)
    now = core.clock()
    with core.writes.begin() as session:
        revoked = rows.revoke_all(session, person_id, now)
        _audit(session, person_id, now, channel, "access.revoked")
    return revoked


def set_consent(core: Core, person_id: str, transcripts: bool, *, channel: str = "system") -> None:
    """Keeps whether the person's conversations may be stored, anonymized.

    Raises:
        NotFound: there is no such person.
    """
    get(core, person_id)
    with core.writes.begin() as session:
        rows.set_consent(session, person_id, transcripts)
        action = "consent.given" if transcripts else "consent.withdrawn"
        _audit(session, person_id, core.clock(), channel, action)


def everybody(core: Core) -> list[Person]:
    """All people, by name."""
    with core.sessions() as session:
        return rows.everybody(session)


def consented(core: Core) -> set[str]:
    """Ids of the people whose conversations may be stored."""
    with core.sessions() as session:
        return rows.consented(session)


def link_code(core: Core, person_id: str, *, channel: str = "system") -> str:
    """A code that ties one chat to the person, once, within the next 15 minutes.

    Raises:
        NotFound: there is no such person.
    """
    person = get(core, person_id)
    code = "".join(secrets.choice(_CODE_LETTERS) for _ in range(_CODE_LENGTH))
    now = core.clock()
    with core.writes.begin() as session:
        rows.add_code(session, person.id, code, now, now + LINK_CODE_TTL)
        _audit(session, person.id, now, channel, "chat.code")
    return code


def link_chat(core: Core, code: str, channel: str, chat_id: str) -> Person:
    """Ties a chat to the person who was given ``code``, and uses the code up.

    Raises:
        NotSignedIn: the code is unknown, used or older than 15 minutes.
    """
    typed = "".join(letter for letter in code.upper() if letter.isalnum())
    now = core.clock()
    with core.writes.begin() as session:
        person_id = rows.use_code(session, typed, now)
        if person_id is None:
            raise NotSignedIn("That code is not valid (any more). Please get a new one.")
        rows.link_chat(session, channel, chat_id, person_id, now)
        _audit(session, person_id, now, channel, "chat.linked")
    return get(core, person_id)


def by_chat(core: Core, channel: str, chat_id: str) -> Person | None:
    """The person a chat is tied to; None when it is tied to nobody."""
    with core.sessions() as session:
        return rows.by_chat(session, channel, chat_id)


def unlink_chat(core: Core, channel: str, chat_id: str) -> None:
    """Unties a chat; does nothing when it is tied to nobody."""
    with core.writes.begin() as session:
        person_id = rows.unlink_chat(session, channel, chat_id)
        if person_id is not None:
            _audit(session, person_id, core.clock(), channel, "chat.unlinked")


def _check_timezone(timezone: str) -> None:
    try:
        ZoneInfo(timezone)
    except (LookupError, ValueError, OSError) as err:
        raise BadInput(f"{timezone!r} is not a time zone I know (like Europe/London).") from err


def _audit(
    session: Session, person_id: str, at: datetime, channel: str, action: str, *, why: str = ""
) -> None:
    audit.record(session, audit.AuditEntry(person_id, at, channel, action, person_id, why))
