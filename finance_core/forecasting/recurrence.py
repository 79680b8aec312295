"""Which movements of the past month come again, learned from many accounts.

A movement that came a month before with nearly the same amount nearly always comes again; of
one that came for the first time some signs tell (its size, whether it is a round sum, the day
of the month). Each movement gets its chance from gradient boosting on such signs. A payment
may once be half as large again (a bonus); half a year later that is expected again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from finance_core.forecasting.naive import month_shift
from finance_core.forecasting.panel import Bools, Origins, Panel
from finance_core.forecasting.regressor import SEED, Regressor
from finance_core.forecasting.series import Floats, Ints

MONTH = 31  # days after which a movement is no longer waited for
_NEAR = 2  # days that a due date is missed by
_ALIKE = 0.005  # share by which like amounts differ
BONUS = 1.5  # a payment with a bonus, over the usual one
HALF_A_YEAR = 6  # months after which a bonus is expected again
LONGEST = MONTH + _NEAR
_NEVER = 10**6


@dataclass(frozen=True, slots=True)
class Movements:
    """Facts on each movement of a panel, arrays of shape (movements,).

    Attributes:
        series: which account.
        day: day number.
        due: day number on which it is due again.
        before: whether one like it came a month before.
        after: whether one like it came a month later; only to learn from.
        sooner: first day on which one like it came more than two weeks later but not when due.
        usual: amount without a bonus.
        amount: what is due: usual, or with a bonus.
        same: number of equal amounts in the month before.
    """

    series: Ints
    day: Ints
    due: Ints
    before: Bools
    after: Bools
    sooner: Ints
    usual: Floats
    amount: Floats
    same: Floats

    @classmethod
    def of(cls, panel: Panel) -> Movements:
        """Compares each movement with those of its account in the month before."""
        size, amounts = len(panel.amounts), panel.amounts
        series = np.searchsorted(panel.start, panel.position, side="right") - 1
        day = panel.first[series] + panel.position - panel.start[series]
        due = month_shift(day, -1)
        before, after = np.zeros(size, dtype=bool), np.zeros(size, dtype=bool)
        sooner, same, usual = np.full(size, _NEVER), np.zeros(size), amounts.copy()
        for apart in range(1, size):
            later = np.arange(apart, size)
            early = later - apart
            gap = day[later] - day[early]
            close = (series[early] == series[later]) & (gap <= LONGEST) & (amounts[early] != 0)
            if not close.any():
                break
            later, early, gap = later[close], early[close], gap[close]
            ratio = amounts[later] / amounts[early]
            equal, more, less = (np.abs(ratio - r) < _ALIKE for r in (1, BONUS, 1 / BONUS))
            like = equal | more | less
            monthly = like & (np.abs(day[later] - due[early]) <= _NEAR)
            before[later[monthly]], after[early[monthly]] = True, True
            usual[later[monthly & more]] = amounts[early[monthly & more]]
            same[later[equal]] += 1
            soon = like & ~monthly & (gap > MONTH // 2)
            np.minimum.at(sooner, early[soon], day[later[soon]])
        amount = usual * np.where(_bonus_due(series, day, due, amounts, usual), BONUS, 1.0)
        return cls(series, day, due, before, after, sooner, usual, amount, same)

    def columns(self, panel: Panel) -> Floats:
        """Signs of whether a movement comes again, all known on its day, (movements, signs)."""
        at, amounts = panel.position, panel.amounts
        index = at - panel.start[self.series]
        month = self.day.astype("datetime64[D]").astype("datetime64[M]").astype("datetime64[D]")
        first = np.searchsorted(at, panel.start)[self.series]
        evening = panel.balance[np.maximum(at - 1, panel.start[self.series])]
        known = np.arange(len(at)) - first  # not how many come later on the same day
        size = np.abs(amounts)
        signs = [
            *(amounts, self.usual, self.before, self.same),
            *(size % step == 0 for step in (100, 10, 1)),
            *(index % 30 == 0, index, self.day - month.astype(np.int64) + 1),
            *(evening, known / (index + 1), amounts / np.maximum(np.abs(evening), 1.0)),
        ]
        return np.stack(signs, axis=1).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Due:
    """Movements that may come in the days ahead, arrays of shape (movements due,).

    Attributes:
        origin: which origin, ascending.
        wait: days ahead, 1 = tomorrow.
        age: days since it came last.
        chance: that it comes.
        amount: what comes then.
    """

    origin: Ints
    wait: Ints
    age: Ints
    chance: Floats
    amount: Floats

    def of(self, begin: int, end: int) -> Due:
        """Those of the origins ``begin`` up to ``end``, numbered anew."""
        low, high = np.searchsorted(self.origin, [begin, end])
        own = slice(low, high)
        return Due(
            self.origin[own] - begin,
            self.wait[own],
            self.age[own],
            self.chance[own],
            self.amount[own],
        )


def learn(panel: Panel, movements: Movements, taught: Bools) -> Regressor:
    """Fits the chance that a movement comes again on the accounts ``taught``, (series,)."""
    from lightgbm import LGBMRegressor  # noqa: PLC0415 - slow to import

    end = panel.first + panel.size
    known = taught[movements.series] & (movements.day + LONGEST < end[movements.series])
    how: Any = LGBMRegressor(
        objective="cross_entropy",
        n_estimators=120,
        learning_rate=0.06,
        num_leaves=15,
        min_child_samples=20,
        random_state=SEED,
        n_jobs=1,
        verbose=-1,
        deterministic=True,
    )
    found: Regressor = how.fit(
        movements.columns(panel)[known], movements.after[known].astype(np.float64)
    )
    return found


def due(
    origins: Origins, movements: Movements, horizon: int, again: Regressor | None = None
) -> Due:
    """What may come again within ``horizon`` days, as known at each origin.

    Args:
        origins: from where is looked ahead.
        movements: facts on the movements of their panel.
        horizon: days ahead.
        again: from ``learn``; without it what came the month before too is sure to come.
    """
    panel = origins.panel
    start = panel.start[origins.series]
    here = start + origins.index
    end = np.searchsorted(panel.position, here, side="right")
    begin = np.searchsorted(panel.position, np.maximum(here - MONTH, start), side="left")
    count = end - begin
    origin = np.repeat(np.arange(len(origins)), count)
    at = np.arange(len(origin)) - np.repeat(np.cumsum(count) - count, count) + begin[origin]
    today = origins.day[origin]
    wait = movements.due[at] - today
    keep = (wait >= 1) & (wait <= horizon) & (movements.sooner[at] > today)
    at, origin, wait = at[keep], origin[keep], wait[keep]
    age = origins.day[origin] - movements.day[at]
    chance = movements.before[at].astype(np.float64)
    if again is not None and len(at):
        asked, back = np.unique(at, return_inverse=True)
        chance = np.asarray(again.predict(movements.columns(panel)[asked]))[back]
    return Due(origin, wait, age, chance, movements.amount[at])


def _bonus_due(series: Ints, day: Ints, due: Ints, amounts: Floats, usual: Floats) -> Bools:
    """Whether six months before the day it is due again it came with a bonus."""
    given = np.flatnonzero(usual != amounts)
    asked = series * _NEVER + month_shift(due, HALF_A_YEAR)
    order = np.argsort(asked, kind="stable")
    when = series[given] * _NEVER + day[given]
    begin = np.searchsorted(asked[order], when - _NEAR - 1, side="left")
    end = np.searchsorted(asked[order], when + _NEAR + 1, side="right")
    found = np.zeros(len(day), dtype=bool)
    for one, low, high in zip(given, begin, end, strict=True):
        near = order[low:high]
        found[near[np.abs(usual[near] - usual[one]) <= _ALIKE * np.abs(usual[one])]] = True
    return found
