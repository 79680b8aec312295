"""A sum in equal pieces: "by month", "week by week", "per month this year"."""

from __future__ import annotations

import re
from datetime import date, timedelta

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


def find_cut(text: str, period: Period | None) -> str | None:
    """The unit a sum is to be cut into, ``week`` or ``month``; None when it is not.

    "A month" alone asks for an average; within a period that was said, or for weeks, it asks
    for each of them. A period of one piece is not cut ("what is daycare a month, say in May?").
    """
    unit = _said_unit(text, period)
    if unit and period and unit_period(unit, period.start, 0).end >= period.end:
        return None
    return unit


def _said_unit(text: str, period: Period | None) -> str | None:
    by = _BY.search(text)
    if by:
        return str(by["unit"] or by["ly"]).lower()
    each = _EACH.search(text)
    unit = (each["unit"] or "week").lower() if each else None
    return unit if unit == "week" or period else None


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


def since(period: Period, first: date, unit: str) -> Period:
    """``period`` without the weeks or months that end before ``first``."""
    start = unit_period(unit, min(first, period.end), 0).start
    return Period(max(period.start, start), period.end)


def whole(piece: Period, unit: str) -> bool:
    """Whether a piece is not cut short."""
    return piece == unit_period(unit, piece.start, 0)
