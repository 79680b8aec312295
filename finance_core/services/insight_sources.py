"""Where suggestions come from: each source looks at one side of a person's money."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from dateutil.relativedelta import relativedelta

from finance_core.advice import balance_candidates, candidates
from finance_core.advice.candidates import Odd
from finance_core.advice.insights import Insight, of_alert
from finance_core.enrich.taxonomy import taxonomy
from finance_core.errors import NotEnoughData, NotFound
from finance_core.model import AccountKind, Period, Transaction
from finance_core.money import Money, total
from finance_core.services import (
    alerts,
    balances,
    budgets,
    comparison,
    debts,
    forecasts,
    movements,
    savings,
    spending,
    streams,
    unusual,
)
from finance_core.services.core import Core

_LATELY = timedelta(days=30)
_LONG = timedelta(days=90)
_YEAR = timedelta(days=365)
_AHEAD = 45
_LEAN_AHEAD = 90
_MONTHS = 3
_LEAST_HISTORY = timedelta(days=90)
_INTEREST = "income_interest"

type Source = Callable[[Core, str, date], Iterable[Insight]]


def of_streams(core: Core, person_id: str, today: date) -> list[Insight]:
    """Duplicates, price rises, late incomes, forgotten subscriptions and trials that end."""
    return [of_alert(alert) for alert in alerts.look(core, person_id, today)]


def of_payments(core: Core, person_id: str, today: date) -> list[Insight]:
    """Payments far above the usual, and bills larger than usual."""
    regular = {
        key for stream in streams.streams(core, person_id, today) for key in stream.transaction_ids
    }
    found = unusual.look(core, person_id, Period(today - _LATELY, today), today).found
    return [
        candidates.odd_payment(
            Odd(one.row, one.usual, one.count, one.why, one.row.id in regular),
            taxonomy().name(one.row.category),
        )
        for one in found
        if one.usual and one.why in ("merchant", "new_merchant", "category")
    ]


def of_fees(core: Core, person_id: str, today: date) -> list[Insight]:
    """Bank fees paid lately, with those like them of the last year."""
    rows = movements.between(core, person_id, today - _YEAR, today)
    return candidates.fees([row for row in rows if row.category == "fees"], today)


def of_budgets(core: Core, person_id: str, today: date) -> list[Insight]:
    """Budgets of this month that will not hold."""
    month = _month_of(today)
    found = [
        candidates.budget_drift(
            report.category, _budget_name(report.category), month, report.status
        )
        for report in budgets.check(core, person_id, today, month)
    ]
    return [one for one in found if one]


def of_categories(core: Core, person_id: str, today: date) -> list[Insight]:
    """Categories that cost far more this month than they usually do by this day, and why."""
    period = Period(today.replace(day=1), today)
    found = []
    for high in unusual.look(core, person_id, period, today).high:
        why = _adds_most(core, person_id, period, high.category, high.total.currency)
        name = taxonomy().name(high.category)
        found.append(candidates.spending_up(name, period, high.total, high.usual, high.months, why))
    return found


def of_outlook(core: Core, person_id: str, today: date) -> list[Insight]:
    """A low point ahead; or money that lies idle, and what could be done with it."""
    pool = forecasts.pool_of(core, person_id, today)
    begin = pool.movements[0].posted_on if pool.movements else today
    ahead = forecasts.forecast(core, person_id, pool, today, _AHEAD)
    low = balance_candidates.low_point(pool.name, ahead)
    if low:
        return [low]
    if today - begin < _LEAST_HISTORY:
        return []
    lowest = _lowest(pool.movements, pool.start, today)
    far = forecasts.forecast(core, person_id, pool, today, _LEAN_AHEAD)
    lean = min(day.q05 for day in far.days)
    currency = pool.start.currency
    floor = forecasts.floor_of(core, currency)
    month = usual_month(core, person_id, today).get(currency, Money.zero(currency))
    rest = balance_candidates.idle(pool.start, lowest, lean, floor, month)
    if not rest:
        return _savings_move(core, person_id, today)
    rate = _savings_rate(core, person_id, today, currency)
    owed = [
        balance_candidates.debt_overpayment(
            debt.account.name, debt.amount, debt.terms.apr_bps, rest, rate, today
        )
        for debt in debts.owed(core, person_id, today)
        if debt.terms and debt.amount.currency == currency
    ]
    dearest = max(filter(None, owed), key=lambda one: one.at_stake, default=None)
    return [dearest or balance_candidates.idle_cash(pool.name, rest, lowest, rate, today)]


def _savings_move(core: Core, person_id: str, today: date) -> list[Insight]:
    """What the savings engine finds safe to put aside, where there is somewhere to put it."""
    found = savings.decide(core, person_id, today)
    if not found.sweep.amount or found.target is None:
        return []
    name, sweep = found.source.name, found.sweep
    return [
        balance_candidates.savings_move(name, sweep.amount, sweep.low_point, sweep.floor, today)
    ]


def usual_month(core: Core, person_id: str, today: date) -> dict[str, Money]:
    """What a usual month costs by currency: the middle of the last whole ones."""
    return core.recent(
        ("usual month", person_id, today, movements.mark(core, person_id)),
        lambda: _usual_month(core, person_id, today),
    )


def _usual_month(core: Core, person_id: str, today: date) -> dict[str, Money]:
    this = today.replace(day=1)
    sums: defaultdict[str, list[Money]] = defaultdict(list)
    for back in range(1, _MONTHS + 1):
        start = this - relativedelta(months=back)
        period = Period(start, start + relativedelta(months=1, days=-1))
        for report in spending.report(core, person_id, period):
            sums[report.total.currency].append(report.total)
    return balance_candidates.usual_month(sums)


def _adds_most(
    core: Core, person_id: str, period: Period, category: str, currency: str
) -> tuple[str, Money] | None:
    """The merchant that a category cost most more at than in the same days a month before."""
    month = relativedelta(months=1)
    before = Period(period.start - month, period.end - month)
    for change in comparison.between(core, person_id, before, period, categories=[category]):
        parts = [part for part in change.by_merchant.parts if part.change.amount > 0]
        if change.by_merchant.difference.currency == currency and parts:
            most = max(parts, key=lambda part: part.change.amount)
            return most.key, most.change
    return None


def _lowest(rows: Sequence[Transaction], now: Money, today: date) -> Money:
    """The lowest end-of-day balance of the last three months, worked back from today's."""
    balance = lowest = now
    day = today
    for row in reversed(rows):
        if row.pending or row.posted_on > today:
            continue
        if row.posted_on < day:  # what was known at the end of an earlier day
            lowest, day = min(lowest, balance), row.posted_on
        if today - row.posted_on > _LONG:
            break
        balance = balance - row.amount
    return lowest


