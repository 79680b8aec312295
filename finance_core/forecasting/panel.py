"""Many balance histories end to end in flat arrays, so that they are looked at all at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from finance_core.forecasting.series import Floats, Ints, Series

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Panel:
    """Several series, one behind the other.

    Attributes:
        balance: shape (all days,), end-of-day balances.
        start: shape (series,), where each begins in ``balance``.
        size: shape (series,), its days.
        first: shape (series,), day number of its index 0.
        position: shape (movements,), ascending place in ``balance`` of each movement.
        amounts: shape (movements,), signed.
    """

    balance: Floats
    start: Ints
    size: Ints
    first: Ints
    position: Ints
    amounts: Floats

    @classmethod
    def of(cls, many: Sequence[Series]) -> Panel:
        """Puts them together."""
        size = np.array([len(s) for s in many], dtype=np.int64)
        start = np.concatenate([[0], np.cumsum(size)[:-1]]).astype(np.int64)
        return cls(
            np.concatenate([s.balance for s in many]),
            start,
            size,
            np.array([s.first for s in many], dtype=np.int64),
            np.concatenate([s.days + at for s, at in zip(many, start, strict=True)]),
            np.concatenate([s.amounts for s in many]),
        )

    def every_last(self) -> Origins:
        """The last day of each series as its origin."""
        return Origins(self, np.arange(len(self.size)), self.size - 1)


@dataclass(frozen=True, slots=True)
class Origins:
    """Days of a panel from which to look ahead; what is read here is never later than they.

    Attributes:
        panel: the histories.
        series: shape (origins,), which history.
        index: shape (origins,), its last day known.
    """

    panel: Panel
    series: Ints
    index: Ints

    def __len__(self) -> int:
        return len(self.index)

    def part(self, chosen: slice | Ints) -> Origins:
        """Some of them."""
        return Origins(self.panel, self.series[chosen], self.index[chosen])

    @property
    def day(self) -> Ints:
        """Day numbers of the origins, shape (origins,)."""
        return np.asarray(self.panel.first[self.series] + self.index)

    @property
    def now(self) -> Floats:
        """Balances at the origins, shape (origins,)."""
        return np.asarray(self.panel.balance[self.panel.start[self.series] + self.index])

    def known(self, index: Ints) -> Floats:
        """Balances of the days ``index``, shape (origins, ...); NaN before the history or later
        than the origin.
        """
        shape = (-1,) + (1,) * (index.ndim - 1)
        last = self.index.reshape(shape)
        within = (index >= 0) & (index <= last)
        at = self.panel.start[self.series].reshape(shape) + np.clip(index, 0, last)
        return np.where(within, self.panel.balance[at], np.nan)

    def clipped(self, index: Ints) -> Floats:
        """The same; days outside take the nearest one that is known."""
        shape = (-1,) + (1,) * (index.ndim - 1)
        at = np.clip(index, 0, self.index.reshape(shape))
        return np.asarray(self.panel.balance[self.panel.start[self.series].reshape(shape) + at])

    def to_come(self, horizon: int) -> Floats:
        """What came afterwards, shape (origins, horizon): for training and scoring only."""
        at = (self.panel.start[self.series] + self.index)[:, None] + np.arange(1, horizon + 1)
        return np.asarray(self.panel.balance[at])

    def movements(self, days: int, most: int) -> tuple[Ints, Floats]:
        """Movements of the last ``days`` days, the largest if there are more than ``most``.

        Returns:
            Ages in days (0 = the day of the origin) and amounts, shape (origins, columns);
            places without a movement have amount 0 and an age beyond ``days``.
        """
        panel = self.panel
        here = panel.start[self.series] + self.index
        end = np.searchsorted(panel.position, here, side="right")
        begin = np.searchsorted(
            panel.position, np.maximum(here - days + 1, panel.start[self.series]), side="left"
        )
        columns = int((end - begin).max(initial=1)) or 1
        at = begin[:, None] + np.arange(columns)
        there = at < end[:, None]
        at = np.minimum(at, len(panel.position) - 1)
        amounts = np.where(there, panel.amounts[at], 0.0)
        ages = np.where(there, here[:, None] - panel.position[at], 10 * days)
        if columns > most:
            largest = np.argpartition(-np.abs(amounts), most, axis=1)[:, :most]
            largest.sort(axis=1)
            amounts = np.take_along_axis(amounts, largest, axis=1)
            ages = np.take_along_axis(ages, largest, axis=1)
        return ages, amounts
