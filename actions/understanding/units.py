"""The calendar's units: their names in text, and arithmetic with them.

Weeks begin on Monday; a weekend is Saturday and Sunday. Nothing here knows the clock.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from finance_core.errors import BadInput
from finance_core.model import Period

MONTHS = list(calendar.month_name)[1:]
WEEKDAYS = [name.lower() for name in calendar.day_name]

_ONES = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty"
)
_COUNTS = (
    {"a": 1, "an": 1, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90}
    | dict.fromkeys(("couple of", "a couple of", "couple", "a couple"), 2)
    | dict.fromkeys(("few", "a few"), 3)
    | {word: number for number, word in enumerate(_ONES.split(), 1)}
)
_COUNT_WORDS = "|".join(sorted(_COUNTS, key=len, reverse=True))

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


def month_pattern(group: str = "month") -> str:
    """Regular expression of a month's name, full or short, as a named group."""
    return (
        rf"(?P<{group}>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|"
        r"aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
    )


def weekday_pattern(group: str = "weekday") -> str:
    """Regular expression of a weekday's name, full or short, as a named group."""
    return (
        rf"(?P<{group}>mon(?:day)?|tues?(?:day)?|wed(?:nesday)?|thur?s?(?:day)?|fri(?:day)?|"
        r"sat(?:urday)?|sun(?:day)?)"
    )


def count_pattern(group: str = "count") -> str:
    """Regular expression of a count in digits or words, as a named group."""
    return rf"(?P<{group}>\d{{1,3}}|{_COUNT_WORDS})"


def unit_pattern(group: str = "unit") -> str:
    """Regular expression of a unit of time, as a named group without its plural s."""
    return rf"(?P<{group}>day|week|fortnight|month|quarter|year)s?"


def tidy(text: str) -> str:
    """The form all patterns expect: lower case, single spaces, common slips put right.

    Days in words, as people say them, are in digits ("june twenty first").
    """
    spaced = re.sub(r"\s+", " ", text.lower().replace("’", "'")).strip()
    right = _SLIPS.sub(lambda match: _SLIP_WORDS[match[0]], spaced)
    right = _ABBREVIATED.sub(r"\1", right)
    for pattern in _SPOKEN_DAYS:
        right = pattern.sub(lambda match: match[0].replace(match["nth"], _nth(match["nth"])), right)
    return right


def _nth(words: str) -> str:
    number = _ORDINALS[words.replace("-", " ")]
    return f"{number}th"


_FIRST_WORDS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
)
_FIRST = _FIRST_WORDS.split()
_ORDINALS = {word: number for number, word in enumerate(_FIRST, 1)}
_ORDINALS |= {f"twenty {word}": 20 + number for number, word in enumerate(_FIRST[:9], 1)}
_ORDINALS |= {"thirtieth": 30, "thirty first": 31}
_NTH = "|".join(word.replace(" ", "[ -]") for word in sorted(_ORDINALS, key=len, reverse=True))
_ABBREVIATED = re.compile(
    r"\b(jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|mon|tues?|wed|thur?s?|fri|sat|sun)\.(?= ?\w)"
)
_NO_DAY_AFTER = (
    r"(?! (?:half|quarter|third|week|weekend|fortnight|month|year|days?|one|time|two|three|four|"
    r"payment|transaction|account|[a-z]+day)\b)"
)
_SPOKEN_DAYS = (
    re.compile(rf"\b(?P<nth>{_NTH})(?= (?:of )?(?:the month|{month_pattern('named')})\b)"),
    re.compile(rf"\b{month_pattern('named')} (?:the )?(?P<nth>{_NTH})\b{_NO_DAY_AFTER}"),
    re.compile(
        r"\b(?:on|by|until|till|from|since|after|before|to|and|through|"
        rf"{weekday_pattern('named')}) "
        rf"the (?P<nth>{_NTH})\b(?! (?!of|and|to|until|till|through|this|next|last|at|for)[a-z])"
    ),
)


def count_of(word: str) -> int:
    """The number a count's digits or word stand for."""
    return int(word) if word.isdigit() else _COUNTS[word]


def month_number(name: str) -> int:
    """1 to 12 for a month's full or short name."""
    return next(
        number for number, full in enumerate(MONTHS, 1) if full.lower().startswith(name[:3].lower())
    )


def exact(year: int, month: int, day: int) -> date:
    """That very day; BadInput when the calendar does not have it."""
    try:
        return date(year, month, day)
    except ValueError:
        name = MONTHS[month - 1] if 1 <= month <= 12 else f"month {month}"
        raise BadInput(f"There is no {day} {name} {year}.") from None


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

    Raises:
        BadInput: the result lies outside the calendar.
    """
    if unit == "day":
        day = add_units(today, step, "day")
        return Period(day, day)
    if unit in ("week", "weekend"):
        monday = add_units(today - timedelta(days=today.weekday()), step, "week")
        first = monday + timedelta(days=5 if unit == "weekend" else 0)
        return Period(first, monday + timedelta(days=6))
    if unit == "month":
        return month_of(add_units(today.replace(day=1), step, "month"))
    if unit == "quarter":
        start = add_units(today.replace(month=3 * ((today.month - 1) // 3) + 1, day=1), step, unit)
        return Period(start, start + relativedelta(months=3, days=-1))
    start = add_units(today.replace(month=1, day=1), step, "year")
    return Period(start, start.replace(month=12, day=31))


def so_far(period: Period, today: date) -> Period:
    """A period that is not over yet ends today; one that has not begun stays whole."""
    return Period(period.start, min(period.end, today)) if period.start <= today else period
