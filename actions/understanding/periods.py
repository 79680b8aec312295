"""Periods as people say them, past and to come, resolved against a given ``today``."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from actions.understanding.days import (
    DAY,
    add_units,
    count_of,
    count_pattern,
    exact,
    find_day,
    month_number,
    month_of,
    month_pattern,
    read_day,
    tidy,
    unit_pattern,
    unit_period,
)
from finance_core.model import Period

_YEAR = r"(?P<year>(?:19|20)\d\d)"
_SPAN = r"(?P<unit>day|weekend|week|month|quarter|year)"
_JOIN = r"(?:to|till|until|through|-|–)"
# a month's name that is not part of a day ("3 May", "May 3", "end of May") nor the verb ("may I")
_NO_DAY_BEFORE = "".join(
    rf"(?<!{before} )"
    for before in (r"\d", r"\d of", r"\dst", r"\dnd", r"\drd", r"\dth", r"\dst of", r"\dnd of",
                   r"\drd of", r"\dth of", "end of", "start of", "beginning of", "you", "i")
)  # fmt: skip
_NO_VERB_AFTER = r"(?!(?<!in may)(?<=may) (?:i|you|be|have|we)\b)"
ONLY_MONTH = (
    rf"{_NO_DAY_BEFORE}\b{month_pattern()}(?:,? {_YEAR})?\b(?! \d{{1,2}}(?!\d)){_NO_VERB_AFTER}"
)
# "a payment of 2000" is no year
_OF = "".join(
    rf"(?<!{word} )" for word in ("payment", "payments", "transaction", "transactions", "purchase",
                                "amount", "charge", "bill", "expense")
) + "of"  # fmt: skip
_EVER = date(1970, 1, 1)


def find_period(text: str, today: date, context: Period | None = None) -> Period | None:
    """The first past or current period named in ``text``; None when there is none.

    ``context`` is the period talked about before: "the month before" goes back from it.

    Raises:
        BadInput: a day that does not exist, or a period that ends before it begins.
    """
    said = tidy(text)
    for pattern, build in _PERIODS:
        match = pattern.search(said)
        found = build(match, today, context) if match else None
        if found is not None:
            return found
    day = find_day(said, today, future=False)
    return Period(day, day) if day else None


def without_dates(text: str) -> str:
    """``text`` with all days and counted periods cut out, so that amounts can be read."""
    to_day = rf"\d{{1,2}}(?:st|nd|rd|th)? (?:of )?{month_pattern()}\b"
    range_ = rf"\b\d{{1,2}} ?(?:and|{_JOIN}) ?(?={to_day})"
    left = DAY.sub(" ", re.sub(range_, " ", tidy(text)))
    counted = rf"\b(?:first|last|past|next|previous|in|for)\s+{count_pattern()} {unit_pattern()}\b"
    left = re.sub(counted, " ", left)
    return re.sub(
        rf"\b{month_pattern()} {_YEAR}\b|\b(?:in|{_OF}|for|during) (?:19|20)\d\d\b", " ", left
    )


def describe(period: Period) -> str:
    """A period in words that leave no doubt: ``June 2022``, ``1–25 July 2022``."""
    start, end = period.start, period.end
    if start == _EVER:
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
    if start == _EVER:
        return f"up to {end:%-d %B %Y}"
    if start == end:
        return f"on {describe(period)}"
    if "–" not in describe(period):
        return f"in {describe(period)}"
    year = "" if start.year == end.year else f" {start.year}"
    return f"from {start:%-d %B}{year} to {end:%-d %B %Y}"


def _so_far(period: Period, today: date) -> Period:
    """A period that is not over yet ends today; one that has not begun stays whole."""
    return Period(period.start, min(period.end, today)) if period.start <= today else period


def _this_or_last(match: re.Match[str], today: date, context: Period | None) -> Period:
    step = {"this": 0, "current": 0, "next": 1}.get(match["which"], -1)
    period = unit_period(match["unit"], today, step)
    return _so_far(period, today) if step == 0 else period


def _before(match: re.Match[str], today: date, context: Period | None) -> Period:
    """ "The month before last" goes back from today; "the month before" from what was said."""
    unit = match["unit"]
    if match["last"]:
        return unit_period(unit, today, -2)
    return unit_period(unit, context.start if context else today, -1)


def _last_n(match: re.Match[str], today: date, context: Period | None) -> Period:
    start = add_units(today, -count_of(match["count"]), match["unit"]) + timedelta(days=1)
    return Period(min(start, today), today)


def _n_ago(match: re.Match[str], today: date, context: Period | None) -> Period:
    day = add_units(today, -count_of(match["count"]), match["unit"])
    return unit_period("week" if match["unit"] == "fortnight" else match["unit"], day, 0)


def _named_month(match: re.Match[str], today: date, context: Period | None) -> Period:
    month = month_number(match["month"])
    if match["year"]:
        year = int(match["year"])
    else:
        passed = month > today.month or (match["which"] == "last" and month == today.month)
        year = today.year - passed
    return _so_far(month_of(date(year, month, 1)), today)


def _quarter(match: re.Match[str], today: date, context: Period | None) -> Period:
    words = ("first", "second", "third", "fourth")
    number = int(match["digit"]) if match["digit"] else words.index(match["word"]) + 1
    year = int(match["year"]) if match["year"] else today.year - (match["whose"] == "last")
    start = date(year, 3 * number - 2, 1)
    if not match["year"] and start > today:
        start = start.replace(year=year - 1)
    return _so_far(Period(start, start + relativedelta(months=3, days=-1)), today)


def _year(match: re.Match[str], today: date, context: Period | None) -> Period:
    year = int(match["year"])
    return _so_far(Period(date(year, 1, 1), date(year, 12, 31)), today)


def _between(match: re.Match[str], today: date, context: Period | None) -> Period | None:
    first, second = match["first"], match["second"]
    if re.search(rf"^{ONLY_MONTH}$", first) and re.search(rf"^{ONLY_MONTH}$", second):
        return _months(find_period(first, today), find_period(second, today))
    end_match, start_match = DAY.search(second), DAY.search(first)
    if not end_match:
        return None
    end = read_day(end_match, today, future=False)
    if start_match:
        return Period(read_day(start_match, end, future=False), end)
    return Period(exact(end.year, end.month, int(first)), end) if first.isdigit() else None


def _months(first: Period | None, second: Period | None) -> Period | None:
    if first is None or second is None:
        return None
    start = first.start.replace(year=second.end.year)
    if start > second.end:
        start = start.replace(year=start.year - 1)
    return Period(start, second.end)


def _month_to_month(match: re.Match[str], today: date, context: Period | None) -> Period | None:
    return _months(find_period(match["first"], today), find_period(match["second"], today))


def _part_of_month(match: re.Match[str], today: date, context: Period | None) -> Period:
    """The first week of June, the last ten days of last month, the second half of May."""
    if match["month"]:
        month = month_of(_named_month(match, today, context).start)
    else:
        step = {"last": -1, "next": 1}.get(match["which"], 0)
        month = unit_period("month", today, step)
    number = ("first", "second", "third", "fourth").index(match["nth"].replace("last", "first"))
    if match["part"] == "half":
        middle = month.start.replace(day=15)
        first = number == 0 and match["nth"] != "last"
        return _so_far(
            Period(month.start, middle) if first else Period(middle + timedelta(days=1), month.end),
            today,
        )
    days = 7 if match["part"] == "week" else count_of(match["count"])
    if match["nth"] == "last":
        return _so_far(Period(month.end - timedelta(days=days - 1), month.end), today)
    start = month.start + timedelta(days=number * days)
    return _so_far(Period(start, min(month.end, start + timedelta(days=days - 1))), today)


def _since(match: re.Match[str], today: date, context: Period | None) -> Period | None:
    start = find_period(match["rest"], today)
    return Period(start.start, today) if start and start.start <= today else None


def _to_date(match: re.Match[str], today: date, context: Period | None) -> Period:
    unit = match["unit"] or {"y": "year", "m": "month", "w": "week"}[match["short"][0]]
    return _so_far(unit_period(unit, today, 0), today)


type _Build = Callable[[re.Match[str], date, Period | None], Period | None]

# tried in this order: what is more specific comes first
_PERIODS: tuple[tuple[re.Pattern[str], _Build], ...] = (
    (
        re.compile(
            rf"\b(?:between|from) (?P<first>[\w/. -]+?) (?:and|{_JOIN}) (?P<second>[\w/. -]+)"
        ),
        _between,
    ),
    (
        re.compile(
            rf"\b(?P<first>\d{{1,2}}(?:st|nd|rd|th)?) ?{_JOIN} ?"
            rf"(?P<second>\d{{1,2}}(?:st|nd|rd|th)? (?:of )?{month_pattern()}(?:,? \d{{4}})?)\b"
        ),
        _between,
    ),
    (
        re.compile(
            rf"(?P<first>{month_pattern('from_month')}(?: (?:19|20)\d\d)?) {_JOIN} "
            rf"(?P<second>{month_pattern('to_month')}(?: (?:19|20)\d\d)?)\b"
        ),
        _month_to_month,
    ),
    (
        re.compile(
            r"\bsince (?:the )?(?:new year(?:'s(?: day)?)?|"
            r"(?:start|beginning) of (?:the|this) year)\b"
        ),
        lambda match, today, context: _so_far(unit_period("year", today, 0), today),
    ),
    (re.compile(r"\bsince (?P<rest>[\w/. -]+?)[?!.]*$"), _since),
    (
        re.compile(
            r"\bfrom (?P<rest>(?!now|today)[\w/. -]+?) (?:on(?:wards)?|(?:to|until|till) "
            r"(?:now|today|date))\b"
        ),
        _since,
    ),
    (
        re.compile(
            rf"\b(?P<nth>first|second|third|fourth|last) (?:{count_pattern()} )?"
            rf"(?P<part>week|half|days) of (?:the )?(?:{month_pattern()}(?:,? {_YEAR})?"
            r"|(?:(?P<which>this|last|next) )?month)\b"
        ),
        _part_of_month,
    ),
    (re.compile(ONLY_MONTH.replace(rf"(?:,? {_YEAR})?", rf",? {_YEAR}")), _named_month),
    (
        re.compile(
            r"\bso far (?:this|in the|for the) (?P<unit>week|month|quarter|year)\b"
            r"|\b(?P<short>ytd|mtd|year to date|month to date|week to date)\b"
        ),
        _to_date,
    ),
    (
        re.compile(
            r"\b(?:q(?P<digit>[1-4])|(?P<word>first|second|third|fourth) quarter)"
            rf"(?:(?: of)? (?:{_YEAR}|(?P<whose>last|this) year))?\b"
        ),
        _quarter,
    ),
    (re.compile(rf"\b{_SPAN} (?:before|prior|earlier)(?P<last> last)?\b"), _before),
    (re.compile(rf"\b(?:last|past|previous|these) {count_pattern()} {unit_pattern()}\b"), _last_n),
    (
        re.compile(rf"\b{count_pattern()} (?P<unit>week|fortnight|month|quarter|year)s? ago\b"),
        _n_ago,
    ),
    (
        re.compile(rf"\b(?P<which>this|last|past|previous|current|next) {_SPAN}\b"),
        _this_or_last,
    ),
    (re.compile(rf"(?:\b(?P<which>last|this) )?{ONLY_MONTH}"), _named_month),
    (re.compile(rf"\b(?:in|during|for|{_OF}|about|year) {_YEAR}\b"), _year),
    (  # a year alone at the end, where it can't be an amount
        re.compile(
            r"(?<!over )(?<!above )(?<!under )(?<!below )(?<!than )(?<!least )(?<!most )(?<!and )"
            r"(?<=[a-z] )(?P<year>20[0-3]\d)[ ?!.]*$"
        ),
        _year,
    ),
    (
        re.compile(r"\b(?:all time|ever|overall|whole history)\b"),
        lambda match, today, context: Period(_EVER, today),
    ),
)
