from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.understanding.days import find_day, month_first, month_of
from actions.understanding.horizons import find_horizon
from actions.understanding.periods import (
    describe,
    find_period,
    without_dates,
)
from finance_core.errors import BadInput
from finance_core.model import Period

MONDAY = date(2022, 7, 25)
JUNE = month_of(date(2022, 6, 1))


@pytest.mark.parametrize(
    ("said", "start", "end"),
    [
        ("how much did I spend last month", "2022-06-01", "2022-06-30"),
        ("and the month before?", "2022-05-01", "2022-05-31"),
        ("the week before last", "2022-07-11", "2022-07-17"),
        ("this month", "2022-07-01", "2022-07-25"),
        ("this year", "2022-01-01", "2022-07-25"),
        ("in May", "2022-05-01", "2022-05-31"),
        ("and in december?", "2021-12-01", "2021-12-31"),
        ("June 2021", "2021-06-01", "2021-06-30"),
        ("in 2021", "2021-01-01", "2021-12-31"),
        ("q1", "2022-01-01", "2022-03-31"),
        ("the fourth quarter", "2021-10-01", "2021-12-31"),
        ("so far this year", "2022-01-01", "2022-07-25"),
        ("since january", "2022-01-01", "2022-07-25"),
        ("since the 3rd of May", "2022-05-03", "2022-07-25"),
        ("between the 3rd and the 9th", "2022-07-03", "2022-07-09"),
        ("from 3 to 9 June", "2022-06-03", "2022-06-09"),
        ("from March to May", "2022-03-01", "2022-05-31"),
        ("in the last 30 days", "2022-06-26", "2022-07-25"),
        ("past three months", "2022-04-26", "2022-07-25"),
        ("two weeks ago", "2022-07-11", "2022-07-17"),
        ("3 months ago", "2022-04-01", "2022-04-30"),
        ("last weekend", "2022-07-23", "2022-07-24"),
        ("yesterday", "2022-07-24", "2022-07-24"),
        ("on 12 June", "2022-06-12", "2022-06-12"),
        ("on June 12", "2022-06-12", "2022-06-12"),
        ("12/06/2022", "2022-06-12", "2022-06-12"),
        ("on friday", "2022-07-22", "2022-07-22"),
        ("in the first week of june", "2022-06-01", "2022-06-07"),
        ("the second half of May", "2022-05-16", "2022-05-31"),
        ("the last 10 days of last month", "2022-06-21", "2022-06-30"),
        ("last summer, June to August 2021", "2021-06-01", "2021-08-31"),
        ("between June 2021 and March 2022", "2021-06-01", "2022-03-31"),
        ("15-20 May", "2022-05-15", "2022-05-20"),
        ("and the year before, march 2021", "2021-03-01", "2021-03-31"),
        ("during the month of April", "2022-04-01", "2022-04-30"),
        ("in all of May", "2022-05-01", "2022-05-31"),
        ("in april I mean", "2022-04-01", "2022-04-30"),
        ("in may I mean", "2022-05-01", "2022-05-31"),
        ("anything from Tesco in May?", "2022-05-01", "2022-05-31"),
        ("transactions from May", "2022-05-01", "2022-05-31"),
        ("from May on", "2022-05-01", "2022-07-25"),
        ("since new year", "2022-01-01", "2022-07-25"),
        ("q4 last year", "2021-10-01", "2021-12-31"),
        ("the first quarter of last year", "2021-01-01", "2021-03-31"),
        ("groceries 2021", "2021-01-01", "2021-12-31"),
        ("lst mnth", "2022-06-01", "2022-06-30"),
        ("at the end of March", "2022-03-31", "2022-03-31"),
    ],
)
def test_past_periods(said, start, end):
    found = find_period(said, MONDAY, JUNE)
    assert found is not None
    assert (found.start.isoformat(), found.end.isoformat()) == (start, end)


@pytest.mark.parametrize("said", ["may I ask something", "only groceries", "what can you do", "50"])
def test_words_that_are_no_period(said):
    assert find_period(said, MONDAY) is None


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("on the 30th", "2022-07-30"),
        ("the 3rd", "2022-08-03"),
        ("on Friday", "2022-07-29"),
        ("next friday", "2022-08-05"),
        ("tomorrow", "2022-07-26"),
        ("in 2 weeks", "2022-08-08"),
        ("end of the month", "2022-07-31"),
        ("at the end of next month", "2022-08-31"),
        ("2022-08-01", "2022-08-01"),
        ("5 August", "2022-08-05"),
        ("2 January", "2023-01-02"),
    ],
)
def test_coming_days(said, day):
    assert find_day(said, MONDAY).isoformat() == day
    assert find_horizon(said, MONDAY).end.isoformat() == day


@pytest.mark.parametrize("said", ["31 February", "on the 30th of February 2023", "2022-13-40"])
def test_days_that_do_not_exist_are_refused(said):
    with pytest.raises(BadInput, match="There is no"):
        find_day(said, MONDAY)


def test_a_day_that_has_passed_is_no_horizon():
    with pytest.raises(BadInput, match="already passed"):
        find_horizon("on 2022-07-01", MONDAY)


def test_dates_do_not_look_like_amounts():
    left = without_dates("can I afford 400 on the 30th or by 12 June 2022")
    assert "400" in left
    assert not {"30", "12", "2022"} & set(left.split())


@given(st.dates(date(1995, 1, 1), date(2060, 12, 31)), st.integers(0, 400))
def test_what_is_described_is_found_again(today, days_back):
    whole = month_of(today - timedelta(days=days_back))
    if whole.end <= today:
        assert find_period(f"in {describe(whole)}", today) == whole


@given(st.text(max_size=80), st.dates(date(1995, 1, 1), date(2060, 12, 31)))
def test_any_text_gives_a_period_or_a_plain_refusal(text, today):
    try:
        found = find_period(text, today)
    except BadInput:
        return
    assert found is None or isinstance(found, Period)


@pytest.mark.parametrize(
    ("said", "written_out"),
    [
        ("on 6/5/2026", "on June 5 2026"),
        ("on 6/5", "on June 5"),
        ("from 05/10/26 to 05/20/26", "from May 10 2026 to May 20 2026"),
        ("on 13/5/2026", "on 13/5/2026"),
        ("half of 1/2", "half of January 2"),
    ],
)
def test_days_as_americans_write_them(said, written_out):
    assert month_first(said) == written_out
