"""What is expected because nearly the same amount came a month before, of many accounts at once."""

from __future__ import annotations

import numpy as np

from finance_core.forecasting.naive import month_shift
from finance_core.forecasting.panel import Bools, Origins
from finance_core.forecasting.series import Floats, Ints

_DAYS = 101  # three months and the window around them
_MOST = 64  # movements looked at, the largest
_SAME, _ALIKE = 0.03, 0.3  # differences of amounts that are the same payment, or one like it
_OVERDUE = 6  # days after which a payment is taken as missed
_RANKS = 2  # of the payments due the largest are told apart


def expected(origins: Origins, ahead: Ints, scale: Floats) -> list[Floats]:
    """Features of payments that come again, and of the movements that do not.

    Args:
        origins: from where is looked ahead.
        ahead: days ahead, shape (days,).
        scale: shape (origins,), by which money is divided.

    Returns:
        Arrays that broadcast to (origins, days).
    """
    ages, amounts = origins.movements(_DAYS, _MOST)
    amounts = amounts / scale[:, None]
    due = month_shift((origins.day[:, None] - ages).ravel(), -1).reshape(ages.shape)
    wait = due - origins.day[:, None]
    came = np.maximum(wait, 1)[:, :, None] <= ahead
    gap = ages[:, None, :] - ages[:, :, None]  # of movement j: how much earlier i was
    both = (amounts != 0)[:, None, :] & (amounts != 0)[:, :, None]
    unlike = np.abs(amounts[:, None, :] - amounts[:, :, None])
    out: list[Floats] = []
    for tolerance in (_SAME, _ALIKE):
        like = both & (unlike <= tolerance * np.abs(amounts)[:, :, None])
        again = _again(like, gap, ages, wait)
        due_now = np.where(again, amounts, 0.0)
        inflow = _summed(np.maximum(due_now, 0), came)
        outflow = _summed(np.minimum(due_now, 0), came)
        out += [inflow, outflow, inflow + outflow]
        rest = np.where(_monthly(like, np.abs(gap)), 0.0, amounts)
        out += _rest_by_month(rest, ages)
        if tolerance == _SAME:
            out += _largest(due_now, np.maximum(wait, 1), ahead)
            out += _with_rest(inflow + outflow, rest, ages, origins, ahead)
    return out


def _monthly(like: Bools, gap: Ints) -> Bools:
    return np.asarray((like & (gap >= 26) & (gap <= 35)).any(axis=2))


def _again(like: Bools, gap: Ints, ages: Ints, wait: Ints) -> Bools:
    """Which movements came a month before too, and have not come again yet."""
    came_since = (like & (gap <= -20)).any(axis=2)
    return np.asarray(_monthly(like, gap) & ~came_since & (ages <= 37) & (wait > -_OVERDUE))


def _summed(amounts: Floats, came: Bools) -> Floats:
    return np.asarray(np.matmul(amounts[:, None, :], came.astype(np.float64))[:, 0])


def _rest_by_month(rest: Floats, ages: Ints) -> list[Floats]:
    """In- and outflows that do not repeat, and the number of the latter, of three months."""
    out: list[Floats] = []
    for begin in (0, 30, 60):
        here = np.where((ages >= begin) & (ages < begin + 30), rest, 0.0)
        inflow, outflow = np.maximum(here, 0).sum(axis=1), np.minimum(here, 0).sum(axis=1)
        count = (here < 0).sum(axis=1).astype(np.float64)
        out += [part[:, None] for part in (inflow, outflow, count)]
    return out


def _largest(due: Floats, wait: Ints, ahead: Ints) -> list[Floats]:
    """Days until the largest payments due of either sign, their amounts, days since."""
    out: list[Floats] = []
    for sign in (1, -1):
        left = sign * due
        for _ in range(_RANKS):
            which = left.argmax(axis=1)[:, None]
            amount = np.take_along_axis(left, which, axis=1)
            days = np.where(amount > 0, np.take_along_axis(wait, which, axis=1), np.nan)
            out += [days, np.asarray(sign * np.maximum(amount, 0.0)), np.asarray(ahead - days)]
            left = left.copy()
            np.put_along_axis(left, which, 0.0, axis=1)
    return out


def _with_rest(
    known: Floats, rest: Floats, ages: Ints, origins: Origins, ahead: Ints
) -> list[Floats]:
    """What repeats plus what came besides in the same days of past months, or on average."""
    day = origins.day
    windows = []
    for month in (1, 2, 3):
        begin = (day - month_shift(day, month))[:, None, None]
        target = day[:, None] + ahead
        end = day[:, None] - month_shift(target.ravel(), month).reshape(target.shape)
        inside = (ages[:, :, None] < begin) & (ages[:, :, None] >= end[:, None, :])
        windows.append(_summed(rest, inside))
    mean = np.where(ages < 90, rest, 0.0).sum(axis=1)[:, None] / 90
    months = np.stack(windows)
    return [
        *windows,
        known + months.mean(axis=0),
        known + np.median(months, axis=0),
        known + mean * ahead,
    ]
