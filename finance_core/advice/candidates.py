"""What may be worth doing, worked out from figures that other parts have found."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from finance_core.advice.budgets import BudgetStatus
from finance_core.advice.insights import Insight, InsightKind
from finance_core.model import BalanceForecast, Fact, Period, Transaction
from finance_core.money import Money, total

LEAN = 0.05
"""The chance that a balance falls below the lean case of its forecast."""

_YEAR = timedelta(days=365)
_NEWS_FOR = timedelta(days=62)
_TOLD_LOW = 0.1  # a chance below zero worth speaking of
_ASSUMED_RATE = Decimal("0.01")  # a year, for the order alone where no interest was ever seen
_LEAST_IDLE = Decimal("0.5")  # of a usual month; less is not worth moving
_BPS = Decimal(10_000)
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
    head = f"{row.merchant} took {paid} on {_said(row.posted_on)}"
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
            _money("amount", paid, row.merchant),
            _money("usual", odd.usual, row.merchant),
            _count("compared", odd.count, row.merchant),
            _day("day", row.posted_on, row.merchant),
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
    one = f"{last.merchant} charged {-last.amount} on {_said(last.posted_on)}."
    several = len(rows) > 1
    more = f" With it you paid {paid} in {name} in a year, {len(rows)} times." if several else ""
    facts = [_money("amount", -last.amount, last.merchant), _day("day", last.posted_on, None)]
    if several:
        facts += [_money("fees_in_year", paid, name), _count("times", len(rows), name)]
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
    facts = [_money("spent", status.spent, name), _money("budget", status.budget, name)]
    over = status.left.amount < 0
    if not over and status.expected:
        spent += f", and would be at {status.expected} by the end of the month"
        facts.append(_money("expected", status.expected, name))
    facts.append(_money("over_by", status.over_by, name))
    step = "Nothing is left for this month."
    if status.per_day and status.per_day.amount > 0:
        step = f"{status.per_day} a day would keep you within it."
        facts.append(_money("per_day", status.per_day, name))
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
        f"{name} has come to {spent} since {_said(period.start)}; the same days of "
        f"{months} earlier months came to {usual} in the middle."
    )
    facts = [
        _money("high", spent, name),
        _money("usual", usual, name),
        _count("compared", months, name),
        _day("since", period.start, name),
    ]
    if why and why[1].amount > 0:
        reason += f" {why[0]} adds most: {why[1]} more than a month before."
        facts.append(_money("change", why[1], why[0]))
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


def low_point(name: str, forecast: BalanceForecast) -> Insight | None:
    """A balance that may go below zero before the next income."""
    chance = _chance_below_zero(forecast)
    if chance < _TOLD_LOW:
        return None
    lean, day = forecast.low_point_q05, forecast.low_point_on
    share = round(chance * 100)
    return Insight(
        f"{InsightKind.LOW_POINT.value} {name} {day:%Y-%m}",
        InsightKind.LOW_POINT,
        name,
        -lean,
        round(chance, 3),
        0.0,
        day,
        f"{name} may go below zero around {_said(day)}: the chance is about {share}%, and in the "
        f"lean case of my forecast it falls to {lean}.",
        "Moving money there before then, or a payment put off, would help.",
        (
            Fact("chance", str(share), unit="percent", account=name),
            Fact("low_case", str(lean.amount), lean.currency, account=name),
            Fact("low_point_on", day.isoformat(), unit="date", account=name),
        ),
    )


def _chance_below_zero(forecast: BalanceForecast) -> float:
    """The chance that the low point is below zero, between the two quantiles that are known.

    Never said to be surer than 0.75: beyond the median nothing is known of the low point.
    """
    lean, middle = forecast.low_point_q05.amount, forecast.low_point.amount
    if lean >= 0:
        return 0.0
    if middle <= lean:
        return 0.5
    share = float(-lean / (middle - lean))
    return min(LEAN + (0.5 - LEAN) * share, 0.75)


def idle(now: Money, lowest: Money, lean: Money, floor: Money, month: Money) -> Money:
    """Money that has lain still, and is not expected to be needed.

    Args:
        now: the balance.
        lowest: the lowest end-of-day balance of the last three months.
        lean: the lowest balance of the lean case ahead.
        floor: what is to stay there.
        month: what a usual month costs; so much stays there, too.

    Returns:
        What all of them leave over, rounded down to two digits; zero when that is less than
        half a usual month.
    """
    rest = min(now, lowest, lean) - floor - month
    if rest.amount <= month.amount * _LEAST_IDLE or rest.amount <= 0:
        return Money.zero(now.currency)
    step = Decimal(1).scaleb(rest.amount.adjusted() - 1)
    return Money.rounded(rest.amount // step * step, now.currency)


def idle_cash(name: str, rest: Money, lowest: Money, rate: Decimal | None, today: date) -> Insight:
    """Money that could earn interest.

    Args:
        name: of the account it lies on.
        rest: how much is idle.
        lowest: the lowest balance of the last three months.
        rate: what the person's savings earned in a year as a share; None when unknown.
        today: the day it is.
    """
    gain = Money.rounded(rest.amount * (_ASSUMED_RATE if rate is None else rate), rest.currency)
    facts = [_held("idle", rest, name), _held("lowest", lowest, name)]
    reason = (
        f"{rest} on {name} has not been needed: the balance was never below {lowest} in three "
        "months, and my forecast leaves it there, too."
    )
    if rate is not None and gain:
        reason += f" In your savings it would have earned about {gain} in a year."
        facts.append(_held("interest_per_year", gain, name))
    return Insight(
        f"{InsightKind.IDLE_CASH.value} {name} {today:%Y-%m}",
        InsightKind.IDLE_CASH,
        name,
        max(gain, Money.from_minor(1, gain.currency)),
        0.8 if rate is not None else 0.5,
        LEAN,
        today,
        reason,
        "Some of it could move to savings: say “help me save”.",
        tuple(facts),
        estimated=rate is None,
    )


def savings_move(name: str, amount: Money, low: Money, floor: Money, today: date) -> Insight:
    """A move to savings that the lean case of the forecast leaves room for."""
    return Insight(
        f"{InsightKind.SAVINGS_MOVE.value} {name} {today:%Y-%m}",
        InsightKind.SAVINGS_MOVE,
        name,
        amount,
        0.3,  # what is put aside is kept, not gained
        LEAN,
        today,
        f"{amount} could move from {name} to savings: I count on it having "
        f"{low} at its lowest before your next income, and {floor} stays as a floor.",
        "Say “help me save”, and I'll ask before anything moves.",
        (_held("safe_amount", amount, name), _held("low_point", low, name), _held("floor", floor)),
    )


def debt_overpayment(
    name: str, owed: Money, apr_bps: int, rest: Money, saving: Decimal | None, today: date
) -> Insight | None:
    """Idle money that would save more on a debt than it earns.

    Args:
        name: of the debt.
        owed: how much is owed on it.
        apr_bps: what it costs a year in basis points, as the person said.
        rest: how much is idle.
        saving: what savings earn in a year as a share; None when unknown.
        today: the day it is.
    """
    rate = apr_bps / _BPS
    amount = min(owed, rest)
    if amount.amount <= 0 or rate <= (saving or Decimal(0)):
        return None
    gain = Money.rounded(amount.amount * rate, amount.currency)
    said = f"{rate * 100:.2f}".rstrip("0").rstrip(".")
    return Insight(
        f"{InsightKind.DEBT_OVERPAYMENT.value} {name} {today:%Y-%m}",
        InsightKind.DEBT_OVERPAYMENT,
        name,
        gain,
        0.7,
        LEAN,
        today,
        f"You owe {owed} on {name} at {said}% a year while {rest} lies idle: paying {amount} of "
        f"it off would save about {gain} of interest in a year.",
        "Say “make a plan to pay off my debts” to compare.",
        (
            _money("owed", owed, name),
            Fact("apr", said, unit="percent", label=name),
            _money("idle", rest, name),
            _money("amount", amount, name),
            _money("interest_saved", gain, name),
        ),
    )


def usual_month(sums: Mapping[str, Sequence[Money]]) -> dict[str, Money]:
    """Currency → the middle of its months' spending (the lower one of two)."""
    return {
        code: sorted(months, key=lambda amount: amount.minor)[(len(months) - 1) // 2]
        for code, months in sums.items()
        if months
    }


def _said(day: date) -> str:
    return f"{day:%-d %B}"


def _money(name: str, amount: Money, label: str | None) -> Fact:
    return Fact(name, str(amount.amount), amount.currency, label=label)


def _held(name: str, amount: Money, account: str | None = None) -> Fact:
    return Fact(name, str(amount.amount), amount.currency, account=account)


def _day(name: str, day: date, label: str | None) -> Fact:
    return Fact(name, day.isoformat(), unit="date", label=label)


def _count(name: str, number: int, label: str) -> Fact:
    return Fact(name, str(number), unit="count", label=label)
