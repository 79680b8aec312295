"""How much can be put aside now: one savings engine.

A sweep is the 5 % quantile of the low point before the next income, less the floor,
capped, and rounded down to an amount people like. It is never a promise.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal

from finance_core.model import BalanceForecast, Sweep
from finance_core.money import Money, exponent

STALE_AFTER = timedelta(days=3)
_SMALLEST_STEPS = 4  # below this many steps a move is not worth making


def propose_sweep(
    forecast: BalanceForecast, floor: Money, cap: Money, known_on: date, today: date
) -> Sweep:
    """What can be moved to savings on ``today``; zero with the reason when nothing should.

    Args:
        forecast: of the account (or accounts) the money would come from.
        floor: the balance that must be left.
        cap: the most one move may take.
        known_on: the day the bank last reported.
        today: the day of the decision.
    """
    before = forecast.next_income_on or forecast.days[-1].day
    low = forecast.low_point_q05

    def sweep(amount: Money, reason: str) -> Sweep:
        return Sweep(amount, low, floor, before, reason)

    nothing = Money.zero(low.currency)
    if today - known_on > STALE_AFTER:
        return sweep(nothing, "stale")
    room = low - floor
    step = friendly_step(low.currency)
    amount = round_down(min(room, cap, key=lambda money: money.amount), step)
    if amount < Money.rounded(step * _SMALLEST_STEPS, low.currency):
        return sweep(nothing, "low")
    return sweep(amount, "safe")


def friendly_step(currency: str) -> Decimal:
    """The round amount people like: 5 of a currency like the euro, 100 where units are small."""
    return Decimal(500 if exponent(currency) == 0 else 100 if currency in _SMALL_UNITS else 5)


def scaled(minor: int, currency: str) -> Money:
    """A setting given in hundredths of a currency like the euro, as a like amount elsewhere."""
    return Money.rounded(Decimal(minor) / 100 * friendly_step(currency) / 5, currency)


def round_down(amount: Money, step: Decimal) -> Money:
    """The largest whole multiple of ``step`` that is not above ``amount``; never below zero."""
    steps = (amount.amount / step).to_integral_value(ROUND_FLOOR)
    return Money.rounded(max(steps, Decimal(0)) * step, amount.currency)


_SMALL_UNITS = frozenset({"CZK", "HUF", "INR", "SEK", "NOK", "DKK", "PHP", "THB", "MXN", "ZAR"})
