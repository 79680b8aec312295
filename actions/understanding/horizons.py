"""Periods to come as people say them, resolved against a given ``today``."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from actions.understanding.days import DAY, find_day, is_open, read_day
from actions.understanding.holidays import SEASON, season
from actions.understanding.named_periods import NO_EDGE, ONLY_MONTH, THIRDS
from actions.understanding.periods import describe
from actions.understanding.spans import FROM, JOIN
from actions.understanding.units import (
    add_units,
    count_of,
    count_pattern,
    exact,
    month_number,
    month_of,
    month_pattern,
    tidy,
    unit_pattern,
    unit_period,
)
from finance_core.errors import BadInput
from finance_core.model import Period


def find_horizon(text: str, today: date) -> Period | None:
    """The coming period named in ``text`` ("this week", "until the 30th"); None without one.

    Raises:
        BadInput: a day that does not exist or has passed.
    """
    said = _MID.sub("middle of ", tidy(text))
    for pattern, build in _HORIZONS:
        match = pattern.search(said)
        found = build(match, today) if match else None
        if found is not None:
            return found
    day = find_day(said, today)
    if day is None:
        return None
    return Period(today, _not_passed(day, today))


def _not_passed(day: date, today: date) -> date:
    if day < today:
        raise BadInput(f"{describe(Period(day, day))} has already passed.")
    return day


def _coming(match: re.Match[str], today: date) -> Period:
    if match["which"] == "next":
        return unit_period(match["unit"], today, 1)
    return Period(today, unit_period(match["unit"], today, 0).end)


def _next_n(match: re.Match[str], today: date) -> Period:
    count = count_of(match["count"]) if match["count"] else 1
    return Period(today, add_units(today, count, match["unit"] or match["one"]))


def _between(match: re.Match[str], today: date) -> Period | None:
    """From a day to come to one after it; a day without its month is of the other's."""
    first, second = DAY.search(match["first"]), DAY.search(match["second"])
    if second is None or not (first or match["first"].isdigit()):
        return None
    end = read_day(second, today, future=True)
    if first is None:
        return Period(exact(end.year, end.month, int(match["first"])), end)
    if not is_open(first):
        return Period(_not_passed(read_day(first, today, future=True), today), end)
    start = read_day(first, end, future=False)
    if start < today:
        start = read_day(first, today, future=True)
        end = read_day(second, start, future=True)
    return Period(_not_passed(start, today), end)


def _coming_month(match: re.Match[str], today: date) -> Period:
    month = month_number(match["month"])
    if match["year"]:
        year = int(match["year"])
    elif match["whose"]:
        year = today.year - (match["whose"] == "last")
    else:
        year = today.year + (month < today.month)
    return _rest(month_of(exact(year, month, 1)), today)


def _third(match: re.Match[str], today: date) -> Period:
    """Early or late in a month to come."""
    whole = _coming_month(match, today)
    first, last = THIRDS[match["third"]]
    month = month_of(whole.start)
    end = min(month.start + timedelta(days=last), month.end)
    return _rest(Period(month.start + timedelta(days=first), end), today)


def _rest(whole: Period, today: date) -> Period:
    """What is still to come of a period."""
    if whole.end < today:
        raise BadInput(f"{describe(whole)} has already passed.")
    return Period(max(today, whole.start), whole.end)


# "mid December" is the fifteenth; "early" and "late" are a third of the month
_MID = re.compile(rf"\bmid[ -](?=(?:(?:next|this) )?(?:month|{month_pattern()})\b)")
_HORIZONS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], Period | None]], ...] = (
    (
        re.compile(rf"{FROM} (?P<first>[\w/' -]+?) (?:and|{JOIN}) (?P<second>[\w/' -]+)"),
        _between,
    ),
    (
        re.compile(
            rf"{NO_EDGE}(?<!of )\b(?P<which>this|next|rest of the|rest of this|coming) "
            r"(?P<unit>week|weekend|month|quarter|year)\b(?! (?:mon|tue|wed|thu|fri|sat|sun))"
        ),
        _coming,
    ),
    (
        re.compile(
            rf"\b(?:next|coming|following) (?:{count_pattern()} {unit_pattern()}|"
            r"(?P<one>fortnight))\b"
        ),
        _next_n,
    ),
    (
        re.compile(rf"\b{SEASON}\b"),
        lambda match, today: _rest(season(match, today, future=True), today),
    ),
    (re.compile(rf"\b(?P<third>early|late)(?: in)?[ -]{ONLY_MONTH}"), _third),
    (re.compile(ONLY_MONTH), _coming_month),
)
