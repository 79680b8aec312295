"""What stands out in a period of spending, each with its reason.

What is usual is told by medians and by the median absolute deviation, which a few odd
payments cannot bend; a deviation is scaled by 1.4826, so that it estimates the standard
deviation of normal data (F. R. Hampel, "The Influence Curve and Its Role in Robust
Estimation", JASA 69, 1974). Besides, at most one in a hundred earlier payments may have been
as large. A payment stands out for one reason only, the first that fits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import Literal

from finance_core.enrich.kin import kin
from finance_core.model import Period, RecurringStream, Transaction
from finance_core.money import Money

type Why = Literal["duplicate", "price_rise", "fee", "merchant", "new_merchant", "category"]

_NORMAL = 1.4826  # scaled so, a median absolute deviation is a standard deviation
_LEAST_SPREAD = 0.1  # of the median: habits that never varied still may a little
_SAME_PAYMENT = timedelta(days=1)
_REFUNDED_WITHIN = timedelta(days=30)
_HABIT = 3  # earlier days with that very amount there
_PAST = timedelta(days=365)
_NEW_AFTER = timedelta(days=60)  # of ledger; before that every merchant is new
_RISE = 1.005
_MERCHANT = (5, 4.0, 1.5)  # earlier payments, deviations, times the median
_CATEGORY = (8, 6.0, 3.0)
_NEW = (20, 5.0, 3.0)


@dataclass(frozen=True, slots=True)
class Unusual:
    """One payment that stands out.

    Attributes:
        why: ``duplicate`` (the same amount at the same place within a day), ``price_rise``
            (a regular payment that was steady), ``fee``, ``merchant`` and ``category`` (far
            above the usual there) or ``new_merchant`` (a large first payment).
        usual: the median it is compared with, or the price before; None where nothing is.
        count: on how many earlier payments ``usual`` rests.
        other: the payment that it repeats, or that had the price before.
    """

    row: Transaction
    why: Why
    usual: Money | None = None
    count: int = 0
    other: Transaction | None = None

    @property
    def amount(self) -> Money:
        """What was paid, positive."""
        return -self.row.amount


def find_unusual(
    rows: Sequence[Transaction], period: Period, streams: Iterable[RecurringStream]
) -> list[Unusual]:
    """What stands out among the payments of ``period``.

    Args:
        rows: spending, refunds included, without own moves; earlier ones show what is usual.
        period: the days to look at.
        streams: the recurring payments among ``rows``; regular ones are no surprise.

    Returns:
        Each payment at most once; first what may be a mistake, then what costs most.
    """
    ordered = sorted(rows, key=lambda row: (row.posted_on, row.sequence, row.id))
    past = [row for row in ordered if row.posted_on <= period.end]
    new = [row for row in past if row.posted_on in period and row.amount.amount < 0]
    regular = {key: stream for stream in streams for key in stream.transaction_ids}
    known = _Past(past, regular)
    looks: tuple[Callable[[Transaction], Unusual | None], ...] = (
        known.duplicate,
        known.price_rise,
        known.fee,
        known.dear_for_merchant,
        known.large_and_new,
        known.dear_for_category,
    )
    found = [next(filter(None, (look(row) for look in looks)), None) for row in new]
    return sorted(filter(None, found), key=_gravity)


_ORDER: Mapping[Why, int] = {"duplicate": 0, "price_rise": 1}


def _gravity(found: Unusual) -> tuple[int, int, str]:
    return _ORDER.get(found.why, 2), found.row.amount.minor, found.row.id


class _Past:
    """The movements up to the end of a period, grouped to be asked about single payments."""

    def __init__(self, rows: Sequence[Transaction], regular: Mapping[str, RecurringStream]) -> None:
        self._rows = rows
        self._regular = regular
        self._by_id = {row.id: row for row in rows}
        self._names = kin(row.merchant for row in rows)
        self._by_merchant = _grouped(rows, lambda row: self._names[row.merchant])
        self._by_category = _grouped(rows, lambda row: row.category)
        self._by_currency = _grouped(rows, lambda row: "")

    def duplicate(self, row: Transaction) -> Unusual | None:
        """A payment that repeats one of the last day, which is no habit and was not refunded."""
        there = self._at_merchant(row)
        same = [r for r in there if r.amount == row.amount and r.account_id == row.account_id]
        before = [
            r for r in same if _is_before(r, row) and row.posted_on - r.posted_on <= _SAME_PAYMENT
        ]
        if not before or row.id in self._regular or self._refunded(row, there):
            return None
        other = before[-1]
        earlier = [r.posted_on for r in same if r.posted_on < other.posted_on]
        habit = len(set(earlier)) >= _HABIT and other.posted_on < row.posted_on
        often_twice = len(earlier) > len(set(earlier))
        return None if habit or often_twice else Unusual(row, "duplicate", other=other)

    def price_rise(self, row: Transaction) -> Unusual | None:
        """A regular payment that was steady, and is dearer now."""
        stream = self._regular.get(row.id)
        if stream is None:
            return None
        place = stream.transaction_ids.index(row.id)
        before = [self._by_id[key] for key in stream.transaction_ids[:place] if key in self._by_id]
        if len(before) < 2 or before[-1].amount != before[-2].amount:
            return None
        was = before[-1]
        if row.amount.minor >= was.amount.minor * _RISE:  # both are negative
            return None
        return Unusual(row, "price_rise", -was.amount, len(before), was)

    def fee(self, row: Transaction) -> Unusual | None:
        """A bank's charge that does not come regularly."""
        charged = row.category == "fees" and row.id not in self._regular
        return Unusual(row, "fee") if charged else None

    def dear_for_merchant(self, row: Transaction) -> Unusual | None:
        """A payment far above what is usual at its merchant."""
        there = self._at_merchant(row)
        return self._above(row, self._earlier(there, row), _MERCHANT, "merchant")

    def dear_for_category(self, row: Transaction) -> Unusual | None:
        """A payment far above what is usual in its category."""
        if row.id in self._regular:
            return None
        there = self._by_category[row.amount.currency, row.category]
        return self._above(row, self._earlier(there, row), _CATEGORY, "category")

    def large_and_new(self, row: Transaction) -> Unusual | None:
        """A first payment at a merchant that is large for this person."""
        there = self._at_merchant(row)
        first = not any(_is_before(other, row) for other in there)
        begun = row.posted_on - self._rows[0].posted_on < _NEW_AFTER
        if not first or begun or row.id in self._regular:
            return None
        return self._above(row, self._everyday(row), _NEW, "new_merchant")

    def _at_merchant(self, row: Transaction) -> list[Transaction]:
        return self._by_merchant[row.amount.currency, self._names[row.merchant]]

    def _above(
        self,
        row: Transaction,
        earlier: Sequence[Transaction],
        limits: tuple[int, float, float],
        why: Why,
    ) -> Unusual | None:
        least, deviations, times = limits
        if len(earlier) < least:
            return None
        sizes = [abs(one.amount.minor) for one in earlier]
        middle = median(sizes)
        spread = max(_NORMAL * median(abs(size - middle) for size in sizes), _LEAST_SPREAD * middle)
        size = abs(row.amount.minor)
        far = size > middle + deviations * spread and size >= times * middle
        as_large = sum(one >= size for one in sizes)
        if not far or as_large > len(sizes) // 100 or size - middle < self._noticeable(row):
            return None
        return Unusual(row, why, Money.from_minor(round(middle), row.amount.currency), len(earlier))

    def _noticeable(self, row: Transaction) -> float:
        """A difference this person would notice: half of what they commonly pay at once."""
        sizes = [abs(one.amount.minor) for one in self._everyday(row)]
        return median(sizes) / 2 if sizes else 0.0

    def _everyday(self, row: Transaction) -> list[Transaction]:
        """Earlier payments of the last year that do not repeat."""
        earlier = self._earlier(self._by_currency[row.amount.currency, ""], row)
        return [one for one in earlier if one.id not in self._regular]

    def _refunded(self, row: Transaction, there: Sequence[Transaction]) -> bool:
        back = -row.amount
        return any(
            r.amount == back and timedelta(0) <= r.posted_on - row.posted_on <= _REFUNDED_WITHIN
            for r in there
        )

    @staticmethod
    def _earlier(there: Sequence[Transaction], row: Transaction) -> list[Transaction]:
        """Payments of the year before the row."""
        return [
            one
            for one in there
            if one.amount.amount < 0
            and _is_before(one, row)
            and row.posted_on - one.posted_on <= _PAST
        ]


def _grouped(
    rows: Iterable[Transaction], key: Callable[[Transaction], str]
) -> defaultdict[tuple[str, str], list[Transaction]]:
    groups: defaultdict[tuple[str, str], list[Transaction]] = defaultdict(list)
    for row in rows:
        groups[row.amount.currency, key(row)].append(row)
    return groups


def _is_before(one: Transaction, other: Transaction) -> bool:
    first, second = ((r.posted_on, r.sequence, r.id) for r in (one, other))
    return first < second
