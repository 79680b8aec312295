"""What may be worth doing with a balance: a low point, idle money, a debt it could pay off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from finance_core.advice import figures
from finance_core.advice.insights import Insight, InsightKind
from finance_core.model import BalanceForecast, Fact
from finance_core.money import Money

LEAN = 0.05
"""The chance that a balance falls below the lean case of its forecast."""

_TOLD_LOW = 0.1  # a chance below zero worth speaking of
_ASSUMED_RATE = Decimal("0.01")  # a year, for the order alone where no interest was ever seen
_LEAST_IDLE = Decimal("0.5")  # of a usual month; less is not worth moving
_BPS = Decimal(10_000)


def low_point(name: str, forecast: BalanceForecast) -> Insight | None:
    """A balance that may go below zero before the next income."""
    chance = _chance_below_zero(forecast)
    if chance < _TOLD_LOW:
        return None
    lean, day = forecast.low_point_q05, forecast.low_point_on
    share = round(chance * 100)
    return Insight(
        f"{InsightKind.LOW_POINT.value} {name} {day:%Y-%m}",
        InsightKind.LOW_POINT,
        name,
        -lean,
        round(chance, 3),
        0.0,
        day,
        f"{name} may go below zero around {figures.said(day)}: the chance is about {share}%, "
        f"and in the lean case of my forecast it falls to {lean}.",
        "Moving money there before then, or a payment put off, would help.",
        (
            Fact("chance", str(share), unit="percent", account=name),
            Fact("low_case", str(lean.amount), lean.currency, account=name),
            Fact("low_point_on", day.isoformat(), unit="date", account=name),
        ),
    )


def _chance_below_zero(forecast: BalanceForecast) -> float:
    """The chance that the low point is below zero, between the two quantiles that are known.

    Never said to be surer than 0.75: beyond the median nothing is known of the low point.
    """
    lean, middle = forecast.low_point_q05.amount, forecast.low_point.amount
    if lean >= 0:
        return 0.0
    if middle <= lean:
        return 0.5
    share = float(-lean / (middle - lean))
    return min(LEAN + (0.5 - LEAN) * share, 0.75)


def idle(now: Money, lowest: Money, lean: Money, floor: Money, month: Money) -> Money:
    """Money that has lain still, and is not expected to be needed.

    Args:
        now: the balance.
        lowest: the lowest end-of-day balance of the last three months.
        lean: the lowest balance of the lean case ahead.
        floor: what is to stay there.
        month: what a usual month costs; so much stays there, too.

    Returns:
        What all of them leave over, rounded down to two digits; zero when that is less than
        half a usual month.
    """
    rest = min(now, lowest, lean) - floor - month
    if rest.amount <= month.amount * _LEAST_IDLE or rest.amount <= 0:
        return Money.zero(now.currency)
    step = Decimal(1).scaleb(rest.amount.adjusted() - 1)
    return Money.rounded(rest.amount // step * step, now.currency)


def idle_cash(name: str, rest: Money, lowest: Money, rate: Decimal | None, today: date) -> Insight:
    """Money that could earn interest.

    Args:
        name: of the account it lies on.
        rest: how much is idle.
        lowest: the lowest balance of the last three months.
        rate: what the person's savings earned in a year as a share; None when unknown.
        today: the day it is.
    """
    gain = Money.rounded(rest.amount * (_ASSUMED_RATE if rate is None else rate), rest.currency)
    facts = [figures.held("idle", rest, name), figures.held("lowest", lowest, name)]
    reason = (
        f"{rest} on {name} has not been needed: the balance was never below {lowest} in three "
        "months, and my forecast leaves it there, too."
    )
    if rate is not None and gain:
        reason += f" In your savings it would have earned about {gain} in a year."
        facts.append(figures.held("interest_per_year", gain, name))
    return Insight(
        f"{InsightKind.IDLE_CASH.value} {name} {today:%Y-%m}",
        InsightKind.IDLE_CASH,
        name,
        max(gain, Money.from_minor(1, gain.currency)),
        0.8 if rate is not None else 0.5,
        LEAN,
        today,
        reason,
        "Some of it could move to savings: say “help me save”.",
        tuple(facts),
        estimated=rate is None,
    )


def savings_move(name: str, amount: Money, low: Money, floor: Money, today: date) -> Insight:
    """A move to savings that the lean case of the forecast leaves room for."""
    return Insight(
        f"{InsightKind.SAVINGS_MOVE.value} {name} {today:%Y-%m}",
        InsightKind.SAVINGS_MOVE,
        name,
        amount,
        0.3,  # what is put aside is kept, not gained
        LEAN,
        today,
        f"{amount} could move from {name} to savings: I count on it having "
        f"{low} at its lowest before your next income, and {floor} stays as a floor.",
        "Say “help me save”, and I'll ask before anything moves.",
        (
            figures.held("safe_amount", amount, name),
            figures.held("low_point", low, name),
            figures.held("floor", floor),
        ),
    )


def debt_overpayment(
    name: str, owed: Money, apr_bps: int, rest: Money, saving: Decimal | None, today: date
) -> Insight | None:
    """Idle money that would save more on a debt than it earns.

    Args:
        name: of the debt.
        owed: how much is owed on it.
        apr_bps: what it costs a year in basis points, as the person said.
        rest: how much is idle.
        saving: what savings earn in a year as a share; None when unknown.
        today: the day it is.
    """
    rate = apr_bps / _BPS
    amount = min(owed, rest)
    if amount.amount <= 0 or rate <= (saving or Decimal(0)):
        return None
    gain = Money.rounded(amount.amount * rate, amount.currency)
    said = f"{rate * 100:.2f}".rstrip("0").rstrip(".")
    return Insight(
        f"{InsightKind.DEBT_OVERPAYMENT.value} {name} {today:%Y-%m}",
        InsightKind.DEBT_OVERPAYMENT,
        name,
        gain,
        0.7,
        LEAN,
        today,
        f"You owe {owed} on {name} at {said}% a year while {rest} lies idle: paying {amount} of "
        f"it off would save about {gain} of interest in a year.",
        "Say “make a plan to pay off my debts” to compare.",
        (
            figures.money("owed", owed, name),
            Fact("apr", said, unit="percent", label=name),
            figures.money("idle", rest, name),
            figures.money("amount", amount, name),
            figures.money("interest_saved", gain, name),
        ),
    )


def usual_month(sums: Mapping[str, Sequence[Money]]) -> dict[str, Money]:
    """Currency → the middle of its months' spending (the lower one of two)."""
    return {
        code: sorted(months, key=lambda amount: amount.minor)[(len(months) - 1) // 2]
        for code, months in sums.items()
        if months
    }
