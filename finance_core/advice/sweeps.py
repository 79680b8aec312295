"""How much can be put aside now: one savings engine.

A sweep is a low quantile of the low point before the next income (5 % unless the person is
bold), less the floor or the buffer for sudden expenses, whichever is more, capped, and
rounded down to an amount people like. It is never a promise: how often it took too much is
measured by replay.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal
from statistics import NormalDist

from finance_core.advice.guard import YOUNG, Habits, buffer
from finance_core.advice.moods import LEAN, Terms
from finance_core.errors import BadInput
from finance_core.model import BalanceForecast, Sweep
from finance_core.money import Money, exponent

STALE_AFTER = timedelta(days=3)
TIME_TO_SAY_NO = timedelta(hours=24)  # from the moment that a save was told
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


@dataclass(frozen=True, slots=True)
class Limits:
    """What a save has to keep to.

    Attributes:
        floor: the balance that must be left; not negative.
        cap: the most one save may take; positive.
        terms: of the person's mood.
        share: of what is spare, how much is taken; see ``moods.share``.
        habits: of the account; None leaves only the floor.
        kept: what was put aside from the account already and could come back.
        saved: what was saved in the last 30 days.
        broken: ``missed_income`` or ``off_track`` when what usually holds does not now.
    """

    floor: Money
    cap: Money
    terms: Terms = LEAN
    share: Decimal = Decimal(1)
    habits: Habits | None = None
    kept: Money | None = None
    saved: Money | None = None
    broken: str | None = None


def propose_sweep(forecast: BalanceForecast, limits: Limits, known_on: date, today: date) -> Sweep:
    """What can be moved to savings on ``today``; zero with the reason when nothing should.

    Args:
        forecast: of the account (or accounts) the money would come from.
        limits: what has to be kept to.
        known_on: the day the bank last reported.
        today: the day of the decision.

    Returns:
        The move. Its ``reason`` is ``safe``; or, with an amount of zero, ``stale`` (the
        figures are older than three days), ``unsure`` (no income is known and the
        forecast is short), ``new`` (too little is known of the account),
        ``missed_income`` (an income is late), ``off_track`` (the balance left the
        forecast's band), ``month`` (the month's cap is reached) or ``low`` (too little is
        left above what has to stay).

    Raises:
        BadInput: a negative floor, or a cap that is not positive.
        CurrencyMismatch: the amounts are not of one currency.
    """
    floor, cap = limits.floor, limits.cap
    if floor.minor < 0 or cap.minor <= 0:
        raise BadInput("The floor cannot be negative, and the cap has to be more than nothing.")
    left = spare(forecast, limits)
    month = _left_this_month(limits)
    room = min(Money.rounded(left.amount * limits.share, left.currency), cap, month)
    amount = round_down(room, friendly_step(left.currency))
    reason = _obstacle(forecast, limits, amount, known_on, today)
    return Sweep(
        amount=Money.zero(left.currency) if reason else amount,
        low_point=_lowest(forecast, limits),
        floor=floor,
        before=forecast.next_income_on or forecast.days[-1].day,
        reason=reason or "safe",
        leave=leave(limits, _lowest(forecast, limits)),
        chance=1 - limits.terms.level,
    )


def spare(forecast: BalanceForecast, limits: Limits) -> Money:
    """What lies above all that has to stay; may be negative."""
    low = _lowest(forecast, limits)
    left = low - leave(limits, low)
    return left - limits.habits.unusual_income if limits.habits else left


def _lowest(forecast: BalanceForecast, limits: Limits) -> Money:
    return min(low_point(forecast, limits.terms.level), forecast.start)


def worth_asking(balance: Money, limits: Limits) -> bool:
    """Whether any save could come of ``balance``; spares a forecast where none could."""
    room = min(balance - leave(limits, balance), _left_this_month(limits))
    return room.amount >= friendly_step(balance.currency) * SMALLEST_STEPS


def low_point(forecast: BalanceForecast, level: float) -> Money:
    """The low point that the balance stays above with a chance of 1 - ``level``.

    The forecast gives its 5 % quantile and its median; between them the low point is taken
    for normally distributed.
    """
    lean, middle = forecast.low_point_q05, forecast.low_point
    part = Decimal(NormalDist().inv_cdf(level) / NormalDist().inv_cdf(0.05))
    return Money.rounded(middle.amount + part * (lean - middle).amount, lean.currency)


def leave(limits: Limits, balance: Money) -> Money:
    """What has to stay of ``balance``: the floor, or the buffer where that is more."""
    if limits.habits is None:
        return limits.floor
    whole = balance + limits.kept if limits.kept else balance
    is_broken = limits.broken is not None
    return max(limits.floor, buffer(limits.habits, whole, limits.terms, is_broken=is_broken))


def _left_this_month(limits: Limits) -> Money:
    most = Money.rounded(limits.cap.amount * limits.terms.month_caps, limits.cap.currency)
    return most - limits.saved if limits.saved else most


def _obstacle(
    forecast: BalanceForecast, limits: Limits, amount: Money, known_on: date, today: date
) -> str | None:
    """Why nothing should move, or None."""
    if today - known_on > STALE_AFTER:
        return "stale"
    if forecast.next_income_on is None and len(forecast.days) < _ENOUGH_DAYS:
        return "unsure"
    if limits.habits and limits.habits.days < YOUNG:
        return "new"
    if limits.broken:
        return limits.broken
    least = friendly_step(amount.currency) * SMALLEST_STEPS
    if _left_this_month(limits).amount < least:
        return "month"
    return "low" if amount.amount < least else None


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
