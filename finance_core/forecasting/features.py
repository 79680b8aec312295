"""What a learned model sees of a history: a row for each day ahead.

Every money figure is divided by the series' own scale, so a model does not know
the currency, and a pooled one can learn from large and small accounts alike.
Unknown values (a month that lies before the history) are NaN. All origins of all
accounts are worked out together; what an origin sees depends on nothing else.
"""

from __future__ import annotations

import numpy as np

from finance_core.forecasting import naive, repeats, rhythm
from finance_core.forecasting.naive import month_shift
from finance_core.forecasting.panel import Origins, Panel
from finance_core.forecasting.series import Floats, Ints, Series

_MONTHS = (1, 2, 3, 4, 5, 6, 12)
_LAGS = (28, 30, 56, 60, 90)
_WINDOWS = (7, 14, 30, 60, 90, 180)
_EARLIER = (30, 37, 44, 51, 58, 65, 72, 79)  # days since past origins whose ends are known
_CHUNK = 256  # origins worked on at a time, so that arrays stay small
_MOST = 400  # movements of three months that are looked at, the largest
_TINY = 1e-9


def scales(origins: Origins) -> Floats:
    """Half the monthly turnover of the last 90 days, shape (origins,): see ``Series.scale``."""
    panel, here = origins.panel, origins.panel.start[origins.series] + origins.index
    total = np.concatenate([[0.0], np.cumsum(np.abs(panel.amounts))])
    end = np.searchsorted(panel.position, here, side="right")
    oldest = np.maximum(here - 89, panel.start[origins.series])
    begin = np.searchsorted(panel.position, oldest, side="left")
    months = np.maximum(np.minimum(origins.index + 1, 90) / 30, 1.0)
    turnover = (total[end] - total[begin]) / months / 2
    found = np.maximum(turnover, np.abs(origins.now) / 10)
    return np.where(found > _TINY, found, 1.0)


def table(origins: Origins, ahead: Ints) -> Floats:
    """Features at each origin for the days ``ahead`` (1 = tomorrow).

    Returns:
        Array of shape (origins, len(ahead), features), single precision, the same
        columns for any histories.
    """
    parts = [
        _chunk(origins.part(slice(at, at + _CHUNK)), ahead) for at in range(0, len(origins), _CHUNK)
    ]
    return np.concatenate(parts) if len(parts) > 1 else parts[0]


def rows(series: Series, ahead: Ints) -> Floats:
    """Features at the end of one series, shape (len(ahead), features)."""
    return np.asarray(table(Panel.of([series]).every_last(), ahead)[0])


def _chunk(origins: Origins, ahead: Ints) -> Floats:
    scale = scales(origins)
    columns = [
        *_calendar(origins, ahead),
        *_past_windows(origins, ahead, scale),
        *repeats.expected(origins, ahead, scale),
        *rhythm.expected(origins, ahead, scale),
        *_naive(origins, ahead, scale),
        *(column[:, None] for column in _state(origins, scale)),
        *(column[:, None] for column in _flows(origins, scale)),
    ]
    out = np.empty((len(origins), len(ahead), len(columns)), dtype=np.float32)
    for number, column in enumerate(columns):
        out[:, :, number] = column
    return np.asarray(out, dtype=np.float32)


def _calendar(origins: Origins, ahead: Ints) -> list[Floats]:
    target = origins.day[:, None] + ahead
    month = target.astype("datetime64[D]").astype("datetime64[M]")
    start = month.astype("datetime64[D]").astype(np.int64)
    end = (month.astype(np.int64) + 1).astype("datetime64[M]").astype("datetime64[D]")
    return [
        ahead[None, :].astype(np.float64),
        (target - start + 1).astype(np.float64),
        (end.astype(np.int64) - target).astype(np.float64),
        ((target + 3) % 7).astype(np.float64),
    ]


def _past_windows(origins: Origins, ahead: Ints, scale: Floats) -> list[Floats]:
    """Change and level of the same days one or more periods earlier, and their spread."""
    days = origins.day[:, None] + np.concatenate([[0], ahead])
    shifted = [month_shift(days.ravel(), m).reshape(days.shape) for m in _MONTHS]
    earlier = np.stack([*shifted, *(days - lag for lag in _LAGS)], axis=1)
    known = origins.known(earlier - origins.panel.first[origins.series][:, None, None])
    unit = scale[:, None, None]
    change = (known[:, :, 1:] - known[:, :, :1]) / unit
    level = (known[:, :, 1:] - origins.now[:, None, None]) / unit
    out = [part[:, number] for part in (change, level) for number in range(part.shape[1])]
    for months in (3, 6):
        out += _spread(change[:, :months]) + _spread(level[:, :months])
    return out


