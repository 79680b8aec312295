"""A balance history as daily arrays: the only place where money becomes floats."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from finance_core.errors import BadInput, CurrencyMismatch, NotEnoughData
from finance_core.model import Transaction
from finance_core.money import Money

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

MIN_DAYS = 14
_EPOCH = date(1970, 1, 1).toordinal()


def day_number(day: date) -> int:
    """Days since 1970-01-01, the scale of ``Series.first``."""
    return day.toordinal() - _EPOCH


def to_date(number: int) -> date:
    """The date of a day number."""
    return date.fromordinal(int(number) + _EPOCH)


@dataclass(frozen=True, slots=True)
class Series:
    """End-of-day balances and the movements behind them, in the currency's major unit.

    Attributes:
        first: day number of index 0.
        balance: shape (days,), balance at the end of each day.
        days: shape (movements,), ascending index of the day of each movement.
        amounts: shape (movements,), signed.
    """

    first: int
    balance: Floats
    days: Ints
    amounts: Floats

    def __len__(self) -> int:
        return len(self.balance)

    @property
    def last(self) -> int:
        """Index of the last day."""
        return len(self.balance) - 1

    def until(self, index: int) -> Series:
        """The history as it was known at the end of day ``index``: nothing later is left."""
        count = int(np.searchsorted(self.days, index, side="right"))
        return Series(
            self.first, self.balance[: index + 1], self.days[:count], self.amounts[:count]
        )

    def flows(self) -> Floats:
        """Net movement of each day, shape (days,)."""
        return np.bincount(self.days, weights=self.amounts, minlength=len(self)).astype(np.float64)

    def scale(self) -> float:
        """Half the monthly turnover of the last 90 days: the unit models work in."""
        recent = self.amounts[self.days > self.last - 90]
        months = max(min(len(self), 90) / 30, 1.0)
        turnover = float(np.abs(recent).sum()) / months / 2
        level = abs(float(self.balance[-1])) / 10
        return max(turnover, level) or 1.0


def from_transactions(
    history: Sequence[Transaction],
    start: Money,
    origin: date,
    exclude: Collection[str] = (),
) -> Series:
    """Rebuilds the daily balance backwards from ``start``, the balance at the end of ``origin``.

    Pending movements and movements after ``origin`` are not used.

    Args:
        history: booked movements of accounts of one currency, any order.
        start: balance at the end of ``origin``.
        origin: the last day known.
        exclude: ids of movements to leave out (those of known streams).

    Raises:
        NotEnoughData: under two weeks of history.
        CurrencyMismatch: a movement is in another currency than ``start``.
    """
    booked = [t for t in history if not t.pending and t.posted_on <= origin]
    if any(t.amount.currency != start.currency for t in booked):
        raise CurrencyMismatch("I can only look ahead in one currency at a time.")
    if not booked:
        raise NotEnoughData(
            "I need at least two weeks of transactions to look ahead, and I have none yet."
        )
    first = min(t.posted_on for t in booked)
    size = (origin - first).days + 1
    if size < MIN_DAYS:
        raise NotEnoughData(
            "I need at least two weeks of transactions to look ahead; "
            f"so far I have {size} {'day' if size == 1 else 'days'}."
        )
    kept = [t for t in booked if t.id not in exclude] if exclude else booked
    days = np.array([(t.posted_on - first).days for t in kept], dtype=np.int64)
    amounts = np.array([float(t.amount.amount) for t in kept], dtype=np.float64)
    order = np.argsort(days, kind="stable")
    days, amounts = days[order], amounts[order]
    flow = np.bincount(days, weights=amounts, minlength=size)
    balance = float(start.amount) - (flow.sum() - np.cumsum(flow))
    return Series(day_number(first), balance, days, amounts)


def from_balances(
    dates: Sequence[date], amounts: Sequence[float], balances: Sequence[float]
) -> Series:
    """Builds a series from rows that carry the balance after each movement.

    Rows are in booking order; the end-of-day balance is that of a day's last row,
    carried forward over days without movements.
    """
    if not dates:
        raise BadInput("There is no row to read.")
    number = np.array([day_number(d) for d in dates], dtype=np.int64)
    if np.any(np.diff(number) < 0):
        raise BadInput("The rows of an account are not in the order of their dates.")
    days = number - number[0]
    grid = np.arange(days[-1] + 1)
    last_row = np.searchsorted(days, grid, side="right") - 1
    return Series(
        int(number[0]),
        np.asarray(balances, dtype=np.float64)[last_row],
        days,
        np.asarray(amounts, dtype=np.float64),
    )
