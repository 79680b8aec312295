"""The quantiles a forecast is given as, and how they are found among sample paths."""

from __future__ import annotations

import numpy as np

from finance_core.forecasting.series import Floats

QUANTILES = (0.05, 0.10, 0.50, 0.90, 0.95)


def quantiles_of(middle: Floats, paths: Floats) -> Floats:
    """Quantiles of each day, shape (5, horizon), never crossing; the middle one is ``middle``."""
    found = sorted_quantiles(paths.T, np.array(QUANTILES)).T
    found[2] = middle
    found[:2] = np.minimum(found[:2], middle)
    found[3:] = np.maximum(found[3:], middle)
    return np.asarray(found)


def sorted_quantiles(values: Floats, levels: Floats) -> Floats:
    """What ``np.quantile`` gives over the last axis, in a fraction of its time.

    Args:
        values: shape (..., count).
        levels: shape (levels,), 0 to 1.

    Returns:
        Array of shape (..., levels).
    """
    ordered = np.sort(values, axis=-1)
    at = levels * (ordered.shape[-1] - 1)
    below = at.astype(np.int64)
    above = np.minimum(below + 1, ordered.shape[-1] - 1)
    low, high = ordered[..., below].astype(np.float64), ordered[..., above]
    return np.asarray(low + (high - low) * (at - below))
