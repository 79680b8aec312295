"""Safe to spend: what is left for everyday life until the next income."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from finance_core.money import Money


@dataclass(frozen=True, slots=True)
class SafeToSpend:
    """What may be spent, with what it is made of.

    Attributes:
        total: balance less bills less buffer, never below zero.
        per_day: ``total`` shared over the days until the next income.
        until: the day of the next income, or the last day looked at.
    """

    total: Money
    per_day: Money
    balance: Money
    bills: Money
    buffer: Money
    until: date


def safe_to_spend(
    balance: Money, bills: Money, buffer: Money, today: date, until: date
) -> SafeToSpend:
    """Balance − bills due before ``until`` − buffer, shared over the days from ``today`` on."""
    left = balance - bills - buffer
    total = left if left.amount > 0 else Money.zero(left.currency)
    days = max((until - today).days, 1)
    share = Money.rounded(total.amount / days, total.currency)
    return SafeToSpend(total, share, balance, bills, buffer, until)
