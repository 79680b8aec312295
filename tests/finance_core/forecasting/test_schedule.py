from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance_core.forecasting.schedule import add_months, known_at, next_income, occurrences
from finance_core.model import Cadence, StreamStatus
from finance_core.money import Money

ORIGIN = date(2024, 6, 20)


@pytest.fixture
def salary(household):
    return household.streams(household.history())[0]


@pytest.mark.parametrize(
    ("cadence", "start", "expected"),
    [
        (Cadence.WEEKLY, date(2024, 6, 24), [(6, 24), (7, 1), (7, 8), (7, 15)]),
        (Cadence.BIWEEKLY, date(2024, 6, 24), [(6, 24), (7, 8)]),
        (Cadence.FOUR_WEEKLY, date(2024, 5, 27), [(6, 24)]),
        (Cadence.TWO_MONTHLY, date(2024, 5, 12), [(7, 12)]),
        (Cadence.SEMIMONTHLY, date(2024, 7, 1), [(7, 1), (7, 16)]),
        (Cadence.MONTHLY, date(2024, 7, 1), [(7, 1)]),
        (Cadence.QUARTERLY, date(2024, 6, 30), [(6, 30)]),
    ],
)
def test_occurrences_follow_the_cadence(salary, cadence, start, expected):
    stream = replace(salary, cadence=cadence, next_on=start)
    days = list(occurrences(stream, ORIGIN, date(2024, 7, 20)))
    assert days == [date(2024, month, day) for month, day in expected]


def test_the_end_of_the_month_is_kept_through_february():
    assert add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert add_months(date(2024, 1, 31), 2) == date(2024, 3, 31)
    assert add_months(date(2024, 12, 31), -1) == date(2024, 11, 30)


def test_what_is_a_little_late_is_expected_tomorrow(salary):
    late = replace(salary, next_on=ORIGIN - timedelta(days=2))
    days = list(occurrences(late, ORIGIN, ORIGIN + timedelta(days=40)))
    assert days == [ORIGIN + timedelta(days=1), date(2024, 7, 18)]


def test_what_is_long_overdue_was_missed(salary):
    missed = replace(salary, next_on=date(2024, 6, 1))
    assert list(occurrences(missed, ORIGIN, date(2024, 7, 20))) == [date(2024, 7, 1)]


def test_an_ended_stream_does_not_come(salary):
    ended = replace(salary, status=StreamStatus.ENDED)
    assert list(occurrences(ended, ORIGIN, date(2025, 1, 1))) == []


@given(
    cadence=st.sampled_from(list(Cadence)),
    offset=st.integers(-30, 60),
    length=st.integers(1, 200),
)
def test_occurrences_are_ascending_and_inside(household, cadence, offset, length):
    stream = replace(
        household.streams(household.history(60))[0],
        cadence=cadence,
        next_on=ORIGIN + timedelta(days=offset),
    )
    end = ORIGIN + timedelta(days=length)
    days = list(occurrences(stream, ORIGIN, end))
    assert days == sorted(set(days))
    assert all(ORIGIN < day <= end for day in days)


def test_interest_is_not_the_income_a_person_waits_for(salary):
    interest = replace(salary, key="i", amount=Money.of(2, "GBP"), next_on=date(2024, 6, 21))
    assert next_income([salary, interest], ORIGIN, 30) == date(2024, 6, 25)
    assert next_income([interest], ORIGIN, 30) == date(2024, 6, 21)
    assert next_income([], ORIGIN, 30) is None


def test_a_replayed_stream_knows_only_its_past(household, salary):
    movements = household.history()
    by_id = {t.id: t for t in movements}
    seen = known_at(salary, date(2024, 1, 10), by_id)
    assert seen.last_on == date(2023, 12, 25)
    assert seen.next_on == date(2024, 1, 25)
    assert all(by_id[i].posted_on <= date(2024, 1, 10) for i in seen.transaction_ids)
    first = by_id[salary.transaction_ids[0]].posted_on
    assert known_at(salary, first + timedelta(days=32), by_id) is None
