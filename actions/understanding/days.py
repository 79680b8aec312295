"""Single days as people say them, resolved against a given ``today``.

Purely numeric days are read by ``dateparser``. Nothing here knows the clock.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta

import dateparser
from dateutil.relativedelta import relativedelta

from finance_core.errors import BadInput
from finance_core.model import Period

MONTHS = list(calendar.month_name)[1:]
_WEEKDAYS = [name.lower() for name in calendar.day_name]

_NUMBER_WORDS = "one two three four five six seven eight nine ten eleven twelve"
_COUNTS = {"a": 1, "an": 1, "couple of": 2} | {
    word: number for number, word in enumerate(_NUMBER_WORDS.split(), 1)
}
_COUNT_WORDS = "|".join(_COUNTS)


def month_pattern(group: str = "month") -> str:
    """Regular expression of a month's name, full or short, as a named group."""
    return (
        rf"(?P<{group}>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|"
        r"aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
    )


def count_pattern(group: str = "count") -> str:
    """Regular expression of a count in digits or words, as a named group."""
    return rf"(?P<{group}>\d{{1,3}}|{_COUNT_WORDS})"


def unit_pattern(group: str = "unit") -> str:
    """Regular expression of a unit of time, as a named group without its plural s."""
    return rf"(?P<{group}>day|week|fortnight|month|quarter|year)s?"


_ALTERNATIVES = {
    "iso": r"\b\d{4}-\d{1,2}-\d{1,2}\b",
    "numeric": r"\b\d{1,2}[/.]\d{1,2}[/.]\d{2,4}\b|\b\d{1,2}/\d{1,2}\b",
    "dm": rf"\b(?:the )?(?P<dm_day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {month_pattern('dm_month')}"
    r"(?:,? (?P<dm_year>\d{4}))?\b",
    "md": rf"\b{month_pattern('md_month')} (?:the )?(?P<md_day>\d{{1,2}})(?:st|nd|rd|th)?"
    r"(?:,? (?P<md_year>\d{4}))?\b(?!\d)",
    "nth": r"\b(?:the )?(?P<nth_day>\d{1,2})(?:st|nd|rd|th)"
    r"(?: of (?P<nth_month>this|next|last|the) month)?\b",
    "relative": r"\b(?:day after tomorrow|day before yesterday|today|tonight|now|tomorrow|"
    r"yesterday)\b",
    "edge": r"\b(?:the )?(?P<edge_side>end|start|beginning) of (?:(?P<edge_which>the|this|next|"
    r"last) )?(?P<edge_unit>week|month|year)\b|\bmonth[- ]end\b",
    "edge_month": r"\b(?:the )?(?P<month_side>end|start|beginning) of "
    rf"{month_pattern('month_name')}(?:,? (?P<month_year>\d{{4}}))?\b",
    "ahead": rf"\bin (?:a )?{count_pattern('in_count')} {unit_pattern('in_unit')}\b"
    rf"|\b{count_pattern('from_count')} {unit_pattern('from_unit')} from (?:now|today)\b",
    "ago": rf"\b{count_pattern('ago_count')} days? ago\b",
    "weekday": r"\b(?:(?P<weekday_which>this|next|last|coming|past) )?(?P<weekday_name>"
    r"mon(?:day)?|tues?(?:day)?|wed(?:nesday)?|thur?s?(?:day)?|fri(?:day)?|sat(?:urday)?|"
    r"sun(?:day)?)\b",
}
DAY = re.compile("|".join(f"(?P<{kind}>{text})" for kind, text in _ALTERNATIVES.items()))

_RELATIVE = {
    "day before yesterday": -2,
    "yesterday": -1,
    "today": 0,
    "tonight": 0,
    "now": 0,
    "tomorrow": 1,
    "day after tomorrow": 2,
}


_SLIP_WORDS = {
    **dict.fromkeys(("mnth", "mth", "monht", "moth", "motnh", "mnoth"), "month"),
    **dict.fromkeys(("mnths", "mths", "monhts"), "months"),
    **dict.fromkeys(("wk", "weak", "wek"), "week"),
    **{"wks": "weeks", "yr": "year", "yrs": "years"},
    **dict.fromkeys(("tomorow", "tommorow", "tommorrow", "tmrw", "tmr"), "tomorrow"),
    **dict.fromkeys(("yesturday", "yesterdy"), "yesterday"),
    **dict.fromkeys(("febuary", "feburary"), "february"),
    **dict.fromkeys(("wensday", "wednsday"), "wednesday"),
    **{"setember": "september", "lst": "last"},
}
_SLIPS = re.compile(rf"\b(?:{'|'.join(_SLIP_WORDS)})\b")


def tidy(text: str) -> str:
    """The form all patterns expect: lower case, single spaces, common slips put right."""
    spaced = re.sub(r"\s+", " ", text.lower().replace("’", "'")).strip()
    return _SLIPS.sub(lambda match: _SLIP_WORDS[match[0]], spaced)


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


def read_day(match: re.Match[str], today: date, *, future: bool) -> date:
    """The day that a match of :data:`DAY` stands for; see :func:`find_day`."""
    kind = next(kind for kind in _READERS if match[kind])
    try:
        return _READERS[kind](match, today, future)
    except OverflowError:
        raise BadInput("That day is too far away for me.") from None


def exact(year: int, month: int, day: int) -> date:
    """That very day; BadInput when the calendar does not have it."""
    try:
        return date(year, month, day)
    except ValueError:
        name = MONTHS[month - 1] if 1 <= month <= 12 else f"month {month}"
        raise BadInput(f"There is no {day} {name} {year}.") from None


