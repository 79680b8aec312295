"""Whether something can be afforded, from a forecast's quantiles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from finance_core.model import BalanceForecast, ForecastDay
from finance_core.money import Money

Verdict = Literal["yes", "tight", "no"]
_LEVELS = (0.05, 0.10, 0.50, 0.90, 0.95)
_SURE, _LIKELY = 0.90, 0.60


@dataclass(frozen=True, slots=True)
class Affordability:
    """An answer to "can I afford this then?".

    Attributes:
        chance: of staying at or above ``floor`` until the next income, 0.05 to 0.95.
        low_after: likeliest lowest balance after the purchase, on ``low_on``.
        safe_on: first day from which the purchase would be a yes; None within the horizon.
    """

    verdict: Verdict
    amount: Money
    on: date
    chance: float
    floor: Money
    low_after: Money
    low_on: date
    safe_on: date | None


def affordability(
    forecast: BalanceForecast, amount: Money, on: date, floor: Money
) -> Affordability:
    """Looks at the days from ``on`` to the income that follows it (or the horizon's end)."""
    days = _until_income(forecast, on)
    lowest = min(days, key=lambda day: (day.q50.amount, day.day))
    chance = min(_chance_above(day, floor + amount) for day in days)
    return Affordability(
        verdict=_verdict(chance),
        amount=amount,
        on=on,
        chance=chance,
        floor=floor,
        low_after=lowest.q50 - amount,
        low_on=lowest.day,
        safe_on=_first_safe(forecast, amount, on, floor),
    )


def _verdict(chance: float) -> Verdict:
    if chance >= _SURE:
        return "yes"
    return "tight" if chance >= _LIKELY else "no"


def _until_income(forecast: BalanceForecast, on: date) -> list[ForecastDay]:
    start = max(on, forecast.days[0].day)
    income = forecast.next_income_on
    end = income if income and income > start else forecast.days[-1].day
    return [day for day in forecast.days if start <= day.day <= end]


def _chance_above(day: ForecastDay, level: Money) -> float:
    """Chance that the day ends at or above ``level``, between the known quantiles by line."""
    points = [day.q05, day.q10, day.q50, day.q90, day.q95]
    if level <= points[0]:
        return 1 - _LEVELS[0]
    for low, high, under, over in zip(points, points[1:], _LEVELS, _LEVELS[1:], strict=False):
        if level <= high:
            width = high.amount - low.amount
            share = float((level.amount - low.amount) / width) if width else 1.0
            return 1 - (under + share * (over - under))
    return 1 - _LEVELS[-1]


def _first_safe(forecast: BalanceForecast, amount: Money, on: date, floor: Money) -> date | None:
    """The first day from ``on`` whose remaining days all leave room for the purchase."""
    safe = None
    for day in reversed([day for day in forecast.days if day.day >= on]):
        if _chance_above(day, floor + amount) < _SURE:
            break
        safe = day.day
    return safe
