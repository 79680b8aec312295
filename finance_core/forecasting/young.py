"""What is expected of an account too young to have shown how forecasts do on it.

Most of what moves an account is monthly, so the last month is expected again. Unless nothing
came in: then what went out tells little, as on an account that sleeps or is paid every 31 days.
Nor does it where the same sum came at odd distances, as on an account that is topped up when it
runs low. Where something came on many days, as in a shop, a quarter of the last month is expected;
where several payments of all sizes came, as to somebody who is paid by the piece, half.
"""

from __future__ import annotations

import numpy as np

from finance_core.forecasting import naive
from finance_core.forecasting.panel import Bools, Origins, Panel
from finance_core.forecasting.series import Floats, Ints, Series

_MONTH, _MOST = 30, 64  # days looked at, movements of them, the largest
_NOTHING = 0.02  # of the balance
_OFTEN, _OF_MANY = 6, 0.25  # days of a month on which something comes in, what then counts
_SEVERAL, _OF_SEVERAL = 3, 0.5  # payments of all sizes, and what then counts
_PART, _MOST_OF_IT = 0.1, 0.7  # shares of what came in together
_LIKE_PAY = 0.8  # of pay by the week, the second over the first
_ALIKE = 0.005  # share by which like amounts differ
_HALF_MONTH = (13, 17)  # days between the payments of whoever is paid twice a month


def share(origins: Origins) -> Floats:
    """How much of what the last month brought is expected again, shape (origins,)."""
    ages, amounts = origins.movements(_MONTH, _MOST)
    came = np.where(ages < origins.index[:, None], np.maximum(amounts, 0.0), 0.0)  # not opening
    paid = came.sum(axis=1) > _NOTHING * np.abs(origins.now)
    again = np.where(_of_all_sizes(ages, came), _OF_SEVERAL, 1.0)
    again = np.where(_days(ages, came) >= _OFTEN, _OF_MANY, again)
    return np.where(paid & ~_at_odd_distances(ages, came), again, 0.0)


def path(series: Series, horizon: int) -> Floats:
    """Balances of the coming days, shape (horizon,)."""
    origins = Panel.of([series]).every_last()
    again = naive.path("same_day_last_month", series, horizon)
    return np.asarray(origins.now + share(origins) * (again - origins.now))


def _days(ages: Ints, came: Floats) -> Ints:
    """On how many days something came in, shape (origins,)."""
    on = (ages[:, :, None] == np.arange(_MONTH)) & (came > 0)[:, :, None]
    return np.asarray(on.any(axis=1).sum(axis=1))


def _of_all_sizes(ages: Ints, came: Floats) -> Bools:
    """Whether three payments or more make up the month, none most of it, and not by the week."""
    total = came.sum(axis=1, keepdims=True)
    large = np.where(came >= _PART * total, came, 0.0)
    first, second = np.argsort(-came, axis=1)[:, :2].T if came.shape[1] > 1 else (0, 0)
    every = np.arange(len(came))
    gap = np.abs(ages[every, first] - ages[every, second])
    alike = came[every, second] > _LIKE_PAY * came[every, first]
    weekly = alike & (gap > 1) & (np.minimum(gap % 7, -gap % 7) <= 1)
    most = came.max(axis=1) >= _MOST_OF_IT * total[:, 0]
    return np.asarray((_days(ages, large) >= _SEVERAL) & ~most & ~weekly)


def _at_odd_distances(ages: Ints, came: Floats) -> Bools:
    """Whether the largest payment came again after neither weeks nor half a month."""
    top = came.max(axis=1, keepdims=True)
    like = (came > 0) & (came >= (1 - _ALIKE) * top)
    gap = np.abs(ages[:, :, None] - ages[:, None, :])
    weeks = np.minimum(gap % 7, -gap % 7) <= 1
    halves = (gap >= _HALF_MONTH[0]) & (gap <= _HALF_MONTH[1])
    return np.asarray((like[:, :, None] & like[:, None, :] & ~weeks & ~halves).any(axis=(1, 2)))
