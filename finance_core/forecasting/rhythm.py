"""A forecast of the days on which an account has moved before, one day after the other.

Some accounts move on the same day of every month, others every so many days whatever the
calendar says. And what moves may follow the balance: people draw what there is, pay off what
they owe, put away what is left. So for each day ahead the flows of the same days of past
periods are put against the balances of the evenings before (a straight line, shrunk to a
constant where there is little to see, as in ridge regression: Hoerl & Kennard 1970), and the
balance is followed day by day, each day's flow answering to the balance it meets.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from finance_core.forecasting.naive import month_shift
from finance_core.forecasting.panel import Bools, Origins
from finance_core.forecasting.series import Floats, Ints

_PERIOD = 30  # days of the rhythm that ignores the calendar
_PAST = 6  # periods looked back
_SHRINK = 0.05  # squared scales of balance that have to be seen before a slope counts half
_MOST = 1.5  # no flow is expected to be larger than this times the largest seen
_MEMORY = 0.9  # weight of a period against the one after it


@dataclass(frozen=True, slots=True)
class _Answers:
    """How each day ahead answers to the balance: arrays of shape (origins, days).

    Attributes:
        active: whether the day has moved in at least two of the last three periods.
        flow, level: weighted means of its flows and of the balances before them.
        slope: change of the flow with the balance.
        low, high: between which a flow is expected.
    """

    active: Bools
    flow: Floats
    level: Floats
    slope: Floats
    low: Floats
    high: Floats


def expected(origins: Origins, ahead: Ints, scale: Floats) -> list[Floats]:
    """Features of the rhythm, money over ``scale``.

    Args:
        origins: from where is looked ahead.
        ahead: days ahead, ascending, shape (days,).
        scale: shape (origins,).

    Returns:
        Arrays that broadcast to (origins, days): the change of the balance as followed with
        what repeats, the same with the mean of the rest, the part of each rhythm; the first
        day that the rhythm of days moves, its flow and slope.
    """
    every = np.arange(1, int(ahead[-1]) + 1, dtype=np.int64)
    by_days = _answers(origins, _days_back(origins, every), scale)
    by_month = _answers(origins, _months_back(origins, every), scale)
    known, of_days, of_month = _follow(by_days, by_month, origins.now, 0.0)
    drift = _drift(origins, by_days, by_month)
    drifting, _, _ = _follow(by_days, by_month, origins.now, drift)
    at, unit = ahead - 1, scale[:, None]
    first = by_days.active.argmax(axis=1)[:, None]
    some = by_days.active.any(axis=1)[:, None]
    met = np.take_along_axis(known, np.maximum(first - 1, 0), axis=1)
    slope = np.take_along_axis(by_days.slope, first, axis=1)
    flow = np.take_along_axis(by_days.flow, first, axis=1) + slope * (
        np.where(first > 0, met, 0.0)
        + origins.now[:, None]
        - np.take_along_axis(by_days.level, first, axis=1)
    )
    return [
        known[:, at] / unit,
        drifting[:, at] / unit,
        of_days[:, at] / unit,
        of_month[:, at] / unit,
        np.where(some, first + 1.0, np.nan),
        np.where(some, flow / unit, np.nan),
        np.where(some, slope, np.nan),
    ]


def _days_back(origins: Origins, every: Ints) -> Ints:
    """Indices of the same days of past periods of fixed length, (origins, past, days)."""
    first = -(-every // _PERIOD)  # the latest one that is known
    back = (first + np.arange(_PAST)[:, None]) * _PERIOD
    return np.asarray(origins.index[:, None, None] + every - back)


def _months_back(origins: Origins, every: Ints) -> Ints:
    """Indices of the same days of past months, (origins, past, days)."""
    target = origins.day[:, None] + every
    months = int(every[-1]) // 31
    shifted = [
        month_shift(target.ravel(), months + m).reshape(target.shape) for m in range(1, _PAST + 1)
    ]
    return np.asarray(
        np.stack(shifted, axis=1) - origins.panel.first[origins.series][:, None, None]
    )


def _answers(origins: Origins, back: Ints, scale: Floats) -> _Answers:
    before = origins.known(back - 1)
    flow = origins.known(back) - before
    seen = np.isfinite(flow)
    flow, before = np.where(seen, flow, 0.0), np.where(seen, before, 0.0)
    tiny = 0.005 * scale[:, None, None]
    moved = np.abs(flow) > tiny
    active = moved[:, :3].sum(axis=1) >= 2
    weight = np.where(moved, _MEMORY ** np.arange(_PAST)[:, None], 0.0)
    total = np.maximum(weight.sum(axis=1), 1e-9)
    mean_flow = (weight * flow).sum(axis=1) / total
    level = (weight * before).sum(axis=1) / total
    apart = before - level[:, None]
    shrink = _SHRINK * scale[:, None] ** 2
    slope = (weight * apart * (flow - mean_flow[:, None])).sum(axis=1) / (
        (weight * apart**2).sum(axis=1) + shrink
    )
    low = np.minimum(_MOST * np.where(moved, flow, 0.0).min(axis=1), 0.0)
    high = np.maximum(_MOST * np.where(moved, flow, 0.0).max(axis=1), 0.0)
    return _Answers(active, mean_flow, level, slope, low, high)


def _follow(
    by_days: _Answers, by_month: _Answers, now: Floats, drift: Floats | float
) -> tuple[Floats, Floats, Floats]:
    """Changes of the balance from ``now``, and the cumulated parts of the two rhythms."""
    days = by_days.flow.shape[1]
    parts = np.zeros((3, len(now), days))
    balance, of_days, of_month = now.copy(), np.zeros(len(now)), np.zeros(len(now))
    for day in range(days):
        first = np.where(by_days.active[:, day], _answer(by_days, day, balance), 0.0)
        then = by_month.active[:, day] & ~by_days.active[:, day]
        second = np.where(then, _answer(by_month, day, balance), 0.0)
        of_days += first
        of_month += second
        balance = balance + first + second + drift
        parts[:, :, day] = balance - now, of_days, of_month
    return parts[0], parts[1], parts[2]


def _answer(answers: _Answers, day: int, balance: Floats) -> Floats:
    flow = answers.flow[:, day] + answers.slope[:, day] * (balance - answers.level[:, day])
    return np.asarray(np.clip(flow, answers.low[:, day], answers.high[:, day]))


def _drift(origins: Origins, by_days: _Answers, by_month: _Answers) -> Floats:
    """Mean daily flow of the last 90 days beyond what repeats in a month, shape (origins,)."""
    back = np.minimum(90, origins.index)
    then = origins.clipped((origins.index - back)[:, None])[:, 0]
    mean = (origins.now - then) / np.maximum(back, 1)
    month = slice(0, _PERIOD)
    first = np.where(by_days.active, by_days.flow, 0.0)[:, month]
    second = np.where(by_month.active & ~by_days.active, by_month.flow, 0.0)[:, month]
    return np.asarray(mean - (first + second).mean(axis=1))
