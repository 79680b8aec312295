"""A sum in equal pieces: "by month", "week by week", "per month this year"."""

from __future__ import annotations

import re
from datetime import timedelta

from actions.understanding.units import unit_period
from finance_core.model import Period

_BY = re.compile(
    r"\b(?:by|for (?:each|every)) (?P<unit>week|month)s?\b|"
    r"\b(?P<ly>week|month)ly (?:breakdown|split|overview|sums?)\b",
    re.IGNORECASE,
)
_EACH = re.compile(
    r"\b(?:per|a|each|every) (?P<unit>week|month)\b(?! (?:ago|earlier|before|later))|\bweekly\b",
    re.IGNORECASE,
)
_PIECES = {"week": 8, "month": 6}  # when no period was said
MOST_PIECES = 26


def find_cut(text: str, *, period_said: bool) -> str | None:
    """The unit a sum is to be cut into, ``week`` or ``month``; None when it is not.

    "A month" alone asks for an average; within a period that was said, or for weeks, it asks
    for each of them.
    """
    by = _BY.search(text)
    if by:
        return str(by["unit"] or by["ly"]).lower()
    each = _EACH.search(text)
    unit = (each["unit"] or "week").lower() if each else None
    return unit if unit == "week" or period_said else None


def latest(unit: str, period: Period) -> Period:
    """The last pieces up to the end of ``period``, the one it ends in included."""
    start = unit_period(unit, period.end, 1 - _PIECES[unit]).start
    return Period(start, period.end)


def cut(period: Period, unit: str) -> tuple[Period, ...]:
    """The calendar weeks or months of ``period``; the first and last may be cut short."""
    pieces = []
    start = period.start
    while start <= period.end:
        whole = unit_period(unit, start, 0)
        pieces.append(Period(start, min(whole.end, period.end)))
        start = whole.end + timedelta(days=1)
    return tuple(pieces)


def whole(piece: Period, unit: str) -> bool:
    """Whether a piece is not cut short."""
    return piece == unit_period(unit, piece.start, 0)
