"""Which two periods a question compares."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from actions.understanding.days import month_of
from actions.understanding.periods import find_period
from finance_core.model import Period

_USUAL = re.compile(
    r"\b(?:usual(?:ly)?|normal(?:ly)?|average|typical(?:ly)?|used to|before|in general)\b",
    re.IGNORECASE,
)
_LATELY = re.compile(r"\b(?:lately|recently|these days)\b", re.IGNORECASE)
# what the words after these name is compared with, rather than asked about
_AGAINST = re.compile(
    r"\b(?:than|to|with|against|vs\.?|versus|since|compared|over)\b[^,.?!]*$", re.IGNORECASE
)
# what stands between two periods; the second sort may also stand within one
_BETWEEN = (
    re.compile(r"\s*\b(?:than|vs\.?|versus|against|with|compared)\b\s*", re.IGNORECASE),
    re.compile(r"\s*(?:\b(?:and|to|or|from|over|between)\b|[,;])\s*", re.IGNORECASE),
)
_SINCE_LAST = re.compile(r"\bsince (?=last\b|(?:the )?previous\b)", re.IGNORECASE)
_YEARLY = re.compile(r"\byears?\b|\bytd\b", re.IGNORECASE)
_LATELY_DAYS = 30
_WEEK = 7
_MONTHS_USUAL = 6
_QUARTER_STARTS = (1, 4, 7, 10)


@dataclass(frozen=True, slots=True)
class Compared:
    """Two periods to compare.

    Attributes:
        before: the earlier one, cut to the same days where ``after`` is not over yet.
        whole: the earlier one as it was said, where it had to be cut.
        usual: whether ``after`` is compared with what is usual rather than with ``before``.
    """

    before: Period
    after: Period
    whole: Period | None = None
    usual: bool = False


def find_compared(text: str, today: date, kept: tuple[Period, Period] | None = None) -> Compared:
    """The periods that ``text`` compares.

    Without any they are those of the question before (``kept``: before, after), else this
    month so far and the same days of last month. One period alone is compared with the one
    before it, unless the words say that it is what to compare with ("than last year").

    Raises:
        BadInput: a day that does not exist, or a period that ends before it begins.
    """
    text = _SINCE_LAST.sub("than ", text)
    said = _said(text, today)
    usual = bool(_USUAL.search(text)) and len(said) < 2
    if len(said) > 1:
        before, after = sorted(said[:2], key=lambda period: (period.start, period.end))
        return _fair(before, after, today)
    if not said and _LATELY.search(text):
        after = Period(today - timedelta(days=_LATELY_DAYS - 1), today)
        return Compared(earlier(after, today), after, usual=usual)
    if not said and kept:
        return _fair(*kept, today)
    this_month = Period(month_of(today).start, today)
    after = _up_to(said[0], today) if said else this_month
    if said and after.end < today and not usual and _AGAINST.search(_until(text, after, today)):
        before = said[0]
        return _fair(before, _now_like(before, today), today)
    yearly = bool(_YEARLY.search(text))
    return Compared(earlier(after, today, yearly=yearly), after, usual=usual)


def earlier(period: Period, today: date, *, yearly: bool = False) -> Period:
    """The period of the same sort before: the month, quarter, year or as many days before.

    One that is not over yet is held against the same days of the one before.
    """
    step = _step(period, today, yearly=yearly)
    if step is None:
        return Period(period.start - timedelta(days=period.days), period.start - timedelta(days=1))
    start = period.start - step
    if period.end == today and period.end != _last_day(period, step):
        return Period(start, min(period.end - step, period.start - timedelta(days=1)))
    return Period(start, period.start - timedelta(days=1))


def usual_periods(period: Period, today: date) -> tuple[Period, ...]:
    """The six periods of the same sort before, nearest first."""
    found = [period]
    step = _step(period, today, yearly=False)
    for count in range(1, _MONTHS_USUAL + 1):
        if step is None:
            found.append(earlier(found[-1], today))
        else:
            start = period.start - step * count
            whole = period.end == _last_day(period, step)
            end = start + step - timedelta(days=1) if whole else period.end - step * count
            found.append(Period(start, end))
    return tuple(found[1:])


def _step(period: Period, today: date, *, yearly: bool) -> relativedelta | None:
    """How far back the period of the same sort lies; None for one of no sort."""
    start = period.start
    year = start.month == 1 and start.day == 1
    steps = {
        relativedelta(days=_WEEK): start.weekday() == 0,
        relativedelta(months=1): start.day == 1 and not (year and yearly),
        relativedelta(months=3): start.day == 1 and start.month in _QUARTER_STARTS and not yearly,
        relativedelta(years=1): year,
    }
    sorts = [step for step, fits in steps.items() if fits]
    whole = [step for step in sorts if period.end == _last_day(period, step)]
    so_far = [step for step in sorts if period.end == today < _last_day(period, step)]
    return next(iter((*whole, *so_far)), None) or _months(period)


def _months(period: Period) -> relativedelta | None:
    """The length of a period of whole months."""
    start, after = period.start, period.end + timedelta(days=1)
    months = 12 * (after.year - start.year) + after.month - start.month
    return relativedelta(months=months) if start.day == after.day == 1 else None


def _last_day(period: Period, step: relativedelta) -> date:
    return period.start + step - timedelta(days=1)


def _fair(before: Period, after: Period, today: date) -> Compared:
    """Both as said; where ``after`` is not over, ``before`` is cut to as many of its days."""
    after = _up_to(after, today)
    same = earlier(after, today, yearly=after.days > before.days or before.days > 100)
    if after.end == today and before.start == same.start and before.end > same.end:
        return Compared(same, after, whole=before)
    return Compared(before, after)


def _now_like(before: Period, today: date) -> Period:
    """The present period of the sort that ``before`` is, up to today."""
    start, next_day = before.start, before.end + timedelta(days=1)
    if start.day == 1 and next_day == start + relativedelta(years=1):
        return Period(date(today.year, 1, 1), today)
    if start.day == 1 and next_day == start + relativedelta(months=3):
        return Period(date(today.year, 3 * ((today.month - 1) // 3) + 1, 1), today)
    if start.day == 1 and next_day == start + relativedelta(months=1):
        return Period(date(today.year, today.month, 1), today)
    if before.days == _WEEK and start.weekday() == 0:
        return Period(today - timedelta(days=today.weekday()), today)
    return Period(today - timedelta(days=before.days - 1), today)


def _up_to(period: Period, today: date) -> Period:
    return Period(period.start, today) if period.start <= today < period.end else period


def _until(text: str, period: Period, today: date) -> str:
    """``text`` up to where the words for ``period`` begin to be needed."""
    words = text.split()
    for count in range(len(words)):
        if find_period(" ".join(words[count:]), today) is None:
            return " ".join(words[:count])
    return ""


def _said(text: str, today: date) -> list[Period]:
    """The periods said, in order, each for itself."""
    for between in _BETWEEN:
        found: list[Period] = []
        for piece in between.split(text):
            period = find_period(piece, today, found[-1] if found else None)
            if period and period not in found:
                found.append(period)
        if len(found) > 1:
            return found
    whole = find_period(text, today)
    return [whole] if whole else []
