"""Whether something can be afforded, from a forecast's quantiles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal

from finance_core.advice.spendable import Deduction
from finance_core.errors import BadInput
from finance_core.model import BalanceForecast, ForecastDay
from finance_core.money import Money

Verdict = Literal["yes", "tight", "no"]

_SURE, _LIKELY = 0.90, 0.60
_LEVELS = (0.05, 0.10, 0.50, 0.90, 0.95)
_NEVER_CERTAIN = 0.01
_LOOK_AHEAD = timedelta(days=31)  # when the income after the purchase is not known


@dataclass(frozen=True, slots=True)
class Affordability:
    """An answer to "can I afford this then?".

    Attributes:
        verdict: yes from a chance of 90 %, tight from 60 %.
        chance: share, 0.01 to 0.99: of staying at or above ``floor`` on the tightest day
            from ``on`` to ``before``.
        low_after: likeliest lowest balance after the purchase, on ``low_on``;
            ``low_after_q05`` the 5 % quantile of that day.
        safe_on: first day from which the purchase would be a yes; None within the horizon.
        balance_after: median balance at the end of ``on``, after the purchase;
            ``balance_after_q05`` its 5 % quantile.
        before: the last day looked at: the next income, or 31 days after ``on``.
        until: the last day forecast, up to which ``safe_on`` was looked for.
    """

    verdict: Verdict
    amount: Money
    on: date
    chance: float
    floor: Money
    low_after: Money
    low_on: date
    safe_on: date | None
    low_after_q05: Money
    balance_after: Money
    balance_after_q05: Money
    before: date
    until: date


def affordability(
    forecast: BalanceForecast, amount: Money, on: date, floor: Money
) -> Affordability:
    """Takes ``amount`` off the forecast from ``on`` and looks at the tightest day after.

    Args:
        forecast: of the accounts that pay.
        amount: the price, positive.
        on: day of the purchase, from the forecast's origin to its last day.
        floor: the balance that should be left.

    Raises:
        BadInput: a price that is not positive; a day that has passed or lies beyond the horizon.
        CurrencyMismatch: the amounts are not of one currency.
    """
    if amount.minor <= 0:
        raise BadInput("The price has to be more than nothing.")
    if on < forecast.origin:
        raise BadInput("That day has already passed.")
    start = forecast.start
    now = ForecastDay(forecast.origin, start, start, start, start, start)
    here = now if on == forecast.origin else forecast.on(on)
    days = (now, *forecast.days)
    needed = floor + amount
    income = forecast.next_income_on
    window = _until_income(days, on, income)
    lowest = min(window, key=lambda day: (day.q50.minor, day.day))
    chances = {day.day: _chance_of_day(day, needed) for day in days}
    chance = _least(chances, window)
    return Affordability(
        verdict="yes" if chance >= _SURE else "tight" if chance >= _LIKELY else "no",
        amount=amount,
        on=on,
        chance=chance,
        floor=floor,
        low_after=lowest.q50 - amount,
        low_on=lowest.day,
        safe_on=next(
            (
                day.day
                for day in days
                if day.day >= on and _least(chances, _until_income(days, day.day, income)) >= _SURE
            ),
            None,
        ),
        low_after_q05=lowest.q05 - amount,
        balance_after=here.q50 - amount,
        balance_after_q05=here.q05 - amount,
        before=window[-1].day,
        until=days[-1].day,
    )


@dataclass(frozen=True, slots=True)
class Delayed:
    """What a purchase leaves too little for, that could be paid without it."""

    bills: tuple[Deduction, ...] = ()
    goals: tuple[Deduction, ...] = ()


def delayed(
    forecast: BalanceForecast,
    found: Affordability,
    bills: Sequence[Deduction],
    goals: Sequence[Deduction],
) -> Delayed:
    """What the purchase would delay until the next income.

    A bill is delayed when the balance of its day is more likely than one in ten to be below
    zero with the purchase, and is not without it. A goal is delayed when what it needs before
    then no longer fits between the likeliest low point and the floor, goals taken in order.

    Args:
        forecast: the one ``found`` was made from.
        found: the answer.
        bills: those that fall due; the forecast contains them.
        goals: what goals need before ``found.before``; the forecast does not contain it.
    """
    lean = {day.day: day.q10 for day in forecast.days}
    missed = [
        bill
        for bill in bills
        if bill.on in lean
        and found.on <= bill.on <= found.before
        and lean[bill.on].minor >= 0 > (lean[bill.on] - found.amount).minor
    ]
    after = found.low_after - found.floor
    before = after + found.amount
    late = []
    for goal in goals:
        after, before = after - goal.amount, before - goal.amount
        if after.minor < 0 <= before.minor:
            late.append(goal)
    return Delayed(tuple(missed), tuple(late))


def _until_income(
    days: Sequence[ForecastDay], on: date, income: date | None
) -> Sequence[ForecastDay]:
    """The days that must stay above the floor: from ``on`` to the income that follows it."""
    end = income if income and income > on else on + _LOOK_AHEAD
    return [day for day in days if on <= day.day <= end]


def _least(chances: Mapping[date, float], window: Sequence[ForecastDay]) -> float:
    """The chance of the tightest day."""
    return round(min(chances[day.day] for day in window), 4)


def _chance_of_day(day: ForecastDay, needed: Money) -> float:
    """Chance that the day ends at or above ``needed``.

    Between the known quantiles by line; beyond them falling to 1 % (or rising to
    99 %) within one more half-width of the band, for nothing is certain ahead.
    """
    spare = [(q - needed).minor for q in (day.q05, day.q10, day.q50, day.q90, day.q95)]
    if spare[0] >= 0:
        return 1 - _tail(spare[0], spare[2] - spare[0])
    if spare[-1] < 0:
        return _tail(-spare[-1], spare[-1] - spare[2])
    for (low, high), (under, over) in zip(pairwise(spare), pairwise(_LEVELS), strict=True):
        if high >= 0:
            return 1 - under - (over - under) * -low / (high - low)
    raise AssertionError("the last quantile is at or above the level here")


def _tail(beyond: int, width: int) -> float:
    """Chance left beyond the outermost quantile."""
    share = min(beyond / width, 1.0) if width > 0 else 1.0
    return _LEVELS[0] - (_LEVELS[0] - _NEVER_CERTAIN) * share
