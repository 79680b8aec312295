"""Suggestions in conversation: put, explained, taken up, turned down, silenced."""

from datetime import date

import pytest

ASK = "anything I should know?", "find_unusual_spending"
KEEPS = ("not now", "don't show this again")


def suggested(talk):
    return [line for line in talk.say(*ASK).splitlines() if line[:2] in ("1.", "2.", "3.")]


def test_the_best_few_come_first_with_their_figures_and_what_to_do(planner):
    text = planner.say(*ASK)
    assert "things worth knowing:\n1. " in text
    assert planner.fact("suggestions") in ("2", "3")
    assert planner.buttons[-2:] == list(KEEPS)
    assert "things stood out" in text or "thing stood out" in text, "the rest is still told"


def test_a_question_about_a_period_or_place_is_answered_alone(planner):
    for text in ("anything unusual in March?", "anything unusual at Costa Coffee?"):
        assert "worth knowing" not in planner.say(text, "find_unusual_spending")


def test_nothing_is_told_twice_in_one_reply(planner):
    text = planner.say(*ASK)
    assert text.count("£23.18") == 1, "the double charge"


def test_why_tells_what_is_at_stake_and_how_sure_it_is(planner):
    planner.say(*ASK)
    text = planner.say("why?", "explain")
    assert "at stake" in text
    assert f"{planner.fact('confidence')}% sure" in text
    assert planner.buttons[-2:] == list(KEEPS), "the offer stays open"


@pytest.mark.parametrize(
    ("text", "intent"),
    [("not now", "deny"), ("maybe later", "out_of_scope"), ("no thanks", "thank_you")],
)
def test_what_is_turned_down_gives_way_to_others(planner, text, intent):
    first = suggested(planner)
    intent = intent if intent != "thank_you" else "deny"
    assert "for now" in planner.say(text, intent)
    assert not set(first) & set(suggested(planner))


def test_one_of_them_is_silenced_and_the_others_stay(planner):
    first = suggested(planner)
    assert "won't bring that up again" in planner.say("don't show the first one again", "cancel")
    later = suggested(planner)
    assert first[0][3:] not in [line[3:] for line in later]
    assert first[1][3:] in [line[3:] for line in later]


def test_a_press_of_its_button_is_answered_as_what_it_says(planner):
    planner.say(*ASK)
    press = next(payload for payload in planner.buttons if "subscriptions" in payload)
    assert "subscription" in planner.say(press, "list_subscriptions")
    assert "PureGym" not in "".join(suggested(planner)), "taken up"


def test_a_plain_yes_is_taken_for_the_first(planner):
    assert "could move" in suggested(planner)[0]
    said = planner.say("yes please", "affirm")
    assert said.startswith("You could put £300.00 aside")
    assert "1. Groceries" in said, "the next ones move up"
    assert "You spent" in planner.say("yes", "affirm")
    assert "There is nothing waiting" in planner.say("yes", "affirm")


def test_a_no_to_nothing_is_no_answer(planner):
    assert "What else" in planner.say("not now", "deny")
    planner.say(*ASK)
    planner.say("what are my balances?", "check_balance")
    assert "What else" in planner.say("not now", "deny"), "it was about something else by then"


def test_a_greeting_tells_what_is_pressing_once(planner):
    text = planner.say("hello", "greet")
    assert "Worth knowing: Nando's" in text
    assert text.count("\n") <= 2
    assert planner.fact("amount") == "23.18"
    assert "Worth knowing" not in planner.say("hello", "greet")


def test_a_greeting_with_nothing_new_stays_a_greeting(planner):
    planner.today = date(2026, 4, 20)
    assert "Worth knowing" not in planner.say("hi", "greet")
    assert not planner.facts


def test_the_greeting_can_be_answered(planner):
    planner.say("hello", "greet")
    assert "won't bring that up again" in planner.say("never mention it again", "deny")
