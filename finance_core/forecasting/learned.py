"""Models that learn: gradient boosting, and the blueprint's random forest.

Both predict the change of the balance at each day ahead in units of the series'
scale, trained on the histories of one person or of many. Around that median the
spread is learned too, and the shape of the errors is taken from held-out paths
(split conformal prediction: Lei et al. 2018, "Distribution-Free Predictive
Inference for Regression"; locally weighted, section 5.2).
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import numpy as np
from threadpoolctl import ThreadpoolController

from finance_core.forecasting.features import rows, scales, table
from finance_core.forecasting.forest import Flat, forest
from finance_core.forecasting.panel import Origins, Panel
from finance_core.forecasting.series import Floats, Ints, Series

SEED = 42
_FOREST_KNOTS = 15  # a forest takes its time for each row
_MIN_SPREAD = 0.01
_MANY_ROWS = 5000


def _ensembles() -> Any:
    """scikit-learn's ensembles; a forecast without a trained model does not wait for them."""
    from sklearn import ensemble  # noqa: PLC0415 - slow to import

    return ensemble


@lru_cache(maxsize=1)
def _pools() -> ThreadpoolController:
    _ensembles()  # brings the OpenMP that is to be found
    return ThreadpoolController()


def warm_up() -> None:
    """Loads what trained models are made of, which takes seconds, before it is needed."""
    _pools()


def one_thread() -> AbstractContextManager[Any]:
    """Keeps OpenMP to one thread: on so few rows more of them only wait for each other."""
    limit: AbstractContextManager[Any] = _pools().limit(limits=1, user_api="openmp")
    return limit


class Regressor(Protocol):
    """The part of scikit-learn's interface that is used."""

    def predict(self, features: Floats) -> Floats:
        """One value for each row."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One past origin: the features of its days ahead and what came.

    Attributes:
        features: shape (horizons, features).
        change: shape (horizons,), balance then minus balance at the origin, over scale.
        scale: the series' scale at the origin.
    """

    features: Floats
    change: Floats
    scale: float


def samples(series: Series, indices: Sequence[int], ahead: Ints) -> list[Sample]:
    """Features at past days, each from nothing later, and the changes that followed."""
    index = np.array(indices, dtype=np.int64)
    origins = Origins(Panel.of([series]), np.zeros(len(index), dtype=np.int64), index)
    seen, scale, now = table(origins, ahead), scales(origins), origins.now
    return [
        Sample(seen[n], (series.balance[at + ahead] - now[n]) / scale[n], float(scale[n]))
        for n, at in enumerate(indices)
    ]


@dataclass(frozen=True)
class Learned:
    """A fitted model.

    Attributes:
        name: ``gradient_boosting`` or ``random_forest``.
        centre: predicts the median change, ``spread`` its expected absolute error.
        errors: shape (paths, horizon), held-out errors over their expected size;
            row ``k`` is one whole path, so days hang together as they did.
    """

    name: str
    centre: Regressor
    spread: Regressor
    errors: Floats

    def paths(self, series: Series, horizon: int) -> tuple[Floats, Floats]:
        """Median path and sample paths of the balance.

        Returns:
            Arrays of shape (horizon,) and (paths, horizon).
        """
        ahead = knots(horizon, _FOREST_KNOTS if isinstance(self.centre, Flat) else horizon)
        features, scale = rows(series, ahead), series.scale()
        days = np.arange(1, horizon + 1)
        with one_thread():
            changes, spread = self.centre.predict(features), widths(self.spread, features)
        middle = np.interp(days, ahead, changes)
        width = np.interp(days, ahead, spread)
        return spread_out(float(series.balance[-1]), scale, middle, width, self.errors)


def spread_out(
    now: float, scale: float, middle: Floats, width: Floats, errors: Floats
) -> tuple[Floats, Floats]:
    """Puts held-out error paths around a median path; both returned as balances.

    Beyond the longest error path, errors grow with the square root of time.
    """
    horizon, known = len(middle), errors.shape[1]
    if horizon > known:
        growth = np.sqrt(np.arange(known + 1, horizon + 1) / known)
        errors = np.hstack([errors, errors[:, -1:] * growth])
    median = now + scale * middle
    return median, median + scale * width * errors[:, :horizon]


