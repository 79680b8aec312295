"""What came in."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from finance_core.model import Period, Transaction
from finance_core.money import Money, total
from finance_core.services import movements
from finance_core.services.core import Core
from finance_core.services.spending import SpendingLine


@dataclass(frozen=True, slots=True)
class IncomeReport:
    """Income of one currency in a period, largest source first."""

    period: Period
    total: Money
    count: int
    by_source: tuple[SpendingLine, ...]


def report(core: Core, person_id: str, period: Period) -> tuple[IncomeReport, ...]:
    """Income in ``period``: money in that is neither a refund nor an own transfer."""
    by_currency: dict[str, list[Transaction]] = defaultdict(list)
    for row in movements.in_period(core, person_id, period):
        if movements.is_income(row):
            by_currency[row.amount.currency].append(row)
    return tuple(_report(period, rows, currency) for currency, rows in by_currency.items())


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
