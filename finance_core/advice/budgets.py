"""Budgets: how a month goes against what was meant to be spent in it. Pure arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from statistics import median
from typing import Literal

from finance_core.errors import BadInput
from finance_core.model import Period
from finance_core.money import Money, exponent, total

Per = Literal["day", "week", "fortnight", "month", "quarter", "year"]

_A_YEAR = {"day": 365, "week": 52, "fortnight": 26, "month": 12, "quarter": 4, "year": 1}
_ROUND_DIGITS = 2  # a suggested budget is a round figure: 158.24 becomes 160


@dataclass(frozen=True, slots=True)
class BudgetStatus:
    """One budget in one month.

    Attributes:
        left: what is left of it; negative when more was spent.
        share: what was spent, as a share of the budget (0.5 is half).
        days_left: days of the month after today; 0 when it is over.
        expected: what will have been spent at its end; None when it is over.
        over_by: how much ``expected`` (or, at the end, ``spent``) is above the budget; zero
            when it is not.
        per_day: what may be spent on each of the days left, rounded down; None without any.
    """

    budget: Money
    spent: Money
    left: Money
    share: Decimal
    days_left: int
    expected: Money | None
    over_by: Money
    per_day: Money | None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A budget drawn from the past: the median of ``months`` months, and it rounded up."""

    median: Money
    amount: Money
    months: int


def status(
    budget: Money, spent: Money, month: Period, today: date, usual_rest: Money | None = None
) -> BudgetStatus:
    """How ``budget`` stands on ``today``.

    The month's end is expected to add what the rest of a month usually costs. Without
    that, spending is carried on at the month's own pace so far.

    Args:
        budget: for the month, more than zero.
        spent: in the month up to ``today``; negative when more came back.
        month: the whole calendar month.
        today: within the month or after it.
        usual_rest: what is usually spent from the day after today to a month's end.

    Raises:
        BadInput: the budget is not positive, or the month has not begun.
        CurrencyMismatch: the amounts are not of one currency.
    """
    if budget.minor <= 0:
        raise BadInput("A budget has to be more than zero.")
    if today < month.start:
        raise BadInput(f"{month.start:%B %Y} has not begun yet.")
    left, nothing = budget - spent, Money.zero(budget.currency)
    days_left = max((month.end - today).days, 0)
    expected = _expected(spent, month, days_left, usual_rest) if today <= month.end else None
    over = (spent if expected is None else max(expected, spent)) - budget
    return BudgetStatus(
        budget=budget,
        spent=spent,
        left=left,
        share=spent.amount / budget.amount,
        days_left=days_left,
        expected=expected,
        over_by=max(over, nothing),
        per_day=_rounded(max(left, nothing).amount / days_left, budget.currency, ROUND_FLOOR)
        if days_left
        else None,
    )


def _expected(spent: Money, month: Period, days_left: int, usual_rest: Money | None) -> Money:
    if usual_rest is not None:
        return spent + usual_rest
    return Money.rounded(spent.amount * month.days / (month.days - days_left), spent.currency)


def middle(amounts: Sequence[Money]) -> Money | None:
    """The median of amounts of one currency; None when there are none."""
    if not amounts:
        return None
    currency = amounts[0].currency
    total(amounts, currency)  # refuses two currencies
    return Money.rounded(median(amount.amount for amount in amounts), currency)


def suggestion(months: Sequence[Money]) -> Suggestion | None:
    """A round budget for what was spent in each of some months; None when that is nothing.

    The median is rounded up to two significant digits, so that a usual month fits in.
    """
    usual = middle(months)
    if usual is None or usual.minor <= 0:
        return None
    step = Decimal(1).scaleb(max(usual.amount.adjusted() - _ROUND_DIGITS + 1, 0))
    amount = (usual.amount / step).to_integral_value(ROUND_CEILING) * step
    return Suggestion(usual, Money.of(amount, usual.currency), len(months))


def a_month(amount: Money, per: Per) -> Money:
    """What ``amount`` a week, year, … comes to in a month: a twelfth of a year's worth."""
    return Money.rounded(amount.amount * _A_YEAR[per] / 12, amount.currency)


def _rounded(amount: Decimal, currency: str, way: str) -> Money:
    return Money(amount.quantize(Decimal(1).scaleb(-exponent(currency)), way), currency)
