"""Figures of a forecast backtest: errors of paths and low points, and how often bands held."""

from __future__ import annotations

from typing import Any

import numpy as np

from finance_core.forecasting.naive import NAIVE
from finance_core.forecasting.series import Floats

USUAL_NAIVE = ("last_value", "mean_flow_90", "same_day_last_month", "same_day_three_months")
CHOSEN = "penny"
_SHOWN = (1, 7, 14, 21, 30)  # days ahead whose coverage is told


def errors(
    actual: Floats, middles: dict[str, Floats], lows: dict[str, Floats]
) -> dict[str, dict[str, float]]:
    """Mean absolute errors of each model's path and low point.

    Args:
        actual: shape (folds, days), what came.
        middles: of each model its paths, shaped alike.
        lows: of each model its lowest balances, shape (folds,).
    """
    lowest = actual.min(axis=1)
    return {
        name: {
            "path_mae": round(float(np.abs(middles[name] - actual).mean()), 2),
            "low_point_mae": round(float(np.abs(lows[name] - lowest).mean()), 2),
        }
        for name in middles
    }


def ratios(models: dict[str, dict[str, float]]) -> dict[str, object]:
    """``CHOSEN`` against the best naive models."""
    best = min(USUAL_NAIVE, key=lambda name: models[name]["path_mae"])
    least_low = min(models[name]["low_point_mae"] for name in USUAL_NAIVE)
    strongest = min(models[name]["path_mae"] for name in NAIVE)
    mine = models[CHOSEN]
    return {
        "best_naive": best,
        "ratio": round(mine["path_mae"] / models[best]["path_mae"], 4),
        "ratio_to_strongest": round(mine["path_mae"] / strongest, 4),
        "low_point_ratio": round(mine["low_point_mae"] / least_low, 4),
    }


def coverage(actual: Floats, bands: Floats, scale: Floats) -> dict[str, object]:
    """How often the 80 % band held: overall, by day ahead, by fifth of size.

    Args:
        actual: shape (folds, days).
        bands: shape (folds, 5, days), quantiles 5, 10, 50, 90, 95 %.
        scale: shape (folds,), size of the accounts.
    """
    inside = (actual >= bands[:, 1]) & (actual <= bands[:, 3])
    fifth = np.searchsorted(np.quantile(scale, [0.2, 0.4, 0.6, 0.8]), scale)

    def share(where: Any) -> float:
        return round(float(inside[where].mean()), 4)

    return {
        "coverage80": share(...),
        "coverage80_by_horizon": {str(day): share((..., day - 1)) for day in _SHOWN},
        "coverage80_by_size": [share(fifth == number) for number in range(5)],
    }
