"""What was spent, by category, merchant and period."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from finance_core.enrich.taxonomy import OTHER, taxonomy
from finance_core.model import AccountKind, Period, Transaction
from finance_core.money import Money, total
from finance_core.services import movements
from finance_core.services.core import Core
from finance_core.store import queries


@dataclass(frozen=True, slots=True)
class SpendingLine:
    """One category's or merchant's part; ``total`` is positive when money went out."""

    key: str
    total: Money
    count: int


@dataclass(frozen=True, slots=True)
class SpendingReport:
    """Spending of one currency in a period.

    Attributes:
        total: what went out less what was refunded; positive means money was spent.
        gross: what went out.
        refunds: what came back from merchants.
        count: number of payments (refunds not counted).
    """

    period: Period
    total: Money
    gross: Money
    refunds: Money
    count: int
    refund_count: int
    by_category: tuple[SpendingLine, ...]
    by_merchant: tuple[SpendingLine, ...]


def report(
    core: Core,
    person_id: str,
    period: Period,
    *,
    categories: Collection[str] = (),
    merchants: Collection[str] = (),
    account_id: str | None = None,
) -> tuple[SpendingReport, ...]:
    """Spending in ``period``, one report for each currency that occurs.

    ``categories`` and ``merchants`` narrow it; empty means any.
    Moves between own accounts, savings and card settlements are no spending unless
    their category is asked for by name; then each counts once, where it went out of
    an account that is not a savings account. A refund is money back in a spending category.
    """
    wanted = payments(
        core, person_id, period, categories=categories, merchants=merchants, account_id=account_id
    )
    by_currency: dict[str, list[Transaction]] = defaultdict(list)
    for row in wanted:
        by_currency[row.amount.currency].append(row)
    return tuple(_report(period, rows, currency) for currency, rows in by_currency.items())


def by_period(
    core: Core,
    person_id: str,
    periods: Sequence[Period],
    *,
    categories: Collection[str] = (),
    merchants: Collection[str] = (),
    account_id: str | None = None,
) -> tuple[SpendingReport, ...]:
    """Spending of consecutive ``periods``, in their order; nothing spent is a sum of zero.

    What counts, and how it is narrowed, is as in ``report``.
    """
    whole = Period(periods[0].start, periods[-1].end)
    rows = payments(
        core, person_id, whole, categories=categories, merchants=merchants, account_id=account_id
    )
    currencies = dict.fromkeys(row.amount.currency for row in rows)
    return tuple(
        _report(
            period,
            [r for r in rows if r.posted_on in period and r.amount.currency == currency],
            currency,
        )
        for currency in currencies
        for period in periods
    )


def payments(
    core: Core,
    person_id: str,
    period: Period,
    *,
    categories: Collection[str] = (),
    merchants: Collection[str] = (),
    account_id: str | None = None,
) -> list[Transaction]:
    """The movements that a ``report`` adds up, payments and refunds, oldest first."""
    rows = movements.in_period(core, person_id, period, own_moves=bool(categories))
    rows = [row for row in rows if account_id in (None, row.account_id)]
    savings = _savings_accounts(core, person_id)
    return [row for row in rows if _wanted(row, categories, merchants, savings)]


def _wanted(
    row: Transaction,
    categories: Collection[str],
    merchants: Collection[str],
    savings: Collection[str],
) -> bool:
    if categories:
        chosen = row.category in categories
        if taxonomy().kind(row.category) == "transfer":
            chosen = chosen and row.amount.amount < 0 and row.account_id not in savings
    elif merchants:
        chosen = taxonomy().kind(row.category) != "income"
    else:
        chosen = movements.is_spending(row)
    return chosen and (not merchants or row.merchant in merchants)


def _savings_accounts(core: Core, person_id: str) -> frozenset[str]:
    with core.sessions() as session:
        accounts = queries.accounts(session, person_id, core.reach)
    return frozenset(account.id for account in accounts if account.kind is AccountKind.SAVINGS)


def _report(period: Period, rows: list[Transaction], currency: str) -> SpendingReport:
    out = [-row.amount for row in rows if row.amount.amount < 0]
    back = [row.amount for row in rows if row.amount.amount > 0]
    gross, refunds = total(out, currency), total(back, currency)
    return SpendingReport(
        period=period,
        total=gross - refunds,
        gross=gross,
        refunds=refunds,
        count=len(out),
        refund_count=len(back),
        by_category=_lines(rows, lambda row: row.category, currency),
        by_merchant=_lines(rows, lambda row: row.merchant, currency),
    )


def _lines(
    rows: Iterable[Transaction], key: Callable[[Transaction], str], currency: str
) -> tuple[SpendingLine, ...]:
    groups: dict[str, list[Transaction]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    lines = [
        SpendingLine(
            name,
            -total([row.amount for row in members], currency),
            sum(row.amount.amount < 0 for row in members),
        )
        for name, members in groups.items()
    ]
    return tuple(sorted(lines, key=lambda line: (-line.total.amount, line.key)))


def first_activity(core: Core, person_id: str) -> date | None:
    """The day of the oldest row, to say where a ledger begins."""
    rows = movements.everything(core, person_id)
    return rows[0].posted_on if rows else None


def last_activity(core: Core, person_id: str) -> date | None:
    """The day of the newest row, to say where a ledger ends."""
    with core.sessions() as session:
        return queries.newest_day(session, person_id, core.reach)


def categories_used(core: Core, person_id: str) -> list[str]:
    """Codes of the spending categories that occur, most used first."""
    with core.sessions() as session:
        codes = queries.category_codes(session, person_id, core.reach)
    return [code for code in codes if taxonomy().kind(code) == "spending" and code != OTHER]
