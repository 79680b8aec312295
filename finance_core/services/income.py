"""What came in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from finance_core.model import Period, Transaction
from finance_core.money import Money, total
from finance_core.services import movements
from finance_core.services.core import Core
from finance_core.services.spending import SpendingLine
from finance_core.services.streams import active


@dataclass(frozen=True, slots=True)
class IncomeReport:
    """Income of one currency in a period, largest source first."""

    period: Period
    total: Money
    count: int
    by_source: tuple[SpendingLine, ...]


@dataclass(frozen=True, slots=True)
class Payday:
    """The next regular income expected."""

    label: str
    day: date
    amount: Money


def report(
    core: Core,
    person_id: str,
    period: Period,
    *,
    merchants: Collection[str] = (),
    category: str | None = None,
    account_id: str | None = None,
) -> tuple[IncomeReport, ...]:
    """Income in ``period``: money in that is neither a refund nor an own transfer.

    ``merchants`` are the names of one source, ``category`` a kind of income, ``account_id``
    where it came in; unset means any.
    """
    by_currency: dict[str, list[Transaction]] = defaultdict(list)
    rows = payments(
        core, person_id, period, merchants=merchants, category=category, account_id=account_id
    )
    for row in rows:
        by_currency[row.amount.currency].append(row)
    return tuple(_report(period, rows, currency) for currency, rows in by_currency.items())


def payments(
    core: Core,
    person_id: str,
    period: Period,
    *,
    merchants: Collection[str] = (),
    category: str | None = None,
    account_id: str | None = None,
) -> list[Transaction]:
    """The movements that a ``report`` adds up, oldest first."""
    return [
        row
        for row in movements.in_period(core, person_id, period)
        if movements.is_income(row)
        and (not merchants or row.merchant in merchants)
        and category in (None, row.category)
        and account_id in (None, row.account_id)
    ]


def newest(
    core: Core,
    person_id: str,
    today: date,
    *,
    merchants: Collection[str] = (),
    category: str | None = None,
) -> Transaction | None:
    """The newest income up to ``today``, narrowed as in ``report``."""
    rows = movements.in_period(core, person_id, Period(date.min, today))
    fitting = (
        row
        for row in reversed(rows)
        if movements.is_income(row)
        and (not merchants or row.merchant in merchants)
        and category in (None, row.category)
    )
    return next(fitting, None)


def next_payday(core: Core, person_id: str, today: date) -> Payday | None:
    """The next wage or salary expected; None when none repeats."""
    regular = [
        Payday(stream.label, stream.next_on, stream.amount)
        for stream in active(core, person_id, today)
        if stream.amount.amount > 0
        and stream.next_on is not None
        and stream.next_on >= today
        and stream.category == "income_salary"
    ]
    return min(regular, key=lambda payday: payday.day, default=None)


def _report(period: Period, rows: list[Transaction], currency: str) -> IncomeReport:
    sources: dict[str, list[Money]] = defaultdict(list)
    for row in rows:
        sources[row.merchant].append(row.amount)
    lines = [SpendingLine(name, total(sums, currency), len(sums)) for name, sums in sources.items()]
    return IncomeReport(
        period=period,
        total=total([row.amount for row in rows], currency),
        count=len(rows),
        by_source=tuple(sorted(lines, key=lambda line: (-line.total.amount, line.key))),
    )