def knots(horizon: int, most: int = 30) -> Ints:
    """The days ahead that are predicted; those between are interpolated."""
    step = -(-horizon // most)
    days = np.arange(1, horizon + 1, step, dtype=np.int64)
    return days if days[-1] == horizon else np.append(days, horizon)


def boosting(count: int) -> Any:
    """Gradient boosting of the median (absolute error), smaller for fewer rows."""
    return _ensembles().HistGradientBoostingRegressor(
        loss="absolute_error",
        max_iter=150 if count > _MANY_ROWS else 80,
        learning_rate=0.06,
        max_leaf_nodes=63,
        max_features=0.3,
        min_samples_leaf=int(np.clip(count // 300, 10, 40)),
        early_stopping=False,
        random_state=SEED,
    )


def _spread_model(count: int) -> Any:
    return _ensembles().HistGradientBoostingRegressor(
        max_iter=60,
        learning_rate=0.08,
        max_leaf_nodes=15,
        min_samples_leaf=int(np.clip(count // 50, 10, 200)),
        early_stopping=False,
        random_state=SEED,
    )


def stack(samples: Sequence[Sample], every: int = 1) -> tuple[Floats, Floats, Floats]:
    """Features, changes and weights; of each sample every ``every``-th day, staggered.

    Weights make a model's error that of money, not of shares of a scale.
    """
    cut = [slice(number % every, None, every) for number in range(len(samples))]
    pairs = list(zip(samples, cut, strict=True))
    features = np.vstack([s.features[c] for s, c in pairs])
    change = np.concatenate([s.change[c] for s, c in pairs])
    weight = np.concatenate([np.full(len(s.change[c]), s.scale) for s, c in pairs])
    return features, change, weight / weight.mean()


def _known(features: Floats) -> Floats:
    """Features to fit on: a column that nobody knows is made constant, so nothing splits on it."""
    return np.where(np.isnan(features).all(axis=0), 0.0, features)


def fit_centre(name: str, samples: Sequence[Sample], every: int, trees: int = 1000) -> Regressor:
    """Fits the median of ``gradient_boosting`` or the mean of ``random_forest``.

    Args:
        name: which of the two.
        samples: what is learned from.
        every: of each sample's days ahead every ``every``-th is taken.
        trees: size of the forest.
    """
    features, change, weight = stack(samples, every)
    if name == "random_forest":
        fitted_forest = forest(trees).fit(np.nan_to_num(features), change, sample_weight=weight)
        return Flat.of(fitted_forest)
    with one_thread():
        fitted: Regressor = boosting(len(change)).fit(
            _known(features), change, sample_weight=weight
        )
    return fitted


def calibrate(
    name: str,
    centre: Regressor,
    held_out: Sequence[Sample],
    predicted: Floats,
    ahead: Ints,
    most_paths: int = 300,
) -> Learned:
    """Learns the spread and the error paths from samples that the predictions had not seen.

    Args:
        name: of the model.
        centre: the fitted median that will be used.
        held_out: samples that share ``ahead``.
        predicted: shape (samples, horizons), their changes as predicted without them.
        ahead: their days ahead, ascending.
        most_paths: how many error paths are kept, evenly picked.
    """
    features, change, _ = stack(held_out)
    error = change - predicted.ravel()
    size = np.minimum(np.abs(error), np.quantile(np.abs(error), 0.995))
    with one_thread():
        spread: Regressor = _spread_model(len(size)).fit(_known(features), size)
        width = widths(spread, features)
    ratio = (error / width).reshape(predicted.shape)
    picked = ratio[np.linspace(0, len(ratio) - 1, min(most_paths, len(ratio))).astype(int)]
    days = np.arange(1, int(ahead[-1]) + 1)
    errors = np.array([np.interp(days, ahead, row) for row in picked])
    return Learned(name, centre, spread, errors)


def widths(spread: Regressor, features: Floats) -> Floats:
    """Expected absolute error of each row, never nothing."""
    return np.maximum(spread.predict(features), _MIN_SPREAD)


def predict_changes(centre: Regressor, samples: Sequence[Sample]) -> Floats:
    """Predicted changes, shape (samples, horizons)."""
    features = np.vstack([s.features for s in samples])
    with one_thread():
        return centre.predict(features).reshape(len(samples), -1)
