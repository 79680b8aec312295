"""Payments due every month, on the day or on the working day before or after a weekend.

For each day of the month and each of these customs the flows of the last months are put side by
side on the days on which the payment would have fallen. The one that explains most is taken as a
payment and taken out of the flows, then the next is looked for (matching pursuit: Mallat & Zhang
1993). From balances alone, so a day's movements count together.
"""

from __future__ import annotations

import numpy as np

from finance_core.forecasting.panel import Bools
from finance_core.forecasting.series import Floats, Ints

_CUSTOMS = np.array([[0] * 7, [0] * 5 + [-1, -2], [0] * 5 + [2, 1]])  # days moved, from Monday on
_BACK, _AHEAD = 6, 2  # months before and after the one of the last day known
_LONGEST = 31
_MOST = 4  # payments found
_SEEN = 3  # months that a payment has to be seen in
_SCATTER = 0.6  # most that its squared amounts scatter, over the square of their mean


def found(number: Ints, flow: Floats, seen: Bools, horizon: int) -> tuple[Floats, Floats]:
    """What comes every month, and what is left without it.

    Args:
        number: shape (origins, days), day numbers, ascending; the last is the last day known.
        flow: of the same shape, what came on each day.
        seen: whether the day is known.
        horizon: days ahead.

    Returns:
        What is due on each day ahead, shape (origins, horizon), and the rest of ``flow``.
    """
    falls = _falls(number[:, -1])
    at = falls - number[:, :1, None]
    known = (at >= 0) & (at < flow.shape[1])
    at = np.where(known, at, 0)
    known &= _read(seen, at)
    wait = falls - number[:, -1, None, None]
    count = known.sum(axis=1)
    rest, due, every = flow.copy(), np.zeros((len(flow), horizon)), np.arange(len(flow))
    for _ in range(_MOST):
        came = np.where(known, _read(rest, at), 0.0)
        mean = came.sum(axis=1) / np.maximum(count, 1)
        scatter = ((came**2).sum(axis=1) - count * mean**2) / np.maximum(count - 1, 1)
        regular = (count >= _SEEN) & (scatter < _SCATTER * mean**2)
        explained = np.where(regular, count * mean**2 - scatter, 0.0)
        best = explained.argmax(axis=1)
        amount = np.where(explained[every, best] > 0, mean[every, best], 0.0)[:, None]
        rest[every[:, None], at[every, :, best]] -= amount * known[every, :, best]
        then = wait[every, :, best]
        coming, month = np.nonzero((then >= 1) & (then <= horizon))
        np.add.at(due, (coming, then[coming, month] - 1), amount[coming, 0])
    return due, rest


def _falls(last: Ints) -> Ints:
    """Days on which payments would fall, shape (origins, months, customs * days of a month)."""
    month = last.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    months = month[:, None] + np.arange(-_BACK, _AHEAD + 1)
    first, following = (
        m.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
        for m in (months, months + 1)
    )
    day = np.minimum(np.arange(_LONGEST), (following - first - 1)[:, :, None])
    due = first[:, :, None] + day
    moved = [due + custom[(due + 3) % 7] for custom in _CUSTOMS]  # day 0 was a Thursday
    return np.concatenate(moved, axis=2)


def _read[T: (Floats, Bools)](values: T, at: Ints) -> T:
    return np.take_along_axis(
        values, at.reshape(len(at), at.shape[1] * at.shape[2]), axis=1
    ).reshape(at.shape)
