"""Whether a purchase fits before the next income."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from finance_core.errors import BadInput
from finance_core.model import BalanceForecast, ForecastDay
from finance_core.money import Money

YES_FROM = 90.0  # percent
TIGHT_FROM = 50.0
_LEVELS = (5.0, 10.0, 50.0, 90.0, 95.0)
_LOOK_AHEAD = timedelta(days=31)  # when the next income is not known


class Verdict(StrEnum):
    """Answer to "can I afford it?"."""

    YES = "yes"
    TIGHT = "tight"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Affordability:
    """What a purchase does to the balance.

    Attributes:
        verdict: yes from a chance of 90 %, tight from 50 %.
        chance: percent, 1 to 99: of staying at or above the floor on the tightest
            day after the purchase and up to ``before``.
        balance_after: median balance at the end of ``on``, after the purchase;
            ``low_balance_after`` its 5 % quantile.
        low_point: lowest median balance after the purchase, on ``low_point_on``;
            ``low_point_q05`` the 5 % quantile of that day.
        before: the last day looked at: the next income, or 31 days on.
        first_safe_on: earliest later day on which the verdict would be yes, when it is not now.
    """

    verdict: Verdict
    amount: Money
    on: date
    floor: Money
    chance: float
    balance_after: Money
    low_balance_after: Money
    low_point: Money
    low_point_q05: Money
    low_point_on: date
    before: date
    first_safe_on: date | None


def affordability(
    forecast: BalanceForecast, amount: Money, on: date, floor: Money
) -> Affordability:
    """Takes ``amount`` off the forecast from ``on`` and looks at the tightest day after.

    Args:
        forecast: of the account that pays.
        amount: price, positive.
        on: day of the purchase, from the forecast's origin to its last day.
        floor: balance that should be left.

    Raises:
        BadInput: a price that is not positive, a day that is past or beyond the horizon.
        CurrencyMismatch: the amounts are not of one currency.
    """
    if amount.minor <= 0:
        raise BadInput("The price has to be more than nothing.")
    if on < forecast.origin:
        raise BadInput("That day has already passed.")
    start = forecast.start
    now = ForecastDay(forecast.origin, start, start, start, start, start)
    days = (now, *forecast.days)
    here = now if on == forecast.origin else forecast.on(on)
    window = _window(days, on, forecast.next_income_on)
    tightest = min(window, key=lambda day: day.q50.minor)
    chance = _chance(window, amount + floor)
    return Affordability(
        verdict=_verdict(chance),
        amount=amount,
        on=on,
        floor=floor,
        chance=chance,
        balance_after=here.q50 - amount,
        low_balance_after=here.q05 - amount,
        low_point=tightest.q50 - amount,
        low_point_q05=tightest.q05 - amount,
        low_point_on=tightest.day,
        before=window[-1].day,
        first_safe_on=(
            None
            if chance >= YES_FROM
            else _first_safe(days, on, forecast.next_income_on, amount + floor)
        ),
    )


def _window(days: Sequence[ForecastDay], on: date, income: date | None) -> Sequence[ForecastDay]:
    """The days that must stay above the floor: from ``on`` to the next income after it."""
    end = income if income and income > on else on + _LOOK_AHEAD
    return [day for day in days if on <= day.day <= end]


def _verdict(chance: float) -> Verdict:
    if chance >= YES_FROM:
        return Verdict.YES
    return Verdict.TIGHT if chance >= TIGHT_FROM else Verdict.NO


def _chance(window: Sequence[ForecastDay], needed: Money) -> float:
    return min(_chance_of_day(day, needed) for day in window)


def _chance_of_day(day: ForecastDay, needed: Money) -> float:
    """Percent chance that the day's balance is at least ``needed``.

    The distribution function is interpolated between the five quantiles and kept
    within 1 to 99 %: nothing is certain in a forecast.
    """
    points = [q.minor for q in (day.q05, day.q10, day.q50, day.q90, day.q95)]
    if needed.currency != day.q50.currency:
        _ = day.q50 - needed  # raises CurrencyMismatch with the usual sentence
    need = needed.minor
    if need <= points[0]:
        return _tail(points[0] - need, points[2] - points[0], 95.0, 99.0)
    if need > points[-1]:
        return _tail(need - points[-1], points[-1] - points[2], 5.0, 1.0)
    for (low, high), (below, upto) in zip(pairwise(points), pairwise(_LEVELS), strict=True):
        if need <= high:
            share = (need - low) / (high - low) if high > low else 1.0
            return round(100.0 - below - (upto - below) * share, 1)
    return 5.0


def _tail(beyond: int, width: int, at: float, limit: float) -> float:
    """Goes from ``at`` to ``limit`` percent within one more width of the band."""
    share = min(beyond / width, 1.0) if width > 0 else 1.0
    return round(at + (limit - at) * share, 1)


def _first_safe(
    days: Sequence[ForecastDay], on: date, income: date | None, needed: Money
) -> date | None:
    for day in days:
        if day.day > on and _chance(_window(days, day.day, income), needed) >= YES_FROM:
            return day.day
    return None
