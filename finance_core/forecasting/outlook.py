"""How a bank's accounts move, learned from many of them: what is due, and paths drawn with it.

The median of the paths is what a pooled model corrects; it also sees how they spread.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from finance_core.forecasting import bonuses, recurrence, surprises
from finance_core.forecasting.bonuses import Bonuses
from finance_core.forecasting.panel import Bools, Origins, Panel
from finance_core.forecasting.quantiles import sorted_quantiles
from finance_core.forecasting.recurrence import Due, Movements
from finance_core.forecasting.regressor import Regressor
from finance_core.forecasting.series import Floats, Ints
from finance_core.forecasting.surprises import PATHS, Past, Surprises

_LEVELS = np.array([0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95])
_MIDDLE = 3
_LOWS = np.array([0.1, 0.5, 0.9])
_AT_ONCE = 256


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is seen ahead of each origin, in money.

    Attributes:
        sure: shape (origins, days), balance with what will probably come again.
        mean: the same with everything that may come, by its chance.
        levels: shape (origins, 7, days), quantiles of the paths drawn.
        lows: shape (origins, 3), quantiles of their lowest balance.
    """

    sure: Floats
    mean: Floats
    levels: Floats
    lows: Floats

    @property
    def middle(self) -> Floats:
        """Median balances, shape (origins, days)."""
        return np.asarray(self.levels[:, _MIDDLE])

    @property
    def low(self) -> Floats:
        """Median of the lowest balance, shape (origins,)."""
        return np.asarray(self.lows[:, 1])

    def columns(self, now: Floats, scale: Floats, ahead: Ints) -> Floats:
        """Features for the days ``ahead``, shape (origins, len(ahead), features).

        Some are shares of ``scale`` counted from ``now``, some are money.
        """
        at, unit, today = ahead - 1, scale[:, None], now[:, None]
        middle, levels = self.middle, self.levels[:, :, at]
        shares = [(part[:, at] - today) / unit for part in (self.sure, self.mean)]
        shares += [(levels[:, number] - today) / unit for number in range(len(_LEVELS))]
        shares += [(levels[:, high] - levels[:, low]) / unit for low, high in ((1, 5), (2, 4))]
        money = [
            *(today, unit, self.sure[:, at], self.sure[:, :1], middle[:, :1], middle[:, -1:]),
            np.maximum.accumulate(self.sure, axis=1)[:, at],
            np.minimum.accumulate(self.sure, axis=1)[:, at],
            *(levels[:, number] for number in (1, 3, 5)),
        ]
        shape = (len(now), len(ahead))
        columns = [np.broadcast_to(part, shape) for part in (*shares, *money)]
        return np.stack(columns, axis=2).astype(np.float32)

    def low_columns(self, now: Floats, scale: Floats) -> Floats:
        """The lowest balances as shares of ``scale`` counted from ``now``, (origins, 3)."""
        return np.asarray((self.lows - now[:, None]) / scale[:, None])

    @classmethod
    def joined(cls, parts: list[Outlook]) -> Outlook:
        """One behind the other."""
        fields = ("sure", "mean", "levels", "lows")
        return cls(*(np.concatenate([getattr(p, name) for p in parts]) for name in fields))

    def at(self, chosen: Ints) -> Outlook:
        """Those of some origins."""
        return Outlook(self.sure[chosen], self.mean[chosen], self.levels[chosen], self.lows[chosen])


@dataclass(frozen=True, slots=True)
class Habits:
    """How the accounts of a bank move.

    Attributes:
        again: predicts the chance that a movement comes again.
        bonuses: in which months payments come half as large again.
        surprises: what comes besides.
    """

    again: Regressor
    bonuses: Bonuses
    surprises: Surprises

    def ahead(
        self, origins: Origins, movements: Movements, horizon: int, count: int = PATHS
    ) -> Outlook:
        """Looks ahead from many origins.

        Args:
            origins: from where.
            movements: of their panel.
            horizon: days ahead.
            count: paths drawn.
        """
        panel = origins.panel
        payments = replace(movements, amount=self.bonuses.amounts(panel, movements))
        every = recurrence.due(origins, payments, horizon, self.again)
        past = Past.of(panel, movements, self.surprises.large)
        parts = []
        for at in range(0, len(origins), _AT_ONCE):
            part = origins.part(slice(at, at + _AT_ONCE))
            due = every.of(at, at + _AT_ONCE)
            paths = self.surprises.paths(part, past, due, horizon, count)
            lows = sorted_quantiles(paths.min(axis=1), _LOWS)
            levels = sorted_quantiles(paths, _LEVELS).transpose(0, 2, 1)
            likely = np.where(due.chance > 0.5, due.amount, 0.0)
            sure, mean = (
                _summed(part, due, amount, horizon) for amount in (likely, due.chance * due.amount)
            )
            parts.append(Outlook(sure, mean, levels, lows))
        return Outlook.joined(parts)


def learn(panel: Panel, movements: Movements, taught: Bools, scales: Floats) -> Habits:
    """Learns from the accounts ``taught``.

    Args:
        panel: accounts with all that is known of them.
        movements: of the panel.
        taught: shape (series,), which accounts may be learned from.
        scales: of origins of those accounts.
    """
    large = surprises.large_of(scales)
    return Habits(
        recurrence.learn(panel, movements, taught),
        bonuses.learn(panel, movements, taught),
        surprises.learn(panel, movements, taught, large),
    )


def _summed(origins: Origins, due: Due, amount: Floats, horizon: int) -> Floats:
    flow = np.zeros((len(origins), horizon))
    np.add.at(flow, (due.origin, due.wait - 1), amount)
    return np.asarray(origins.now[:, None] + np.cumsum(flow, axis=1))
