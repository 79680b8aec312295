"""Bands around a median path that hold for small and large accounts and on every day ahead.

Split-conformal (Lei et al. 2018): errors on accounts that the medians had not seen, over their
expected size; their quantiles are taken for each day and each fifth of accounts by size apart
(Mondrian: Vovk et al. 2003).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from finance_core.forecasting.lessons import HORIZON, KNOTS, between_knots
from finance_core.forecasting.quantiles import QUANTILES
from finance_core.forecasting.regressor import Regressor
from finance_core.forecasting.series import Floats, Ints

_SIZES = 5
_NARROWEST = 0.01  # expected error, over scale
_FEWEST = 40  # origins to calibrate a size of account on


@dataclass(frozen=True, slots=True)
class Bands:
    """What ``learn`` found.

    Attributes:
        spreads: predict the expected absolute error over scale; their mean counts.
        sizes: shape (sizes - 1,), scales that part small accounts from larger ones.
        ratios: shape (sizes, 5, days), quantiles of errors over their expected size.
    """

    spreads: tuple[Regressor, ...]
    sizes: Floats
    ratios: Floats

    def around(self, path: Floats, table: Floats, scale: Floats) -> Floats:
        """Quantiles of the balance, never crossing, shape (origins, 5, days).

        Args:
            path: shape (origins, days), median balances.
            table: shape (origins, knots, features).
            scale: shape (origins,).
        """
        width = scale[:, None] * _width(self.spreads, table)
        found = path[:, None] + self.ratios[np.searchsorted(self.sizes, scale)] * width[:, None]
        found[:, 2] = path
        found[:, 1] = np.minimum(found[:, 1], path)
        found[:, 3] = np.maximum(found[:, 3], path)
        found[:, 0] = np.minimum(found[:, 0], found[:, 1])
        found[:, 4] = np.maximum(found[:, 4], found[:, 3])
        return np.asarray(found)


def learn(regressor: Regressor, table: Floats, error: Floats, scale: Floats, series: Ints) -> Bands:
    """Learns from errors of medians that had not seen the accounts.

    How large errors are is learned on either half of the accounts, and measured on the other.

    Args:
        regressor: an unfitted model of the absolute error, with scikit-learn's ``fit``.
        table: shape (origins, knots, features).
        error: shape (origins, HORIZON), over scale.
        scale: shape (origins,).
        series: shape (origins,), which account.
    """
    size = np.abs(error[:, KNOTS - 1])
    size = np.minimum(size, np.quantile(size, 0.995))
    accounts = np.unique(series)
    first = np.isin(series, accounts[::2])
    ratio, spreads = np.empty_like(error), []
    from sklearn.base import clone  # noqa: PLC0415 - slow to import

    for half in (first, ~first):
        flat = table[half].reshape(-1, table.shape[2])
        model: Regressor = clone(regressor).fit(flat, size[half].ravel())
        ratio[~half] = error[~half] / _width((model,), table[~half])
        spreads.append(model)
    sizes = np.quantile(scale, np.arange(1, _SIZES) / _SIZES)
    which = np.searchsorted(sizes, scale)
    ratios = np.stack([_quantiles(ratio[which == k], ratio) for k in range(_SIZES)])
    return Bands(tuple(spreads), sizes, ratios)


def needed(quantiles: Floats, actual: Floats) -> Floats:
    """How many times as wide the half 80 % band would have had to be for what came.

    Args:
        quantiles: shape (origins, 5, days).
        actual: shape (origins, days).
    """
    off = actual - quantiles[:, 2]
    low, high = quantiles[:, 2] - quantiles[:, 1], quantiles[:, 3] - quantiles[:, 2]
    usual = 0.01 * np.mean(np.abs(off)) + 1e-9  # a band without any width is no measure
    return np.asarray(np.abs(off) / np.maximum(np.where(off < 0, low, high), usual))


def _width(spreads: Sequence[Regressor], table: Floats) -> Floats:
    """Expected absolute errors over scale, never nothing, shape (origins, HORIZON)."""
    flat = table.reshape(-1, table.shape[2])
    each = np.mean([np.maximum(one.predict(flat), _NARROWEST) for one in spreads], axis=0)
    return between_knots(each.reshape(table.shape[:2]), KNOTS)


def _quantiles(own: Floats, everybody: Floats) -> Floats:
    """Quantiles (5, days) of ratios, with the correction of a finite sample."""
    ratio = own if len(own) >= _FEWEST else everybody
    levels = np.array(QUANTILES)
    corrected = np.clip(0.5 + (levels - 0.5) * (1 + 1 / len(ratio)), 0, 1)
    return np.asarray(np.quantile(ratio, corrected, axis=0)).reshape(len(levels), HORIZON)
