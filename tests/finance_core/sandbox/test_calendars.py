from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from finance_core.sandbox.calendars import Monthly, Weekly, months_between

MONTHS = st.dates(date(2020, 1, 1), date(2030, 12, 1)).map(lambda day: day.replace(day=1))


def days_of(month: date) -> list[date]:
    """A month and four days either side of it."""
    return [month + timedelta(days=n) for n in range(-4, 35)]


@given(MONTHS, st.integers(1, 31), st.sampled_from(["none", "next", "previous"]))
def test_monthly_falls_once_a_month_and_never_on_a_weekend_when_shifted(month, day, shift):
    schedule = Monthly(day, shift)
    hits = sum(schedule.falls_on(month + timedelta(days=n)) for n in range(365 * 2 + 1))
    assert 24 - 1 <= hits <= 24 + 1
    if shift != "none":
        assert all(d.weekday() < 5 for d in days_of(month) if schedule.falls_on(d))


def test_monthly_knows_the_last_day_and_moves_off_weekends():
    assert Monthly(31).falls_on(date(2024, 2, 29))
    assert Monthly(28, "previous").falls_on(date(2025, 12, 26))  # 28 December 2025 is a Sunday
    assert not Monthly(28, "previous").falls_on(date(2025, 12, 28))
    assert Monthly(1, "next").falls_on(date(2025, 11, 3))  # 1 November 2025 is a Saturday
    assert not Monthly(1, "next", frozenset({10})).falls_on(date(2025, 11, 3))


@given(st.integers(0, 6), st.integers(1, 4), st.dates(date(2020, 1, 1), date(2030, 1, 1)))
def test_weekly_falls_every_so_many_weeks(weekday, every, start):
    schedule = Weekly(weekday, every)
    hits = [
        day for n in range(7 * every * 3) if schedule.falls_on(day := start + timedelta(days=n))
    ]
    assert len(hits) == 3
    assert {(b - a).days for a, b in pairwise(hits)} == {7 * every}


def test_months_between_counts_calendar_months():
    assert months_between(date(2024, 11, 30), date(2026, 1, 1)) == 14
