"""When known recurring streams come next."""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from statistics import median

from finance_core.model import Cadence, RecurringStream, StreamStatus, Transaction
from finance_core.money import Money

_DAYS = {Cadence.WEEKLY: 7, Cadence.BIWEEKLY: 14, Cadence.FOUR_WEEKLY: 28}
_MONTHS = {
    Cadence.MONTHLY: 1,
    Cadence.TWO_MONTHLY: 2,
    Cadence.QUARTERLY: 3,
    Cadence.SEMIANNUAL: 6,
    Cadence.ANNUAL: 12,
}
_INCOME_SHARE = 0.2  # a smaller inflow (interest, cashback) is not what a person waits for


def add_months(day: date, months: int) -> date:
    """The same day of the month ``months`` later, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _at_end(day: date) -> bool:
    """Whether it is the last day of its month."""
    return (day + timedelta(days=1)).day == 1


def _nth(cadence: Cadence, anchor: date, n: int, *, at_end: bool = False) -> date:
    """The ``n``-th date after ``anchor``; with ``at_end`` months end on their last day."""
    if cadence in _DAYS:
        return anchor + timedelta(days=_DAYS[cadence] * n)
    if cadence in _MONTHS:
        months = _MONTHS[cadence] * n
        if at_end:
            return add_months(anchor.replace(day=1), months + 1) - timedelta(days=1)
        return add_months(anchor, months)
    months, half = divmod(n, 2)
    return add_months(anchor, months) + timedelta(days=15 * half)


def occurrences(stream: RecurringStream, origin: date, end: date) -> Iterator[date]:
    """Expected dates after ``origin`` up to ``end``, in order.

    One that is overdue, but not by more than its window and three days, is
    expected the day after ``origin``; one overdue for longer is taken as missed.
    """
    if stream.next_on is None or stream.status is StreamStatus.ENDED:
        return
    patience = timedelta(days=stream.window + 3)
    at_end = _at_end(stream.last_on) and _at_end(stream.next_on)
    n, last = 0, origin
    while (day := _nth(stream.cadence, stream.next_on, n, at_end=at_end)) <= end:
        n += 1
        if day <= origin and day + patience >= origin and day > stream.last_on:
            day = origin + timedelta(days=1)
        if last < day <= end:
            last = day
            yield day


def known_at(
    stream: RecurringStream, origin: date, by_id: dict[str, Transaction]
) -> RecurringStream | None:
    """The stream as its movements up to ``origin`` show it, for replaying the past.

    Amounts and dates come only from movements up to ``origin``; that these
    movements belong together may have been learned later. None when fewer than
    three of them had been seen.
    """
    seen = [by_id[i] for i in stream.transaction_ids if i in by_id and by_id[i].posted_on <= origin]
    if len(seen) < 3:
        return None
    last = max(t.posted_on for t in seen)
    recent = [t.amount.minor for t in sorted(seen, key=lambda t: t.posted_on)[-6:]]
    currency = stream.amount.currency
    return replace(
        stream,
        amount=Money.from_minor(int(median(recent)), currency),
        low=Money.from_minor(min(recent), currency),
        high=Money.from_minor(max(recent), currency),
        last_on=last,
        next_on=_nth(stream.cadence, last, 1),
        status=StreamStatus.ACTIVE,
        transaction_ids=tuple(t.id for t in seen),
    )


def income_streams(streams: Sequence[RecurringStream]) -> list[RecurringStream]:
    """The inflows a person lives on: those that bring a fifth or more of what recurs."""
    inflows = [
        s
        for s in streams
        if s.amount.minor > 0 and s.next_on and s.status is not StreamStatus.ENDED
    ]
    monthly = [s.amount.minor * s.cadence.per_year / 12 for s in inflows]
    return [
        s for s, each in zip(inflows, monthly, strict=True) if each >= _INCOME_SHARE * sum(monthly)
    ]


def next_income(streams: Sequence[RecurringStream], origin: date, horizon: int) -> date | None:
    """Expected date of the next income after ``origin`` within ``horizon`` days, if any."""
    end = origin + timedelta(days=horizon)
    firsts = (next(occurrences(s, origin, end), None) for s in income_streams(streams))
    return min((day for day in firsts if day), default=None)
