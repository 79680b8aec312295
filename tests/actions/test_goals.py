"""Savings goals as conversations: set up, looked at, changed, dropped."""

from __future__ import annotations

import pytest

from tests.actions.conversation import Conversation


def goal(talk: Conversation, text: str) -> None:
    said = talk.say(text, "create_goal")
    assert "Shall I set up the goal" in said, said
    assert talk.say("yes", "affirm").startswith("Done")


def test_a_goal_is_offered_kept_and_looked_at(planner):
    said = planner.say("I want to save 2000 for a holiday by december", "create_goal")
    assert said.endswith("Shall I set up the goal “Holiday” of £2,000.00 by 31 December 2026?")
    assert planner.fact("monthly_need") == "285.72", "seven month ends"
    planner.say("yes", "affirm")
    planner.say("how is my holiday goal?", "check_goal")
    assert planner.fact("saved") == "0.00"
    assert planner.fact("missing") == "2000.00"
    assert planner.fact("due_on") == "2026-12-31"


def test_every_fact_of_a_goal_is_shown(planner):
    goal(planner, "save 2000 for a holiday by december, I already have 300")
    said = planner.say("how is my holiday goal?", "check_goal").replace(",", "")
    for fact in planner.facts:
        if fact.get("unit") != "date":
            assert fact["value"] in said, fact


def test_name_and_amount_are_asked_for_one_by_one(planner):
    assert planner.say("create a goal", "create_goal") == "What do you want to save for?"
    assert planner.say("a holiday", "nlu_fallback") == "How much do you need for “Holiday”?"
    assert "“Holiday” of £2,000.00?" in planner.say("2000", "inform")


def test_an_answer_may_look_like_a_new_goal(planner):
    planner.say("set a goal of 900", "create_goal")
    assert "“Bike” of £900.00?" in planner.say("save for a bike", "create_goal")


def test_a_question_in_between_comes_back_to_the_goal(planner):
    planner.say("create a goal for a bike", "create_goal")
    said = planner.say("what is my balance?", "check_balance")
    assert "How much do you need for “Bike”?" in said
    assert "“Bike” of £900.00?" in planner.say("900", "inform")


def test_changing_ones_mind_before_the_yes(planner):
    planner.say("save 3000 for an emergency fund", "create_goal")
    assert "of £4,000.00?" in planner.say("make it 4000", "inform")
    assert "of £4,000.00 by 31 March 2027?" in planner.say("by next march", "inform")
    planner.say("yes", "affirm")
    planner.say("my goals", "check_goal")
    assert planner.fact("target") == "4000.00"


def test_and_after_it(planner):
    goal(planner, "save 3000 for an emergency fund")
    assert "from £3,000.00 to £5,000.00" in planner.say("make it 5000", "inform")
    planner.say("yes", "affirm")
    planner.say("undo", "undo")
    planner.say("my goals", "check_goal")
    assert planner.fact("target") == "3000.00"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("change the holiday goal to 2500", "from £2,000.00 to £2,500.00"),
        ("raise my holday goal by 500", "from £2,000.00 to £2,500.00"),
        ("lower the holiday goal by 500", "from £2,000.00 to £1,500.00"),
        ("move the holiday goal to next march", "to be reached by 31 March 2027"),
    ],
)
def test_changed_by_name(planner, text, shown):
    goal(planner, "save 2000 for a holiday by december")
    goal(planner, "save 9000 for a car")
    assert shown in planner.say(text, "create_goal")
    assert planner.say("yes", "affirm").startswith("Done: the goal “Holiday”")


def test_nothing_new_is_asked_about(planner):
    goal(planner, "save 2000 for a holiday")
    said = planner.say("change the holiday goal", "create_goal")
    assert said == "“Holiday” is £2,000.00. What shall be the new amount or day?"
    assert "from £2,000.00 to £2,500.00" in planner.say("2500", "inform")


def test_dropped_and_taken_back(planner):
    goal(planner, "save 2000 for a holiday")
    assert "Shall I drop the goal “Holiday”" in planner.say("drop the holday goal", "create_goal")
    assert "No money was moved" in planner.say("yes", "affirm")
    assert "no savings goals" in planner.say("my goals", "check_goal")
    planner.say("undo", "undo")
    assert "Holiday: £0.00 of £2,000.00" in planner.say("my goals", "check_goal")


