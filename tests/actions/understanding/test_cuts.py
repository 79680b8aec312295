"""Sums in equal pieces."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.understanding.cuts import cut, find_cut, latest, since
from finance_core.model import Period


@pytest.mark.parametrize(
    ("said", "period_said", "unit"),
    [
        ("show my spending by month", False, "month"),
        ("month by month please", False, "month"),
        ("split it by weeks", False, "week"),
        ("a weekly breakdown", False, "week"),
        ("groceries per month this year", True, "month"),
        ("what do i spend on coffee a week", False, "week"),
        ("groceries a month on average", False, None),
        ("how much did i spend this month", True, None),
        ("what did i spend a week ago", True, None),
        ("what did i spend a month ago", True, None),
        ("spending by category", False, None),
    ],
)
def test_what_a_sum_is_cut_into(said: str, period_said: bool, unit: str | None) -> None:
    year = Period(date(2026, 1, 1), date(2026, 12, 31)) if period_said else None
    assert find_cut(said, year) == unit


@given(
    start=st.dates(date(2000, 1, 1), date(2030, 1, 1)),
    days=st.integers(0, 800),
    unit=st.sampled_from(["week", "month"]),
)
def test_the_pieces_are_the_period_once(start: date, days: int, unit: str) -> None:
    period = Period(start, date.fromordinal(start.toordinal() + days))
    pieces = cut(period, unit)
    every = [
        d for piece in pieces for d in range(piece.start.toordinal(), piece.end.toordinal() + 1)
    ]
    assert every == list(range(period.start.toordinal(), period.end.toordinal() + 1))


def test_without_a_period_the_latest_pieces() -> None:
    today = Period(date(2026, 11, 1), date(2026, 11, 28))
    assert latest("month", today).start == date(2026, 6, 1)
    assert latest("week", today) == Period(date(2026, 10, 5), date(2026, 11, 28))


def test_one_piece_is_not_cut() -> None:
    may = Period(date(2026, 5, 1), date(2026, 5, 31))
    assert find_cut("daycare by month", may) is None
    assert find_cut("daycare by week", may) == "week"


def test_all_time_is_cut_from_what_is_known() -> None:
    ever = Period(date.min, date(2026, 5, 31))
    known = since(ever, date(2026, 3, 10), "month")
    assert cut(known, "month")[0] == Period(date(2026, 3, 1), date(2026, 3, 31))
    assert since(ever, date(2030, 1, 1), "month").start == date(2026, 5, 1)
