"""What is left to spend before the next income."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from finance_core.errors import BadInput
from finance_core.money import Money, exponent, total


@dataclass(frozen=True, slots=True)
class Deduction:
    """Money that is spoken for: a bill or a goal's share.

    Attributes:
        label: whom or what it is for.
        amount: positive.
        on: when it is due; None for what has no day (a goal).
    """

    label: str
    amount: Money
    on: date | None = None


@dataclass(frozen=True, slots=True)
class SafeToSpend:
    """Available money after everything that is spoken for.

    Attributes:
        amount: available − bills − goals − buffer; negative when short.
        per_day: ``amount`` spread over ``days``, rounded down, never negative.
        until: the day before which it has to last (the next income).
        days: days from today to the day before ``until``, at least 1.
        bills: those due from today until before ``until``, soonest first.
    """

    amount: Money
    per_day: Money
    available: Money
    bills: tuple[Deduction, ...]
    goals: tuple[Deduction, ...]
    buffer: Money
    until: date
    days: int


def safe_to_spend(
    available: Money,
    bills: Sequence[Deduction],
    goals: Sequence[Deduction],
    buffer: Money,
    today: date,
    until: date,
) -> SafeToSpend:
    """Available − bills due before ``until`` − goals − buffer, itemised.

    Args:
        available: what the accounts hold now.
        bills: expected bills; those due outside [today, until) are not counted,
            those without a day are.
        goals: what should be put aside before ``until``.
        buffer: what should always be left; not negative.
        today: the day of asking; ``until`` must lie after it.
        until: day of the next income.

    Raises:
        BadInput: ``until`` is not after ``today``, or a deduction is negative.
        CurrencyMismatch: not all amounts have one currency.
    """
    if until <= today:
        raise BadInput("The next income has to lie after today.")
    if any(d.amount.minor < 0 for d in (*bills, *goals)) or buffer.minor < 0:
        raise BadInput("Bills, goals and the buffer are given as positive amounts.")
    due = [b for b in bills if b.on is None or today <= b.on < until]
    due.sort(key=lambda b: (b.on or today, b.label))
    spoken_for = total([d.amount for d in (*due, *goals)], available.currency) + buffer
    amount = available - spoken_for
    days = (until - today).days
    daily = max(amount.minor, 0) // days
    return SafeToSpend(
        amount=amount,
        per_day=Money.from_minor(_whole_if_coarse(daily, available.currency), available.currency),
        available=available,
        bills=tuple(due),
        goals=tuple(goals),
        buffer=buffer,
        until=until,
        days=days,
    )


def _whole_if_coarse(minor: int, currency: str) -> int:
    """Rounds down to whole units once there are a hundred of them: cents would be noise."""
    unit = int(10 ** exponent(currency))
    return minor - minor % unit if minor >= 100 * unit else minor
