"""What may be worth a look in how money was spent, from figures that other parts have found."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from finance_core.advice import figures
from finance_core.advice.budgets import BudgetStatus
from finance_core.advice.insights import Insight, InsightKind
from finance_core.model import Period, Transaction
from finance_core.money import Money, total

_YEAR = timedelta(days=365)
_NEWS_FOR = timedelta(days=62)
_DRIFT = Decimal("0.05")  # of a budget; less is rounding
_SORTS = (
    ("overdraft", r"\boverdr\w+|\bod (?:fee|usage)\b|\binsufficient|\bnsf\b|\bunpaid\b|\bsanction",
     "Ask me before bills fall due how low your balance will get, and move money in time."),
    ("foreign", r"\bforeign|\bfx\b|\bnon-?sterling|\bcurrency|\bcross.?border|\bintl\b",
     "A card without foreign fees, or paying in the local currency, avoids it."),
    ("cash", r"\batm\b|\bcash\b|\bwithdrawal",
     "Machines of your own bank, or cash back in a shop, usually cost nothing."),
    ("late", r"\blate\b|\bmissed\b|\breturned\b",
     "A payment scheduled ahead of the due day avoids it: say “schedule a payment”."),
    ("account", r"\baccount\b|\bmonthly\b|\bmaintenance\b|\bservice\b|\bstatement\b|\bcard fee\b",
     "Many banks have an account without it, or drop it when asked."),
)  # fmt: skip
_ANY_FEE = ("bank", "It is worth asking the bank whether it can be dropped.")


@dataclass(frozen=True, slots=True)
class Odd:
    """A payment far above the usual, as ``enrich/unusual.py`` found it.

    Attributes:
        usual: the middle of ``count`` earlier payments it was held against.
        against: what these were: ``merchant``, ``new_merchant`` (all everyday ones) or
            ``category``.
        regular: whether it is one of a recurring stream.
    """

    row: Transaction
    usual: Money
    count: int
    against: str
    regular: bool = False


_SURE_ODD = {"merchant": 0.5, "category": 0.4, "new_merchant": 0.4}


def odd_payment(odd: Odd, category: str) -> Insight:
    """A payment, or a regular bill, that is far above the usual; ``category`` is its name."""
    row, paid = odd.row, -odd.row.amount
    kind = InsightKind.LARGER_BILL if odd.regular else InsightKind.UNUSUAL_PAYMENT
    times = f"the middle of {odd.count} earlier payments"
    against = {
        "merchant": f"you usually pay {odd.usual} there, {times}",
        "new_merchant": f"your first payment there, and {odd.usual} is {times}",
        "category": f"{odd.usual} is usual for {category.lower()}, {times}",
    }[odd.against]
    head = f"{row.merchant} took {paid} on {figures.said(row.posted_on)}"
    step = "Check the bill, and ask there why." if odd.regular else "If you don't know it, check."
    return Insight(
        f"{kind.value} {row.id}",
        kind,
        row.merchant,
        paid - odd.usual,
        0.6 if odd.regular else _SURE_ODD[odd.against],
        0.0,
        row.posted_on,
        f"{head}: {against}.",
        step,
        (
            figures.money("amount", paid, row.merchant),
            figures.money("usual", odd.usual, row.merchant),
            figures.count("compared", odd.count, row.merchant),
            figures.day("day", row.posted_on, row.merchant),
        ),
        (row.id,),
    )


def fees(rows: Iterable[Transaction], today: date) -> list[Insight]:
    """Bank fees of the last year by sort, where the newest is news; each with a way around it.

    Args:
        rows: bank fees; those outside the year up to ``today`` are ignored.
        today: the day it is.
    """
    groups: defaultdict[tuple[str, str, str], list[Transaction]] = defaultdict(list)
    for row in rows:
        if timedelta(0) <= today - row.posted_on <= _YEAR and row.amount.amount < 0:
            groups[(*_sort(row), row.amount.currency)].append(row)
    return [
        _fees(sort, step, sorted(some, key=lambda row: (row.posted_on, row.id)))
        for (sort, step, _), some in groups.items()
        if today - max(row.posted_on for row in some) <= _NEWS_FOR
    ]


def _fees(sort: str, step: str, rows: Sequence[Transaction]) -> Insight:
    last, paid = rows[-1], -total([row.amount for row in rows], rows[0].amount.currency)
    name = {"bank": "bank fees", "cash": "cash machine fees"}.get(sort, f"{sort} fees")
    one = f"{last.merchant} charged {-last.amount} on {figures.said(last.posted_on)}."
    several = len(rows) > 1
    more = f" With it you paid {paid} in {name} in a year, {len(rows)} times." if several else ""
    facts = [
        figures.money("amount", -last.amount, last.merchant),
        figures.day("day", last.posted_on, None),
    ]
    if several:
        facts += [
            figures.money("fees_in_year", paid, name),
            figures.count("times", len(rows), name),
        ]
    return Insight(
        f"{InsightKind.FEE.value} {sort} {last.id}",
        InsightKind.FEE,
        last.merchant,
        paid,
        0.8 if several else 0.5,
        0.0,
        last.posted_on,
        f"{one}{more}",
        step,
        tuple(facts),
        tuple(row.id for row in rows),
    )


def _sort(row: Transaction) -> tuple[str, str]:
    text = f"{row.merchant} {row.description}".lower()
    return next(
        ((sort, step) for sort, said, step in _SORTS if re.search(said, text)),
        _ANY_FEE,
    )


def budget_drift(category: str, name: str, month: Period, status: BudgetStatus) -> Insight | None:
    """A budget that is spent already, or will be before the month ends."""
    if status.over_by.amount <= status.budget.amount * _DRIFT or status.days_left == 0:
        return None
    spent = f"You have spent {status.spent} of the {status.budget} for {name.lower()}"
    facts = [
        figures.money("spent", status.spent, name),
        figures.money("budget", status.budget, name),
    ]
    over = status.left.amount < 0
    if not over and status.expected:
        spent += f", and would be at {status.expected} by the end of the month"
        facts.append(figures.money("expected", status.expected, name))
    facts.append(figures.money("over_by", status.over_by, name))
    step = "Nothing is left for this month."
    if status.per_day and status.per_day.amount > 0:
        step = f"{status.per_day} a day would keep you within it."
        facts.append(figures.money("per_day", status.per_day, name))
    elapsed = 1 - status.days_left / month.days
    return Insight(
        f"{InsightKind.BUDGET_DRIFT.value} {category} {month.start}",
        InsightKind.BUDGET_DRIFT,
        name,
        status.over_by,
        0.9 if over else round(0.4 + 0.4 * elapsed, 3),
        0.0,
        month.end,
        f"{spent}, {status.over_by} too much.",
        step,
        tuple(facts),
    )


def spending_up(
    name: str,
    period: Period,
    spent: Money,
    usual: Money,
    months: int,
    why: tuple[str, Money] | None,
) -> Insight:
    """A category that costs far more than it usually does by this day.

    Args:
        name: of the category.
        period: the days looked at.
        spent: what it cost in them.
        usual: the middle of the same days of ``months`` earlier months.
        months: how many.
        why: the merchant that adds most to it, and how much more than the month before.
    """
    reason = (
        f"{name} has come to {spent} since {figures.said(period.start)}; the same days of "
        f"{months} earlier months came to {usual} in the middle."
    )
    facts = [
        figures.money("high", spent, name),
        figures.money("usual", usual, name),
        figures.count("compared", months, name),
        figures.day("since", period.start, name),
    ]
    if why and why[1].amount > 0:
        reason += f" {why[0]} adds most: {why[1]} more than a month before."
        facts.append(figures.money("change", why[1], why[0]))
    return Insight(
        f"{InsightKind.SPENDING_UP.value} {name} {period.start}",
        InsightKind.SPENDING_UP,
        name,
        spent - usual,
        0.5,
        0.0,
        period.end,
        reason,
        f"A budget would keep an eye on it: say “set a budget for {name.lower()}”.",
        tuple(facts),
    )
