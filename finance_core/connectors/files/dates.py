"""Dates as bank exports write them, read exactly or not at all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import lru_cache
from itertools import pairwise

from finance_core.errors import BadInput

_CLEAR = (
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%Y%m%d",
    "%d.%m.%Y",
    "%d.%m.%y",
    "%d %b %Y",
    "%d %B %Y",
    "%d-%b-%Y",
    "%d-%b-%y",
    "%b %d, %Y",
    "%B %d, %Y",
)
DAY_FIRST = ("%d/%m/%Y", "%d-%m-%Y", "%d/%m/%y", "%d-%m-%y")
MONTH_FIRST = ("%m/%d/%Y", "%m-%d-%Y", "%m/%d/%y", "%m-%d-%y")
_TIME_OF_DAY = re.compile(r"[T ]\d{1,2}:\d{2}.*$", re.DOTALL)


@lru_cache(maxsize=8192)
def parse_date(text: str, formats: tuple[str, ...]) -> date:
    """Reads a day in the first of ``formats`` that fits; a time of day after it is dropped.

    Raises:
        BadInput: it fits none, or no such day exists.
    """
    bare = _TIME_OF_DAY.sub("", text.strip())
    found = _fit(bare, formats)
    if found is None:
        raise BadInput(f"{bare[:40]!r} is not a date." if bare else "The date is missing.")
    if not 1900 <= found.year < 2200:
        raise BadInput(f"The year of {bare[:40]!r} can't be right.")
    return found


def _fit(text: str, formats: Iterable[str]) -> date | None:
    for form in formats:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 (a booking day has no zone)
        except ValueError:
            continue
    return None


def formats_of(texts: Sequence[str], currency: str) -> tuple[str, ...]:
    """The formats to read a column of dates with.

    Whether ``03/04`` is a day in April or in March is told by the column: by values that
    only one reading allows, else by the reading under which the days run in order. When
    neither tells, dollars are taken for month first, anything else for day first.
    """
    bare = [_TIME_OF_DAY.sub("", text.strip()) for text in dict.fromkeys(texts)]
    open_ones = [text for text in bare if text and _fit(text, _CLEAR) is None]
    by_day = [_fit(text, DAY_FIRST) for text in open_ones]
    by_month = [_fit(text, MONTH_FIRST) for text in open_ones]
    day_only = sum(b is None and a is not None for a, b in zip(by_day, by_month, strict=True))
    month_only = sum(a is None and b is not None for a, b in zip(by_day, by_month, strict=True))
    if day_only != month_only:
        day_first = day_only > month_only
    elif _in_order(by_day) != _in_order(by_month):
        day_first = _in_order(by_day)
    else:
        day_first = currency != "USD"
    return (*_CLEAR, *(DAY_FIRST if day_first else MONTH_FIRST))


def _in_order(days: Sequence[date | None]) -> bool:
    known = [day for day in days if day is not None]
    return all(a <= b for a, b in pairwise(known)) or all(a >= b for a, b in pairwise(known))
