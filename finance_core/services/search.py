"""Finding transactions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from finance_core.model import Period, Transaction
from finance_core.money import Money, totals_by_currency
from finance_core.services import movements
from finance_core.services.core import Core
from finance_core.services.movements import is_spending

type Order = Literal["newest", "oldest", "largest", "smallest"]


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What to look for; unset parts do not restrict.

    Attributes:
        merchants: names of merchants; empty means any, as with ``categories``.
        text: part of the raw description or merchant name, any case.
        at_least: smallest size of the amount, whatever its sign; ``above`` must be passed.
        at_most: largest size of the amount; ``below`` must not be reached.
        direction: ``in``, ``out``, ``refund`` (money back from a merchant) or None.
        pending: only what is (or is not) pending.
    """

    period: Period | None = None
    merchants: Collection[str] = ()
    categories: Collection[str] = ()
    account_id: str | None = None
    text: str | None = None
    at_least: Money | None = None
    at_most: Money | None = None
    above: Money | None = None
    below: Money | None = None
    direction: str | None = None
    pending: bool | None = None


@dataclass(frozen=True, slots=True)
class SearchResult:
    """One page of matches, in the order asked for, with the count and sums of all matches.

    ``totals`` are signed, ``paid`` and ``received`` positive; each by currency.
    """

    rows: tuple[Transaction, ...]
    count: int
    totals: dict[str, Money]
    paid: dict[str, Money]
    received: dict[str, Money]


def transactions(
    core: Core,
    person_id: str,
    query: SearchQuery,
    today: date,
    *,
    limit: int = 5,
    offset: int = 0,
    order: Order = "newest",
) -> SearchResult:
    """The matching transactions up to ``today``.

    By size, unless money that came in is asked for, only payments count: what went out for
    something, without own moves.
    """
    by_size = order in ("largest", "smallest")
    payments = by_size and query.direction != "in"
    rows = _rows(core, person_id, query, today, own_moves=not payments)
    found = [row for row in reversed(rows) if _matches(row, query)]
    if payments:
        found = [row for row in found if is_spending(row) and row.amount.amount < 0]
    if by_size:
        found.sort(key=lambda row: abs(row.amount.amount), reverse=order == "largest")
    elif order == "oldest":
        found.reverse()
    return SearchResult(
        rows=tuple(found[offset : offset + limit]),
        count=len(found),
        totals=totals_by_currency([row.amount for row in found]),
        paid=totals_by_currency([-row.amount for row in found if row.amount.amount < 0]),
        received=totals_by_currency([row.amount for row in found if row.amount.amount > 0]),
    )


def _rows(
    core: Core, person_id: str, query: SearchQuery, today: date, *, own_moves: bool
) -> Sequence[Transaction]:
    asked = query.period or Period(date.min, today)
    if asked.start > today:
        return ()
    period = Period(asked.start, min(asked.end, today))
    if query.direction == "refund" or not own_moves:  # a move between own accounts is none
        return movements.in_period(core, person_id, period)
    return movements.between(core, person_id, period.start, period.end)


def _matches(row: Transaction, query: SearchQuery) -> bool:
    size = abs(row.amount)
    text = (query.text or "").casefold()
    return (
        query.account_id in (None, row.account_id)
        and (not query.merchants or row.merchant in query.merchants)
        and (not query.categories or row.category in query.categories)
        and text in f"{row.description} {row.merchant}".casefold()
        and _keeps_to(size, query)
        and _in_direction(row, query.direction)
        and query.pending in (None, row.pending)
    )


def _in_direction(row: Transaction, direction: str | None) -> bool:
    if direction == "in":
        return row.amount.amount > 0
    if direction == "out":
        return row.amount.amount < 0
    if direction == "refund":
        return row.amount.amount > 0 and is_spending(row)
    return True


def _keeps_to(size: Money, query: SearchQuery) -> bool:
    """Whether ``size`` keeps to all bounds; an amount of another currency never does."""
    bounds = (query.at_least, query.at_most, query.above, query.below)
    if any(bound and bound.currency != size.currency for bound in bounds):
        return False
    return (
        (query.at_least is None or size >= query.at_least)
        and (query.at_most is None or size <= query.at_most)
        and (query.above is None or size > query.above)
        and (query.below is None or size < query.below)
    )
