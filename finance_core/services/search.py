"""Finding transactions."""

from __future__ import annotations

from dataclasses import dataclass

from finance_core.model import Period, Transaction
from finance_core.money import Money, totals_by_currency
from finance_core.services.core import Core
from finance_core.store import queries


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What to look for; unset parts do not restrict.

    Attributes:
        text: part of the raw description or merchant name, any case.
        at_least: smallest size of the amount, whatever its sign.
        at_most: largest size of the amount.
        direction: ``in``, ``out`` or None for both.
    """

    period: Period | None = None
    merchant: str | None = None
    category: str | None = None
    account_id: str | None = None
    text: str | None = None
    at_least: Money | None = None
    at_most: Money | None = None
    direction: str | None = None


@dataclass(frozen=True, slots=True)
class SearchResult:
    """One page of matches, newest first, with the count and sums of all matches."""

    rows: tuple[Transaction, ...]
    count: int
    totals: dict[str, Money]


def transactions(
    core: Core, person_id: str, query: SearchQuery, *, limit: int = 5, offset: int = 0
) -> SearchResult:
    """The matching transactions, newest first."""
    with core.sessions() as session:
        rows = queries.transactions(
            session,
            person_id,
            account_ids=[query.account_id] if query.account_id else None,
            start=query.period.start if query.period else None,
            end=query.period.end if query.period else None,
        )
    found = [row for row in reversed(rows) if _matches(row, query)]
    return SearchResult(
        rows=tuple(found[offset : offset + limit]),
        count=len(found),
        totals=totals_by_currency([row.amount for row in found]),
    )


def _matches(row: Transaction, query: SearchQuery) -> bool:
    size = abs(row.amount)
    text = (query.text or "").casefold()
    return (
        query.merchant in (None, row.merchant)
        and query.category in (None, row.category)
        and text in f"{row.description} {row.merchant}".casefold()
        and (query.at_least is None or _comparable(size, query.at_least, at_least=True))
        and (query.at_most is None or _comparable(size, query.at_most, at_least=False))
        and _in_direction(row, query.direction)
    )


def _in_direction(row: Transaction, direction: str | None) -> bool:
    if direction == "in":
        return row.amount.amount > 0
    if direction == "out":
        return row.amount.amount < 0
    return True


def _comparable(size: Money, bound: Money, *, at_least: bool) -> bool:
    """Whether ``size`` keeps to ``bound``; an amount of another currency never does."""
    if size.currency != bound.currency:
        return False
    return size >= bound if at_least else size <= bound
