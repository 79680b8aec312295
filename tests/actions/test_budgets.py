"""Budgets as conversations: offered, kept, looked at, changed and removed."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.actions.conversation import Conversation


def budget(talk: Conversation, text: str) -> None:
    said = talk.say(text, "set_budget")
    assert "Shall I" in said, said
    assert talk.say("yes", "affirm").startswith("Done")


def shown(talk: Conversation) -> dict[tuple[str, str], str]:
    return {(fact["name"], fact.get("label", "")): fact["value"] for fact in talk.facts}


def test_a_budget_is_offered_kept_and_looked_at(planner):
    said = planner.say("set a budget of 300 for groceries", "set_budget")
    assert said.endswith("Shall I set a budget of £300.00 a month for groceries?")
    assert planner.buttons == ["yes", "no"]
    assert planner.say("yes", "affirm").startswith("Done: your budget for groceries is £300.00")
    planner.say("how is my grocery budget?", "check_budget")
    facts = shown(planner)
    assert facts["budget", "groceries"] == "300.00"
    assert facts["spent", "groceries"] == "261.27"
    assert facts["left", "groceries"] == "38.73"
    assert facts["share", "groceries"] == "87"
    assert facts["days_left", ""] == "15"
    assert facts["per_day", "groceries"] == "2.58"


def test_every_fact_of_a_status_is_shown(planner):
    budget(planner, "set a budget of 300 for groceries")
    said = planner.say("how is my grocery budget?", "check_budget").replace(",", "")
    for fact in planner.facts:
        assert fact["value"] in said, fact


def test_a_no_keeps_nothing(planner):
    planner.say("set a budget of 300 for groceries", "set_budget")
    assert "nothing is changed" in planner.say("no", "deny")
    assert "no budgets yet" in planner.say("my budgets", "check_budget")


def test_without_an_amount_the_past_suggests_one(planner):
    said = planner.say("set a budget for groceries", "set_budget")
    facts = shown(planner)
    assert Decimal(facts["budget", "groceries"]) >= Decimal(facts["median", "groceries"]) > 0
    assert "another amount" in said
    assert "£250.00 a month for groceries?" in planner.say("make it 250", "inform")
    planner.say("yes", "affirm")
    planner.say("my budgets", "check_budget")
    assert planner.fact("budget") == "250.00"


def test_without_a_past_the_amount_is_asked_for(planner):
    assert "How much may it be a month?" in planner.say("budget for pets", "set_budget")
    assert "£40.00 a month for pets?" in planner.say("40", "inform")


def test_without_a_category_it_is_asked_for_and_the_amount_is_kept(planner):
    assert planner.say("set my budget to 1500", "set_budget") == "What is the budget for?"
    assert planner.buttons[0] == "set a budget of 1500.00 GBP for everything"
    said = planner.say("all my spending", "nlu_fallback")
    assert "set a budget of £1,500.00 a month for all your spending?" in said


def test_food_may_be_two_things(planner):
    assert planner.say("budget 400 for food", "set_budget").startswith("Which one")
    assert len(planner.buttons) == 2
    assert "£400.00 a month for groceries?" in planner.say(planner.buttons[0], "set_budget")


def test_a_shop_is_no_category_but_belongs_to_one(planner):
    said = planner.say("cap tesco at 200 a month", "set_budget")
    assert "Tesco counts as groceries" in said
    assert "£200.00 a month for groceries?" in planner.say(planner.buttons[0], "set_budget")


def test_a_weekly_amount_becomes_monthly(planner):
    said = planner.say("a budget of 50 a week for transport", "set_budget")
    assert "£50.00 a week is £216.67 a month" in said
    assert planner.fact("budget") == "216.67"


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("change my groceries budget to 250", "250.00"),
        ("raise the groceries budget by 50", "350.00"),
        ("lower my groceries budget by 50", "250.00"),
        ("change my groceries budget from 300 to 320", "320.00"),
    ],
)
def test_changed_and_taken_back(planner, text, after):
    budget(planner, "set a budget of 300 for groceries")
    assert f"from £300.00 to £{after}" in planner.say(text, "set_budget")
    planner.say("yes", "affirm")
    assert "Taken back" in planner.say("undo", "undo")
    planner.say("my budgets", "check_budget")
    assert planner.fact("budget") == "300.00"


def test_a_change_without_an_amount_asks_for_it(planner):
    budget(planner, "set a budget of 300 for groceries")
    said = planner.say("lower my groceries budget", "set_budget")
    assert said == "The budget for groceries is £300.00 a month. How much shall it be?"
    assert "from £300.00 to £280.00" in planner.say("280", "inform")


def test_changing_it_after_looking_at_it(planner):
    budget(planner, "set a budget of 300 for groceries")
    planner.say("how is my grocery budget?", "check_budget")
    assert "from £300.00 to £250.00" in planner.say("change it to 250", "inform")


def test_removed_and_taken_back(planner):
    budget(planner, "set a budget of 300 for groceries")
    budget(planner, "set a budget of 100 for eating out")
    assert planner.say("remove a budget", "set_budget") == "Which budget shall I remove?"
    planner.say("groceries", "inform")
    assert planner.say("yes", "affirm").startswith("Done: there is no budget for groceries")
    planner.say("my budgets", "check_budget")
    assert [f["label"] for f in planner.facts if f["name"] == "budget"] == ["dining"]
    planner.say("undo", "undo")
    planner.say("my budgets", "check_budget")
    assert [f["label"] for f in planner.facts if f["name"] == "budget"] == ["dining", "groceries"]


def test_what_is_not_there_cannot_be_removed(planner):
    assert "no budgets to remove" in planner.say("delete my budget", "set_budget")
    budget(planner, "set a budget of 300 for groceries")
    said = planner.say("remove the pets budget", "set_budget")
    assert said == "There is no budget for pets. You have one for groceries."


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("budget of -20 for groceries", "more than zero"),
        ("budget of 0 for groceries", "more than zero"),
        ("budget of 20 euros for groceries", "no account in EUR"),
        ("lower the groceries budget by 500", "nothing of it"),
        ("change my groceries budget to 300", "already"),
    ],
)
def test_bad_amounts_write_nothing(planner, text, answer):
    budget(planner, "set a budget of 300 for groceries")
    assert answer in planner.say(text, "set_budget")
    assert "nothing waiting" in planner.say("yes", "affirm")


def test_months_and_follow_ups(planner):
    budget(planner, "set a budget of 300 for groceries")
    assert "in June 2026" in planner.say("how is my grocery budget?", "check_budget")
    assert "in May 2026" in planner.say("and last month?", "inform")
    assert planner.fact("spent") == "158.24"
    assert "has not begun" in planner.say("my budget for next month", "check_budget")


def test_several_budgets_and_their_sum(planner):
    budget(planner, "set a budget of 300 for groceries")
    budget(planner, "set a budget of 100 for eating out")
    said = planner.say("how are my budgets?", "check_budget")
    facts = shown(planner)
    parts = [Decimal(facts["spent", label]) for label in ("groceries", "dining")]
    assert Decimal(facts["total_spent", ""]) == sum(parts)
    assert facts["total_budget", ""] == "400.00"
    assert "Eating out: £221.46 of £100.00, 221%, £121.46 over" in said


def test_no_budget_for_it(planner):
    budget(planner, "set a budget of 300 for groceries")
    assert "no budget for transport" in planner.say("my transport budget", "check_budget")
    assert planner.fact("spent") == "80.18"
    said = planner.say(planner.buttons[0], "set_budget")
    assert "a month for transport?" in said


def test_why(planner):
    budget(planner, "set a budget of 300 for groceries")
    planner.say("how is my grocery budget?", "check_budget")
    assert "the rest of a month usually costs" in planner.say("why?", "explain")
