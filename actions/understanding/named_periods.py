"""Periods by their names: last month, Q1, the first half of March, the summer."""

from __future__ import annotations

import re
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from actions.understanding.asked import Asked, Readers
from actions.understanding.days import DAY, read_day
from actions.understanding.holidays import HOLIDAY, SEASON, days_around, holiday, season
from actions.understanding.units import (
    WEEKDAYS,
    add_units,
    count_of,
    count_pattern,
    exact,
    month_number,
    month_of,
    month_pattern,
    so_far,
    unit_pattern,
    unit_period,
)
from finance_core.model import Period

YEAR = r"(?P<year>(?:19|20)\d\d)"
_DAY_NUMBER = r"\d{1,2}(?:st|nd|rd|th)?"
_SPAN = r"(?P<unit>day|weekend|week|month|quarter|year)"
# a month's name that is not part of a day ("3 May", "May 3", "end of May") nor the verb ("may I")
_NO_DAY_BEFORE = "".join(
    rf"(?<!{before} )"
    for before in (r"\d", r"\d of", r"\dst", r"\dnd", r"\drd", r"\dth", r"\dst of", r"\dnd of",
                   r"\drd of", r"\dth of", "end of", "start of", "beginning of", "middle of",
                   "you", "i")
)  # fmt: skip
_NO_VERB_AFTER = r"(?!(?<!in may)(?<=may) (?:i|you|be|have|we)\b)"
_OF_YEAR = rf"(?:,? {YEAR}|(?: of)? (?P<whose>this|last) year)"


def _only_month(*, year_needed: bool) -> str:
    return (
        rf"{_NO_DAY_BEFORE}\b{month_pattern()}{_OF_YEAR}{'' if year_needed else '?'}\b"
        rf"(?! (?:the )?\d{{1,2}}(?!\d)){_NO_VERB_AFTER}"
    )


ONLY_MONTH = _only_month(year_needed=False)
# "end of last month" and "Friday last week" are days
NO_EDGE = "".join(
    rf"(?<!{before} )" for before in ("end of", "start of", "beginning of", "middle of", *WEEKDAYS)
)
# "a payment of 2000" is no year
OF = "".join(
    rf"(?<!{word} )" for word in ("payment", "payments", "transaction", "transactions", "purchase",
                                "amount", "charge", "bill", "expense")
) + "of"  # fmt: skip
_NUMBERS = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4,
            "4th": 4}  # fmt: skip
_NUMBER = "|".join(_NUMBERS)
_MONTHS_OF = {"quarter": 3, "half": 6}
THIRDS = {"early": (0, 9), "mid": (10, 19), "late": (20, 30)}  # days after a month's first


def _this_or_last(match: re.Match[str], asked: Asked) -> Period:
    """A weekend that is still to come is not the one a look back means."""
    step = {"this": 0, "current": 0, "the": 0, "next": 1}.get(match["which"], -1)
    period = unit_period(match["unit"], asked.today, step)
    if step == 0 and match["unit"] == "weekend" and period.start > asked.today:
        period = unit_period("weekend", asked.today, -1)
    return so_far(period, asked.today) if step == 0 else period


def _before(match: re.Match[str], asked: Asked) -> Period:
    """ "The month before last" goes back from today; "the month before" from what was said."""
    unit = match["unit"]
    if match["last"]:
        return unit_period(unit, asked.today, -2)
    return unit_period(unit, asked.context.start if asked.context else asked.today, -1)


def _last_n(match: re.Match[str], asked: Asked) -> Period:
    count = count_of(match["count"]) if match["count"] else 1
    unit = match["unit"] or match["one"]
    start = add_units(asked.today, -count, unit) + timedelta(days=1)
    return Period(min(start, asked.today), asked.today)


def _n_ago(match: re.Match[str], asked: Asked) -> Period:
    day = add_units(asked.today, -count_of(match["count"]), match["unit"])
    return unit_period("week" if match["unit"] == "fortnight" else match["unit"], day, 0)


