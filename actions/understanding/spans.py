"""Periods by their ends: between two days, since a day, until a day."""

from __future__ import annotations

import re
from datetime import date, timedelta

from actions.understanding.asked import Asked, Readers
from actions.understanding.days import DAY, is_open, read_day
from actions.understanding.named_periods import ONLY_MONTH, YEAR
from actions.understanding.units import exact, month_pattern, so_far, unit_period
from finance_core.model import Period

EVER = date(1970, 1, 1)
JOIN = r"(?:to|till|until|through|thru|up to|-|–)"
FROM = r"\b(?:between|from|(?:starting|beginning)(?: on| from)?)"
_ORDINAL = r"\d{1,2}(?:st|nd|rd|th)"
_PAID = (
    r"(?:(?:my |the )?(?:last )?(?:pay ?(?:day|che(?:ck|que))|wages?|salary|paid)|"
    r"(?:i|we) (?:last )?(?:got|was|were) (?:last )?paid)\b"
)


def _between(match: re.Match[str], asked: Asked) -> Period | None:
    first, second = match["first"], match["second"]
    if re.search(rf"^{ONLY_MONTH}$", first) and re.search(rf"^{ONLY_MONTH}$", second):
        return _months(asked.read(first), asked.read(second))
    if re.search(rf"^{YEAR}$", first) and re.search(rf"^{YEAR}\b", second):
        return Period(exact(int(first), 1, 1), exact(int(second[:4]), 12, 31))
    end_match, start_match = DAY.search(second), DAY.search(first)
    if not end_match:
        return None
    end = read_day(end_match, asked.today, future=False)
    if start_match:  # "the 3rd" goes by the other end, "last Thursday" by today
        by = end if is_open(start_match) else asked.today
        return Period(read_day(start_match, by, future=False), end)
    return Period(exact(end.year, end.month, int(first)), end) if first.isdigit() else None


def _month_days(match: re.Match[str], asked: Asked) -> Period | None:
    """ "May 3 to 9": the second day is of the first one's month."""
    found = DAY.search(f"{match['month']} {match['last']}")
    if found is None:
        return None
    end = read_day(found, asked.today, future=False)
    return Period(exact(end.year, end.month, int(match["start"])), end)


def _months(first: Period | None, second: Period | None) -> Period | None:
    if first is None or second is None:
        return None
    start = first.start.replace(year=second.end.year)
    if start > second.end:
        start = start.replace(year=start.year - 1)
    return Period(start, second.end)


def _month_to_month(match: re.Match[str], asked: Asked) -> Period | None:
    return _months(asked.read(match["first"]), asked.read(match["second"]))


def _since(match: re.Match[str], asked: Asked) -> Period | None:
    start = asked.read(match["rest"])
    return Period(start.start, asked.today) if start and start.start <= asked.today else None


def _since_payday(match: re.Match[str], asked: Asked) -> Period | None:
    known = asked.payday and asked.payday <= asked.today
    return Period(asked.payday, asked.today) if known and asked.payday else None


def _since_new_year(match: re.Match[str], asked: Asked) -> Period:
    return so_far(unit_period("year", asked.today, 0), asked.today)


def _after(match: re.Match[str], asked: Asked) -> Period | None:
    found = asked.read(match["rest"])
    start = found.end + timedelta(days=1) if found else None
    return Period(start, asked.today) if start and start <= asked.today else None


def _until(match: re.Match[str], asked: Asked) -> Period | None:
    """All that is known up to a day; "before" leaves the day out."""
    found = asked.read(match["rest"])
    if found is None:
        return None
    end = found.start - timedelta(days=1) if match["word"] == "before" else found.end
    return Period(EVER, min(end, asked.today)) if end > EVER else None


def _two_days(match: re.Match[str], asked: Asked) -> Period:
    return Period(asked.today - timedelta(days=1), asked.today)


def mentions_payday(text: str) -> bool:
    """Whether ``text`` counts from the day the person was last paid."""
    return bool(_SINCE_PAYDAY.search(text))


def without_payday(text: str) -> str:
    """``text`` without "since payday": a day there, and no wages that are asked about."""
    return _SINCE_PAYDAY.sub(" ", text)


_SINCE_PAYDAY = re.compile(rf"\b(?:since|after|from) {_PAID}", re.IGNORECASE)

SPANS: Readers = (
    (re.compile(r"\b(?:yesterday and today|today and yesterday)\b"), _two_days),
    (
        re.compile(rf"\b(?:between|from) (?:the )?{month_pattern()} (?:the )?(?P<start>\d{{1,2}})"
                   rf"(?:st|nd|rd|th)? (?:and|{JOIN}) (?:the )?(?P<last>\d{{1,2}})(?:st|nd|rd|th)?"
                   r"\b(?! [a-z]{3,} ?\d)(?! of)"),
        _month_days,
    ),
    (
        re.compile(
            rf"{FROM} (?P<first>[\w/.' -]+?) (?:and|{JOIN}) (?P<second>[\w/.' -]+)"
        ),
        _between,
    ),
    (
        re.compile(
            rf"\b(?P<first>\d{{1,2}}(?:st|nd|rd|th)?) ?{JOIN} ?"
            rf"(?P<second>(?:the )?\d{{1,2}}(?:st|nd|rd|th)? (?:of )?{month_pattern()}"
            r"(?:,? \d{4})?)\b"
        ),
        _between,
    ),
    (
        re.compile(rf"\b(?P<first>{_ORDINAL}) ?{JOIN} ?(?P<second>(?:the )?{_ORDINAL})\b"),
        _between,
    ),
    (
        re.compile(
            rf"\b{month_pattern()} (?P<start>\d{{1,2}})(?:st|nd|rd|th)? ?{JOIN} ?"
            r"(?P<last>\d{1,2})(?:st|nd|rd|th)?\b(?!\d)"
        ),
        _month_days,
    ),
    (
        re.compile(
            rf"(?P<first>{month_pattern('from_month')}(?: (?:19|20)\d\d)?) {JOIN} "
            rf"(?P<second>{month_pattern('to_month')}(?: (?:19|20)\d\d)?)\b"
        ),
        _month_to_month,
    ),
    (_SINCE_PAYDAY, _since_payday),
    (
        re.compile(
            r"\bsince (?:the )?(?:new year(?:'s(?: day)?)?(?!'?s? eve)|"
            r"(?:start|beginning) of (?:the|this) year)\b"
        ),
        _since_new_year,
    ),
    (re.compile(r"\b(?:ever )?since (?P<rest>[^?!;]+)"), _since),
    (
        re.compile(
            r"\bfrom (?P<rest>(?!now|today)[\w/. -]+?) (?:on(?:wards)?|(?:to|until|till) "
            r"(?:now|today|date))\b"
        ),
        _since,
    ),
    (re.compile(r"\bafter (?P<rest>(?:the )?[\w'/.-]+(?: [\w'/.-]+){0,3})"), _after),
    (
        re.compile(
            r"\b(?P<word>until|till|up to|before) (?P<rest>(?!now\b)(?:the )?[\w'/.-]+"
            r"(?: [\w'/.-]+){0,3})"
        ),
        _until,
    ),
)  # fmt: skip
