"""What a save has to leave besides the floor, and when money has to come back.

A forecast says where a balance is likely to go. What overdraws an account after a save is
rarer: one sudden expense, larger than any forecast's lean case. On a day, people hardly ever
spend more than two thirds of what they own, unless they did spend as much before, or their
account has just left its usual course. So a save leaves a buffer made of these three, and
what was put aside comes back as soon as the balance is below it (decision 024).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal

from finance_core.advice.moods import Terms
from finance_core.model import BalanceForecast, RecurringStream, StreamStatus, Transaction
from finance_core.money import Money

YOUNG = 90  # days of history below which nothing is saved
HELD_BACK = timedelta(days=28)  # how long an unusual income is not taken for spare
_MEMORY = timedelta(days=365)
_OF_LARGEST = Decimal("0.95")
_WHEN_BROKEN = Decimal("0.8")  # of all there is, while what usually holds does not
_AROUND = timedelta(days=3)  # what is expected may come a little early or late
_UNUSUAL = Decimal("1.5")  # times the largest income before it


@dataclass(frozen=True, slots=True)
class Habits:
    """What an account's past says about its surprises; amounts are not negative.

    Attributes:
        days: days of history known.
        largest_outflow: most that left on one of them, net, within a year.
        unusual_income: of what came within four weeks, what lies above the largest usual
            income and is not taken for spare yet.
    """

    days: int
    largest_outflow: Money
    unusual_income: Money


def habits(flows: Iterable[tuple[date, int]], currency: str, today: date) -> Habits:
    """Habits as known on ``today``.

    Args:
        flows: net movement of each day that has any, in minor units, in the order of days;
            days after ``today`` are not looked at.
        currency: of the account.
        today: the last day known.
    """
    known = [(day, net) for day, net in flows if day <= today]
    year = [(day, net) for day, net in known if today - day < _MEMORY]
    held_from = today - HELD_BACK
    usual = max((net for day, net in year if day <= held_from), default=0)
    late = (net - usual for day, net in year if day > held_from and net > usual * _UNUSUAL)
    return Habits(
        days=(today - known[0][0]).days if known else 0,
        largest_outflow=Money.from_minor(
            max((-net for _, net in year if net < 0), default=0), currency
        ),
        unusual_income=Money.from_minor(sum(late) if usual > 0 else 0, currency),
    )


def sudden(
    history: Iterable[Transaction], streams: Iterable[RecurringStream]
) -> list[tuple[date, int]]:
    """Net booked movement of each day in minor units, without the bills a forecast knows of.

    Args:
        history: of one account.
        streams: its recurring streams; what those that go out account for is left out.
    """
    known = {i for s in streams if s.amount.minor < 0 for i in s.transaction_ids}
    flows: dict[date, int] = {}
    for row in history:
        if not row.pending and row.id not in known:
            flows[row.posted_on] = flows.get(row.posted_on, 0) + row.amount.minor
    return sorted(flows.items())


def buffer(found: Habits, whole: Money, terms: Terms, *, is_broken: bool = False) -> Money:
    """What should stay in the account against a sudden expense.

    The mood's part of all there is, or about the largest outflow of a day, whichever is
    more. It is meant for the next day only: money that was put aside can be back the day
    after.

    Args:
        found: the account's habits.
        whole: its balance with what was put aside from it; what people can spend at once
            grows with what they own.
        terms: of the mood.
        is_broken: whether the account has left its usual course (see ``broken``), which is
            when large sudden expenses are likeliest.
    """
    part = max(terms.keeps, _WHEN_BROKEN) if is_broken else terms.keeps
    of_whole = part * max(whole.amount, Decimal(0))
    of_largest = _OF_LARGEST * found.largest_outflow.amount
    return Money.rounded(max(of_whole, of_largest), whole.currency)


def broken(
    streams: Iterable[RecurringStream], earlier: BalanceForecast | None, balance: Money, today: date
) -> str | None:
    """What usually holds for the account and does not now, or None.

    Args:
        streams: the account's recurring streams.
        earlier: the forecast of about a week ago.
        balance: today's.
        today: a day of that forecast.

    Returns:
        ``missed_income`` when a known income has not come; ``off_track`` when the balance is
        below the lean end of what was expected of today and the days around it: then the
        forecast misses something.
    """
    if any(s.amount.minor > 0 and s.status is StreamStatus.LATE for s in streams):
        return "missed_income"
    if earlier is None:
        return None
    around = [day.q05 for day in earlier.days if abs(day.day - today) <= _AROUND]
    return "off_track" if balance < min(around) else None


def come_back(balance: Money, kept: Money, leave: Money, step: Decimal) -> Money:
    """What of ``kept`` should come back now, in whole steps; zero when nothing has to.

    Args:
        balance: of the account now.
        kept: what was put aside from it and is still there; not negative.
        leave: the balance below which money comes back.
        step: the amount is rounded up to a multiple of it.
    """
    missing = leave - balance
    if missing.minor <= 0 or kept.minor <= 0:
        return Money.zero(balance.currency)
    steps = (missing.amount / step).to_integral_value(ROUND_CEILING)
    return min(kept, Money.rounded(steps * step, balance.currency))
