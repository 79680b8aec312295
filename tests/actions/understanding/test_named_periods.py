from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.understanding.days import find_day, find_days
from actions.understanding.horizons import find_horizon
from actions.understanding.periods import find_period, without_dates
from actions.understanding.spans import mentions_payday
from finance_core.errors import BadInput

MONDAY = date(2022, 7, 25)
PAYDAY = date(2022, 7, 15)


@pytest.mark.parametrize(
    ("said", "start", "end"),
    [
        ("spending since payday", "2022-07-15", "2022-07-25"),
        ("since i got paid", "2022-07-15", "2022-07-25"),
        ("what have I spent since my last paycheck", "2022-07-15", "2022-07-25"),
        ("over the summer", "2022-06-01", "2022-07-25"),
        ("how much last summer", "2021-06-01", "2021-08-31"),
        ("in the winter", "2021-12-01", "2022-02-28"),
        ("the autumn of 2020", "2020-09-01", "2020-11-30"),
        ("this past weekend", "2022-07-23", "2022-07-24"),
        ("over the weekend", "2022-07-23", "2022-07-24"),
        ("this weekend", "2022-07-23", "2022-07-24"),
        ("the weekend before last", "2022-07-16", "2022-07-17"),
        ("yesterday and today", "2022-07-24", "2022-07-25"),
        ("May through July", "2022-05-01", "2022-07-25"),
        ("month to date", "2022-07-01", "2022-07-25"),
        ("ytd", "2022-01-01", "2022-07-25"),
        ("first half of March", "2022-03-01", "2022-03-15"),
        ("the first half of the year", "2022-01-01", "2022-06-30"),
        ("second half of 2021", "2021-07-01", "2021-12-31"),
        ("first two weeks of june", "2022-06-01", "2022-06-14"),
        ("first three months of the year", "2022-01-01", "2022-03-31"),
        ("last 3 months of 2021", "2021-10-01", "2021-12-31"),
        ("early june", "2022-06-01", "2022-06-10"),
        ("late last month", "2022-06-21", "2022-06-30"),
        ("2021 q3", "2021-07-01", "2021-09-30"),
        ("the 1st quarter", "2022-01-01", "2022-03-31"),
        ("the week of the 1st", "2022-06-27", "2022-07-03"),
        ("october last year", "2021-10-01", "2021-10-31"),
        ("between january and march last year", "2021-01-01", "2021-03-31"),
        ("from 2019 to 2021", "2019-01-01", "2021-12-31"),
        ("since yesterday, only card payments", "2022-07-24", "2022-07-25"),
        ("after the 5th", "2022-07-06", "2022-07-25"),
        ("everything before june", "1970-01-01", "2022-05-31"),
        ("until May", "1970-01-01", "2022-05-31"),
        ("May 3-9", "2022-05-03", "2022-05-09"),
        ("from may 3 to 9", "2022-05-03", "2022-05-09"),
        ("the 3rd to the 9th", "2022-07-03", "2022-07-09"),
        ("from last monday until yesterday", "2022-07-18", "2022-07-24"),
        ("starting on the 3rd until the 9th of June", "2022-06-03", "2022-06-09"),
        ("on 7 May 2019", "2019-05-07", "2019-05-07"),
        ("how much on May the 7th 2019", "2019-05-07", "2019-05-07"),
        ("past couple of months", "2022-05-26", "2022-07-25"),
        ("last fortnight", "2022-07-12", "2022-07-25"),
        ("end of last month", "2022-06-30", "2022-06-30"),
        ("friday last week", "2022-07-22", "2022-07-22"),
        ("at christmas", "2021-12-25", "2021-12-25"),
        ("over christmas", "2021-12-24", "2021-12-26"),
        ("good friday 2021", "2021-04-02", "2021-04-02"),
        ("since new year's eve", "2021-12-31", "2022-07-25"),
    ],
)
def test_periods_by_name_and_by_their_ends(said, start, end):
    found = find_period(said, MONDAY, payday=PAYDAY)
    assert found is not None
    assert (found.start.isoformat(), found.end.isoformat()) == (start, end)


@pytest.mark.parametrize("said", ["the second one", "may first payment", "on the first day"])
def test_ordinals_that_are_no_days(said):
    assert find_day(said, MONDAY) is None


def test_payday_is_no_period_while_it_is_unknown():
    assert find_period("since payday", MONDAY) is None
    assert mentions_payday("Since Payday?")
    assert not mentions_payday("when is payday")


