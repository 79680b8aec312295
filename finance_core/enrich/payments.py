"""Payments of one sort in their order, so that those of the year before one are found quickly."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from datetime import date, timedelta

from finance_core.model import Transaction

_PAST = timedelta(days=365)


class Payments:
    """Sizes of payments, in the order of the movements they come from."""

    def __init__(self) -> None:
        self._places: list[int] = []
        self._days: list[date] = []
        self._sizes: list[int] = []

    def add(self, place: int, row: Transaction) -> None:
        """Adds a payment; its ``place`` among all movements is after those added before."""
        self._places.append(place)
        self._days.append(row.posted_on)
        self._sizes.append(-row.amount.minor)

    def before(self, place: int, day: date) -> list[int]:
        """Sizes in minor units, positive, of the payments of the year before one."""
        end = bisect_left(self._places, place)
        begin = bisect_left(self._days, day - _PAST, hi=end)
        return self._sizes[begin:end]


def payments_by[K: Hashable](
    rows: Iterable[Transaction], key: Callable[[Transaction], K | None]
) -> dict[K, Payments]:
    """The payments among movements by a key, None leaving them out; refunds are not among them."""
    groups: defaultdict[K, Payments] = defaultdict(Payments)
    for place, row in enumerate(rows):
        if row.amount.amount < 0 and (found := key(row)) is not None:
            groups[found].add(place, row)
    return groups
