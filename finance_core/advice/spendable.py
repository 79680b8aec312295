"""Safe to spend: what is left for everyday life until the next income."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal

from finance_core.errors import BadInput
from finance_core.money import Money, exponent
from finance_core.money import total as sum_of


@dataclass(frozen=True, slots=True)
class Deduction:
    """Money that is spoken for: a bill, or what a goal should get.

    Attributes:
        label: whom or what it is for.
        amount: positive.
        on: when it is due; None for what has no day.
    """

    label: str
    amount: Money
    on: date | None = None


@dataclass(frozen=True, slots=True)
class SafeToSpend:
    """What may be spent, with what it is made of.

    Attributes:
        total: balance less bills, goals and buffer, never below zero.
        missing: by how much it would be below zero; zero when it is not.
        per_day: ``total`` shared over the days until the next income, rounded down.
        bills: sum of ``bill_items``: those due before ``until``, soonest first.
        goals: sum of ``goal_items``.
        until: the day of the next income, or the last day looked at.
    """

    total: Money
    per_day: Money
    balance: Money
    bills: Money
    buffer: Money
    until: date
    goals: Money
    missing: Money
    bill_items: tuple[Deduction, ...]
    goal_items: tuple[Deduction, ...]


def safe_to_spend(
    balance: Money,
    bills: Sequence[Deduction] | Money,
    buffer: Money,
    today: date,
    until: date,
    goals: Sequence[Deduction] = (),
) -> SafeToSpend:
    """Balance − bills due before ``until`` − goals − buffer, shared over the days from ``today``.

    Args:
        balance: what is available now.
        bills: expected bills, or only their sum; of the itemised ones those that fall
            due in [today, until) count, and those without a day.
        buffer: what should always be left; not negative.
        today: the day of asking.
        until: the day of the next income; taken as tomorrow when it is not after ``today``.
        goals: what should be put aside before then.

    Raises:
        BadInput: a bill, goal or buffer is negative.
        CurrencyMismatch: not all amounts have one currency.
    """
    items = (Deduction("bills", bills),) if isinstance(bills, Money) else tuple(bills)
    if any(item.amount.minor < 0 for item in (*items, *goals)) or buffer.minor < 0:
        raise BadInput("Bills, goals and the buffer are given as positive amounts.")
    days = max((until - today).days, 1)
    due = [item for item in items if item.on is None or 0 <= (item.on - today).days < days]
    due.sort(key=lambda item: (item.on or today, item.label))
    nothing = Money.zero(balance.currency)
    owed = sum_of([item.amount for item in due], balance.currency)
    aside = sum_of([item.amount for item in goals], balance.currency)
    left = balance - owed - aside - buffer
    total = max(left, nothing)
    return SafeToSpend(
        total=total,
        per_day=_share(total, days),
        balance=balance,
        bills=owed,
        buffer=buffer,
        until=until,
        goals=aside,
        missing=max(-left, nothing),
        bill_items=tuple(due),
        goal_items=tuple(goals),
    )


def _share(total: Money, days: int) -> Money:
    places = Decimal(1).scaleb(-exponent(total.currency))
    share = (total.amount / days).quantize(places, ROUND_FLOOR)
    return Money(share, total.currency)
