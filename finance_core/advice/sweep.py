"""The savings move: what can leave the account and still be unmissed at the low point."""

from __future__ import annotations

from datetime import date

from finance_core.errors import BadInput
from finance_core.model import BalanceForecast, Sweep
from finance_core.money import Money, exponent

STALE_AFTER_DAYS = 3
_ENOUGH_DAYS = 28  # without a known income the forecast must reach this far

# The size, in whole units, of the smallest round amount a person would move: about
# five US dollars or euros. Only the order of magnitude matters, so no rates are needed.
_STEP = {
    "CNY": 50, "CZK": 100, "DKK": 50, "HKD": 50, "HUF": 1000, "ILS": 20, "INR": 500,
    "ISK": 500, "MXN": 100, "NOK": 50, "NGN": 5000, "PHP": 200, "PLN": 20, "RUB": 500,
    "SEK": 50, "THB": 200, "TRY": 200, "TWD": 100, "UAH": 200, "ZAR": 100,
    "CLP": 5000, "COP": 20_000, "IDR": 50_000, "JPY": 500, "KRW": 5000, "VND": 100_000,
}  # fmt: skip
_STEP_WITH_MINOR_UNITS = 5
_STEP_WITHOUT_MINOR_UNITS = 500
_LARGE = 20  # from this many steps on, double steps


def friendly_step(amount: Money) -> Money:
    """The round step for an amount of this size: 5, from 100 on 10, scaled to the currency."""
    default = _STEP_WITH_MINOR_UNITS if exponent(amount.currency) else _STEP_WITHOUT_MINOR_UNITS
    step = Money.of(_STEP.get(amount.currency, default), amount.currency)
    return step + step if amount.minor >= _LARGE * step.minor else step


def _rounded_down(amount: Money) -> Money:
    step = friendly_step(amount).minor
    return Money.from_minor(amount.minor // step * step, amount.currency)


def propose_sweep(
    forecast: BalanceForecast,
    balance: Money,
    floor: Money,
    cap: Money,
    today: date,
    as_of: date,
) -> Sweep:
    """How much may move to savings now: 5 % quantile of the low point − floor, capped.

    By the forecast, the balance falls below the floor before the next income with a
    chance of one in twenty at most; that is a measured estimate and no promise.

    Args:
        forecast: of the account the money leaves, from its present balance on.
        balance: what it holds now.
        floor: what must be left at the low point; not negative.
        cap: most that may move at once; positive.
        today: the day of the proposal.
        as_of: the day the balance was last reported.

    Returns:
        The move, rounded down to a friendly amount; an amount of zero carries the
        reason why nothing should move.

    Raises:
        BadInput: a negative floor or a cap that is not positive.
        CurrencyMismatch: the amounts are not of one currency.
    """
    if floor.minor < 0 or cap.minor <= 0:
        raise BadInput("The floor cannot be negative, and the cap has to be more than nothing.")
    before = forecast.next_income_on or forecast.days[-1].day
    spare = min(forecast.low_point_q05, balance) - floor
    amount = _rounded_down(min(spare, cap)) if spare.minor > 0 else Money.zero(floor.currency)
    obstacle = _obstacle(forecast, today, as_of)
    if obstacle:
        amount, reason = Money.zero(floor.currency), obstacle
    elif not amount:
        reason = (
            f"Before {before:%-d %B} the balance could fall to {forecast.low_point_q05}, "
            f"which leaves nothing to move above your floor of {floor}."
        )
    else:
        reason = (
            f"Before {before:%-d %B} the balance is likely (95 %) to stay above "
            f"{forecast.low_point_q05}; that is {spare} more than your floor of {floor}."
        )
    return Sweep(amount, forecast.low_point_q05, floor, before, reason)


def _obstacle(forecast: BalanceForecast, today: date, as_of: date) -> str | None:
    """Why no figure should be trusted now, or None."""
    age = (today - as_of).days
    if age > STALE_AFTER_DAYS:
        return f"The balance is {age} days old; I need a fresh one before moving money."
    if forecast.next_income_on is None and len(forecast.days) < _ENOUGH_DAYS:
        return "I don't know when your next income comes, so I can't tell what is safe to move."
    return None
