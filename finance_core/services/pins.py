"""The PIN that is said before something is written by voice.

A voice can be anybody's, so on a spoken channel a yes counts only with the PIN. The rule is
kept where writes happen: whoever carries one out calls `require`, which refuses when the
turn under way was said aloud (`spoken`) and not proven by the PIN. A channel that was
refused asks for the PIN, has it checked (`check`), and says the same words again as proven.

A PIN is short, so tries are counted before they are looked at, pauses grow with them, and
what is kept is a slow digest (argon2id, RFC 9106) sealed with the key of the vault.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy.orm import Session

from finance_core.errors import BadInput, Refused
from finance_core.services import people
from finance_core.services.core import Core
from finance_core.store import audit
from finance_core.store import pins as rows

SPOKEN = frozenset({"alexa", "twilio", "voice"})
"""Channels on which anybody in the room could be speaking."""

NEEDED = "pin_needed"
"""Name of the fact that a refused reply carries, for the channel."""

FREE_TRIES = 3
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=24)

_FORM = re.compile(r"[0-9]{4,8}")
_COMMON = frozenset({"1004", "1010", "1122", "1313", "1342", "2001", "2580", "5683", "6969",
                     "0852", "147258", "159753", "112233", "102030", "123321"})  # fmt: skip
_ASK = "I need your PIN for that. Nothing has happened yet."
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)  # OWASP's least
_unproven: ContextVar[bool] = ContextVar("unproven", default=False)


class NeedsPin(Refused):
    """A write on a spoken channel that the PIN has not been given for."""


class Verdict(StrEnum):
    """What came of a try."""

    RIGHT = "right"
    WRONG = "wrong"
    LOCKED = "locked"
    NOT_SET = "not set"


@dataclass(frozen=True, slots=True)
class Checked:
    """A try of the PIN.

    Attributes:
        verdict: what came of it.
        tries_left: how many may follow at once; 0 when there is a pause now.
        until: when the pause ends.
    """

    verdict: Verdict
    tries_left: int = 0
    until: datetime | None = None


def put(core: Core, person_id: str, pin: str, *, channel: str) -> None:
    """Sets a person's PIN; an earlier one and its pauses are gone.

    Raises:
        BadInput: not 4 to 8 digits, too easy, or asked for by voice.
        NotFound: there is no such person.
    """
    if channel in SPOKEN:
        raise BadInput("A PIN is never set by voice. Please set it on Penny's web page.")
    if not _FORM.fullmatch(pin):
        raise BadInput("A PIN is 4 to 8 digits.")
    if is_weak(pin):
        raise BadInput("That PIN is too easy to guess. Please choose another one.")
    people.get(core, person_id)
    sealed = core.vault.seal(_hasher.hash(pin))
    now = core.clock()
    with core.writes.begin() as session:
        rows.put(session, person_id, sealed, now)
        _audit(session, person_id, now, channel, "pin.set")


def drop(core: Core, person_id: str, *, channel: str) -> bool:
    """Takes a person's PIN away; False when there was none."""
    now = core.clock()
    with core.writes.begin() as session:
        gone = rows.drop(session, person_id)
        if gone:
            _audit(session, person_id, now, channel, "pin.dropped")
    return gone


def is_set(core: Core, person_id: str) -> bool:
    """Whether a person has a PIN."""
    with core.sessions() as session:
        return rows.of_person(session, person_id) is not None


def is_weak(pin: str) -> bool:
    """Whether a PIN is among the first that anybody would try.

    One digit, steps up or down, a part repeated, a year of the last or this century, or one
    of those that most leaked lists begin with.
    """
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    year = len(pin) == 4 and pin[:2] in ("19", "20")
    repeats = any(
        len(pin) % size == 0 and pin == pin[:size] * (len(pin) // size)
        for size in range(1, len(pin) // 2 + 1)
    )
    return len(steps) == 1 or repeats or year or pin in _COMMON


def check(core: Core, person_id: str, pin: str, *, channel: str) -> Checked:
    """Checks a PIN; the try is counted before it is looked at, so no number of them at once helps.

    From the third wrong try in a row on, each is followed by a pause, twice as long as the
    one before.
    """
    now = core.clock()
    with core.writes.begin() as session:
        stored = rows.of_person(session, person_id, locked=True)
        if stored is None:
            return Checked(Verdict.NOT_SET)
        if stored.locked_until and stored.locked_until > now:
            return Checked(Verdict.LOCKED, until=stored.locked_until)
        tries = stored.tries + 1
        until = now + _pause(tries) if tries >= FREE_TRIES else None
        rows.count(session, person_id, tries, until)
    right = _matches(core, stored.sealed, pin)
    with core.writes.begin() as session:
        if right:
            rows.count(session, person_id, 0, None)
        _audit(session, person_id, now, channel, "pin.right" if right else "pin.wrong")
    if right:
        return Checked(Verdict.RIGHT)
    return Checked(Verdict.WRONG, max(0, FREE_TRIES - tries), until)


@contextmanager
def spoken(channel: str, *, proven: bool) -> Iterator[None]:
    """A turn of ``channel``: within it, nothing is written by voice unless it is ``proven``."""
    before = _unproven.set(channel in SPOKEN and not proven)
    try:
        yield
    finally:
        _unproven.reset(before)


def require() -> None:
    """Called by every service right before it carries out what a person said yes to.

    Raises:
        NeedsPin: it was said aloud, without the PIN.
    """
    if _unproven.get():
        raise NeedsPin(_ASK)


def _pause(tries: int) -> timedelta:
    times = 2 ** min(tries - FREE_TRIES, 16)  # that many minutes are far beyond the longest
    return min(FIRST_PAUSE * int(times), LONGEST_PAUSE)


def _matches(core: Core, sealed: bytes, pin: str) -> bool:
    try:
        return _hasher.verify(core.vault.open(sealed), pin)
    except VerificationError:
        return False


def _audit(session: Session, person_id: str, at: datetime, channel: str, action: str) -> None:
    audit.record(session, audit.AuditEntry(person_id, at, channel, action, person_id))
