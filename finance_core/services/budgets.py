"""Budgets by category and month: how they go, and what would be a sensible one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from finance_core.advice import budgets as advice
from finance_core.advice.budgets import BudgetStatus, Per, Suggestion, a_month
from finance_core.model import Period
from finance_core.money import Money
from finance_core.services import movements, spending
from finance_core.services.core import Core
from finance_core.store import budgets

__all__ = [
    "EVERYTHING",
    "BudgetReport",
    "BudgetStatus",
    "Per",
    "Suggestion",
    "a_month",
    "check",
    "first_suggestion",
    "of_person",
    "spent",
    "suggest",
]

EVERYTHING = "everything"
"""Stands in a category's place for a budget of all spending."""

_MONTHS = 3  # looked back for what is usual
_EVERYDAY = ("groceries", "dining", "transport", "fuel", "shopping", "entertainment")


@dataclass(frozen=True, slots=True)
class BudgetReport:
    """One budget in one month.

    Attributes:
        category: its code, or :data:`EVERYTHING`.
        elsewhere: what was spent on it in other currencies, which no budget can count.
    """

    category: str
    month: Period
    status: BudgetStatus
    elsewhere: tuple[Money, ...]


def of_person(core: Core, person_id: str) -> dict[str, Money]:
    """What was set for a month, by category code."""
    with core.sessions() as session:
        return budgets.of_person(session, person_id)


def check(
    core: Core, person_id: str, today: date, month: Period, categories: Collection[str] = ()
) -> tuple[BudgetReport, ...]:
    """How the budgets of ``categories`` (empty: all) stand in a month, on ``today``.

    Args:
        core: the finance core.
        person_id: whose.
        today: the day of asking.
        month: a whole calendar month that has begun; past ones are held against the
            budgets of today.
        categories: codes to look at.

    Raises:
        BadInput: the month has not begun.
    """
    known = of_person(core, person_id)
    wanted = {
        code: amount for code, amount in known.items() if not categories or code in categories
    }
    return tuple(
        _report(core, person_id, today, month, code, amount) for code, amount in wanted.items()
    )


def _report(
    core: Core, person_id: str, today: date, month: Period, category: str, budget: Money
) -> BudgetReport:
    until = min(today, month.end)
    parts = spent(core, person_id, Period(month.start, max(until, month.start)), category)
    nothing = Money.zero(budget.currency)
    rests = [
        spent(core, person_id, rest, category).get(budget.currency, nothing) if rest else nothing
        for rest in _rests(core, person_id, today)
    ]
    rest = advice.middle(rests)
    here = parts.get(budget.currency, nothing)
    elsewhere = tuple(amount for code, amount in parts.items() if code != budget.currency)
    return BudgetReport(category, month, advice.status(budget, here, month, today, rest), elsewhere)


def spent(core: Core, person_id: str, period: Period, category: str) -> dict[str, Money]:
    """What went out for a category less what was refunded, by currency."""
    codes = () if category == EVERYTHING else (category,)
    found = spending.report(core, person_id, period, categories=codes)
    return {report.total.currency: report.total for report in found}


def suggest(
    core: Core, person_id: str, today: date, category: str, currency: str
) -> Suggestion | None:
    """A budget from the last whole months that are known; None when nothing was spent."""
    months = _last_months(core, person_id, today)
    nothing = Money.zero(currency)
    amounts = [spent(core, person_id, m, category).get(currency, nothing) for m in months]
    return advice.suggestion(amounts)


def first_suggestion(
    core: Core, person_id: str, today: date, currency: str
) -> tuple[str, Suggestion] | None:
    """The everyday category that a usual month costs most in, with a budget for it."""
    found = [(code, suggest(core, person_id, today, code, currency)) for code in _EVERYDAY]
    known = [(code, suggestion) for code, suggestion in found if suggestion]
    return max(known, key=lambda entry: entry[1].median.minor, default=None)


def _last_months(core: Core, person_id: str, today: date) -> list[Period]:
    """The last whole months, newest first, as far as the ledger knows them whole."""
    rows = movements.everything(core, person_id)
    if not rows:
        return []
    this = today.replace(day=1)
    starts = [this - relativedelta(months=back) for back in range(1, _MONTHS + 1)]
    return [
        Period(start, start + relativedelta(months=1, days=-1))
        for start in starts
        if rows[0].posted_on <= start
    ]


def _rests(core: Core, person_id: str, today: date) -> list[Period | None]:
    """What came after today's day of the month in the last months; None where nothing did."""
    found: list[Period | None] = []
    for month in _last_months(core, person_id, today):
        start = month.start + timedelta(days=today.day)
        found.append(Period(start, month.end) if start <= month.end else None)
    return found
