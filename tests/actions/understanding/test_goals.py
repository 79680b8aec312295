from datetime import date

import pytest

from actions.understanding.goals import due_day, goal_name, match_goals, target_and_saved
from finance_core.errors import BadInput
from finance_core.money import Money

TODAY = date(2026, 6, 15)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("I want to save 2000 for a holiday by december", "Holiday"),
        ("save up for a trip to japan in 6 months", "Trip to japan"),
        ("start an emergency fund", "Emergency fund"),
        ("save for a rainy day", "Rainy day fund"),
        ("open a pot for christmas", "Christmas"),
        ("new goal: laptop, 1100", "Laptop"),
        ("my new goal is a trip to iceland", "Trip to iceland"),
        ("make a goal called “Big Bike” of 500", "Big Bike"),
        ("start a house deposit fund of 20000", "House deposit"),
        ("i'd like a pot for birthdays", "Birthdays"),
        ("i want save money for buy a house", "House"),
        ("the wedding goal", "Wedding"),
        ("create a savings goal", None),
        ("set a target of 1000", None),
        ("create a goal for me", None),
        ("new savings pot", None),
        ("save 500 by june", None),
    ],
)
def test_names(text, name):
    assert goal_name(text) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [("a holiday", "Holiday"), ("it's for my wedding", "Wedding"), ("To buy a car", "Car"),
     ("new phone please", "New phone"), ("2000", None), ("it", None)],
)  # fmt: skip
def test_bare_words_are_names_only_as_an_answer(text, name):
    assert goal_name(text, answer=True) == name


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("by december", date(2026, 12, 31)),
        ("by the end of 2027", date(2027, 12, 31)),
        ("by 2027", date(2027, 12, 31)),
        ("by christmas", date(2026, 12, 25)),
        ("by next summer", date(2027, 6, 1)),
        ("before winter", date(2026, 12, 1)),
        ("in 18 months", date(2027, 12, 15)),
        ("by 1 September", date(2026, 9, 1)),
        ("by march", date(2027, 3, 31)),
        ("start saving now", None),
        ("save for a car", None),
        ("save 2000 for a car", None),
    ],
)
def test_days(text, day):
    assert due_day(text, TODAY) == day


@pytest.mark.parametrize("text", ["by march 2020", "by 2025", "by yesterday", "by last month"])
def test_days_that_have_passed(text):
    with pytest.raises(BadInput, match="already passed"):
        due_day(text, TODAY)


@pytest.mark.parametrize(
    ("text", "target", "saved"),
    [
        ("2000 for a holiday, I already have 300", ["2000"], "300"),
        ("I've already saved 50 quid", [], "50"),
        ("a goal of 2000 by 2027", ["2000"], None),
        ("1.200,50 for a bike by december 2026", ["1200.50"], None),
        ("two grand starting with 100", ["2000"], "100"),
        ("a holiday in two years", [], None),
    ],
)
def test_amounts(text, target, saved):
    found, there = target_and_saved(text, "GBP")
    assert found == [Money.of(amount, "GBP") for amount in target]
    assert there == (Money.of(saved, "GBP") if saved else None)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("how is my holiday fund", ["Holiday"]),
        ("drop the holday goal", ["Holiday"]),
        ("the car", ["New car"]),
        ("my new goal", []),
        ("trip to japan", ["Trip to Japan"]),
        ("the trip", ["Trip to Japan", "Trip to Rome"]),
        ("rome's trip", ["Trip to Rome"]),
    ],
)
def test_goals_are_found_by_their_telling_words(text, names):
    goals = ["Holiday", "New car", "Trip to Japan", "Trip to Rome"]
    assert match_goals(text, goals, str) == names