def month_number(name: str) -> int:
    """1 to 12 for a month's full or short name."""
    return next(
        number for number, full in enumerate(MONTHS, 1) if full.lower().startswith(name[:3].lower())
    )


def count_of(word: str) -> int:
    """The number a count's digits or word stand for."""
    return int(word) if word.isdigit() else _COUNTS[word]


def add_units(day: date, count: int, unit: str) -> date:
    """``day`` moved by ``count`` units of time; months keep to their last day.

    Raises:
        BadInput: the result lies outside the calendar.
    """
    factor, unit = {"fortnight": (2, "week"), "quarter": (3, "month")}.get(unit, (1, unit))
    try:
        return day + relativedelta(**{f"{unit}s": count * factor})  # type: ignore[arg-type]
    except (ValueError, OverflowError):
        raise BadInput("That day is too far away for me.") from None


def month_of(day: date) -> Period:
    """The whole calendar month ``day`` lies in."""
    last = calendar.monthrange(day.year, day.month)[1]
    return Period(day.replace(day=1), day.replace(day=last))


def unit_period(unit: str, today: date, step: int) -> Period:
    """The whole ``unit`` that lies ``step`` units after the one of ``today``.

    Weeks begin on Monday; a weekend is Saturday and Sunday.
    """
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=step)
    if unit == "day":
        day = today + timedelta(days=step)
        return Period(day, day)
    if unit == "week":
        return Period(monday, monday + timedelta(days=6))
    if unit == "weekend":
        return Period(monday + timedelta(days=5), monday + timedelta(days=6))
    if unit == "month":
        return month_of(add_units(today.replace(day=1), step, "month"))
    if unit == "quarter":
        start = add_units(today.replace(month=3 * ((today.month - 1) // 3) + 1, day=1), step, unit)
        return Period(start, start + relativedelta(months=3, days=-1))
    return Period(date(today.year + step, 1, 1), date(today.year + step, 12, 31))


def _nearest(month: int, day: int, today: date, future: bool) -> date:
    """That day of the year nearest to ``today`` on the asked side."""
    if day > calendar.monthrange(2024, month)[1]:
        return exact(today.year, month, day)  # not even in a leap year: raises
    year, step = today.year, 1 if future else -1
    while True:
        if day <= calendar.monthrange(year, month)[1]:
            found = date(year, month, day)
            if (found >= today) if future else (found <= today):
                return found
        year += step


def _dated(day: str, month: str, year: str | None, today: date, future: bool) -> date:
    number = month_number(month)
    return exact(int(year), number, int(day)) if year else _nearest(number, int(day), today, future)


def _read_nth(match: re.Match[str], today: date, future: bool) -> date:
    day, which = int(match["nth_day"]), match["nth_month"]
    if not 1 <= day <= 31:
        raise BadInput(f"No month has a day number {day}.")
    if which:
        month = add_units(today.replace(day=1), {"next": 1, "last": -1}.get(which, 0), "month")
        return exact(month.year, month.month, day)
    month = today.replace(day=1)
    while True:
        if day <= calendar.monthrange(month.year, month.month)[1]:
            found = month.replace(day=day)
            if (found >= today) if future else (found <= today):
                return found
        month = add_units(month, 1 if future else -1, "month")


def _read_weekday(match: re.Match[str], today: date, future: bool) -> date:
    name, which = match["weekday_name"], match["weekday_which"]
    wanted = next(n for n, full in enumerate(_WEEKDAYS) if full.startswith(name[:3]))
    back = (today.weekday() - wanted) % 7
    if which in ("last", "past"):
        return today - timedelta(days=back or 7)
    if which is None and not future:
        return today - timedelta(days=back)
    if which == "next":
        return today + timedelta(days=7 - today.weekday() + wanted)
    return today + timedelta(days=-back % 7)


def _read_edge(match: re.Match[str], today: date, future: bool) -> date:
    step = {"next": 1, "last": -1}.get(match["edge_which"] or "this", 0)
    whole = unit_period(match["edge_unit"] or "month", today, step)
    return whole.start if match["edge_side"] in ("start", "beginning") else whole.end


def _read_edge_month(match: re.Match[str], today: date, future: bool) -> date:
    """The first or last day of a named month, on the asked side of ``today``."""
    number = month_number(match["month_name"])
    last = match["month_side"] == "end"
    year = int(match["month_year"] or today.year)
    while True:
        month = month_of(date(year, number, 1))
        day = month.end if last else month.start
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
    count = count_of(match["in_count"] or match["from_count"])
    return add_units(today, count, match["in_unit"] or match["from_unit"])


_READERS: dict[str, Callable[[re.Match[str], date, bool], date]] = {
    "iso": lambda m, today, future: exact(*map(int, m["iso"].split("-"))),
    "numeric": _read_numeric,
    "dm": lambda m, today, future: _dated(m["dm_day"], m["dm_month"], m["dm_year"], today, future),
    "md": lambda m, today, future: _dated(m["md_day"], m["md_month"], m["md_year"], today, future),
    "nth": _read_nth,
    "relative": lambda m, today, future: today + timedelta(days=_RELATIVE[m["relative"]]),
    "edge": _read_edge,
    "edge_month": _read_edge_month,
    "ahead": _read_ahead,
    "ago": lambda m, today, future: add_units(today, -count_of(m["ago_count"]), "day"),
    "weekday": _read_weekday,
}
