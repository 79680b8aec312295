"""What came in."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from finance_core.enrich.taxonomy import OTHER, taxonomy
from finance_core.model import Period, Transaction
from finance_core.money import Money, total
from finance_core.services.core import Core
from finance_core.services.spending import SpendingLine
from finance_core.store import queries


@dataclass(frozen=True, slots=True)
class IncomeReport:
    """Income of one currency in a period, largest source first."""

    period: Period
    total: Money
    count: int
    by_source: tuple[SpendingLine, ...]


def report(core: Core, person_id: str, period: Period) -> tuple[IncomeReport, ...]:
    """Income in ``period``: money in that is neither a refund nor an own transfer."""
    with core.sessions() as session:
        rows = queries.transactions(session, person_id, start=period.start, end=period.end)
    by_currency: dict[str, list[Transaction]] = defaultdict(list)
    for row in rows:
        if row.amount.amount > 0 and _is_income(row):
            by_currency[row.amount.currency].append(row)
    return tuple(_report(period, rows, currency) for currency, rows in by_currency.items())


def _is_income(row: Transaction) -> bool:
    return taxonomy().kind(row.category) == "income" or row.category == OTHER


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
