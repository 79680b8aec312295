"""Forecasts without a model: what any other has to beat.

Each takes a history known up to its last day and returns the balances of the
coming ``horizon`` days, shape (horizon,).
"""

from __future__ import annotations

import numpy as np

from finance_core.forecasting.panel import Origins, Panel
from finance_core.forecasting.series import Floats, Ints, Series


def month_shift(days: Ints, months: int) -> Ints:
    """Day numbers ``months`` earlier: same day of the month, or that month's last day."""
    month = days.astype("datetime64[D]").astype("datetime64[M]")
    of_month = days - month.astype("datetime64[D]").astype(np.int64)
    earlier = month.astype(np.int64) - months
    first = earlier.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    following = (earlier + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return np.asarray(first + np.minimum(of_month, following - first - 1), dtype=np.int64)


def every(origins: Origins, ahead: Ints) -> Floats:
    """All of ``NAIVE`` at many origins.

    Args:
        origins: from where is looked ahead.
        ahead: days ahead, shape (days,).

    Returns:
        Balances of shape (origins, len(NAIVE), days), in the order of ``NAIVE``.
    """
    days = origins.day[:, None] + np.concatenate([[0], ahead])
    first = origins.panel.first[origins.series][:, None]
    past = np.stack(
        [
            origins.clipped(month_shift(days.ravel(), m).reshape(days.shape) - first)
            for m in (1, 2, 3)
        ],
        axis=1,
    )
    now = origins.now[:, None]
    back = np.minimum(90, origins.index)
    then = origins.clipped((origins.index - back)[:, None])
    slope = (now - then) / np.maximum(back, 1)[:, None]
    change = past[:, :, 1:] - past[:, :, :1]
    three, level = now + change.mean(axis=1), past[:, 0, 1:]
    blend = (level + three + past[:, :, 1:].mean(axis=1) + now) / 4
    flat = np.broadcast_to(now, level.shape)
    return np.stack([flat, now + slope * ahead, now + change[:, 0], three, level, blend], axis=1)


def path(name: str, series: Series, horizon: int) -> Floats:
    """Balances of the coming days by one of ``NAIVE``, shape (horizon,)."""
    ahead = np.arange(1, horizon + 1, dtype=np.int64)
    return np.asarray(every(Panel.of([series]).every_last(), ahead)[0, NAIVE.index(name)])


NAIVE = (
    "last_value",  # the balance stays what it is
    "mean_flow_90",  # the mean daily change of the last 90 days goes on
    "same_day_last_month",  # it changes as it did from the same day of last month on
    "same_day_three_months",  # the mean of such changes of three months
    "level_last_month",  # the balance itself is what it was on the same day of last month
    "blend",  # mean of four that err differently: change and level of past months, no change
)