def _spread(values: Floats) -> list[Floats]:
    """Mean, median, lowest and highest over axis 1, of what is known."""
    known = np.isfinite(values)
    count = known.sum(axis=1)
    ordered = np.sort(values, axis=1)  # NaN sorts last
    mean = np.where(known, values, 0.0).sum(axis=1) / np.where(count, count, np.nan)

    def at(rank: Ints) -> Floats:
        found = np.take_along_axis(ordered, np.maximum(rank, 0)[:, None], axis=1)
        return np.asarray(found[:, 0])

    middle = (at((count - 1) // 2) + at(np.minimum(count // 2, count - 1))) / 2
    return [mean, middle, ordered[:, 0], at(count - 1)]


def _naive(origins: Origins, ahead: Ints, scale: Floats) -> list[Floats]:
    """The forecasts without a model, how well each did here lately, their weighted mean."""
    unit = scale[:, None, None]
    now = (naive.every(origins, ahead) - origins.now[:, None, None]) / unit
    errors = past_errors(origins, scale)
    weights = 1 / (np.nan_to_num(errors, nan=1.0) + 0.02) ** 2
    weights /= weights.sum(axis=1, keepdims=True)
    mixed = np.matmul(weights[:, None, :], now)[:, 0]
    lately = [errors[:, number, None] for number in range(errors.shape[1])]
    return [*(now[:, number] for number in range(now.shape[1])), *lately, mixed]


def past_errors(origins: Origins, scale: Floats, horizon: int = 30) -> Floats:
    """Mean absolute error over scale of each naive forecast on this account's own past.

    Only windows that had ended by the origin count.

    Returns:
        Array of shape (origins, len(naive.NAIVE)); NaN where the history is too short.
    """
    ahead = np.arange(1, horizon + 1, dtype=np.int64)
    total: Floats = np.zeros((len(origins), len(naive.NAIVE)))
    count: Floats = np.zeros((len(origins), 1))
    for back in (days + horizon - 30 for days in _EARLIER):
        usable = np.flatnonzero(origins.index - back >= 14)
        if not len(usable):
            break
        past = Origins(origins.panel, origins.series[usable], origins.index[usable] - back)
        error = np.abs(naive.every(past, ahead) - past.to_come(horizon)[:, None, :])
        total[usable] += error.mean(axis=2) / scale[usable, None]
        count[usable] += 1
    return np.asarray(total / np.where(count, count, np.nan))


def _state(origins: Origins, scale: Floats) -> list[Floats]:
    """How the balance stood lately: figures that are the same for every day ahead."""
    now, index = origins.now, origins.index[:, None]
    longest = origins.known(index - np.arange(_WINDOWS[-1] + 1))
    out = [now / scale, (index[:, 0] + 1).astype(np.float64)]
    for window in _WINDOWS:
        tail = longest[:, :window]
        mean, _, low, high = _extremes(tail)
        slope = (now - longest[:, window]) / window * 30
        out += [part / scale for part in (slope, low - now, high - now, mean - now)]
    for begin in (30, 60):
        _, _, low, high = _extremes(longest[:, begin : begin + 30])
        out += [(low - now) / scale, (high - now) / scale]
    return out


def _extremes(tail: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Mean, count, lowest and highest of what is known; days known come first."""
    known = np.isfinite(tail)
    count = known.sum(axis=1)
    mean = np.where(known, tail, 0.0).sum(axis=1) / np.where(count, count, np.nan)
    low = np.where(known, tail, np.inf).min(axis=1)
    high = np.where(known, tail, -np.inf).max(axis=1)
    nothing = count == 0
    return mean, count, np.where(nothing, np.nan, low), np.where(nothing, np.nan, high)


def _flows(origins: Origins, scale: Floats) -> list[Floats]:
    """What came in and went out lately, and when the last large movement was."""
    ages, amounts = origins.movements(90, _MOST)
    amounts = amounts / scale[:, None]
    out: list[Floats] = []
    for sign in (1, -1):
        signed = np.maximum(sign * amounts, 0.0)
        large = signed > np.maximum(0.3 * signed.max(axis=1, keepdims=True), _TINY)
        since = np.where(large, ages, 10**6)
        latest = since.argmin(axis=1)[:, None]
        wait = since.min(axis=1)
        amount = np.take_along_axis(amounts, latest, axis=1)[:, 0]
        none = wait == 10**6
        out += [np.where(none, np.nan, wait), np.where(none, np.nan, amount)]
        out += [large.sum(axis=1).astype(np.float64), signed.max(axis=1)]
        for begin, end in ((0, 7), (0, 30), (30, 60), (60, 90)):
            out.append(np.where((ages >= begin) & (ages < end), signed, 0.0).sum(axis=1))
        out.append(((ages < 30) & (signed > 0)).sum(axis=1).astype(np.float64))
    return out
