"""Periods to come as people say them, resolved against a given ``today``."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from actions.understanding.days import (
    add_units,
    count_of,
    count_pattern,
    find_day,
    month_number,
    month_of,
    tidy,
    unit_pattern,
    unit_period,
)
from actions.understanding.periods import ONLY_MONTH, describe
from finance_core.errors import BadInput
from finance_core.model import Period


def find_horizon(text: str, today: date) -> Period | None:
    """The coming period named in ``text`` ("this week", "until the 30th"); None without one.

    Raises:
        BadInput: a day that does not exist or has passed.
    """
    said = tidy(text)
    for pattern, build in _HORIZONS:
        match = pattern.search(said)
        if match:
            return build(match, today)
    day = find_day(said, today)
    if day is None:
        return None
    if day < today:
        raise BadInput(f"{describe(Period(day, day))} has already passed.")
    return Period(today, day)


def _coming(match: re.Match[str], today: date) -> Period:
    if match["which"] == "next":
        return unit_period(match["unit"], today, 1)
    return Period(today, unit_period(match["unit"], today, 0).end)


def _next_n(match: re.Match[str], today: date) -> Period:
    return Period(today, add_units(today, count_of(match["count"]), match["unit"]))


def _coming_month(match: re.Match[str], today: date) -> Period:
    month = month_number(match["month"])
    year = int(match["year"]) if match["year"] else today.year + (month < today.month)
    whole = month_of(date(year, month, 1))
    if whole.end < today:
        raise BadInput(f"{describe(whole)} has already passed.")
    return Period(max(today, whole.start), whole.end)


_HORIZONS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], Period]], ...] = (
    (
        re.compile(
            r"(?<!of )\b(?P<which>this|next|rest of the|rest of this|coming) "
            r"(?P<unit>week|weekend|month|quarter|year)\b"
        ),
        _coming,
    ),
    (re.compile(rf"\b(?:next|coming|following) {count_pattern()} {unit_pattern()}\b"), _next_n),
    (re.compile(ONLY_MONTH), _coming_month),
)
