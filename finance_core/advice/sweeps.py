"""How much can be put aside now: one savings engine.

A sweep is the 5 % quantile of the low point before the next income, less the floor,
capped, and rounded down to an amount people like. It is never a promise: the chance of
one in twenty is the forecast's, and how often it held is measured by replay.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal

from finance_core.errors import BadInput
from finance_core.model import BalanceForecast, Sweep
from finance_core.money import Money, exponent

STALE_AFTER = timedelta(days=3)
SMALLEST_STEPS = 4  # below this many steps a move is not worth making
_LARGE_STEPS = 20  # from this many steps on, people think in double steps: 110, not 105
_ENOUGH_DAYS = 28  # with no income known, the forecast must reach this far

# The size of the smallest round amount, about five euros. Only the order of magnitude
# matters, so no exchange rates are needed.
_STEPS = {
    "CNY": 50, "CZK": 100, "DKK": 50, "HKD": 50, "HUF": 1000, "ILS": 20, "INR": 500,
    "MXN": 100, "NGN": 5000, "NOK": 50, "PHP": 200, "PLN": 20, "RUB": 500, "SEK": 50,
    "THB": 200, "TRY": 200, "TWD": 100, "UAH": 200, "ZAR": 100, "CLP": 5000,
    "COP": 20_000, "IDR": 50_000, "ISK": 500, "JPY": 500, "KRW": 5000, "VND": 100_000,
}  # fmt: skip


def propose_sweep(
    forecast: BalanceForecast, floor: Money, cap: Money, known_on: date, today: date
) -> Sweep:
    """What can be moved to savings on ``today``; zero with the reason when nothing should.

    Args:
        forecast: of the account (or accounts) the money would come from.
        floor: the balance that must be left; not negative.
        cap: the most one move may take; positive.
        known_on: the day the bank last reported.
        today: the day of the decision.

    Returns:
        The move. Its ``reason`` is ``safe``; or, with an amount of zero, ``stale`` (the
        figures are older than three days), ``unsure`` (no income is known and the
        forecast is short) or ``low`` (too little is left above the floor).

    Raises:
        BadInput: a negative floor, or a cap that is not positive.
        CurrencyMismatch: the amounts are not of one currency.
    """
    if floor.minor < 0 or cap.minor <= 0:
        raise BadInput("The floor cannot be negative, and the cap has to be more than nothing.")
    low = forecast.low_point_q05
    room = min(min(low, forecast.start) - floor, cap)
    amount = round_down(room, friendly_step(low.currency))
    reason = _obstacle(forecast, amount, known_on, today)
    return Sweep(
        amount=Money.zero(low.currency) if reason else amount,
        low_point=low,
        floor=floor,
        before=forecast.next_income_on or forecast.days[-1].day,
        reason=reason or "safe",
    )


def _obstacle(forecast: BalanceForecast, amount: Money, known_on: date, today: date) -> str | None:
    """Why nothing should move, or None."""
    if today - known_on > STALE_AFTER:
        return "stale"
    if forecast.next_income_on is None and len(forecast.days) < _ENOUGH_DAYS:
        return "unsure"
    return "low" if amount.amount < friendly_step(amount.currency) * SMALLEST_STEPS else None


def friendly_step(currency: str) -> Decimal:
    """The round amount people like: 5 of a currency like the euro, 100 Kč, 500 yen."""
    return Decimal(_STEPS.get(currency, 5 if exponent(currency) else 500))


def scaled(minor: int, currency: str) -> Money:
    """A setting given in hundredths of a currency like the euro, as a like amount elsewhere."""
    return Money.rounded(Decimal(minor) / 100 * friendly_step(currency) / 5, currency)


def round_down(amount: Money, step: Decimal) -> Money:
    """The largest multiple of ``step``, from 20 steps on of two steps, that is not above it.

    Never below zero.
    """
    if amount.amount >= step * _LARGE_STEPS:
        step *= 2
    steps = (amount.amount / step).to_integral_value(ROUND_FLOOR)
    return Money.rounded(max(steps, Decimal(0)) * step, amount.currency)
