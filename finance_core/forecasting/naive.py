"""Forecasts without a model: what any other has to beat.

Each takes a history known up to its last day and returns the balances of the
coming ``horizon`` days, shape (horizon,).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from finance_core.forecasting.series import Floats, Ints, Series


def month_shift(days: Ints, months: int) -> Ints:
    """Day numbers ``months`` earlier: same day of the month, or that month's last day."""
    month = days.astype("datetime64[D]").astype("datetime64[M]")
    of_month = days - month.astype("datetime64[D]").astype(np.int64)
    earlier = month.astype(np.int64) - months
    first = earlier.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    following = (earlier + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return np.asarray(first + np.minimum(of_month, following - first - 1), dtype=np.int64)


def last_value(series: Series, horizon: int) -> Floats:
    """The balance stays what it is."""
    return np.full(horizon, series.balance[-1])


def mean_flow_90(series: Series, horizon: int) -> Floats:
    """The mean daily change of the last 90 days goes on."""
    back = min(90, series.last)
    slope = (series.balance[-1] - series.balance[series.last - back]) / max(back, 1)
    return np.asarray(series.balance[-1] + slope * np.arange(1, horizon + 1))


def _months_ago(series: Series, horizon: int, months: int) -> Floats:
    """Balances of the same days ``months`` earlier, the origin's own first: shape (horizon + 1,).

    Days that are not known yet, or lie before the history, take its nearest end.
    """
    days = series.first + series.last + np.arange(horizon + 1, dtype=np.int64)
    index = month_shift(days, months) - series.first
    return series.balance[np.clip(index, 0, series.last)]


def _mean_change(series: Series, horizon: int, months: tuple[int, ...]) -> Floats:
    past = np.array([_months_ago(series, horizon, m) for m in months])
    return np.asarray(series.balance[-1] + (past[:, 1:] - past[:, :1]).mean(axis=0))


def same_day_last_month(series: Series, horizon: int) -> Floats:
    """The balance changes as it did from the same day of last month on."""
    return _mean_change(series, horizon, (1,))


def same_day_three_months(series: Series, horizon: int) -> Floats:
    """The mean change from the same day on of the last three months."""
    return _mean_change(series, horizon, (1, 2, 3))


def level_last_month(series: Series, horizon: int) -> Floats:
    """The balance itself is what it was on the same day of last month."""
    return _months_ago(series, horizon, 1)[1:]


def blend(series: Series, horizon: int) -> Floats:
    """Mean of four that err differently: change and level of past months, and no change."""
    three = np.mean([_months_ago(series, horizon, m)[1:] for m in (1, 2, 3)], axis=0)
    others = level_last_month(series, horizon) + same_day_three_months(series, horizon)
    return np.asarray((others + three + series.balance[-1]) / 4)


NAIVE: dict[str, Callable[[Series, int], Floats]] = {
    "last_value": last_value,
    "mean_flow_90": mean_flow_90,
    "same_day_last_month": same_day_last_month,
    "same_day_three_months": same_day_three_months,
    "level_last_month": level_last_month,
    "blend": blend,
}
