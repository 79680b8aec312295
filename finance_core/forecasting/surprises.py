"""What nobody announces, learned from many accounts, and paths of the balance drawn with it.

Each past day of the accounts that are learned from shows how much came in and went out beside
what comes every month, and how the balance stood. A path is drawn day by day: what is due comes
by its chance; then the surprise of a day is drawn from those past days whose balance stood
nearest, among accounts that are surprised about as often (nearest neighbours: Stone 1977, for
paths: the conditional bootstrap of Rajagopalan & Lall 1999). Days apart are those that complete
30 days since the history began, and those on which much has come in: people draw on them.

Balances and amounts are compared as money, not as shares of a turnover: a cash machine, a rent
or a limit knows no scale. So this is about accounts of one bank and currency.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from finance_core.forecasting.panel import Bools, Origins, Panel
from finance_core.forecasting.recurrence import MONTH, Due, Movements
from finance_core.forecasting.series import Floats, Ints

PATHS = 768
_PERIOD = 30
_FIRST = 90  # index of the first day learned from: younger accounts are still being filled
_WINDOW = 90  # days in which surprises are counted
_STILL = 0.02  # of a large surprise: less is no movement
_LARGE = 0.3  # of the usual scale: smaller surprises are not counted
_INFLOWS = np.array([0.2, 0.8, 1.6, 2.5, 3.5, 5.0])  # surprises in 90 days that part accounts
_OUTFLOWS = np.array([0.2, 0.8, 1.6, 3.0, 5.0, 9.0])
_NEAREST_IN, _NEAREST_OUT, _NEAREST_RARE = 2000, 800, 60  # days a surprise is drawn from
_UNLIKELY = 0.02
_CELLS = 2048  # balances told apart


@dataclass(frozen=True, slots=True)
class Past:
    """Each day of a panel: flat arrays as ``Panel.balance``.

    Attributes:
        inflow, outflow: what came beside what comes every month.
        known: what came as the month before.
        inflows, outflows: surprises that were large, counted from the panel's beginning on.
        rests: days completing a period on which next to nothing came, counted likewise.
    """

    inflow: Floats
    outflow: Floats
    known: Floats
    inflows: Ints
    outflows: Ints
    rests: Ints

    @classmethod
    def of(cls, panel: Panel, movements: Movements, large: float) -> Past:
        """Adds up a panel's movements by day."""
        amounts, size = panel.amounts, len(panel.balance)
        index = panel.position - panel.start[movements.series]
        counted = ~movements.before & (np.abs(amounts) > large) & (index % _PERIOD != 0)

        def by_day(values: Floats) -> Floats:
            return np.bincount(panel.position, weights=values, minlength=size)

        inflow, outflow = (
            by_day(np.where(movements.before, 0.0, signed))
            for signed in (np.maximum(amounts, 0.0), np.minimum(amounts, 0.0))
        )
        return cls(
            inflow,
            outflow,
            by_day(np.where(movements.before, amounts, 0.0)),
            np.cumsum(by_day(counted & (amounts > 0))).astype(np.int64),
            np.cumsum(by_day(counted & (amounts < 0))).astype(np.int64),
            np.cumsum(_closing(panel) & (np.abs(inflow + outflow) < _STILL * large)),
        )

    def kinds(self, panel: Panel, series: Ints, index: Ints) -> tuple[Ints, Ints]:
        """How often accounts were surprised up to the days ``index``: kinds of in- and outflows.

        The mean of the rate of the last 90 days and that of the whole history counts.
        """
        start = panel.start[series]
        back = np.minimum(index, _WINDOW)
        found = []
        for total, edges in ((self.inflows, _INFLOWS), (self.outflows, _OUTFLOWS)):
            lately = total[start + index] - total[start + index - back]
            ever = total[start + index] - total[start]
            rate = lately / np.maximum(back, 1) + ever / np.maximum(index, 1)
            found.append(np.searchsorted(edges, rate * _WINDOW / 2))
        return found[0], found[1]

    def rested(self, panel: Panel, series: Ints, index: Ints) -> Ints:
        """1 where some period up to the day ``index`` was completed without a movement, else 0."""
        start = panel.start[series]
        return np.asarray(self.rests[start + index] > self.rests[start], dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Days:
    """Past days to draw from, ordered by the balance before.

    Attributes:
        flow: shape (days,), what moved.
        place: shape (cells,), for evenly spaced balances where in ``flow`` they stand.
        low, cell: the first of those balances, and how far apart they are.
    """

    flow: Floats
    place: Ints
    low: float
    cell: float

    @classmethod
    def of(cls, balance: Floats, flow: Floats) -> Days:
        """Orders days; one quiet day stands where there is none."""
        if not len(balance):
            return cls(np.zeros(1), np.zeros(1, dtype=np.int64), 0.0, 1.0)
        order = np.argsort(balance, kind="stable")
        low, high = np.quantile(balance, [0.001, 0.999])
        cell = float(high - low) / _CELLS or 1.0
        place = np.searchsorted(balance[order], low + cell * np.arange(_CELLS))
        return cls(flow[order], place, float(low), cell)

    def draw(self, balance: Floats, chance: Floats, nearest: int) -> Floats:
        """Flows of one of the ``nearest`` days each, as ``chance`` in [0, 1) picks."""
        count = min(nearest, len(self.flow))
        cell = np.clip((balance - self.low) / self.cell, 0, len(self.place) - 1)
        first = np.clip(self.place - count // 2, 0, len(self.flow) - count)
        picked = first[cell.astype(np.int64)] + (chance * count).astype(np.int64)
        return np.asarray(self.flow[picked])


@dataclass(frozen=True, slots=True)
class Surprises:
    """What ``learn`` found.

    Attributes:
        large: amounts up to this are not counted as surprises.
        inflows: of each kind of account, what came in on a plain day.
        outflows: of each kind of account, what went out on a plain day.
        after_inflow: what went out on a day on which much came in.
        rhythm: net flow of the days that complete a period, of accounts on which all of them
            moved so far, and of the others.
    """

    large: float
    inflows: tuple[Days, ...]
    outflows: tuple[Days, ...]
    after_inflow: Days
    rhythm: tuple[Days, Days]

    def paths(
        self, origins: Origins, past: Past, due: Due, horizon: int, count: int = PATHS
    ) -> Floats:
        """Draws paths of the balance; the same chances for every origin.

        Returns:
            Array of shape (origins, horizon, count), single precision: they get sorted.
        """
        chance = np.random.default_rng(0)
        comes = _spread(chance, MONTH + 1, count)
        inward, outward = (_spread(chance, horizon, count) for _ in range(2))
        into, out_of = past.kinds(origins.panel, origins.series, origins.index)
        rested = past.rested(origins.panel, origins.series, origins.index)
        balance = np.repeat(origins.now[:, None], count, axis=1)
        found = np.empty((len(origins), horizon, count), dtype=np.float32)
        likely = due.chance > _UNLIKELY
        for day in range(horizon):
            known = np.zeros_like(balance)
            now = np.flatnonzero(likely & (due.wait == day + 1))
            drawn = comes[due.age[now]] < due.chance[now, None]
            np.add.at(known, due.origin[now], np.where(drawn, due.amount[now, None], 0.0))
            balance = balance + known
            closing = (origins.index + day + 1) % _PERIOD == 0
            came = np.zeros_like(balance)
            for kind, rows in _grouped(into, ~closing):
                days = self.inflows[kind]
                came[rows] = days.draw(balance[rows], inward[day], _NEAREST_IN)
            balance = balance + came
            went = np.zeros_like(balance)
            for kind, rows in _grouped(rested, closing):
                went[rows] = self.rhythm[kind].draw(balance[rows], outward[day], _NEAREST_RARE)
            for kind, rows in _grouped(out_of, ~closing):
                days = self.outflows[kind]
                went[rows] = days.draw(balance[rows], outward[day], _NEAREST_OUT)
            much = (came + np.maximum(known, 0.0) > self.large) & ~closing[:, None]
            picked = np.broadcast_to(outward[day], much.shape)[much]
            went[much] = self.after_inflow.draw(balance[much], picked, _NEAREST_RARE)
            balance = balance + went
            found[:, day] = balance
        return np.asarray(found)


def learn(panel: Panel, movements: Movements, taught: Bools, large: float) -> Surprises:
    """Collects the days of the accounts ``taught``, shape (series,)."""
    past = Past.of(panel, movements, large)
    series = np.repeat(np.arange(len(panel.size)), panel.size)
    index = np.arange(len(series)) - panel.start[series]
    at = np.flatnonzero(taught[series] & (index >= _FIRST))
    into, out_of = past.kinds(panel, series[at], index[at] - 1)
    rested = past.rested(panel, series[at], index[at] - 1)
    closing = index[at] % _PERIOD == 0
    inflow, outflow, known = past.inflow[at], past.outflow[at], past.known[at]
    before = panel.balance[at - 1] + known
    much = (inflow + np.maximum(known, 0.0) > large) & ~closing
    plain = ~much & ~closing
    moving, resting = closing & (rested == 0), closing & (rested == 1)
    return Surprises(
        large,
        tuple(
            Days.of(before[chosen], inflow[chosen])
            for chosen in (~closing & (into == kind) for kind in range(len(_INFLOWS) + 1))
        ),
        tuple(
            Days.of(before[chosen] + inflow[chosen], outflow[chosen])
            for chosen in (plain & (out_of == kind) for kind in range(len(_OUTFLOWS) + 1))
        ),
        Days.of((before + inflow)[much], outflow[much]),
        (
            Days.of(before[moving], (inflow + outflow)[moving]),
            Days.of(before[resting], (inflow + outflow)[resting]),
        ),
    )


def large_of(scales: Floats) -> float:
    """From which amount on a surprise counts, by the scales of the accounts learned from."""
    return float(_LARGE * np.median(scales))


def _closing(panel: Panel) -> Bools:
    """Which days of a panel complete a period, but for the first of an account."""
    index = np.arange(len(panel.balance)) - np.repeat(panel.start, panel.size)
    return np.asarray((index % _PERIOD == 0) & (index > 0))


def _spread(chance: np.random.Generator, rows: int, count: int) -> Floats:
    """Evenly spread chances in [0, 1), each row in an order of its own (Latin hypercube)."""
    order = np.argsort(chance.random((rows, count)), axis=1)
    return np.asarray((order + chance.random((rows, count))) / count)


def _grouped(kind: Ints, where: Bools) -> Sequence[tuple[int, Ints]]:
    return [(int(k), np.flatnonzero((kind == k) & where)) for k in np.unique(kind[where])]