def _savings_rate(core: Core, person_id: str, today: date, currency: str) -> Decimal | None:
    """The interest that savings brought in a year, as a share of what lies there; if known."""
    accounts = [
        entry
        for entry in balances.balances(core, person_id, today).accounts
        if entry.account.kind is AccountKind.SAVINGS and entry.account.currency == currency
    ]
    ids = {entry.account.id for entry in accounts}
    held = total([entry.balance for entry in accounts], currency)
    rows = movements.between(core, person_id, today - _YEAR, today)
    paid = [r.amount for r in rows if r.account_id in ids and r.category == _INTEREST]
    whole_year = bool(rows) and movements.everything(core, person_id)[0].posted_on <= today - _YEAR
    if held.amount <= 0 or not paid or not whole_year:
        return None
    return total(paid, currency).amount / held.amount


def _month_of(day: date) -> Period:
    start = day.replace(day=1)
    return Period(start, start + relativedelta(months=1, days=-1))


def _budget_name(category: str) -> str:
    return "all spending" if category == budgets.EVERYTHING else taxonomy().name(category)


_OF_LEDGER: Sequence[Source] = (of_streams, of_payments, of_fees, of_categories)
_OF_MORE: Sequence[Source] = (of_budgets, of_outlook)


def all_found(core: Core, person_id: str, today: date) -> list[Insight]:
    """What all sources find; one that lacks data finds nothing.

    What rests on the ledger alone is kept for as long as that does not change.
    """
    kept = core.recent(
        ("insights", person_id, today, movements.mark(core, person_id)),
        lambda: _found(core, person_id, today, _OF_LEDGER),
    )
    return [*kept, *_found(core, person_id, today, _OF_MORE)]


def _found(
    core: Core, person_id: str, today: date, sources: Sequence[Source]
) -> tuple[Insight, ...]:
    found: list[Insight] = []
    for source in sources:
        try:
            found += source(core, person_id, today)
        except (NotEnoughData, NotFound):
            continue
    return tuple(found)
