"""Single days as people say them, resolved against a given ``today``.

Purely numeric days are read by ``dateparser``. Nothing here knows the clock.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta

import dateparser

from actions.understanding.holidays import HOLIDAY, holiday
from actions.understanding.units import (
    MONTHS,
    WEEKDAYS,
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
    weekday_pattern,
)
from finance_core.errors import BadInput

__all__ = [  # with the arithmetic that goes with days
    "DAY",
    "MONTHS",
    "add_units",
    "count_of",
    "count_pattern",
    "exact",
    "find_day",
    "find_days",
    "is_open",
    "month_first",
    "month_number",
    "month_of",
    "month_pattern",
    "read_day",
    "tidy",
    "unit_pattern",
    "unit_period",
]

_NTH = r"(?:st|nd|rd|th)"
_ON = rf"(?:{weekday_pattern('GROUP')},? )?(?:the )?"  # "Friday, the 13th"


def _on(kind: str) -> str:
    return _ON.replace("GROUP", f"{kind}_weekday")


_ALTERNATIVES = {
    "iso": r"\b\d{4}[-/]\d{1,2}[-/]\d{1,2}\b",
    "numeric": r"\b\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d{2})\b|(?<!/)\b\d{1,2}/\d{1,2}\b",
    "holiday": rf"\b(?P<holiday_name>{HOLIDAY})\b(?:,? (?:in )?(?P<holiday_year>(?:19|20)\d\d)\b)?",
    "dm": rf"\b{_on('dm')}(?P<dm_day>\d{{1,2}}){_NTH}?(?: of)? {month_pattern('dm_month')}"
    r"(?:,? (?P<dm_year>\d{4}))?\b",
    "md": rf"\b{_on('md')}{month_pattern('md_month')} (?:the )?(?P<md_day>\d{{1,2}}){_NTH}?"
    r"(?:,? (?P<md_year>\d{4}))?\b(?!\d)",
    "nth": rf"\b{_on('nth')}(?:(?P<nth_side>last|past|next|coming) )?(?P<nth_day>\d{{1,2}}){_NTH}"
    r"(?:(?: of)? (?P<nth_month>this|next|last|the) month)?\b(?! (?:quarter|half|week))",
    "relative": r"\b(?:day after tomorrow|day before yesterday|today|tonight|now|tomorrow|"
    r"yesterday|last night|this (?:morning|afternoon|evening))\b",
    "edge": r"\b(?:the )?(?P<edge_side>end|start|beginning|middle) of (?:(?P<edge_which>the|this|"
    r"next|last) )?(?P<edge_unit>week|month|quarter|year)\b|\bmonth[- ]end\b",
    "edge_month": r"\b(?:the )?(?P<month_side>end|start|beginning|middle) of "
    rf"{month_pattern('month_name')}(?:,? (?P<month_year>\d{{4}}))?\b",
    "week_away": rf"\b{weekday_pattern('away_name')} in {count_pattern('away_count')} weeks?\b",
    "ahead": rf"\b(?:in|within) (?:a )?{count_pattern('in_count')} {unit_pattern('in_unit')}\b"
    rf"|\b{count_pattern('from_count')} {unit_pattern('from_unit')} from "
    r"(?P<from_day>now|today|tomorrow)\b",
    "ago": rf"\b{count_pattern('ago_count')} {unit_pattern('ago_unit')} ago\b",
    "weekday": r"\b(?:(?P<weekday_which>this|next|last|coming|past) (?:(?P<weekday_week>week)"
    rf"(?:'s)? )?)?{weekday_pattern('weekday_name')}"
    r"(?: (?:of )?(?P<weekday_side>this|next|last) week)?\b",
}
DAY = re.compile("|".join(f"(?P<{kind}>{text})" for kind, text in _ALTERNATIVES.items()))

_RELATIVE = {
    "day before yesterday": -2,
    "yesterday": -1,
    "last night": -1,
    "tomorrow": 1,
    "day after tomorrow": 2,
}


def month_first(text: str) -> str:
    """``text`` with days such as 6/5/2026 written out as Americans mean them: June 5 2026."""

    def written_out(match: re.Match[str]) -> str:
        month, day, year = int(match["a"]), int(match["b"]), match["year"] or ""
        if not 1 <= month <= 12:
            return match[0]
        return f"{MONTHS[month - 1]} {day}" + (f" 20{year[-2:]}" if year else "")

    return re.sub(
        r"\b(?P<a>\d{1,2})/(?P<b>\d{1,2})(?:/(?P<year>(?:20)?\d\d))?\b", written_out, text
    )


def find_day(text: str, today: date, *, future: bool = True) -> date | None:
    """The first single day named in ``text``.

    Args:
        text: what the person said.
        today: the day it was said on.
        future: whether "Friday" or "the 30th" mean the next one or the last one.

    Raises:
        BadInput: a day that does not exist, like 31 February.
    """
    match = DAY.search(tidy(text))
    return read_day(match, today, future=future) if match else None


def find_days(text: str, today: date, *, future: bool = True) -> list[date]:
    """All single days named in ``text``, in order; see :func:`find_day`."""
    return [read_day(match, today, future=future) for match in DAY.finditer(tidy(text))]


def read_day(match: re.Match[str], today: date, *, future: bool) -> date:
    """The day that a match of :data:`DAY` stands for; see :func:`find_day`."""
    kind = next(kind for kind in _READERS if match[kind])
    try:
        return _READERS[kind](match, today, future)
    except OverflowError:
        raise BadInput("That day is too far away for me.") from None


def is_open(match: re.Match[str]) -> bool:
    """Whether a match of :data:`DAY` leaves its week, month or year open ("the 3rd")."""
    if match["weekday"]:
        return not (match["weekday_which"] or match["weekday_side"])
    nth = match["nth"] and not (match["nth_month"] or match["nth_side"])
    dated = (match["dm"] and not match["dm_year"]) or (match["md"] and not match["md_year"])
    return bool(nth or dated)


def _nearest(month: int, day: int, today: date, future: bool) -> date:
    """That day of the year nearest to ``today`` on the asked side."""
    if day > calendar.monthrange(2024, month)[1]:
        return exact(today.year, month, day)  # not even in a leap year: raises
    year, step = today.year, 1 if future else -1
    while True:
        if day <= calendar.monthrange(year, month)[1]:
            found = exact(year, month, day)
            if (found >= today) if future else (found <= today):
                return found
        year += step


def _dated(day: str, month: str, year: str | None, today: date, future: bool) -> date:
    number = month_number(month)
    return exact(int(year), number, int(day)) if year else _nearest(number, int(day), today, future)


def _read_nth(match: re.Match[str], today: date, future: bool) -> date:
    day, which, side = int(match["nth_day"]), match["nth_month"], match["nth_side"]
    if not 1 <= day <= 31:
        raise BadInput(f"No month has a day number {day}.")
    if which:
        month = add_units(today.replace(day=1), {"next": 1, "last": -1}.get(which, 0), "month")
        return exact(month.year, month.month, day)
    ahead = future if side is None else side in ("next", "coming")
    month = today.replace(day=1)
    while True:
        if day <= calendar.monthrange(month.year, month.month)[1]:
            found = month.replace(day=day)
            if (found >= today) if ahead else (found <= today):
                return found
        month = add_units(month, 1 if ahead else -1, "month")


def _weekday(name: str) -> int:
    return next(n for n, full in enumerate(WEEKDAYS) if full.startswith(name[:3]))


def _read_weekday(match: re.Match[str], today: date, future: bool) -> date:
    """The weekday on the asked side; on that very day people say "today" and mean another."""
    wanted, which = _weekday(match["weekday_name"]), match["weekday_which"]
    week = which if match["weekday_week"] else match["weekday_side"]
    back = (today.weekday() - wanted) % 7
    if week:
        step = {"next": 1, "coming": 1, "last": -1, "past": -1}.get(week, 0)
        return unit_period("week", today, step).start + timedelta(days=wanted)
    if which in ("last", "past"):
        return today - timedelta(days=back or 7)
    if which == "next":
        return today + timedelta(days=7 - today.weekday() + wanted)
    if which == "this":
        return today + timedelta(days=-back % 7)
    if which is None and not future:
        return today - timedelta(days=back or 7)
    return today + timedelta(days=-back % 7 or 7)


def _read_week_away(match: re.Match[str], today: date, future: bool) -> date:
    """ "Thursday in two weeks": that many weeks after the one of this week."""
    monday = unit_period("week", today, count_of(match["away_count"])).start
    return monday + timedelta(days=_weekday(match["away_name"]))


def _side(side: str | None, first: date, last: date) -> date:
    if side == "middle":
        return first + (last - first) // 2
    return first if side in ("start", "beginning") else last


def _read_edge(match: re.Match[str], today: date, future: bool) -> date:
    which, unit = match["edge_which"], match["edge_unit"] or "month"
    whole = unit_period(unit, today, {"next": 1, "last": -1}.get(which or "this", 0))
    day = _side(match["edge_side"], whole.start, whole.end)
    if future and day < today and which in (None, "the"):  # the next one is meant
        whole = unit_period(unit, today, 1)
        day = _side(match["edge_side"], whole.start, whole.end)
    return day


def _read_edge_month(match: re.Match[str], today: date, future: bool) -> date:
    """The first, middle or last day of a named month, on the asked side of ``today``."""
    number = month_number(match["month_name"])
    year = int(match["month_year"] or today.year)
    while True:
        month = month_of(exact(year, number, 1))
        day = _side(match["month_side"], month.start, month.end)
        if match["month_year"] or (day >= today if future else day <= today):
            return day
        year += 1 if future else -1


def _read_numeric(match: re.Match[str], today: date, future: bool) -> date:
    settings = {
        "DATE_ORDER": "DMY",
        "RELATIVE_BASE": datetime.combine(today, datetime.min.time()),
        "PREFER_DATES_FROM": "future" if future else "past",
    }
    parsed = dateparser.parse(match["numeric"], languages=["en"], settings=settings)
    if parsed is None:
        raise BadInput(f"There is no day {match['numeric']}.")
    found: date = parsed.date()
    return found


def _read_ahead(match: re.Match[str], today: date, future: bool) -> date:
    start = today + timedelta(days=match["from_day"] == "tomorrow")
    count = count_of(match["in_count"] or match["from_count"])
    return add_units(start, count, match["in_unit"] or match["from_unit"])


def _read_ago(match: re.Match[str], today: date, future: bool) -> date:
    return add_units(today, -count_of(match["ago_count"]), match["ago_unit"])


_READERS: dict[str, Callable[[re.Match[str], date, bool], date]] = {
    "iso": lambda m, today, future: exact(*map(int, re.split("[-/]", m["iso"]))),
    "numeric": _read_numeric,
    "holiday": lambda m, today, future: holiday(
        m["holiday_name"], today, m["holiday_year"], future=future
    ),
    "dm": lambda m, today, future: _dated(m["dm_day"], m["dm_month"], m["dm_year"], today, future),
    "md": lambda m, today, future: _dated(m["md_day"], m["md_month"], m["md_year"], today, future),
    "nth": _read_nth,
    "relative": lambda m, today, future: today + timedelta(days=_RELATIVE.get(m["relative"], 0)),
    "edge": _read_edge,
    "edge_month": _read_edge_month,
    "week_away": _read_week_away,
    "ahead": _read_ahead,
    "ago": _read_ago,
    "weekday": _read_weekday,
}
