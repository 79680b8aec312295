"""Which two periods are compared."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.understanding.compared import earlier, find_compared, usual_periods
from finance_core.errors import BadInput
from finance_core.model import Period

TODAY = date(2026, 6, 15)


@pytest.mark.parametrize(
    ("said", "before", "after"),
    [
        ("why is dining up?", "2026-05-01/2026-05-15", "2026-06-01/2026-06-15"),
        ("did I spend more than last month", "2026-05-01/2026-05-15", "2026-06-01/2026-06-15"),
        ("compare april to may", "2026-04-01/2026-04-30", "2026-05-01/2026-05-31"),
        ("may versus april", "2026-04-01/2026-04-30", "2026-05-01/2026-05-31"),
        ("groceries in may and june", "2026-05-01/2026-05-15", "2026-06-01/2026-06-15"),
        ("why was may so dear", "2026-04-01/2026-04-30", "2026-05-01/2026-05-31"),
        ("am I spending more this year", "2025-01-01/2025-06-15", "2026-01-01/2026-06-15"),
        ("more than last year?", "2025-01-01/2025-06-15", "2026-01-01/2026-06-15"),
        ("may 2025 against may 2026", "2025-05-01/2025-05-31", "2026-05-01/2026-05-31"),
        ("last week vs the week before", "2026-06-01/2026-06-07", "2026-06-08/2026-06-14"),
        ("1-10 june with 1-10 may", "2026-05-01/2026-05-10", "2026-06-01/2026-06-10"),
        ("from 1 to 9 june than from 1 to 9 may", "2026-05-01/2026-05-09",
         "2026-06-01/2026-06-09"),
        ("compare q1 and q2", "2026-01-01/2026-03-15", "2026-04-01/2026-06-15"),
        ("more on food lately", "2026-04-17/2026-05-16", "2026-05-17/2026-06-15"),
    ],
)  # fmt: skip
def test_the_two_periods(said, before, after):
    found = find_compared(said, TODAY)
    assert [_days(found.before), _days(found.after)] == [before, after]


def _days(period):
    return f"{period.start}/{period.end}"


def test_a_period_that_was_cut_is_told_whole():
    found = find_compared("this month or last month", TODAY)
    assert found.whole == Period(date(2026, 5, 1), date(2026, 5, 31))
    assert find_compared("april and may", TODAY).whole is None


def test_what_is_usual():
    found = find_compared("am I spending more than usual", TODAY)
    assert found.usual
    assert found.after == Period(date(2026, 6, 1), TODAY)
    assert not find_compared("the month before last and last month", TODAY).usual


def test_a_follow_up_keeps_both_periods():
    kept = (
        Period(date(2026, 3, 1), date(2026, 3, 31)),
        Period(date(2026, 5, 1), date(2026, 5, 31)),
    )
    found = find_compared("and groceries?", TODAY, kept)
    assert (found.before, found.after) == kept
    assert find_compared("and in april?", TODAY, kept).after.start == date(2026, 4, 1)


def test_a_day_that_does_not_exist_is_refused():
    with pytest.raises(BadInput):
        find_compared("compare 31 june and may", TODAY)


def test_usual_periods_are_the_same_days_of_the_months_before():
    found = usual_periods(Period(date(2026, 6, 1), TODAY), TODAY)
    assert found[0] == Period(date(2026, 5, 1), date(2026, 5, 15))
    assert found[-1] == Period(date(2025, 12, 1), date(2025, 12, 15))
    whole = usual_periods(Period(date(2026, 3, 1), date(2026, 3, 31)), TODAY)
    assert whole[0] == Period(date(2026, 2, 1), date(2026, 2, 28))


days = st.dates(date(2000, 1, 1), date(2030, 1, 1))


@given(days, st.integers(1, 800), days, st.booleans())
def test_the_period_before_ends_before_it_and_is_no_longer_than_its_sort(
    start, length, today, yearly
):
    period = Period(start, start + timedelta(days=length - 1))
    before = earlier(period, today, yearly=yearly)
    assert before.end < period.start
    assert before.days <= period.days + 3 * (length // 28 + 1)
    for one in usual_periods(period, today):
        assert one.end < period.start
