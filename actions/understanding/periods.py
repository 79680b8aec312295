"""Periods as people say them, past and to come, resolved against a given ``today``."""

from __future__ import annotations

import re
from datetime import date

from actions.understanding.asked import Asked, Readers
from actions.understanding.days import DAY, find_day
from actions.understanding.named_periods import NAMED, OF, ONLY_MONTH, YEAR
from actions.understanding.spans import EVER, JOIN, SPANS
from actions.understanding.times import TIME
from actions.understanding.units import count_pattern, month_of, month_pattern, tidy, unit_pattern
from finance_core.model import Period

__all__ = ["ONLY_MONTH", "describe", "find_period", "within", "without_dates"]


def find_period(
    text: str, today: date, context: Period | None = None, *, payday: date | None = None
) -> Period | None:
    """The first past or current period named in ``text``; None when there is none.

    Args:
        text: what the person said.
        today: the day it was said on.
        context: the period talked about before: "the month before" goes back from it.
        payday: the day the person was last paid, for "since payday"; without it such
            words name no period.

    Raises:
        BadInput: a day that does not exist, or a period that ends before it begins.
    """
    said = tidy(text)
    asked = Asked(today, context, payday, lambda rest: find_period(rest, today))
    for pattern, build in _PERIODS:
        match = pattern.search(said)
        found = build(match, asked) if match else None
        if found is not None:
            return found
    day = find_day(said, today, future=False)
    return Period(day, day) if day else None


def without_dates(text: str) -> str:
    """``text`` without days, times and counted periods, so that amounts can be read."""
    left = tidy(text)
    for pattern in _NO_AMOUNTS:
        left = pattern.sub(" ", left)
    return left


def describe(period: Period) -> str:
    """A period in words that leave no doubt: ``June 2022``, ``1–25 July 2022``."""
    start, end = period.start, period.end
    if start == EVER:
        return f"all time up to {end:%-d %B %Y}"
    if start == end:
        return f"{start:%-d %B %Y}"
    if period == month_of(start):
        return f"{start:%B %Y}"
    if (start.month, start.day, end.month, end.day) == (1, 1, 12, 31) and start.year == end.year:
        return f"{start.year}"
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day}–{end:%-d %B %Y}"
    year = "" if start.year == end.year else f" {start.year}"
    return f"{start:%-d %B}{year} – {end:%-d %B %Y}"


def within(period: Period) -> str:
    """A period after a verb: ``in June 2022``, ``from 1 July to 25 July 2022``."""
    start, end = period.start, period.end
    if start == EVER:
        return f"up to {end:%-d %B %Y}"
    if start == end:
        return f"on {describe(period)}"
    if "–" not in describe(period):
        return f"in {describe(period)}"
    year = "" if start.year == end.year else f" {start.year}"
    return f"from {start:%-d %B}{year} to {end:%-d %B %Y}"


_PERIODS: Readers = (  # tried in this order: what is more specific comes first
    *SPANS,
    *NAMED,
    (
        re.compile(r"\b(?:all time|ever|overall|whole history)\b"),
        lambda match, asked: Period(EVER, asked.today),
    ),
)

_DAY_NUMBER = r"(?:the )?\d{1,2}(?:st|nd|rd|th)?"
_HAS_YEAR = rf"(?:{month_pattern()}|spring|summer|autumn|fall|winter|half|quarter|[qh][1-4])"
_COUNTED = r"(?:first|last|past|next|coming|previous|in|for|within)"
_NO_AMOUNTS = tuple(  # what has numbers that are not money, the longest first
    re.compile(pattern)
    for pattern in (
        rf"\b{_DAY_NUMBER} ?(?:and|{JOIN}) ?(?={_DAY_NUMBER} (?:of )?{month_pattern()}\b)",
        rf"\b{month_pattern()} {_DAY_NUMBER} ?(?:and|{JOIN}) ?{_DAY_NUMBER}\b(?! ?[a-z]{{3,}})",
        rf"\b(?:from|between) {YEAR} (?:and|{JOIN}) (?:19|20)\d\d\b",
        DAY.pattern,
        TIME.pattern,
        rf"\b{_HAS_YEAR}(?: of)? {YEAR}\b",
        rf"\b{_COUNTED} {count_pattern()} {unit_pattern()}\b",
        rf"\b(?:in|{OF}|for|during|since|until) (?:19|20)\d\d\b|\b{YEAR} [qh][1-4]\b",
    )
)
