"""The errors Penny raises, one small tree.

    PennyError                      something a person can be told about
    ├── BadInput                    what was given cannot be used; ask again
    │   └── CurrencyMismatch        two currencies met in one sum
    ├── NotFound                    no such thing, or not this person's
    ├── NotSignedIn                 no valid token, code or link
    │   └── TooSoon                 too many wrong ones; worth trying after a pause
    ├── NotEnoughData               the history does not allow an answer yet
    ├── Refused                     a write that must not happen (guard, state, expiry)
    └── BankError                   the bank could not be used
        ├── BankUnavailable         down, slow or rate-limited; worth trying later
        ├── BankConsentExpired      the person has to connect the bank again
        └── BankRejected            the bank said no to this request

``str(error)`` is always a plain sentence that may be shown to the person: no
secret, no library wording. The cause travels as ``__cause__`` into the log.
"""

from __future__ import annotations

import math


class PennyError(Exception):
    """Base of everything Penny raises on purpose."""


class BadInput(PennyError, ValueError):
    """What was given cannot be used; the message says what is wrong with it."""


class CurrencyMismatch(BadInput):
    """Two amounts of different currencies met in one calculation."""


class NotFound(PennyError, LookupError):
    """There is no such thing, or it belongs to somebody else."""


class NotSignedIn(PennyError):
    """The token, code or link given is not valid."""


class TooSoon(NotSignedIn):
    """Too many wrong passwords or codes were tried.

    Attributes:
        seconds: how long nothing will be tried.
    """

    def __init__(self, seconds: float) -> None:
        minutes = math.ceil(seconds / 60)
        pause = f"{minutes} minutes" if seconds > 90 else f"{math.ceil(seconds)} seconds"
        super().__init__(f"That went wrong too often. Please try again in {pause}.")
        self.seconds = seconds


class NotEnoughData(PennyError):
    """The history is too short or too thin; the message says what is missing."""


class Refused(PennyError):
    """A write that must not happen: already done, expired, or unsafe."""


class BankError(PennyError):
    """The bank could not be used."""


class BankUnavailable(BankError):
    """The bank is down, slow or rate-limiting; trying later may help."""


class BankConsentExpired(BankError):
    """The bank wants the person to sign in and agree again."""


class BankRejected(BankError):
    """The bank understood the request and refused it."""
