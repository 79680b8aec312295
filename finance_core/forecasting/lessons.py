"""What a pooled model learns from: past days of many accounts, what was seen and what came."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from finance_core.forecasting import features
from finance_core.forecasting.outlook import Outlook
from finance_core.forecasting.panel import Bools, Origins, Panel
from finance_core.forecasting.series import Floats, Ints

HORIZON = 30
KNOTS = np.array([*range(1, 4), *range(5, 26, 2), 28, 30])  # days ahead a model is asked for


@dataclass(frozen=True, slots=True)
class Lessons:
    """Origins and what is seen there whatever model is asked.

    Attributes:
        origins: the days from which is looked ahead.
        features: shape (origins, len(KNOTS), features), see ``features.table``.
        scale: shape (origins,), see ``features.scales``.
    """

    origins: Origins
    features: Floats
    scale: Floats

    @classmethod
    def of(cls, origins: Origins) -> Lessons:
        """Looks at all origins."""
        return cls(origins, features.table(origins, KNOTS), features.scales(origins))

    def part(self, chosen: Ints | Bools) -> Lessons:
        """Some of the origins."""
        rows = np.arange(len(self.origins))[chosen]
        return Lessons(self.origins.part(rows), self.features[rows], self.scale[rows])

    def seen(self, outlook: Outlook) -> Floats:
        """All features, those of the outlook included, shape (origins, knots, features)."""
        more = outlook.columns(self.origins.now, self.scale, KNOTS)
        return np.concatenate([self.features, more], axis=2)


def origins_of(panel: Panel, first: int, step: int) -> Origins:
    """Every ``step``-th day from index ``first`` on that has ``HORIZON`` more days."""
    per = [np.arange(first, size - HORIZON, step) for size in panel.size]
    which = np.repeat(np.arange(len(per)), [len(each) for each in per])
    return Origins(panel, which, np.concatenate(per).astype(np.int64))


def between_knots(values: Floats, knots: Ints) -> Floats:
    """Values of all days 1 to ``HORIZON`` from those at ``knots``, (origins, HORIZON)."""
    days = np.arange(1, HORIZON + 1)
    weights = np.stack([np.interp(days, knots, one) for one in np.eye(len(knots))])
    return np.asarray(values @ weights)
