"""The plain values of the sandbox bank. Amounts are whole minor units, inflow positive."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from hashlib import blake2s

from finance_core.model import AccountKind
from finance_core.money import Money


class State(StrEnum):
    """Where a row stands. Scheduled rows are known to the bank but not shown yet."""

    SCHEDULED = "scheduled"
    PENDING = "pending"
    BOOKED = "booked"


class Fate(StrEnum):
    """What becomes of a waiting row on its due day.

    POST: booked under a new id that names the old one. KEEP: booked under the same id.
    VANISH: withdrawn.
    """

    POST = "post"
    KEEP = "keep"
    VANISH = "vanish"


@dataclass(frozen=True, slots=True)
class Household:
    """One customer of the bank. ``today``: set for a household that is read from a file."""

    name: str
    title: str
    currency: str
    institution_id: str
    institution: str
    today: date | None = None


@dataclass(frozen=True, slots=True)
class BankAccount:
    """An account. ``limit``: how far below zero it may go (overdraft, credit line)."""

    id: str
    household: str
    name: str
    kind: AccountKind
    currency: str
    opening: int
    limit: int = 0

    @property
    def mask(self) -> str:
        """Last four digits of its number."""
        return f"{int(digest(self.id), 16) % 10_000:04d}"

    def text(self, minor: int) -> str:
        """An amount of this account as a signed decimal."""
        return str(Money.from_minor(minor, self.currency).amount)


@dataclass(frozen=True, slots=True)
class Row:
    """One movement of one account.

    Attributes:
        day: booking day; for a pending row the day it was made.
        made_on: the day of the purchase.
        category: the bank's own category, in Plaid's detailed terms where it has one.
        due: when a waiting row meets its fate; ``final``: its amount then, if another.
        pending_id: id it had while it was pending.
    """

    id: str
    account_id: str
    day: date
    amount: int
    description: str
    made_on: date
    merchant: str | None = None
    category: str | None = None
    mcc: str | None = None
    state: State = State.BOOKED
    due: date | None = None
    fate: Fate | None = None
    final: int | None = None
    pending_id: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to a row. ``kind``: ``added``, ``modified`` or ``removed``."""

    kind: str
    row: Row


@dataclass(frozen=True, slots=True)
class Balance:
    """Booked balance, and what waits to be booked; minor units."""

    booked: int
    pending: int


def digest(*parts: object) -> str:
    """A short stable id of ``parts``."""
    return blake2s("\x1f".join(map(str, parts)).encode(), digest_size=12).hexdigest()


def account_id(household: str, key: str) -> str:
    """Id of a household's account."""
    return f"{household}-{key}"


def settle(row: Row, day: date) -> list[Change]:
    """What becomes of a waiting row on ``day``, by its fate."""
    if row.fate is Fate.VANISH:
        return [Change("removed", row)]
    booked = replace(
        row,
        day=day,
        amount=row.amount if row.final is None else row.final,
        state=State.BOOKED,
        due=None,
        fate=None,
        final=None,
    )
    if row.fate is Fate.POST:
        posted = replace(booked, id=digest(row.id, "posted"), pending_id=row.id)
        return [Change("removed", row), Change("added", posted)]
    return [Change("modified" if row.state is State.PENDING else "added", booked)]
