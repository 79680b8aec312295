"""Spending of one period against another, by merchant, category, number and price."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from finance_core.advice.comparison import Comparison, Part, Tally, compare
from finance_core.enrich.kin import kin
from finance_core.model import Period, Transaction
from finance_core.money import Money, total
from finance_core.services import spending
from finance_core.services.core import Core

__all__ = ["Comparison", "Part", "SpendingChange", "Tally", "Usual", "between", "usual"]


@dataclass(frozen=True, slots=True)
class SpendingChange:
    """Two periods of spending in one currency.

    Attributes:
        by_merchant: the comparison, with merchants as its parts.
        by_category: the same, with categories as its parts.
    """

    before: Period
    after: Period
    by_merchant: Comparison
    by_category: Comparison


@dataclass(frozen=True, slots=True)
class Usual:
    """Spending of a period against what earlier ones like it came to on average.

    Attributes:
        total: net spending of ``period``.
        average: mean of the ``count`` earlier periods, rounded to the minor unit.
        share: ``difference`` as a share of ``average``; None when that is nothing.
    """

    period: Period
    total: Money
    average: Money
    difference: Money
    share: float | None
    count: int


def between(
    core: Core,
    person_id: str,
    before: Period,
    after: Period,
    *,
    categories: Collection[str] = (),
    merchants: Collection[str] = (),
    account_id: str | None = None,
) -> tuple[SpendingChange, ...]:
    """Compares spending of two periods, one comparison for each currency that occurs in them.

    What counts, and how it is narrowed, is as in ``spending.report``.
    """

    def rows(period: Period) -> Sequence[Transaction]:
        return spending.payments(
            core,
            person_id,
            period,
            categories=categories,
            merchants=merchants,
            account_id=account_id,
        )

    first, second = rows(before), rows(after)
    names = kin(row.merchant for row in (*first, *second))
    currencies = dict.fromkeys(row.amount.currency for row in (*second, *first))
    return tuple(
        SpendingChange(
            before,
            after,
            _compared(first, second, currency, lambda row: names[row.merchant]),
            _compared(first, second, currency, lambda row: row.category),
        )
        for currency in currencies
    )


def usual(
    core: Core,
    person_id: str,
    period: Period,
    earlier: Sequence[Period],
    *,
    categories: Collection[str] = (),
    merchants: Collection[str] = (),
    account_id: str | None = None,
) -> tuple[Usual, ...]:
    """Compares spending of a period with the average of earlier ones, by currency.

    Only those of ``earlier`` count that the ledger covers; without any the result is empty.
    """
    begin = spending.first_activity(core, person_id) or date.max
    known = [one for one in earlier if one.start >= begin]
    totals = [
        {
            report.total.currency: report.total
            for report in spending.report(
                core,
                person_id,
                one,
                categories=categories,
                merchants=merchants,
                account_id=account_id,
            )
        }
        for one in (period, *known)
    ]
    if not known:
        return ()
    currencies = dict.fromkeys(currency for found in totals for currency in found)
    return tuple(
        _usual(period, [found.get(currency, Money.zero(currency)) for found in totals])
        for currency in currencies
    )


def _usual(period: Period, sums: Sequence[Money]) -> Usual:
    """The first of the sums against the mean of the others."""
    now, *then = sums
    average = Money.rounded(total(then, now.currency).amount / len(then), now.currency)
    difference = now - average
    share = float(difference.amount / average.amount) if average.amount > 0 else None
    return Usual(period, now, average, difference, share, len(then))


def _compared(
    before: Sequence[Transaction],
    after: Sequence[Transaction],
    currency: str,
    key: Callable[[Transaction], str],
) -> Comparison:
    return compare(_tallies(before, currency, key), _tallies(after, currency, key), currency)


def _tallies(
    rows: Sequence[Transaction], currency: str, key: Callable[[Transaction], str]
) -> Mapping[str, Tally]:
    groups: dict[str, list[Money]] = defaultdict(list)
    for row in rows:
        if row.amount.currency == currency:
            groups[key(row)].append(row.amount)
    return {
        name: Tally(
            gross=-total([amount for amount in amounts if amount.amount < 0], currency),
            refunds=total([amount for amount in amounts if amount.amount > 0], currency),
            count=sum(amount.amount < 0 for amount in amounts),
        )
        for name, amounts in groups.items()
    }