def _week_of(match: re.Match[str], asked: Asked) -> Period | None:
    said = DAY.search(match["rest"])
    return unit_period("week", read_day(said, asked.today, future=False), 0) if said else None


def _month_of_year(match: re.Match[str], asked: Asked) -> Period:
    """The month named; the last one begun, when no year is."""
    month, today = month_number(match["month"]), asked.today
    if match["year"]:
        year = int(match["year"])
    elif match["whose"]:
        year = today.year - (match["whose"] == "last")
    else:
        before = match.groupdict().get("which") == "last" and month == today.month
        year = today.year - (month > today.month or before)
    return month_of(date(year, month, 1))


def _named_month(match: re.Match[str], asked: Asked) -> Period:
    return so_far(_month_of_year(match, asked), asked.today)


def _part_of_year(match: re.Match[str], asked: Asked) -> Period:
    """Quarters and halves of a year."""
    part = match["part"] or {"q": "quarter", "h": "half"}[match["letter"]]
    number = int(match["digit"]) if match["digit"] else _NUMBERS[match["word"]]
    year = match["year"] or match["year_before"]
    months = _MONTHS_OF[part]
    first = 1 + months * ((number - 1) % (12 // months))
    start = date(int(year or asked.today.year - (match["whose"] == "last")), first, 1)
    if not year and not match["whose"] and start > asked.today:
        start = start.replace(year=start.year - 1)
    return so_far(Period(start, start + relativedelta(months=months, days=-1)), asked.today)


def _year(match: re.Match[str], asked: Asked) -> Period:
    year = int(match["year"])
    return so_far(Period(date(year, 1, 1), date(year, 12, 31)), asked.today)


def _whole(match: re.Match[str], asked: Asked) -> Period:
    """The month or year that a part is taken of."""
    if match["month"]:
        return _month_of_year(match, asked)
    if match["of_year"]:
        return Period(exact(int(match["of_year"]), 1, 1), exact(int(match["of_year"]), 12, 31))
    step = {"last": -1, "next": 1}.get(match["which"], 0)
    return unit_period(match["of_unit"] or "month", asked.today, step)


def _part(match: re.Match[str], asked: Asked) -> Period:
    """The first week of June, the last ten days of last month, the second half of May."""
    whole, nth = _whole(match, asked), match["nth"]
    last, number = nth == "last", 0 if nth == "last" else _NUMBERS[nth] - 1
    if match["part"] == "half":
        middle = whole.start.replace(day=15) if whole.days < 32 else whole.start.replace(
            month=6, day=30)  # fmt: skip
        first = Period(whole.start, middle)
        second = Period(middle + timedelta(days=1), whole.end)
        return so_far(second if number or last else first, asked.today)
    count = count_of(match["count"]) if match["count"] else 1
    if last:
        start = add_units(whole.end + timedelta(days=1), -count, match["part"])
        return so_far(Period(max(start, whole.start), whole.end), asked.today)
    start = min(add_units(whole.start, number * count, match["part"]), whole.end)
    end = add_units(start, count, match["part"]) - timedelta(days=1)
    return so_far(Period(start, min(whole.end, end)), asked.today)


def _third_of_month(match: re.Match[str], asked: Asked) -> Period:
    """Early, mid or late in a month: a third of it."""
    whole = _whole(match, asked)
    first, last = THIRDS[match["third"]]
    end = min(whole.start + timedelta(days=last), whole.end)
    return so_far(Period(whole.start + timedelta(days=first), end), asked.today)


def _to_date(match: re.Match[str], asked: Asked) -> Period:
    short = {"y": "year", "q": "quarter", "m": "month", "w": "week"}
    unit = match["unit"] or short[match["short"][0]]
    return so_far(unit_period(unit, asked.today, 0), asked.today)


def _season(match: re.Match[str], asked: Asked) -> Period:
    return so_far(season(match, asked.today), asked.today)


def _dated(match: re.Match[str], asked: Asked) -> Period | None:
    said = DAY.search(match[0])
    day = read_day(said, asked.today, future=False) if said else None
    return Period(day, day) if day else None


def _over_holiday(match: re.Match[str], asked: Asked) -> Period:
    day = holiday(match["day"], asked.today, future=False)
    return so_far(days_around(match["day"], day), asked.today)


_OF_WHOLE = (
    rf"(?:the )?(?:{month_pattern()}{_OF_YEAR}?|"
    r"(?:(?P<which>this|last|next) )?(?P<of_unit>month|year)|(?P<of_year>(?:19|20)\d\d))\b"
)

NAMED: Readers = (
    (
        re.compile(
            rf"\b(?:(?:{HOLIDAY})(?:,? | in )|{_DAY_NUMBER}(?: of)? {month_pattern()},? |"
            rf"{month_pattern('before')} (?:the )?{_DAY_NUMBER},? ){YEAR}\b"
        ),
        _dated,
    ),
    (re.compile(r"\bweek (?:of|starting|beginning|from) (?P<rest>(?:on )?(?:the )?.+)"), _week_of),
    (
        re.compile(
            rf"\b(?P<nth>{_NUMBER}|last) (?:{count_pattern()} )?"
            rf"(?P<part>week|half|day|month)s? (?:of|in) {_OF_WHOLE}"
        ),
        _part,
    ),
    (re.compile(rf"\b(?P<third>early|mid|late)(?: in)?[ -]{_OF_WHOLE}"), _third_of_month),
    (re.compile(_only_month(year_needed=True)), _named_month),
    (
        re.compile(
            r"\bso far (?:this|in the|for the) (?P<unit>week|month|quarter|year)\b"
            r"|\b(?P<short>[ymq]td|(?:year|quarter|month|week) to date)\b"
        ),
        _to_date,
    ),
    (
        re.compile(
            r"\b(?:(?P<year_before>(?:19|20)\d\d) )?(?:(?P<letter>[qh])(?P<digit>[1-4])|"
            rf"(?P<word>{_NUMBER}) (?P<part>quarter|half)(?! of (?:the )?(?:month|jan|feb|mar|apr|"
            r"may|jun|jul|aug|sep|oct|nov|dec)))\b"
            rf"(?:(?: of)? (?:the )?(?:{YEAR}|(?P<whose>last|this) year|year))?"
        ),
        _part_of_year,
    ),
    (re.compile(rf"\b{SEASON}\b"), _season),
    (re.compile(rf"\b(?:over|during|around) (?:the )?(?P<day>{HOLIDAY})\b"), _over_holiday),
    (re.compile(rf"\b{_SPAN} (?:before|prior|earlier)(?P<last> last)?\b"), _before),
    (
        re.compile(
            rf"\b(?:last|past|previous|these) (?:{count_pattern()} {unit_pattern()}|"
            r"(?P<one>fortnight))\b"
        ),
        _last_n,
    ),
    (
        re.compile(rf"\b{count_pattern()} (?P<unit>week|fortnight|month|quarter|year)s? ago\b"),
        _n_ago,
    ),
    (
        re.compile(
            rf"{NO_EDGE}\b(?:this )?(?P<which>this|last|past|previous|current|next) {_SPAN}\b"
            r"(?! (?:mon|tue|wed|thu|fri|sat|sun))"
        ),
        _this_or_last,
    ),
    (re.compile(r"\b(?:over|at|during|on) (?P<which>the) (?P<unit>weekend)\b"), _this_or_last),
    (re.compile(rf"(?:\b(?P<which>last|this) )?{ONLY_MONTH}"), _named_month),
    (re.compile(rf"\b(?:in|during|for|{OF}|about|year) {YEAR}\b"), _year),
    (  # a year alone at the end, where it can't be an amount
        re.compile(
            r"(?<!over )(?<!above )(?<!under )(?<!below )(?<!than )(?<!least )(?<!most )(?<!and )"
            r"(?<=[a-z] )(?P<year>20[0-3]\d)[ ?!.]*$"
        ),
        _year,
    ),
)  # fmt: skip
