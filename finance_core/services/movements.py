"""Which movements are spending, which are income, and which only went from pocket to pocket.

Movements are those within the core's reach: of own accounts, unless it was widened.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Sequence
from datetime import date, timedelta

from finance_core.enrich.taxonomy import OTHER, taxonomy
from finance_core.enrich.transfers import match_transfers
from finance_core.model import Period, Transaction
from finance_core.services.core import Core
from finance_core.store import queries

_UNDERWAY = timedelta(days=3)


def mark(core: Core, person_id: str) -> Hashable:
    """Changes whenever the person's movements do; what is derived from them is kept under it."""
    with core.sessions() as session:
        return queries.ledger_mark(session, person_id, core.reach)


def everything(core: Core, person_id: str) -> Sequence[Transaction]:
    """All movements, oldest first, read once for each state of the ledger."""

    def read() -> list[Transaction]:
        with core.sessions() as session:
            return queries.transactions(session, person_id, reach=core.reach)

    return core.recent(("movements", person_id, mark(core, person_id)), read)


def between(
    core: Core, person_id: str, start: date, end: date, *, margin: timedelta = timedelta(0)
) -> Sequence[Transaction]:
    """The movements from ``start`` to ``end``, both included, and ``margin`` around them."""
    rows = everything(core, person_id)
    first = start if start - date.min < margin else start - margin
    last = end if date.max - end < margin else end + margin
    begin = bisect_left(rows, first, key=lambda row: row.posted_on)
    return rows[begin : bisect_right(rows, last, key=lambda row: row.posted_on)]


def in_period(
    core: Core, person_id: str, period: Period, *, own_moves: bool = False
) -> list[Transaction]:
    """A person's movements of ``period``, without the moves between their own accounts.

    A move that stands on both accounts is left out whatever it is called, unless its
    category says plainly what was paid for; ``own_moves`` keeps them all.
    """
    with core.sessions() as session:
        accounts = queries.accounts(session, person_id, core.reach)
    around = between(core, person_id, period.start, period.end, margin=_UNDERWAY)
    vague = [row for row in around if not _says_what_for(row.category)]
    moved = set() if own_moves else match_transfers(vague, accounts)
    return [row for row in around if row.posted_on in period and row.id not in moved]


def is_spending(row: Transaction) -> bool:
    """Money out for something, or money back from it."""
    if taxonomy().kind(row.category) != "spending":
        return False
    return row.amount.amount < 0 or row.category != OTHER


def is_income(row: Transaction) -> bool:
    """Money in that is neither a refund nor an own transfer."""
    if row.amount.amount <= 0:
        return False
    return taxonomy().kind(row.category) == "income" or row.category == OTHER


def _says_what_for(category: str) -> bool:
    known = taxonomy().is_known(category) and category not in (OTHER, "transfer_person")
    return known and taxonomy().kind(category) == "spending"
