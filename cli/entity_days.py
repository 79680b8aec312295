"""Days and periods of a labelled text: Penny's reading, and what counts as the same."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from actions.understanding.days import find_days
from actions.understanding.horizons import find_horizon
from actions.understanding.periods import find_period
from actions.understanding.spans import EVER
from actions.understanding.units import count_pattern, month_pattern, unit_pattern
from finance_core.errors import BadInput
from finance_core.model import Period

type Days = tuple[date, date]

_LOOKS_BACK = re.compile(
    r"\b(?:did|was|were|since|ago|last|previous|yesterday|spent|paid|got|made|sent|lost|bought|"
    r"received|show|list|(?:i|it|they|was|were|been|has|had|have) (?:already )?\w{3,}ed)\b",
    re.IGNORECASE,
)
_MONTH = re.compile(rf"\b{month_pattern()}\b", re.IGNORECASE)
_DAY_NUMBER = re.compile(r"\b\d{1,2}(?:st|nd|rd|th)?\b", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b|\byear\b|\d[/.]\d+[/.]\d", re.IGNORECASE)
_THAT_MONTH = re.compile(r"\bmonth\b|\bago\b|\bin\b|\bfrom\b|\bweeks?\b", re.IGNORECASE)
_ENDS = re.compile(
    r"\b(?:from|between|since|starting|until|till|up to|before|after|to)\b", re.IGNORECASE
)
_COUNTED = re.compile(rf"\b{count_pattern()} {unit_pattern()}\b", re.IGNORECASE)


def looks_back(text: str) -> bool:
    """Whether the text is about what was: then a skill reads its days backwards."""
    return bool(_LOOKS_BACK.search(text))


def read_day(text: str, today: date) -> date | None:
    """The day a text names, or the first day of the period that it does."""
    named = _safely(lambda: find_days(text, today, future=not looks_back(text)))
    if named:
        return named[0]
    period = _period(text, today)
    return period.start if period else None


def read_from(text: str, today: date) -> date | None:
    """The day from which on a text asks for something."""
    span = _span(text, today)
    return span.start if span and span.start not in (today, EVER) else read_day(text, today)


def read_until(text: str, today: date) -> date | None:
    """The day up to which a text asks for something."""
    span = _span(text, today)
    return span.end if span and span.end != today else read_day(text, today)


def _span(text: str, today: date) -> Period | None:
    """The period of a text that names its ends; an open one is today or long ago."""
    return _period(text, today) if _ENDS.search(text) else None


def read_period(text: str, today: date) -> Days | None:
    """First and last day of the period a text names."""
    period = _period(text, today)
    return (period.start, period.end) if period else None


def _period(text: str, today: date) -> Period | None:
    past, ahead = (
        lambda: find_period(text, today),
        lambda: find_horizon(text, today),
    )
    first, second = (past, ahead) if looks_back(text) else (ahead, past)
    return _safely(first) or _safely(second)


def _safely[T](read: Callable[[], T]) -> T | None:
    try:
        return read()
    except BadInput:
        return None


def same_day(gold: date, words: str, found: date | None) -> bool:
    """Whether two days agree in all that the gold's own words state."""
    if found is None or found == gold:
        return found is not None
    if _YEAR.search(words):
        return False
    if _MONTH.search(words):
        day = not _DAY_NUMBER.search(words) or found.day == gold.day
        return found.month == gold.month and day
    number = _DAY_NUMBER.fullmatch(words.removeprefix("the ").strip())
    return bool(number) and found.day == gold.day


def same_period(gold: Days, words: str, found: Days | None, today: date) -> bool:
    """Whether two periods are the same under either convention of the module."""
    if found is None:
        return False
    return found in _readings(gold, words, today)


def _readings(gold: Days, words: str, today: date) -> set[Days]:
    first, last = gold
    readings = {gold}
    if first <= today <= last:
        readings |= {(first, today), (today, last)}
    if _COUNTED.search(words):
        length = relativedelta(last, first)
        one = timedelta(days=1)
        back, ahead = today - length, today + length
        readings |= {(back, today), (back + one, today), (today, ahead), (today, ahead - one)}
    if _MONTH.search(words) and not _YEAR.search(words):
        for years in (-1, 1):
            moved = relativedelta(years=years)
            readings.add((first + moved, last + moved))
    return readings