def test_which_of_several_is_asked(planner):
    goal(planner, "save 2000 for a holiday")
    goal(planner, "save 9000 for a car")
    assert planner.say("delete my goal", "create_goal") == "Which goal do you mean?"
    assert planner.buttons == ["drop the Holiday goal", "drop the Car goal"]
    assert "Shall I drop the goal “Car”" in planner.say("the car one", "inform")


def test_dropping_it_while_looking_at_it(planner):
    goal(planner, "save 2000 for a holiday")
    assert "Shall I drop the goal" in planner.say("forget the holiday goal", "check_goal")


@pytest.mark.parametrize("text", ["make the holiday goal 2500", "push my holiday goal to march"])
def test_changing_it_while_looking_at_it(planner, text):
    goal(planner, "save 2000 for a holiday by december")
    assert "Shall I change the goal “Holiday”" in planner.say(text, "check_goal")


def test_what_was_put_aside_by_hand(planner):
    goal(planner, "save 2000 for a holiday")
    said = planner.say("I put 150 aside for the holiday", "create_goal")
    assert "Shall I count £150.00 as put aside for “Holiday”?" in said
    planner.say("yes", "affirm")
    planner.say("how is my holiday goal?", "check_goal")
    assert planner.fact("saved") == "150.00"
    planner.say("undo", "undo")
    planner.say("how is my holiday goal?", "check_goal")
    assert planner.fact("saved") == "0.00"


def test_several_goals_share_one_account(planner):
    goal(planner, "save 2000 for a holiday by december")
    goal(planner, "save 9000 for a car")
    said = planner.say("how are my goals?", "check_goal")
    assert said.index("Holiday") < said.index("Car"), "the one due first comes first"
    days = [fact["value"] for fact in planner.facts if fact["name"] == "reached_on"]
    assert days == sorted(days), "and is filled first"
    assert "Car" in planner.say("and the car?", "inform")
    assert "Holiday" not in planner.say("and the car?", "inform")


def test_by_a_day(planner):
    goal(planner, "save 2000 for a holiday")
    assert "yes, by 25 December 2026" in planner.say(
        "will I have enough for my holiday by christmas?", "check_goal"
    )
    assert "by 31 July 2026 you would not" in planner.say(
        "will I have enough for my holiday by july?", "check_goal"
    )


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("save 500 for a bike by march 2020", "already passed"),
        ("save 500 for a bike by yesterday", "already passed"),
        ("save -500 for a bike", "more than zero"),
        ("save 500 for a holiday", "already have a goal"),
    ],
)
def test_impossible_goals_write_nothing(planner, text, answer):
    goal(planner, "save 2000 for a holiday")
    assert answer in planner.say(text, "create_goal")
    assert "nothing waiting" in planner.say("yes", "affirm")


def test_goals_that_are_not_there(planner):
    assert "no savings goals" in planner.say("how is my boat fund?", "check_goal")
    assert "no savings goals" in planner.say("drop the goal", "create_goal")
    goal(planner, "save 2000 for a holiday")
    assert "don't know a goal of that name" in planner.say("how is my boat fund?", "check_goal")


@pytest.mark.parametrize("text", ["change the boat goal to 5000", "drop the boat goal"])
def test_a_goal_of_another_name_is_not_touched_and_none_is_begun(planner, text):
    goal(planner, "save 2000 for a holiday")
    assert "don't know a goal of that name" in planner.say(text, "create_goal")
    assert "nothing waiting" in planner.say("yes", "affirm")


def test_what_a_goal_needs_is_not_safe_to_spend_once_it_is_due(planner):
    planner.say("what is safe to spend?", "safe_to_spend")
    assert not [fact for fact in planner.facts if fact["name"] == "goal"]
    goal(planner, "save 2000 for a holiday by 20 june")
    said = planner.say("what is safe to spend?", "safe_to_spend")
    assert planner.fact("until") > "2026-06-20"
    assert planner.fact("goals") == "2000.00"
    assert "Goal “Holiday”: -£2,000.00" in said


def test_money_put_into_it_goes_where_the_goal_grows(planner):
    planner.say("save 2000 for a holiday by december", "create_goal")
    planner.say("yes", "affirm")
    planner.say("how is my holiday goal?", "check_goal")
    said = planner.say("put 20 quid in it", "transfer_money")
    assert "which account" not in said
    assert planner.slots["frame"]["skill"] == "savings_advice", "its account is for savings"
