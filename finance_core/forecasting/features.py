"""What a learned model sees of a history: a row for each day ahead.

Every money figure is divided by the series' own scale, so a model does not know
the currency, and a pooled one can learn from large and small accounts alike.
Unknown values (a month that lies before the history) are NaN.
"""

from __future__ import annotations

import numpy as np

from finance_core.forecasting.naive import month_shift
from finance_core.forecasting.series import Floats, Ints, Series

_MONTHS = (1, 2, 3, 12)
_LAGS = (30, 60, 90, 28, 56)
_WINDOWS = (7, 14, 30, 60, 90, 180)
_TOLERANCE = 0.03  # amounts this close are the same payment


def _past_windows(series: Series, ahead: Ints) -> tuple[Floats, Floats]:
    """Change and level of the same window one or more periods earlier.

    Returns:
        Two arrays of shape (periods, horizons): the change since that window's
        own origin, and the difference of its level from today's balance.
    """
    days = series.first + series.last + np.concatenate([[0], ahead])
    index = np.array(
        [month_shift(days, m) for m in _MONTHS] + [days - lag for lag in _LAGS], dtype=np.int64
    )
    index -= series.first
    known = np.where(
        (index >= 0) & (index <= series.last),
        series.balance[np.clip(index, 0, series.last)],
        np.nan,
    )
    return known[:, 1:] - known[:, :1], known[:, 1:] - series.balance[-1]


def _spread(values: Floats) -> list[Floats]:
    """Mean, median, lowest and highest over axis 0 of three rows, NaN-aware."""
    low, middle, high = np.sort(values, axis=0)  # NaN sorts last
    known = np.isfinite(values).sum(axis=0)
    highest = np.where(known == 3, high, np.where(known == 2, middle, low))
    centre = np.where(known == 3, middle, np.where(known == 2, (low + middle) / 2, low))
    mean = np.nansum(values, axis=0) / np.where(known, known, np.nan)
    return [mean, centre, low, highest]


def _repeats(series: Series, ahead: Ints) -> list[Floats]:
    """What comes again because nearly the same amount came a month before.

    Returns:
        Cumulated expected inflow and outflow at each horizon, days until the
        largest of the inflows, and its amount.
    """
    today = series.last
    recent = series.days > today - 38
    days, amounts = series.days[recent], series.amounts[recent]
    past = series.days > today - 80
    gap = days[:, None] - series.days[past][None, :]
    alike = np.abs(series.amounts[past][None, :] - amounts[:, None])
    alike_too = alike <= _TOLERANCE * np.abs(amounts)[:, None]
    repeated = ((gap >= 26) & (gap <= 35) & alike_too).any(axis=1)
    came_again = ((gap <= -20) & alike_too).any(axis=1)
    days, amounts = days[repeated], amounts[repeated]
    due = month_shift(days + series.first, -1) - series.first
    open_ = ~came_again[repeated] & (due > today - 6)
    due, amounts = np.maximum(due[open_], today + 1), amounts[open_]
    nothing = np.zeros(len(ahead))
    if not len(due):
        return [nothing, nothing, np.full(len(ahead), np.nan), nothing]
    inflow, outflow = nothing.copy(), nothing.copy()
    for month in range(int(ahead.max()) // 28 + 1):
        again = month_shift(due + series.first, -month) - series.first if month else due
        came = again[:, None] <= today + ahead[None, :]
        inflow += np.maximum(amounts, 0) @ came
        outflow += np.minimum(amounts, 0) @ came
    largest = int(np.argmax(amounts))
    wait = due[largest] - today if amounts[largest] > 0 else np.nan
    return [
        inflow,
        outflow,
        np.full(len(ahead), wait, dtype=np.float64),
        np.full(len(ahead), max(amounts[largest], 0.0)),
    ]


def _last_large(series: Series, sign: int) -> tuple[float, float]:
    """Days since the last large inflow (+1) or outflow (-1), and its signed amount."""
    signed = sign * series.amounts
    recent = signed[series.days > series.last - 90]
    large = signed > max(0.3 * recent.max(initial=0.0), 1e-9)
    if not large.any():
        return np.nan, np.nan
    index = int(np.flatnonzero(large)[-1])
    return float(series.last - series.days[index]), float(series.amounts[index])


def _calendar(series: Series, ahead: Ints) -> list[Floats]:
    target = series.first + series.last + ahead
    month = target.astype("datetime64[D]").astype("datetime64[M]")
    start = month.astype("datetime64[D]").astype(np.int64)
    end = (month.astype(np.int64) + 1).astype("datetime64[M]").astype("datetime64[D]")
    return [
        ahead.astype(np.float64),
        (target - start + 1).astype(np.float64),
        (end.astype(np.int64) - target).astype(np.float64),
        ((target + 3) % 7).astype(np.float64),
    ]


def _state(series: Series, scale: float) -> list[float]:
    """Figures that are the same for every day ahead."""
    now, size = float(series.balance[-1]), len(series)
    figures = [now / scale]
    for window in _WINDOWS:
        tail = series.balance[-window:]
        slope = (now - series.balance[-window - 1]) / window * 30 if size > window else np.nan
        figures += [
            slope / scale,
            (tail.min() - now) / scale,
            (tail.max() - now) / scale,
            (tail.mean() - now) / scale,
        ]
    for sign in (1, -1):
        wait, amount = _last_large(series, sign)
        figures += [wait, amount / scale]
    month = series.amounts[series.days > series.last - 30]
    figures += [
        float(size),
        float(len(month)),
        float((month > 0).sum()),
        float(month[month > 0].sum()) / scale,
        float(month[month < 0].sum()) / scale,
    ]
    shares = [_share_after(series, lag) for lag in (30, 60, 90)]
    known = [share for share in shares if np.isfinite(share)]
    return [*figures, *shares, (sum(known) / len(known) if known else np.nan) * now / scale]


def _share_after(series: Series, lag: int) -> float:
    """Change of the day after the same day ``lag`` days ago, as a share of the balance then."""
    index = series.last - lag
    if index < 0:
        return np.nan
    before = float(series.balance[index])
    return float((series.balance[index + 1] - before) / before) if before else np.nan


def rows(series: Series, ahead: Ints) -> Floats:
    """Features at the end of ``series`` for the days ``ahead`` (1 = tomorrow).

    Returns:
        Array of shape (len(ahead), features), the same columns for any series.
    """
    scale = series.scale()
    change, level = (part / scale for part in _past_windows(series, ahead))
    inflow, outflow, wait, largest = _repeats(series, ahead)
    columns = [
        *_calendar(series, ahead),
        *change,
        *level[:3],
        *level[4:7],
        *_spread(change[:3]),
        *_spread(level[:3]),
        *_spread(change[4:7]),
        *_spread(level[4:7]),
        inflow / scale,
        outflow / scale,
        (inflow + outflow) / scale,
        wait,
        largest / scale,
        (ahead >= wait).astype(np.float64),
    ]
    state = np.array(_state(series, scale))
    out = np.empty((len(ahead), len(columns) + len(state)))
    for number, column in enumerate(columns):
        out[:, number] = column
    out[:, len(columns) :] = state
    return out
