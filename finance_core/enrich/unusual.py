"""What stands out in a period of spending, each with its reason.

What is usual is told by medians and by the median absolute deviation, which a few odd
payments cannot bend; a deviation is scaled by 1.4826, so that it estimates the standard
deviation of normal data (F. R. Hampel, "The Influence Curve and Its Role in Robust
Estimation", JASA 69, 1974). Besides, at most one in a hundred earlier payments may have been
as large. A payment stands out for one reason only, the first that fits.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Literal

from finance_core.enrich.kin import kin
from finance_core.enrich.payments import Payments, payments_by
from finance_core.model import Period, RecurringStream, Transaction
from finance_core.money import Money

type _Key = tuple[str, str]  # currency, and merchant or category
type Why = Literal["duplicate", "price_rise", "fee", "merchant", "new_merchant", "category"]

_NORMAL = 1.4826  # scaled so, a median absolute deviation is a standard deviation
_LEAST_SPREAD = 0.1  # of the median: habits that never varied still may a little
_PAST = timedelta(days=365)
_SAME_PAYMENT = timedelta(days=1)
_REFUNDED_WITHIN = timedelta(days=30)
_HABIT = 3  # earlier days with that very amount there
_NEW_AFTER = timedelta(days=60)  # of ledger; before that every merchant is new
_RISE = 1.005
_STEADY_LEAST, _STEADY_TIMES = 2, 1.05
_MERCHANT = (5, 4.0, 1.5)  # earlier payments, deviations, times the median
_CATEGORY = (8, 6.0, 3.0)
_NEW = (8, 4.0, 3.0)


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """How far above the usual a payment has to be; chosen by ``unusual_backtest``.

    Attributes:
        scale: of the deviations that are needed; smaller finds more, right or wrong.
        as_far_in_year: how many payments of the year before may have been above their usual
            by as much money.
    """

    scale: float = 1.25
    as_far_in_year: int = 1


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


_AS_CHOSEN = Sensitivity()


def find_unusual(
    rows: Sequence[Transaction],
    period: Period,
    streams: Iterable[RecurringStream],
    sensitivity: Sensitivity = _AS_CHOSEN,
) -> list[Unusual]:
    """What stands out among the payments of ``period``.

    Args:
        rows: spending, refunds included, without own moves; earlier ones show what is usual.
        period: the days to look at.
        streams: the recurring payments among ``rows``; regular ones are no surprise.
        sensitivity: how far above the usual counts.

    Returns:
        Each payment at most once; first what may be a mistake, then what costs most.
    """
    ordered = sorted(rows, key=lambda row: (row.posted_on, row.sequence, row.id))
    past = [row for row in ordered if row.posted_on <= period.end]
    new = [row for row in past if row.posted_on in period and row.amount.amount < 0]
    regular = {key: stream for stream in streams for key in stream.transaction_ids}
    known = _Past(past, regular, sensitivity)
    looks: tuple[Callable[[Transaction], Unusual | None], ...] = (
        known.duplicate,
        known.price_rise,
        known.fee,
        known.far_out,
    )
    found = [next(filter(None, (look(row) for look in looks)), None) for row in new]
    return sorted(filter(None, found), key=_gravity)


_ORDER: Mapping[Why, int] = {"duplicate": 0, "price_rise": 1}


def _gravity(found: Unusual) -> tuple[int, int, str]:
    return _ORDER.get(found.why, 2), found.row.amount.minor, found.row.id


_NOTHING: tuple[Unusual | None, float] = (None, 0.0)


class _Past:
    """The movements up to the end of a period, grouped to be asked about single payments."""

    def __init__(
        self,
        rows: Sequence[Transaction],
        regular: Mapping[str, RecurringStream],
        sensitivity: Sensitivity,
    ) -> None:
        self._scale = sensitivity.scale
        self._most_as_far = sensitivity.as_far_in_year
        self._rows = rows
        self._days = [row.posted_on for row in rows]
        self._known: dict[str, tuple[Unusual | None, float]] = {}
        self._begin = rows[0].posted_on if rows else date.min
        self._regular = regular
        self._by_id = {row.id: row for row in rows}
        self._places = {row.id: place for place, row in enumerate(rows)}
        self._names = kin(row.merchant for row in rows)
        self._there: defaultdict[_Key, list[Transaction]] = defaultdict(list)
        for row in rows:
            self._there[self._merchant(row)].append(row)
        self._at_merchant = payments_by(rows, self._merchant)
        self._in_category = payments_by(rows, _category)
        self._everyday = payments_by(
            rows, lambda row: None if row.id in regular else row.amount.currency
        )

    def duplicate(self, row: Transaction) -> Unusual | None:
        """A payment that repeats one of the last day, which is no habit and was not refunded."""
        there = self._there[self._merchant(row)]
        same = [r for r in there if r.amount == row.amount and r.account_id == row.account_id]
        before = [
            r
            for r in same
            if self._is_before(r, row) and row.posted_on - r.posted_on <= _SAME_PAYMENT
        ]
        if not before or row.id in self._regular or _refunded(row, there):
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

    def far_out(self, row: Transaction) -> Unusual | None:
        """A payment far above the usual, as few others were in the year before."""
        found, excess = self._judged(row)
        if found is None:
            return None
        place = self._places[row.id]
        year = bisect_left(self._days, row.posted_on - _PAST, hi=place)
        as_far = sum(
            one.amount.currency == row.amount.currency and self._judged(one)[1] >= excess
            for one in self._rows[year:place]
        )
        return found if as_far <= self._most_as_far else None

    def _judged(self, row: Transaction) -> tuple[Unusual | None, float]:
        """What a payment is far above, if anything, and by how much; 0 where it is not."""
        if row.id not in self._known:
            self._known[row.id] = self._judge(row)
        return self._known[row.id]

    def _judge(self, row: Transaction) -> tuple[Unusual | None, float]:
        """Held against its merchant where that is well known, else against its sort."""
        if row.amount.amount >= 0:
            return _NOTHING
        there = self._before(self._at_merchant[self._merchant(row)], row)
        if len(there) >= (_STEADY_LEAST if _is_steady(there) else _MERCHANT[0]):
            return self._above(row, there, _MERCHANT, "merchant")
        if row.id in self._regular:
            return _NOTHING
        found = _NOTHING
        begun = row.posted_on - self._begin < _NEW_AFTER
        if not begun and self._there[self._merchant(row)][0].id == row.id:
            found = self._above(row, self._usual(row), _NEW, "new_merchant")
        if found is _NOTHING:
            alike = self._before(self._in_category[_category(row)], row)
            found = self._above(row, alike, _CATEGORY, "category")
        return found

    def _above(
        self, row: Transaction, sizes: Sequence[int], limits: tuple[int, float, float], why: Why
    ) -> tuple[Unusual | None, float]:
        """Whether a payment is far above earlier ones, whose sizes are in minor units."""
        least, deviations, times = limits
        if not sizes or (len(sizes) < least and not _is_steady(sizes)):
            return _NOTHING
        middle, size = median(sizes), -row.amount.minor
        if size < times * middle or sum(one >= size for one in sizes) > len(sizes) // 100:
            return _NOTHING
        spread = max(_NORMAL * median(abs(one - middle) for one in sizes), _LEAST_SPREAD * middle)
        excess = size - middle
        if excess <= self._scale * deviations * spread or excess < self._noticeable(row):
            return _NOTHING
        usual = Money.from_minor(round(middle), row.amount.currency)
        return Unusual(row, why, usual, len(sizes)), excess

    def _noticeable(self, row: Transaction) -> float:
        """A difference this person would notice: half of what they commonly pay at once."""
        sizes = self._usual(row)
        return median(sizes) / 2 if sizes else 0.0

    def _usual(self, row: Transaction) -> list[int]:
        """Earlier payments of the last year that do not repeat."""
        payments = self._everyday.get(row.amount.currency)
        return self._before(payments, row) if payments else []

    def _before(self, payments: Payments, row: Transaction) -> list[int]:
        return payments.before(self._places[row.id], row.posted_on)

    def _is_before(self, one: Transaction, other: Transaction) -> bool:
        return self._places[one.id] < self._places[other.id]

    def _merchant(self, row: Transaction) -> _Key:
        return row.amount.currency, self._names[row.merchant]


def _category(row: Transaction) -> _Key:
    return row.amount.currency, row.category


def _refunded(row: Transaction, there: Sequence[Transaction]) -> bool:
    back = -row.amount
    return any(
        r.amount == back and timedelta(0) <= r.posted_on - row.posted_on <= _REFUNDED_WITHIN
        for r in there
    )


def _is_steady(sizes: Sequence[int]) -> bool:
    """Whether payments were the same but for a little."""
    return bool(sizes) and max(sizes) <= _STEADY_TIMES * min(sizes)
