"""One model for many accounts: fitted on some, it forecasts others, all at once.

Medians come from gradient boosting (LightGBM: Ke et al. 2017) of the absolute error, fitted
twice on different views of the past and averaged. Bands are split-conformal (Lei et al. 2018)
on accounts that the medians had not seen: errors over their expected size, quantiles taken
for each day ahead and each size of account apart (Mondrian: Vovk et al. 2003).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from finance_core.errors import BadInput, NotEnoughData
from finance_core.forecasting import features, naive
from finance_core.forecasting.learned import SEED, Regressor, widths
from finance_core.forecasting.naive import NAIVE
from finance_core.forecasting.panel import Origins, Panel
from finance_core.forecasting.series import Floats, Ints, Series

QUANTILES = (0.05, 0.10, 0.50, 0.90, 0.95)
HORIZON = 30
_SIZES = 3
_EVERY = 6  # of the origins in between, every 6th day ahead is learned from, staggered
_DAYS = np.arange(1, HORIZON + 1, dtype=np.int64)
_REPLAYED = (30, 60)  # days since past origins on which the model is put to the test
_YOUNGEST = 29
_LENIENT = 1.5  # the best of six in two windows looks better than it is by chance
_FEWEST = 40  # origins to calibrate a size of account on


@dataclass(frozen=True, slots=True)
class Lessons:
    """Origins with what is seen there and what came.

    Attributes:
        account: shape (origins,), which account.
        features: shape (origins, days, features), see ``features.table``.
        change: shape (origins, days), balance then minus balance at the origin, over scale.
        scale: shape (origins,).
        low: shape (origins,), the smallest change of the whole horizon.
    """

    account: Ints
    features: Floats
    change: Floats
    scale: Floats
    low: Floats

    def of(self, accounts: Ints) -> Lessons:
        """Those of some accounts."""
        keep = np.isin(self.account, accounts)
        return Lessons(
            self.account[keep],
            self.features[keep],
            self.change[keep],
            self.scale[keep],
            self.low[keep],
        )


@dataclass(frozen=True, slots=True)
class Ahead:
    """Forecasts of several accounts, in the currency's major unit.

    Attributes:
        quantiles: shape (accounts, 5, days), of ``QUANTILES``; row 2 is the median path.
        low_point: shape (accounts,), median of the lowest balance of all days.
    """

    quantiles: Floats
    low_point: Floats


@dataclass(frozen=True, slots=True)
class PooledModel:
    """What ``train_many`` found; safe to pickle.

    Attributes:
        centres: predict the median change; their mean counts.
        spreads: predict the expected absolute error; their mean counts.
        low: predicts the median of the lowest change.
        sizes: shape (sizes - 1,), scales that part small accounts from larger ones.
        bands: shape (sizes, 5, days), quantiles of errors over their expected size.
    """

    centres: tuple[Regressor, ...]
    spreads: tuple[Regressor, ...]
    low: Regressor
    sizes: Floats
    bands: Floats

    def ahead(self, table: Floats, scale: Floats, now: Floats) -> Ahead:
        """Forecasts from features that are already there."""
        middle = _middle(self.centres, table)
        width = _width(self.spreads, table)
        band = self.bands[np.searchsorted(self.sizes, scale)] * width[:, None, :]
        change = middle[:, None, :] + band
        change[:, 2] = middle
        change[:, :2] = np.minimum(change[:, :2], middle[:, None])
        change[:, 3:] = np.maximum(change[:, 3:], middle[:, None])
        change[:, 0] = np.minimum(change[:, 0], change[:, 1])
        change[:, 4] = np.maximum(change[:, 4], change[:, 3])
        low = np.asarray(self.low.predict(_low_view(table, middle)))
        return Ahead(
            now[:, None, None] + scale[:, None, None] * change,
            now + scale * np.minimum(low, middle[:, 0]),
        )


def lessons(origins: Origins, every: int = 1) -> Lessons:
    """What can be learned at past origins that have ``HORIZON`` more days.

    Args:
        origins: past days.
        every: of each origin every ``every``-th day ahead is kept, staggered.
    """
    days = np.arange(1, HORIZON + 1, dtype=np.int64)
    stagger = (np.arange(len(origins)) + np.arange(len(origins)) // every) % every
    parts = []
    for at in range(0, len(origins), 1024):
        part = origins.part(slice(at, at + 1024))
        keep = stagger[at : at + 1024, None] + np.arange(0, HORIZON - every + 1, every)
        table, scale = features.table(part, days), features.scales(part)
        change = (part.to_come(HORIZON) - part.now[:, None]) / scale[:, None]
        parts.append(
            Lessons(
                part.series,
                np.take_along_axis(table, keep[:, :, None], axis=1),
                np.take_along_axis(change, keep, axis=1),
                scale,
                change.min(axis=1),
            )
        )
    return Lessons(
        np.concatenate([p.account for p in parts]),
        np.concatenate([p.features for p in parts]),
        np.concatenate([p.change for p in parts]),
        np.concatenate([p.scale for p in parts]),
        np.concatenate([p.low for p in parts]),
    )


def origins_of(panel: Panel, first: int, step: int) -> Origins:
    """Every ``step``-th day from index ``first`` on that has ``HORIZON`` more days."""
    per = [np.arange(first, size - HORIZON, step) for size in panel.size]
    which = np.repeat(np.arange(len(per)), [len(each) for each in per])
    return Origins(panel, which, np.concatenate(per).astype(np.int64))


def train_many(histories: Sequence[Series], first: int = 29, step: int = 10) -> PooledModel:
    """Fits one model on the histories of many accounts, a quarter of them kept to calibrate.

    Args:
        histories: end-of-day balances and movements, each up to the last day known.
        first: index of the first origin learned from.
        step: days between origins.

    Raises:
        NotEnoughData: too few accounts with more than ``first`` + 30 days.
    """
    panel = Panel.of(histories)
    origins = origins_of(panel, first, step)
    if len(np.unique(origins.series)) < 12:
        raise NotEnoughData("I need at least 12 accounts with two months of history.")
    return fit(lessons(origins), lessons(origins, _EVERY))


def predict_many(model: PooledModel, histories: Sequence[Series], horizon: int = HORIZON) -> Ahead:
    """Forecasts many accounts at once, each from the last day of its history.

    A pure function: an account's forecast does not depend on the others it is asked with.

    Raises:
        BadInput: the horizon is longer than what the model learned.
    """
    if not 1 <= horizon <= HORIZON:
        raise BadInput(f"This model looks 1 to {HORIZON} days ahead.")
    origins = Panel.of(histories).every_last()
    found = _trusted(model, origins, _ahead(model, origins))
    return Ahead(found.quantiles[:, :, :horizon], found.low_point)


def _ahead(model: PooledModel, origins: Origins) -> Ahead:
    return model.ahead(features.table(origins, _DAYS), features.scales(origins), origins.now)


def _trusted(model: PooledModel, origins: Origins, found: Ahead) -> Ahead:
    """Moves forecasts toward a naive path where that one was closer on the account's own past.

    Model and naive paths are compared on windows that had ended by the origin. The model
    keeps its forecast up to ``_LENIENT`` times the least naive error; beyond that its weight
    falls with the eighth power of the ratio. An account too young for a window keeps the model's.
    """
    errors = np.zeros((len(origins), len(NAIVE) + 1))
    seen = np.zeros(len(origins), dtype=bool)
    for back in _REPLAYED:
        old = np.flatnonzero(origins.index - back >= _YOUNGEST)
        if not len(old):
            continue
        past = Origins(origins.panel, origins.series[old], origins.index[old] - back)
        paths = [_ahead(model, past).quantiles[:, 2:3], naive.every(past, _DAYS)]
        came = past.to_come(HORIZON)[:, None]
        errors[old] += np.abs(np.concatenate(paths, axis=1) - came).mean(axis=2)
        seen[old] = True
    best = errors[:, 1:].argmin(axis=1)
    least = errors[np.arange(len(best)), best + 1]
    weight = np.minimum(1.0, (_LENIENT * least / np.maximum(errors[:, 0], 1e-9)) ** 8)
    weight = np.where(seen & (errors[:, 0] > 0), weight, 1.0)
    simple = naive.every(origins, _DAYS)[np.arange(len(best)), best]
    shift = (1 - weight)[:, None] * (simple - found.quantiles[:, 2])
    low = weight * found.low_point + (1 - weight) * simple.min(axis=1)
    return Ahead(found.quantiles + shift[:, None], low)


def fit(whole: Lessons, between: Lessons) -> PooledModel:
    """Fits on three quarters of the accounts and calibrates on the others.

    Args:
        whole: origins with all their days ahead: the kind that will be forecast.
        between: more origins, some days ahead of each.
    """
    accounts = np.random.default_rng(SEED).permutation(np.unique(whole.account))
    held, rest = np.split(accounts, [max(len(accounts) // 4, 1)])
    taught = whole.of(rest)
    centres = (_centre(taught, 0), _centre(between.of(rest), 1))
    known = whole.of(held)
    middle = _middle(centres, known.features)
    error = known.change - middle
    spreads, ratio = _spreads(known, held, error)
    sizes = np.quantile(known.scale, np.arange(1, _SIZES) / _SIZES)
    which = np.searchsorted(sizes, known.scale)
    bands = np.stack([_band(ratio[which == k], ratio) for k in range(_SIZES)])
    low = _small("l1").fit(
        _low_view(known.features, middle), known.low, sample_weight=_weight(known.scale)
    )
    return PooledModel(centres, spreads, low, sizes, bands)


def _spreads(known: Lessons, accounts: Ints, error: Floats) -> tuple[tuple[Regressor, ...], Floats]:
    """Learns how large errors are on either half of the accounts.

    Returns:
        The two models, and the errors over the size that the other half's model expected.
    """
    first = np.isin(known.account, accounts[::2])
    size = np.minimum(np.abs(error), np.quantile(np.abs(error), 0.995))
    ratio, found = np.empty_like(error), []
    for half in (first, ~first):
        flat = known.features[half].reshape(-1, known.features.shape[2])
        model: Regressor = _small("l1").fit(flat, size[half].ravel())
        ratio[~half] = error[~half] / _width((model,), known.features[~half])
        found.append(model)
    return tuple(found), ratio


def _width(spreads: Sequence[Regressor], table: Floats) -> Floats:
    """Expected absolute errors, never nothing, shape (origins, days)."""
    flat = table.reshape(-1, table.shape[2])
    each = [widths(spread, flat) for spread in spreads]
    return np.asarray(np.mean(each, axis=0).reshape(table.shape[:2]))


def _band(own: Floats, everybody: Floats) -> Floats:
    """Quantiles (5, days) of ratios, with the correction of a finite sample."""
    ratio = own if len(own) >= _FEWEST else everybody
    levels = np.array(QUANTILES)
    corrected = np.clip(0.5 + (levels - 0.5) * (1 + 1 / len(ratio)), 0, 1)
    return np.asarray(np.quantile(ratio, corrected, axis=0))


def _weight(scale: Floats) -> Floats:
    return np.asarray(scale / scale.mean())


def _centre(taught: Lessons, seed: int) -> Any:
    flat = taught.features.reshape(-1, taught.features.shape[2])
    weight = np.repeat(_weight(taught.scale), taught.change.shape[1])
    return _boosting(
        n_estimators=200,
        learning_rate=0.05,
        num_leaves=63,
        colsample_bytree=0.3,
        min_child_samples=int(np.clip(len(flat) // 1000, 10, 100)),
        objective="l1",
        random_state=SEED + seed,
    ).fit(flat, taught.change.ravel(), sample_weight=weight)


def _small(objective: str) -> Any:
    return _boosting(
        n_estimators=80,
        learning_rate=0.05,
        num_leaves=15,
        colsample_bytree=0.3,
        min_child_samples=20,
        objective=objective,
        random_state=SEED,
    )


def _boosting(**how: Any) -> Any:
    from lightgbm import LGBMRegressor  # noqa: PLC0415 - slow to import

    return LGBMRegressor(**how, n_jobs=1, verbose=-1, max_bin=127, deterministic=True)


def _middle(centres: Sequence[Regressor], table: Floats) -> Floats:
    flat = table.reshape(-1, table.shape[2])
    return np.asarray(np.mean([c.predict(flat) for c in centres], axis=0).reshape(table.shape[:2]))


def _low_view(table: Floats, middle: Floats) -> Floats:
    """What the low point is told from: the last day's features and the median path."""
    lowest = middle.argmin(axis=1).astype(np.float64)
    path = np.stack(
        [middle[:, 0], middle.min(axis=1), middle.mean(axis=1), middle[:, -1], lowest], axis=1
    )
    return np.hstack([table[:, -1], path])