@pytest.mark.parametrize(
    ("said", "future", "day"),
    [
        ("2 weeks from now", True, "2022-08-08"),
        ("end of next month", True, "2022-08-31"),
        ("the 15th", True, "2022-08-15"),
        ("the 15th", False, "2022-07-15"),
        ("last Friday", False, "2022-07-22"),
        ("on monday", True, "2022-08-01"),
        ("on monday", False, "2022-07-18"),
        ("this monday", False, "2022-07-25"),
        ("monday next week", True, "2022-08-01"),
        ("next week's friday", True, "2022-08-05"),
        ("wednesday in two weeks", True, "2022-08-10"),
        ("Friday, October the 14th", True, "2022-10-14"),
        ("Nov the 16th", True, "2022-11-16"),
        ("the 25th of next month", True, "2022-08-25"),
        ("the 12th last month", False, "2022-06-12"),
        ("last 13th", True, "2022-07-13"),
        ("boxing day", True, "2022-12-26"),
        ("first of april", True, "2023-04-01"),
        ("june twenty first", False, "2022-06-21"),
        ("the twenty-third of august", True, "2022-08-23"),
        ("on the fifteenth", True, "2022-08-15"),
        ("Sept. 5", True, "2022-09-05"),
        ("2022/08/04", True, "2022-08-04"),
        ("4-8-2022", True, "2022-08-04"),
        ("within 10 days", True, "2022-08-04"),
        ("easter", True, "2023-04-09"),
        ("thanksgiving", True, "2022-11-24"),
        ("black friday", False, "2021-11-26"),
        ("last night", False, "2022-07-24"),
        ("this evening", True, "2022-07-25"),
        ("3 months ago", False, "2022-04-25"),
        ("a week from tomorrow", True, "2022-08-02"),
        ("in a few days", True, "2022-07-28"),
        ("middle of june", False, "2022-06-15"),
    ],
)
def test_days(said, future, day):
    assert find_day(said, MONDAY, future=future).isoformat() == day


def test_all_days_of_a_text_are_found_in_order():
    found = find_days("move it from the 3rd to 12 August or tomorrow", MONDAY)
    assert [day.isoformat() for day in found] == ["2022-08-03", "2022-08-12", "2022-07-26"]


@pytest.mark.parametrize(
    ("said", "start", "end"),
    [
        ("between the 3rd and the 9th", "2022-08-03", "2022-08-09"),
        ("from Monday to Friday", "2022-07-25", "2022-07-29"),
        ("from Tuesday to Friday", "2022-07-26", "2022-07-29"),
        ("from the 28th to 4 August", "2022-07-28", "2022-08-04"),
        ("this summer", "2022-07-25", "2022-08-31"),
        ("next winter", "2022-12-01", "2023-02-28"),
        ("the next few days", "2022-07-25", "2022-07-28"),
        ("starting tomorrow until next friday", "2022-07-26", "2022-08-05"),
        ("the coming fortnight", "2022-07-25", "2022-08-08"),
        ("until Christmas", "2022-07-25", "2022-12-25"),
        ("in September", "2022-09-01", "2022-09-30"),
        ("friday next week", "2022-07-25", "2022-08-05"),
    ],
)
def test_periods_to_come(said, start, end):
    found = find_horizon(said, MONDAY)
    assert (found.start.isoformat(), found.end.isoformat()) == (start, end)


@pytest.mark.parametrize("said", ["in june 2021", "october last year"])
def test_a_month_that_is_over_is_no_horizon(said):
    with pytest.raises(BadInput, match="already passed"):
        find_horizon(said, MONDAY)


@pytest.mark.parametrize(
    "said",
    [
        "May 3-9", "from May 3 to 9", "from 2019 to 2021", "in the summer of 2021", "2021 q3",
        "good friday 2021", "at 10 45", "at half past 17", "20 past 4", "at 2:35 p.m.",
        "between 9 in the morning and 6 pm", "10 o'clock", "2 weeks from now", "6 months ago",
    ],
)  # fmt: skip
def test_no_number_of_a_day_or_time_is_left(said):
    assert not any(character.isdigit() for character in without_dates(said))


@pytest.mark.parametrize(
    "said", ["send 10 to 20 friends", "50 past due", "at 20 pounds", "10 to 20 euros"]
)
def test_amounts_are_no_times(said):
    assert any(character.isdigit() for character in without_dates(said))


DAYS = st.dates(date(1995, 1, 1), date(2060, 12, 31))
WORDS = (
    "last next this the of and to from between since until before after week month year quarter "
    "half weekend q2 first second 3rd 31st 30 2 may june february monday friday summer christmas "
    "easter yesterday tomorrow ago in end start days weeks 2021 2024 early late - /"
)


@given(
    st.lists(st.sampled_from(WORDS.split()), max_size=8),
    st.dates(date(1995, 1, 1), date(2060, 12, 31)),
)
def test_no_period_ends_before_it_starts(words, today):
    said = " ".join(words)
    for read in (find_period, find_horizon):
        try:
            found = read(said, today)
        except BadInput:
            continue
        assert found is None or found.start <= found.end


@settings(deadline=None)
@given(st.text(max_size=80), DAYS)
def test_any_text_gives_a_coming_period_or_a_plain_refusal(text, today):
    try:
        found = find_horizon(text, today)
    except BadInput:
        return
    assert found is None or found.end >= today
