"""Savings goals: what they need a month, and when they will be reached. Pure arithmetic.

A goal with a day is saved for in equal parts, one at each month's end and the last one on
the day itself, counted from the beginning of the current month.
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal
from typing import Literal

from dateutil.relativedelta import relativedelta

from finance_core.errors import BadInput
from finance_core.money import Money, exponent

Standing = Literal["reached", "overdue", "on_track", "behind", "open"]

_DAYS_A_MONTH = Decimal(146_097) / 4_800  # of the Gregorian calendar, on average
_FURTHEST_MONTHS = 1_200


@dataclass(frozen=True, slots=True)
class GoalStatus:
    """How a goal stands on a day.

    Attributes:
        saved: for it so far, never below zero; ``missing`` is the rest of the target.
        share: saved, as a share of the target; at most 1.
        monthly_need: what should be put aside each month to be there in time; None
            without a day, once the day has passed, and when nothing is missing.
        still_this_month: what of it is not put aside yet this month.
        pace: what is put aside in a month, from the past; None when that is not known yet.
        reached_on: when it will be reached at that pace; None without one.
        standing: ``on_track`` when ``reached_on`` is not after the day, ``behind`` when it
            is or nothing is put aside, ``open`` without a day or a pace.
    """

    target: Money
    saved: Money
    missing: Money
    share: Decimal
    due_on: date | None
    monthly_need: Money | None
    still_this_month: Money | None
    pace: Money | None
    reached_on: date | None
    standing: Standing


def status(
    target: Money,
    saved: Money,
    saved_before: Money,
    due_on: date | None,
    today: date,
    pace: Money | None = None,
    ahead: Money | None = None,
) -> GoalStatus:
    """How a goal stands.

    Args:
        target: what is needed, more than zero.
        saved: so far.
        saved_before: what of it was there when this month began; zero for a goal begun in it.
        due_on: the day it is needed on, if there is one.
        today: the day of asking.
        pace: what is put aside in a month, if that is known.
        ahead: what other goals get first out of that pace; nothing when None.

    Raises:
        BadInput: the target is not positive.
        CurrencyMismatch: the amounts are not of one currency.
    """
    if target.minor <= 0:
        raise BadInput("A goal has to be more than zero.")
    nothing = Money.zero(target.currency)
    saved = max(saved, nothing)
    missing = max(target - saved, nothing)
    need = still = None
    if missing and due_on and due_on >= today:
        parts = len(instalments(today, due_on))
        need = _up((target - max(saved_before, nothing)).amount / parts, target.currency)
        need = max(need, nothing)
        still = min(max(need - (saved - max(saved_before, nothing)), nothing), missing)
    reached = _reached_on(missing, ahead or nothing, pace, today)
    return GoalStatus(
        target=target,
        saved=saved,
        missing=missing,
        share=min(saved.amount / target.amount, Decimal(1)),
        due_on=due_on,
        monthly_need=need,
        still_this_month=still,
        pace=pace,
        reached_on=reached,
        standing=_standing(missing, due_on, today, pace, reached),
    )


def instalments(today: date, due_on: date) -> list[date]:
    """The days that parts fall due: each month's end from ``today`` on, at last ``due_on``."""
    days: list[date] = []
    month = today.replace(day=1)
    while True:
        end = month.replace(day=calendar.monthrange(month.year, month.month)[1])
        days.append(min(end, due_on))
        if end >= due_on:
            return days
        month += relativedelta(months=1)


def due_before(status: GoalStatus, today: date, until: date) -> Money:
    """What a goal still needs on days in [today, until); zero when it needs nothing then."""
    nothing = Money.zero(status.target.currency)
    if status.monthly_need is None or status.still_this_month is None or status.due_on is None:
        return nothing
    days = [day for day in instalments(today, status.due_on) if day < until]
    if not days:
        return nothing
    later = Money.from_minor(status.monthly_need.minor * (len(days) - 1), nothing.currency)
    return min(status.still_this_month + later, status.missing)


def monthly_pace(saved: Money, since: date, today: date) -> Money | None:
    """What ``saved`` since a day comes to in an average month; None within the first month."""
    if today < since + relativedelta(months=1):
        return None
    return Money.rounded(
        saved.amount / (today - since).days * _DAYS_A_MONTH,
        saved.currency,
    )


def shared_out(available: Money, missing: Sequence[Money]) -> list[Money]:
    """Gives ``available`` to the goals in turn, to each no more than it misses.

    Money that stands for one goal can't stand for another, too.
    """
    left, given = max(available, Money.zero(available.currency)), []
    for amount in missing:
        given.append(min(left, max(amount, Money.zero(amount.currency))))
        left -= given[-1]
    return given


def _reached_on(missing: Money, ahead: Money, pace: Money | None, today: date) -> date | None:
    if not missing or pace is None or pace.minor <= 0:
        return None
    days = ((missing + ahead).amount / pace.amount * _DAYS_A_MONTH).to_integral_value(ROUND_CEILING)
    if days > _FURTHEST_MONTHS * _DAYS_A_MONTH:
        return None
    return date.fromordinal(min(today.toordinal() + int(days), date.max.toordinal()))


def _standing(
    missing: Money, due_on: date | None, today: date, pace: Money | None, reached: date | None
) -> Standing:
    if not missing:
        return "reached"
    if due_on is None:
        return "open"
    if due_on < today:
        return "overdue"
    if pace is None:
        return "open"
    return "on_track" if reached and reached <= due_on else "behind"


def _up(amount: Decimal, currency: str) -> Money:
    return Money(amount.quantize(Decimal(1).scaleb(-exponent(currency)), ROUND_CEILING), currency)
