"""How far a pooled model is followed on an account, by its own past errors there.

A pooled model knows one bank. Beside it stand forecasts that know only the account: naive ones,
one that lets what came the month before come again, and those of ``timetable``. All are put to
the test on windows of the account's past that had ended. The simple ones are mixed, each by a
power of its relative error (as exponential weights: Littlestone & Warmuth 1994), and the pooled
forecast is left for that mixture where its paths erred more. ``judged`` and ``learn`` look at
many accounts at once and tell beforehand whom to believe there: where the model has done well on
a set of accounts, an account's own few windows count less against it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from finance_core.forecasting import naive, recurrence, timetable, young
from finance_core.forecasting.features import scales
from finance_core.forecasting.naive import NAIVE
from finance_core.forecasting.outlook import Habits
from finance_core.forecasting.panel import Origins
from finance_core.forecasting.recurrence import Movements
from finance_core.forecasting.series import Floats
from finance_core.forecasting.timetable import TIMETABLE

_USUAL = ("last_value", "same_day_last_month", "blend")
SIMPLE = (*_USUAL, "known", *TIMETABLE)
_PRIOR = np.array([10.0, 3.0, 4.0, 10.0, 8.0, 5.0, 5.0])  # of SIMPLE, before anything was seen
_STRANGER, _OWN = 0.9, 1.3  # times the mixture's error that is forgiven a model no better so far
_BACK = (30, 37, 45, 60, 75, 90, 110, 130)  # days since past origins
_SHORT = (7, 15)  # the same, with windows as short, for accounts too young for those
_DRAWN = frozenset({*_SHORT, 30, 45, 60, 90})  # where paths are drawn too, which takes time
_YOUNGEST = 14
_POWER, _GATE = 6, 8
_SHARP = 24  # power by which the errors on a whole set count
_ACCOUNTS = 10  # that have to be seen before a set's errors count half
_PARDON, _CLEARLY = 0.3, 0.5  # of a scale, where a model is so much better on a set
_WIDER = 2.0  # errors of one or two weeks, made those of a month
_DOUBT = 8.0  # windows that have to be seen before what they tell of low points counts half
_AT_ONCE = 2  # days' worth of error that is there from the first day on
_CHUNK = 1024  # origins worked on at a time, so that arrays stay small
_FEW = 64  # paths drawn in a test
_LAPLACE = np.log([10.0, 5.0, 1.0, 5.0, 10.0]) * [-1, -1, 0, 1, 1]  # quantiles over mean error


@dataclass(frozen=True, slots=True)
class Trust:
    """Whom to believe on a set of accounts before an account's own past is seen.

    Attributes:
        prior: shape (len(SIMPLE),), weights of the simple forecasts.
        lenient: how many times the mixture's error the pooled model may err unpunished.
        pardon: error over scale that is put down to chance, whoever made it.
        width: how many times as wide as elsewhere the pooled model's band should be.
        own: whether the pooled model was fitted on accounts of the set.
    """

    prior: Floats
    lenient: float
    pardon: float = 0.0
    width: float = 1.0
    own: bool = False


CAREFUL = Trust(_PRIOR, 0.7)  # a stranger has to be clearly better


@dataclass(frozen=True, slots=True)
class Tested:
    """Errors on windows of the past, NaN where there was none.

    Attributes:
        pooled: shape (origins, windows).
        simple: shape (origins, windows, len(SIMPLE)).
        lower: as ``simple``, how far the lowest balance lay below the forecast's lowest.
        untested: shape (origins, len(SIMPLE)), weights where there was no whole window.
    """

    pooled: Floats
    simple: Floats
    lower: Floats
    untested: Floats


def simple_paths(origins: Origins, movements: Movements, horizon: int) -> Floats:
    """Balances forecast by each of ``SIMPLE``, shape (origins, len(SIMPLE), horizon)."""
    if len(origins) > _CHUNK:
        parts = (slice(at, at + _CHUNK) for at in range(0, len(origins), _CHUNK))
        return np.concatenate([simple_paths(origins.part(p), movements, horizon) for p in parts])
    days = np.arange(1, horizon + 1, dtype=np.int64)
    due = recurrence.due(origins, movements, horizon)
    flow = np.zeros((len(origins), horizon))
    np.add.at(flow, (due.origin, due.wait - 1), due.amount * due.chance)
    known = origins.now[:, None] + np.cumsum(flow, axis=1)
    usual = naive.every(origins, days)[:, [NAIVE.index(name) for name in _USUAL]]
    return np.concatenate([usual, known[:, None], timetable.paths(origins, days)], axis=1)


def test(habits: Habits | None, origins: Origins, movements: Movements, horizon: int) -> Tested:
    """Puts the model's paths and the simple forecasts to the test on each account's past.

    Args:
        habits: of the pooled model; None where there is none.
        origins: last days known.
        movements: of their panel.
        horizon: days ahead.
    """
    windows = np.array([*_SHORT, *_BACK])
    pooled = np.full((len(origins), len(windows)), np.nan)
    simple = np.full((*pooled.shape, len(SIMPLE)), np.nan)
    lower = simple.copy()
    usable = origins.index[:, None] - windows >= _YOUNGEST
    usable[:, : len(_SHORT)] &= (origins.index < _BACK[0] + _YOUNGEST)[:, None]
    which, whose = np.nonzero(usable.T)  # all windows at once, one after the other
    every = Origins(origins.panel, origins.series[whose], origins.index[whose] - windows[which])
    paths = simple_paths(every, movements, horizon)
    for number, back in enumerate(windows):
        here = np.flatnonzero(which == number)
        if not len(here):
            continue
        old, past, ahead = whose[here], every.part(here), min(int(back), horizon)
        came, found = past.to_come(ahead), paths[here, :, :ahead]
        if habits is not None and back in _DRAWN:
            seen = habits.ahead(past, movements, ahead, _FEW).middle
            pooled[old, number] = np.abs(seen - came).mean(axis=1)
        simple[old, number] = np.abs(found - came[:, None]).mean(axis=2)
        lower[old, number] = found.min(axis=2) - came.min(axis=1)[:, None]
    untested = np.zeros((len(origins), len(SIMPLE)))
    new = np.flatnonzero(origins.index < _BACK[0] + _YOUNGEST)
    again = young.share(origins.part(new))
    untested[new, SIMPLE.index("same_day_last_month")] = again
    untested[new, SIMPLE.index("last_value")] = 1 - again
    return Tested(pooled, simple, lower, untested)


def alone(origins: Origins, movements: Movements, horizon: int) -> tuple[Floats, Floats]:
    """Quantiles and low points of accounts where no model is asked, as ``mixed`` returns them."""
    nothing = np.zeros((len(origins), len(_LAPLACE), horizon))
    return mixed(
        nothing,
        nothing[:, 0, 0],
        simple_paths(origins, movements, horizon),
        test(None, origins, movements, horizon),
        CAREFUL,
        scales(origins),
    )


def learn(habits: Habits, origins: Origins, movements: Movements, horizon: int) -> Trust:
    """Whom to believe on the accounts of a set, by all that was seen of it.

    Args:
        habits: of the pooled model.
        origins: last days known of accounts of the set.
        movements: of their panel.
        horizon: days ahead.
    """
    tested = test(habits, origins, movements, horizon)
    pooled, simple = tested.pooled[:, len(_SHORT) :], tested.simple[:, len(_SHORT) :]
    accounts = len(np.unique(origins.series[np.isfinite(pooled).any(axis=1)]))
    seen = np.isfinite(simple[:, :, 0])
    return judged(pooled[seen], simple[seen], accounts)


def judged(pooled: Floats, simple: Floats, accounts: int, width: float | None = None) -> Trust:
    """Whom to believe on a set of accounts by errors there.

    Args:
        pooled: shape (tests,), of a pooled model that had not seen them; NaN where it was not
            asked.
        simple: shape (tests, len(SIMPLE)).
        accounts: how many these tests are of.
        width: of the band, where the model was fitted on accounts of the set.
    """
    each = simple.sum(axis=0)
    least = float(each.min(initial=np.inf))
    if not (len(simple) and least > 0):
        return CAREFUL
    sure = accounts / (accounts + _ACCOUNTS)
    prior = _PRIOR**0.25 * (each / least) ** -(_SHARP * sure)
    drawn = np.isfinite(pooled)
    better = float(simple[drawn].sum(axis=0).min() / max(pooled[drawn].sum(), 1e-9))
    pardon = _PARDON * sure * float(np.clip((better - 1) / _CLEARLY, 0, 1))
    if width is None:
        return Trust(prior, _STRANGER * better**4, pardon)
    return Trust(prior, _OWN * better**4, pardon, width, own=True)


def weights(tested: Tested, trust: Trust, scale: Floats) -> tuple[Floats, Floats, Floats]:
    """Weights of the simple forecasts, of the pooled one, and the mean error of the mixture.

    Args:
        tested: errors of the past.
        trust: before that past is seen.
        scale: shape (origins,).

    Returns:
        Arrays of shape (origins, len(SIMPLE)), (origins,) and (origins,); the error is NaN
        where nothing could be tested.
    """
    seen = np.isfinite(tested.simple[:, :, 0])
    count = np.maximum(seen.sum(axis=1), 1)
    simple = np.where(seen[:, :, None], tested.simple, 0.0)
    usual = np.maximum(simple.mean(axis=2, keepdims=True), 1e-9)
    relative = (simple / usual).sum(axis=1) / count[:, None] + 1e-3
    mix = trust.prior * (relative / relative.min(axis=1, keepdims=True)) ** -_POWER
    mix /= mix.sum(axis=1, keepdims=True)
    mix = np.where(seen[:, len(_SHORT) :].any(axis=1)[:, None], mix, tested.untested)
    missed = (simple * mix[:, None]).sum(axis=2)
    drawn = np.isfinite(tested.pooled)
    pardon = drawn.sum(axis=1) * trust.pardon * scale
    pooled = np.where(drawn, tested.pooled, 0.0).sum(axis=1) + pardon
    against = np.where(drawn, missed, 0.0).sum(axis=1) + pardon
    follow = np.minimum(1.0, (trust.lenient * against / np.maximum(pooled, 1e-9)) ** _GATE)
    known = drawn[:, len(_SHORT) :].any(axis=1)  # a short window may miss what is peculiar
    better = trust.lenient > (_OWN if trust.own else _STRANGER)
    follow = np.where(known, np.where(pooled > 0, follow, 1.0), float(better))
    return mix, follow, np.where(seen.any(axis=1), missed.sum(axis=1) / count, np.nan)


def mixed(
    quantiles: Floats, low: Floats, simple: Floats, tested: Tested, trust: Trust, scale: Floats
) -> tuple[Floats, Floats]:
    """Moves forecasts toward the mixture of the simple ones as far as the past tells.

    Args:
        quantiles: shape (origins, 5, days), of the pooled model; away from its own accounts its
            band is not used.
        low: shape (origins,), its low points.
        simple: shape (origins, len(SIMPLE), days).
        tested: errors of the past.
        trust: before that past is seen.
        scale: shape (origins,), width of a forecast that nothing is known about.

    Returns:
        Quantiles and low points.
    """
    mix, follow, missed = weights(tested, trust, scale)
    path = (mix[:, :, None] * simple).sum(axis=1)
    days = np.arange(1, path.shape[1] + 1) + _AT_ONCE
    growth = np.sqrt(days / days.mean())
    count = np.isfinite(tested.simple[:, :, 0]).sum(axis=1)
    error = np.where(count > 0, np.nan_to_num(missed) * (1 + 1 / np.maximum(count, 1)), scale)
    young = ~np.isfinite(tested.simple[:, len(_SHORT) :, 0]).any(axis=1)
    error = np.where(young, np.maximum(_WIDER * error, scale / 4), error)
    spread = error[:, None, None] * _LAPLACE[:, None] * growth
    lowest = path.min(axis=1) - _lower(tested, mix)
    part, middle = follow[:, None, None], quantiles[:, 2:3]
    band = trust.width * (quantiles - middle) if trust.own else spread
    return (
        part * (middle + band) + (1 - part) * (path[:, None] + spread),
        follow * low + (1 - follow) * lowest,
    )


def _lower(tested: Tested, mix: Floats) -> Floats:
    """How far the lowest balance of a month usually lies below a forecast's, shape (origins,)."""
    month = (tested.lower[:, len(_SHORT) :] * mix[:, None]).sum(axis=2)
    seen = np.isfinite(month).sum(axis=1)
    ordered = np.sort(month, axis=1)  # NaN sorts last
    low, high = (
        np.take_along_axis(ordered, np.maximum(at, 0)[:, None], axis=1)[:, 0]
        for at in ((seen - 1) // 2, seen // 2)
    )
    middle = np.where(seen > 0, (low + high) / 2, 0.0)
    return np.asarray(middle * seen / (seen + _DOUBT))
