"""Sample paths without a trained model: known streams, and the rest drawn from past weeks.

The rest (movements that belong to no stream) keeps its weekly rhythm because
whole weeks of the past are drawn, aligned by weekday (moving block bootstrap:
Künsch 1989). Draws are seeded, so the same history gives the same forecast.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from finance_core.forecasting import young
from finance_core.forecasting.schedule import occurrences
from finance_core.forecasting.series import Floats, Series, from_transactions, to_date
from finance_core.model import RecurringStream, StreamStatus, Transaction
from finance_core.money import Money

PATHS = 400
_SEED = 42
_MEMORY = 182  # days of the past that are drawn from
_SURPRISE = 0.25  # standard deviation after 30 days, over the scale
_SURPRISE_OF_THE_NEW = 40.0  # further, over the scale and the days known
_SETTLED, _MONTH = 90, 30
_HALF_LIFE = 91.0  # days after which a week counts half


def paths(
    rest: Series, now: float, streams: Sequence[RecurringStream], horizon: int
) -> tuple[Floats, Floats]:
    """Median path and sample paths of the balance after ``rest``'s last day.

    Args:
        rest: the history without the movements of ``streams``.
        now: balance at the end of its last day.
        streams: what is known to come.
        horizon: days ahead.

    Returns:
        Arrays of shape (horizon,) and (PATHS, horizon).
    """
    rng = np.random.default_rng(_SEED)
    flow = _draw_rest(rest, horizon, rng)
    for stream in streams:
        _add_stream(flow, stream, rest, rng)
    balance = now + np.cumsum(flow, axis=1)
    return np.median(balance, axis=0), balance


def of_history(
    history: Sequence[Transaction],
    start: Money,
    streams: Sequence[RecurringStream],
    origin: date,
    horizon: int,
) -> tuple[Floats, Floats]:
    """The same from movements, with what no past week shows.

    As long as streams can hardly be told, the month goes as ``young`` expects.

    Raises:
        NotEnoughData: under two weeks of history.
        CurrencyMismatch: movements in another currency than ``start``.
    """
    used = {i for s in streams for i in s.transaction_ids}
    rest = from_transactions(history, start, origin, used)
    now = float(start.amount)
    middle, found = paths(rest, now, streams, horizon)
    series = from_transactions(history, start, origin)
    if len(series) < _SETTLED:
        days = min(horizon, _MONTH)
        again = young.path(series, days)
        off = held(again - middle[:days], horizon)
        middle, found = middle + off, found + off
    return middle, with_surprises(found, series.scale(), len(rest))


def held(values: Floats, days: int) -> Floats:
    """The values, and the last of them for the days after."""
    return np.concatenate([values, np.full(days - len(values), values[-1])])


def with_surprises(paths: Floats, scale: float, days: int) -> Floats:
    """Adds a seeded random walk: what no past week shows, more of it for a short history.

    Its size was set by how often real balances left the bands of histories of 120 to
    450 days; few paths are repeated until there are enough to carry it.

    Args:
        paths: shape (paths, horizon).
        scale: half the monthly turnover.
        days: length of the history.
    """
    paths = np.tile(paths, (-(-PATHS // len(paths)), 1))
    steps = np.random.default_rng(_SEED + 1).normal(size=paths.shape)
    size = scale * (_SURPRISE + _SURPRISE_OF_THE_NEW / days) / np.sqrt(30)
    return np.asarray(paths + size * np.cumsum(steps, axis=1))


def _draw_rest(rest: Series, horizon: int, rng: np.random.Generator) -> Floats:
    past = rest.flows()[-_MEMORY:]
    weeks = -(-horizon // 7)
    starts = np.arange(len(past) % 7, len(past) - 6, 7)
    weight = 0.5 ** ((len(past) - starts) / _HALF_LIFE)
    chosen = rng.choice(starts, size=(PATHS, weeks), p=weight / weight.sum())
    index = (chosen[:, :, None] + np.arange(7)).reshape(PATHS, -1)
    return np.asarray(past[index[:, :horizon]])


def _add_stream(
    flow: Floats, stream: RecurringStream, rest: Series, rng: np.random.Generator
) -> None:
    """Adds one stream's payments to every path: a little early or late, within its range."""
    horizon = flow.shape[1]
    origin = to_date(rest.first + rest.last)
    low, typical, high = (float(m.amount) for m in (stream.low, stream.amount, stream.high))
    low, high = min(low, typical), max(high, typical)
    comes = 0.5 + 0.5 * min(max(stream.confidence, 0.0), 1.0)
    window = min(max(stream.window, 0), 10)
    every = np.arange(PATHS)
    # One beyond the horizon may come early.
    for number, day in enumerate(
        occurrences(stream, origin, origin + timedelta(days=horizon + window))
    ):
        overdue = number == 0 and stream.status is StreamStatus.LATE
        shift = np.rint(rng.triangular(-window, 0, window, PATHS)) if window else np.zeros(PATHS)
        amount = (
            rng.triangular(low, typical, high, PATHS) if high > low else np.full(PATHS, typical)
        )
        amount[rng.random(PATHS) > comes * (0.7 if overdue else 1.0)] = 0.0
        at = np.maximum((day - origin).days - 1 + shift.astype(np.int64), 0)
        inside = at < horizon
        flow[every[inside], at[inside]] += amount[inside]
