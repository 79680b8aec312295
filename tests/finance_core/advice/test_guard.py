from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance_core.advice.guard import buffer, come_back, habits, sudden
from finance_core.advice.moods import TERMS, Answers, Mood, share
from finance_core.model import Cadence, RecurringStream, StreamStatus, Transaction
from finance_core.money import Money

TODAY = date(2024, 6, 20)
NORMAL = TERMS[Mood.NORMAL]


def gbp(amount):
    return Money.of(amount, "GBP")


def flows(*pairs):
    return sorted((TODAY - timedelta(days=ago), net * 100) for ago, net in pairs)


def test_habits_are_the_days_of_the_last_year():
    found = habits(flows((500, -900), (300, 1000), (200, -400), (10, -50)), "GBP", TODAY)
    assert found.days == 500
    assert found.largest_outflow == gbp(400), "what is over a year old has passed"


def test_what_comes_later_is_not_known():
    known = flows((300, 1000), (200, -400))
    later = [(TODAY + timedelta(days=1), -99_900), (TODAY + timedelta(days=3), 500_000)]
    assert habits([*known, *later], "GBP", TODAY) == habits(known, "GBP", TODAY)


def row(name, minor, day):
    money = Money.from_minor(minor, "GBP")
    return Transaction(name, "current", day, money, name, name, "other")


def stream(minor, ids):
    money, day = Money.from_minor(minor, "GBP"), TODAY
    return RecurringStream(
        ids[0], "current", ids[0], "other", Cadence.MONTHLY, money, money, money, day, day, day, 3,
        StreamStatus.ACTIVE, 0.9, ids,
    )  # fmt: skip


def test_bills_that_are_known_are_no_surprises():
    rent = row("rent", -90_000, TODAY - timedelta(days=5))
    fridge = row("fridge", -40_000, TODAY - timedelta(days=3))
    wages = row("wages", 200_000, TODAY - timedelta(days=5))
    streams = [stream(-90_000, ("rent",)), stream(200_000, ("wages",))]
    assert sudden([rent, fridge, wages], streams) == [
        (TODAY - timedelta(days=5), 200_000),
        (TODAY - timedelta(days=3), -40_000),
    ]


@pytest.mark.parametrize(("ago", "held"), [(3, 2000), (27, 2000), (28, 0), (60, 0)])
def test_an_unusual_income_is_not_spare_for_four_weeks(ago, held):
    found = habits(flows((100, 1000), (70, 1000), (40, 1000), (ago, 3000)), "GBP", TODAY)
    assert found.unusual_income == gbp(held)


def test_a_usual_income_is_not_held_back():
    assert not habits(flows((100, 1000), (70, 900), (5, 1400)), "GBP", TODAY).unusual_income


@given(
    largest=st.integers(0, 5000),
    whole=st.integers(-100, 20_000),
    mood=st.sampled_from(Mood),
    is_broken=st.booleans(),
)
def test_the_more_could_leave_the_more_stays(largest, whole, mood, is_broken):
    found = replace(habits([], "GBP", TODAY), largest_outflow=gbp(largest))
    larger, terms = replace(found, largest_outflow=gbp(largest + 1)), TERMS[mood]
    stays = buffer(found, gbp(whole), terms, is_broken=is_broken)
    assert stays >= gbp(0)
    assert stays <= buffer(larger, gbp(whole), terms, is_broken=is_broken)
    assert stays <= buffer(found, gbp(whole + 1), terms, is_broken=is_broken)
    assert stays <= buffer(found, gbp(whole), terms, is_broken=True)
    assert stays <= buffer(found, gbp(whole), TERMS[Mood.CAREFUL], is_broken=is_broken)


def test_a_part_of_all_there_is_stays_or_what_left_on_one_day():
    calm, spent = (
        replace(habits([], "GBP", TODAY), largest_outflow=gbp(largest)) for largest in (100, 1000)
    )
    assert buffer(calm, gbp(1000), NORMAL) == gbp(600)
    assert buffer(calm, gbp(1000), NORMAL, is_broken=True) == gbp(800)
    assert buffer(spent, gbp(1000), NORMAL) == gbp(950)


@given(balance=st.integers(-500, 2000), kept=st.integers(0, 3000), leave=st.integers(0, 1500))
def test_what_comes_back_fills_up_and_no_more_than_is_there(balance, kept, leave):
    back = come_back(gbp(balance), gbp(kept), gbp(leave), Decimal(5))
    assert gbp(0) <= back <= gbp(kept)
    if balance >= leave:
        assert not back
    elif back < gbp(kept):
        assert leave <= balance + back.amount < leave + 5


def test_answers_make_the_next_save_smaller():
    assert share(NORMAL, Answers()) == 1
    assert share(NORMAL, Answers(undone=1)) == Decimal("0.5")
    assert share(NORMAL, Answers(skipped=1)) == Decimal("0.8")
    assert share(NORMAL, Answers(undone=9, skipped=9)) == Decimal("0.1")
    assert share(TERMS[Mood.CAREFUL], Answers(undone=1)) == Decimal("0.25")
