"""Days and periods to come, as people say them."""

from __future__ import annotations

from datetime import date

import pytest

from actions.understanding.horizons import find_horizon
from finance_core.model import Period

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("said", "end"),
    [
        ("and mid december?", date(2026, 12, 16)),
        ("how much mid-January 2027", date(2027, 1, 16)),
        ("mid next month", date(2026, 12, 16)),
        ("mid month", date(2026, 12, 16)),
        ("the start of the month", date(2026, 12, 1)),
        ("end of the month", date(2026, 11, 30)),
    ],
)
def test_a_day_to_come(said: str, end: date) -> None:
    assert find_horizon(said, TODAY) == Period(TODAY, end)


@pytest.mark.parametrize(
    ("said", "start", "end"),
    [
        ("early december", date(2026, 12, 1), date(2026, 12, 10)),
        ("late in december", date(2026, 12, 21), date(2026, 12, 31)),
        ("late november", TODAY, date(2026, 11, 30)),
        ("in december", date(2026, 12, 1), date(2026, 12, 31)),
    ],
)
def test_a_stretch_to_come(said: str, start: date, end: date) -> None:
    assert find_horizon(said, TODAY) == Period(start, end)
