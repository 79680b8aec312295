"""From a history, and what a shared model says of it where there is one, to a forecast."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from finance_core.errors import BadInput
from finance_core.forecasting import guarded
from finance_core.forecasting.quantiles import quantiles_of, sorted_quantiles
from finance_core.forecasting.schedule import next_income
from finance_core.forecasting.series import Floats
from finance_core.forecasting.shared import Told
from finance_core.model import BalanceForecast, ForecastDay, RecurringStream, Transaction
from finance_core.money import Money, exponent

MAX_HORIZON = 180
BY_ITSELF = "streams_bootstrap"
_LOW_LEVELS = (np.arange(100) + 0.5) / 100


def forecast(
    model: Told | None,
    history: Sequence[Transaction],
    start: Money,
    streams: Sequence[RecurringStream],
    origin: date,
    horizon: int,
    *,
    with_lows: bool = True,
) -> BalanceForecast:
    """Daily balance of the ``horizon`` days after ``origin``.

    Deterministic, and blind to movements after ``origin``. Pending movements are
    left out, so ``start`` should already contain them if they are to count.

    Args:
        model: what a shared model says of this history (``tell``); None where there is none,
            or none that knows the currency.
        history: movements of accounts of one currency.
        start: balance at the end of ``origin``.
        streams: known recurring streams of those accounts, as of ``origin``.
        origin: the last day known.
        horizon: days ahead, 1 to 180.
        with_lows: whether to work out ``lows`` too.

    Raises:
        NotEnoughData: under two weeks of history.
        BadInput: the horizon is out of range.
        CurrencyMismatch: movements in another currency than ``start``.
    """
    if not 1 <= horizon <= MAX_HORIZON:
        raise BadInput(f"I can look 1 to {MAX_HORIZON} days ahead.")
    middle, paths = sample_paths(model, history, start, streams, origin, horizon)
    income = next_income(streams, origin, horizon)
    name = model.name if model else BY_ITSELF
    return summary(name, start, origin, middle, paths, income, with_lows=with_lows)


def sample_paths(
    model: Told | None,
    history: Sequence[Transaction],
    start: Money,
    streams: Sequence[RecurringStream],
    origin: date,
    horizon: int,
) -> tuple[Floats, Floats]:
    """Median path and sample paths of the balance; what ``forecast`` is made of."""
    if model is None:
        return guarded.by_itself(history, start, streams, origin, horizon)
    return guarded.paths(model, history, start, streams, origin, horizon)


def low_points(paths: Floats, days: int) -> tuple[Floats, int]:
    """Lowest balance of each path within ``days`` days, and the likeliest day (1 = first)."""
    window = paths[:, : max(days, 1)]
    return window.min(axis=1), int(np.bincount(window.argmin(axis=1)).argmax()) + 1


def summary(
    name: str,
    start: Money,
    origin: date,
    middle: Floats,
    paths: Floats,
    income: date | None,
    *,
    with_lows: bool = True,
) -> BalanceForecast:
    """What paths say, in money: the band of each day, the low point, the lows until each day."""
    minor = 10 ** exponent(start.currency)

    def money(value: float) -> Money:
        return Money.from_minor(round(float(value) * minor), start.currency)

    # The day of the income counts too: in a path where it comes late that day is still low.
    until = (income - origin).days if income else len(middle)
    lows, low_day = low_points(paths, until)
    low_q05, low_median = np.quantile(lows, [0.05, 0.5])
    days = tuple(
        ForecastDay(origin + timedelta(days=number), *(money(value) for value in column))
        for number, column in enumerate(quantiles_of(middle, paths).T, start=1)
    )
    return BalanceForecast(
        origin=origin,
        start=start,
        days=days,
        next_income_on=income,
        low_point=money(low_median),
        low_point_q05=money(low_q05),
        low_point_on=origin + timedelta(days=low_day),
        model=name,
        lows=_running_lows(paths, minor) if with_lows else (),
    )


def _running_lows(paths: Floats, minor: int) -> tuple[tuple[int, ...], ...]:
    """For each day 100 equally likely values of the lowest balance so far, ascending."""
    found = sorted_quantiles(np.minimum.accumulate(paths, axis=1).T, _LOW_LEVELS)
    return tuple(tuple(day) for day in np.rint(found * minor).astype(np.int64).tolist())
