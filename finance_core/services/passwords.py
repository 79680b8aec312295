"""Signing in with a name and a password.

Passwords are kept as Argon2id (RFC 9106) makes them. Whether a name exists, or has a
password, makes no difference to how long an answer takes or what it says.
"""

from __future__ import annotations

import secrets
import unicodedata
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from finance_core.errors import BadInput, NotSignedIn, Refused, TooSoon
from finance_core.model import Person
from finance_core.services import devices, people
from finance_core.services.core import Core
from finance_core.services.devices import ISSUED, Device
from finance_core.store import audit
from finance_core.store import identities as rows
from finance_core.store.people import name_key

SHORTEST = 10
LONGEST = 256
"""Characters a password may have."""

RECENTLY = timedelta(minutes=10)
"""How long after signing in with a token a new password may be set without the old one."""

# 46 MiB, one pass, one lane: one of the equally strong settings that OWASP's cheat sheet
# on password storage lists. What was kept with others is made anew at the next sign-in.
_HASHER = PasswordHasher(time_cost=1, memory_cost=47_104, parallelism=1)

_FREE_BY_NAME = 5
_FREE_BY_ADDRESS = 20
_STRONG_ENOUGH = 3  # zxcvbn's "safely unguessable", of 0 to 4
_JUDGED = 72  # characters zxcvbn looks at
_WRONG = "Name or password is wrong."


def sign_in(core: Core, name: str, password: str, address: str) -> Person:
    """The person of that name, if the password is theirs.

    Args:
        core: the shared parts.
        name: as typed, in any case.
        password: as typed.
        address: where it was typed, to slow guessers down.

    Raises:
        TooSoon: too many wrong ones for this name or from this address.
        NotSignedIn: there is no such name, or the password is not theirs.
    """
    by_address, by_name = ("address", address), _by_name(name)
    _wait(core, by_address, _FREE_BY_ADDRESS)
    _wait(core, by_name, _FREE_BY_NAME)
    decoy = core.model("password decoy", lambda: _HASHER.hash(secrets.token_hex(16)))
    with core.sessions() as session:
        found = rows.password_of_name(session, name)
    right = _matches(found[1] if found else decoy, password)
    if found is None or not right:
        raise NotSignedIn(_WRONG)
    core.attempts.take_back(by_address)
    core.attempts.forget(by_name)
    person, kept = found
    if _HASHER.check_needs_rehash(kept):
        with core.writes.begin() as session:
            rows.set_password(session, person.id, _HASHER.hash(_normal(password)), core.clock())
    return person


def is_set(core: Core, person_id: str) -> bool:
    """Whether a person has a password."""
    with core.sessions() as session:
        return rows.password(session, person_id) is not None


def change(
    core: Core, device: Device, current: str | None, new: str, *, channel: str = "web"
) -> int:
    """Gives a person a new password and ends their other sessions; how many there were.

    Raises:
        BadInput: ``current`` is wrong, or ``new`` is too weak.
        TooSoon: too many wrong ones.
        Refused: nothing proves that it is the person; see `prove`.
    """
    prove(core, device, current)
    check(device.person, new)
    return _replace(core, device.person.id, new, device.id, channel)


def prove(core: Core, device: Device, current: str | None) -> None:
    """Makes sure that it is the person who is at the device, and not who found it open.

    Their password proves it, or having signed in with an access token just now; so does the
    access token itself.

    Raises:
        BadInput: ``current`` is not the password.
        TooSoon: too many wrong ones.
        Refused: neither of the proofs is there.
    """
    person = device.person
    with core.sessions() as session:
        kept = rows.password(session, person.id)
    if current is not None and kept is not None:
        _wait(core, _by_name(person.name), _FREE_BY_NAME)
        if not _matches(kept, current):
            raise BadInput("That is not your current password.")
        core.attempts.forget(_by_name(person.name))
    elif not _signed_in_just_now(core, device):
        raise Refused(
            "Please give your current password, or sign in with an access token once more."
        )


def assign(core: Core, person_id: str, new: str, *, channel: str = "system") -> int:
    """The same by whoever runs this Penny; all sessions of the person end.

    Raises:
        NotFound: there is no such person.
        BadInput: ``new`` is too weak.
    """
    check(people.get(core, person_id), new)
    return _replace(core, person_id, new, None, channel)


def generated() -> str:
    """A password that nobody can guess, of 20 characters."""
    return secrets.token_urlsafe(15)


def check(person: Person, password: str) -> None:
    """Refuses passwords that are easily guessed.

    The judgement is zxcvbn's (D. L. Wheeler, USENIX Security 2016): it knows common
    passwords, names, dates, keyboard rows, and the person's own name.

    Raises:
        BadInput: with what is wrong.
    """
    password = _normal(password)
    if len(password) < SHORTEST:
        raise BadInput(f"A password needs at least {SHORTEST} characters.")
    if len(password) > LONGEST:
        raise BadInput(f"A password has at most {LONGEST} characters.")
    if name_key(person.name) in name_key(password):
        raise BadInput("Your name is no part of a good password.")
    from zxcvbn import zxcvbn  # noqa: PLC0415 (loads its lists of words)

    own = [person.name, *person.name.split(), "penny"]
    if zxcvbn(password[:_JUDGED], user_inputs=own)["score"] < _STRONG_ENOUGH:
        raise BadInput("That password is easily guessed. Longer, or less usual words, would help.")


def _signed_in_just_now(core: Core, device: Device) -> bool:
    if device.opened_by == ISSUED:
        return True
    return device.opened_by == "token" and core.clock() - device.opened_at <= RECENTLY


def _replace(core: Core, person_id: str, new: str, keep: str | None, channel: str) -> int:
    hashed = _HASHER.hash(_normal(new))
    now = core.clock()
    with core.writes.begin() as session:
        rows.set_password(session, person_id, hashed, now)
        ended = devices.end_sessions_in(session, person_id, keep, now)
        entry = audit.AuditEntry(
            person_id, now, channel, "password.set", person_id, details={"sessions_ended": ended}
        )
        audit.record(session, entry)
    return ended


def _matches(kept: str, password: str) -> bool:
    try:
        return _HASHER.verify(kept, _normal(password))
    except VerificationError:
        return False


def _normal(password: str) -> str:
    """The same text however a keyboard composes it (NIST SP 800-63B, 5.1.1.2)."""
    return unicodedata.normalize("NFKC", password)


def _by_name(name: str) -> tuple[str, str]:
    return "name", name_key(name)[:LONGEST]


def _wait(core: Core, key: tuple[str, str], free: int) -> None:
    if seconds := core.attempts.wait(key, free):
        raise TooSoon(seconds)
