"""Months in which a bank's payments come half as large again, learned from many accounts.

A salary that came with a bonus is expected with one again half a year later (``recurrence``). An
account younger than that has shown none; whether payments as large as its own had one half a
year before, other accounts have shown. That lies well behind the day from which is looked ahead.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from finance_core.forecasting.naive import month_shift
from finance_core.forecasting.panel import Bools, Panel
from finance_core.forecasting.recurrence import BONUS, HALF_A_YEAR, LONGEST, Movements
from finance_core.forecasting.series import Floats, Ints

_CLASSES = 16
_FEW = 2  # payments without a bonus that each class is thought to have had besides


@dataclass(frozen=True, slots=True)
class Bonuses:
    """What ``learn`` found.

    Attributes:
        first: the first month, 0 = January 1970.
        edges: shape (classes - 1,), amounts that part small payments from larger ones.
        given: shape (months, classes), whether most such payments of the month had a bonus.
    """

    first: int
    edges: Floats
    given: Bools

    def amounts(self, panel: Panel, movements: Movements) -> Floats:
        """What comes with each movement when it is due again, shape (movements,)."""
        then = month_shift(movements.due, HALF_A_YEAR)
        month = _month(then) - self.first
        young = panel.first[movements.series] > then - LONGEST
        asked = np.flatnonzero(_pay(movements) & young & (month >= 0) & (month < len(self.given)))
        size = np.searchsorted(self.edges, movements.usual[asked])
        found = movements.amount.copy()
        found[asked] = movements.usual[asked] * np.where(self.given[month[asked], size], BONUS, 1)
        return found


def learn(panel: Panel, movements: Movements, taught: Bools) -> Bonuses:
    """Counts bonuses on the accounts ``taught``, shape (series,)."""
    pay = np.flatnonzero(_pay(movements) & taught[movements.series])
    usual, month = movements.usual[pay], _month(movements.day[pay])
    first = int(month.min(initial=0 if not len(pay) else month[0]))
    edges = np.quantile(usual, np.arange(1, _CLASSES) / _CLASSES) if len(pay) else np.zeros(0)
    shape = (int(month.max(initial=first)) - first + 1, len(edges) + 1)
    cell = (month - first) * shape[1] + np.searchsorted(edges, usual)
    every = np.bincount(cell, minlength=shape[0] * shape[1])
    with_bonus = np.bincount(cell[panel.amounts[pay] > usual], minlength=len(every))
    return Bonuses(first, edges, (with_bonus > (every + _FEW) / 2).reshape(shape))


def _pay(movements: Movements) -> Bools:
    return np.asarray(movements.before & (movements.usual > 0))


def _month(day: Ints) -> Ints:
    return day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
