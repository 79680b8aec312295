"""What a person wants to be told unasked, and when they want to be left alone.

The choices are kept here; nothing is sent from here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import time
from typing import Any

from finance_core.errors import BadInput
from finance_core.money import Money
from finance_core.services import people
from finance_core.services.core import Core
from finance_core.store import notifications as rows

KIND = "notifications.set"
"""The kind of change that keeps new choices; see ``services/changes.py``."""

BILLS = "bills_due"
LOW_BALANCE = "low_balance"
LARGE_PAYMENT = "large_payment"
WEEKLY = "weekly_summary"
SAVINGS = "savings"
NUDGES = (BILLS, LOW_BALANCE, LARGE_PAYMENT, WEEKLY, SAVINGS)
"""Every sort of message Penny may start, in the order they are listed."""


@dataclass(frozen=True, slots=True)
class Choices:
    """A person's choices; until they make some, everything is off.

    Attributes:
        on: the nudges wanted, some of ``NUDGES``.
        low_balance: tell when an account goes below it; None leaves it to Penny.
        large_payment: tell of payments above it; None leaves it to Penny.
        quiet: from when until when nothing is sent, in the person's time zone.
    """

    on: frozenset[str] = frozenset()
    low_balance: Money | None = None
    large_payment: Money | None = None
    quiet: tuple[time, time] | None = None

    def turned(self, names: Iterable[str], *, on: bool) -> Choices:
        """The choices with some nudges turned on or off."""
        return replace(self, on=self.on | set(names) if on else self.on - set(names))


def of_person(core: Core, person_id: str) -> Choices:
    """A person's choices."""
    with core.sessions() as session:
        found = rows.of_person(session, person_id)
    return _read(found or {}, people.get(core, person_id).currency)


def payload(core: Core, person_id: str, choices: Choices) -> dict[str, Any]:
    """The payload of the change that keeps ``choices``.

    Raises:
        BadInput: an amount that is not positive or not in the person's currency, an unknown
            nudge, or quiet hours that begin when they end.
    """
    currency = people.get(core, person_id).currency
    for amount in (choices.low_balance, choices.large_payment):
        if amount is not None and amount.currency != currency:
            raise BadInput(f"I can only watch for amounts in {currency}.")
        if amount is not None and amount.amount <= 0:
            raise BadInput("I can only watch for an amount of more than zero.")
    unknown = choices.on - set(NUDGES)
    if unknown:
        raise BadInput(f"I don't know the message {sorted(unknown)[0]}.")
    if choices.quiet and choices.quiet[0] == choices.quiet[1]:
        raise BadInput("Quiet hours have to end at another time than they begin.")
    return {
        "choices": {
            "kinds": [name for name in NUDGES if name in choices.on],
            "low_balance_minor": choices.low_balance.minor if choices.low_balance else None,
            "large_payment_minor": choices.large_payment.minor if choices.large_payment else None,
            "quiet": [f"{moment:%H:%M}" for moment in choices.quiet] if choices.quiet else None,
        }
    }


def _read(found: Mapping[str, Any], currency: str) -> Choices:
    low, large = found.get("low_balance_minor"), found.get("large_payment_minor")
    quiet = found.get("quiet")
    return Choices(
        on=frozenset(found.get("kinds") or ()),
        low_balance=None if low is None else Money.from_minor(low, currency),
        large_payment=None if large is None else Money.from_minor(large, currency),
        quiet=(time.fromisoformat(quiet[0]), time.fromisoformat(quiet[1])) if quiet else None,
    )
