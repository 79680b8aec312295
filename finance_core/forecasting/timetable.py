"""What an account does by the weekday and by the day of the month, from its own past alone.

What is due every month (``paydays``) comes first. Each other day's flow is taken as a usual one,
plus what its weekday, its place in a fortnight and its day of the month bring. A day that came
out alike every time counts in full, one that a single large payment made counts hardly (the mean
of each is shrunk by how far it may be chance: James & Stein 1961, positive part). What is left
over is spread evenly; how much of that will go on is weighed against no change at all, by its
own scatter (as in empirical Bayes: Efron & Morris 1973).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from finance_core.forecasting import paydays
from finance_core.forecasting.features import scales
from finance_core.forecasting.naive import month_shift
from finance_core.forecasting.panel import Bools, Origins
from finance_core.forecasting.series import Floats, Ints

TIMETABLE = ("timetable", "six_months", "lately")
_PAST = 182  # days looked back, whole weeks
_MONTHS, _LONGEST = 6, 31
_FADES = (1.0, 0.6)  # weight of a month against the one after it
_DRIFT = 0.25  # of a scale that a balance usually drifts in a month
_DAYS_APART = (7, 14)
_ROUNDS = 2


@dataclass(frozen=True, slots=True)
class _Days:
    """Days of the past, oldest first: arrays of shape (origins, days)."""

    number: Ints
    flow: Floats
    seen: Bools


def paths(origins: Origins, ahead: Ints) -> Floats:
    """Balances forecast by each of ``TIMETABLE``.

    ``six_months`` repeats the changes since the same day of six past months, what comes by the
    week or fortnight apart; ``lately`` does so with more weight on the latest.

    Args:
        origins: from where is looked ahead.
        ahead: days ahead, every one from 1 on, shape (days,).

    Returns:
        Shape (origins, len(TIMETABLE), days).
    """
    past = _past(origins)
    due, flow = paydays.found(past.number, past.flow, past.seen, int(ahead[-1]))
    target = origins.day[:, None] + ahead
    brought = {kinds: np.zeros((len(origins), kinds)) for kinds in _DAYS_APART}
    month = np.zeros((len(origins), _LONGEST))
    for _ in range(_ROUNDS):
        left = flow - _on(month, _of_month(past.number)) - _by_days(brought, past.number)
        for kinds, before in brought.items():
            left = left + _on(before, past.number % kinds)
            brought[kinds] = _brought(past, left, past.number % kinds, kinds)
            left = left - _on(brought[kinds], past.number % kinds)
        other = flow - _by_days(brought, past.number)
        month = _brought(past, other, _of_month(past.number), _LONGEST)
    left = other - _on(month, _of_month(past.number))
    coming = np.cumsum(due, axis=1)[:, ahead - 1]
    known = origins.now[:, None] + coming + np.cumsum(_by_days(brought, target), axis=1)
    monthly = np.cumsum(_on(month, _of_month(target)), axis=1)
    drift = _going_on(past, left, scales(origins))[:, None] * ahead
    months = [known + _repeated(origins, past, other, ahead, fades) for fades in _FADES]
    return np.stack([known + monthly + drift, *months], axis=1)


def _by_days(brought: dict[int, Floats], number: Ints) -> Floats:
    """What the places of days in weeks and fortnights bring together."""
    return np.asarray(sum(_on(each, number % kinds) for kinds, each in brought.items()))


def _past(origins: Origins) -> _Days:
    back = np.arange(_PAST)[::-1]
    index = origins.index[:, None] - back
    flow = origins.known(index) - origins.known(index - 1)
    seen = np.isfinite(flow)
    return _Days(origins.day[:, None] - back, np.where(seen, flow, 0.0), seen)


def _of_month(days: Ints) -> Ints:
    """Day of the month, from 0."""
    month = days.astype("datetime64[D]").astype("datetime64[M]").astype("datetime64[D]")
    return np.asarray(days - month.astype(np.int64))


def _on(brought: Floats, kind: Ints) -> Floats:
    return np.take_along_axis(brought, kind, axis=1)


def _brought(past: _Days, flow: Floats, kind: Ints, kinds: int) -> Floats:
    """What days of each kind bring beyond the usual, shrunk, shape (origins, kinds)."""
    flow = np.where(past.seen, flow - _mean(past, flow)[:, None], 0.0)
    which = (np.arange(len(flow))[:, None] * kinds + kind).ravel()

    def summed(values: Floats | Bools) -> Floats:
        found = np.bincount(which, values.ravel(), minlength=len(flow) * kinds)
        return np.asarray(found.reshape(len(flow), kinds))

    count = summed(past.seen)
    mean = summed(flow) / np.maximum(count, 1)
    scatter = (summed(flow**2) - count * mean**2) / np.maximum(count - 1, 1)
    chance = scatter / np.maximum(count * mean**2, 1e-12)
    return mean * np.where(count > 1, np.clip(1 - chance, 0, 1), 0.0)


def _mean(past: _Days, flow: Floats) -> Floats:
    total = np.where(past.seen, flow, 0.0).sum(axis=1)
    return np.asarray(total / np.maximum(past.seen.sum(axis=1), 1))


def _going_on(past: _Days, left: Floats, scale: Floats) -> Floats:
    """Daily flow that is spread evenly, so that the whole drift is shrunk, shape (origins,)."""
    count = np.maximum(past.seen.sum(axis=1), 1)
    whole, rest = _mean(past, past.flow), _mean(past, left)
    scatter = np.where(past.seen, (left - rest[:, None]) ** 2, 0.0).sum(axis=1) / count**2
    usual = (_DRIFT * scale / 30) ** 2
    return np.asarray(rest - whole * scatter / np.maximum(usual + scatter, 1e-12))


def _repeated(origins: Origins, past: _Days, flow: Floats, ahead: Ints, fades: float) -> Floats:
    """Mean of the changes since the same day of past months, shape (origins, days)."""
    sums = np.cumsum(flow, axis=1)
    first = np.maximum(past.number[:, 0], origins.panel.first[origins.series])[:, None]
    days = origins.day[:, None] + np.concatenate([[0], ahead])
    total, weight = np.zeros((len(origins), len(ahead))), np.zeros((len(origins), 1))
    for number in range(1, _MONTHS + 1):
        then = month_shift(days.ravel(), number).reshape(days.shape)
        at = np.clip(then - past.number[:, :1], 0, _PAST - 1)
        change = _on(sums, at)
        part = np.where(then[:, :1] >= first, fades**number, 0.0)
        total += part * (change[:, 1:] - change[:, :1])
        weight += part
    return np.asarray(total / np.maximum(weight, 1e-12))
