"""Looking ahead: what is missing is asked for, again twice, and then there is a way out."""

from datetime import date, timedelta

import pytest

from finance_core.services import imports, people
from tests.actions.conftest import TODAY
from tests.actions.conversation import Conversation

WAY_OUT = "Let's leave it there"
WHICH_DAY = "For which day shall I look ahead?"
HOW_MUCH = "How much would it cost?"
WHEN = "When would you spend it?"


def test_all_said_at_once_is_answered_at_once(amelia):
    said = amelia.say("can I afford 400 on friday?", "check_affordability")
    assert "£400.00" in said
    assert amelia.fact("day") == "2026-06-19"


def test_an_amount_without_a_day_means_today(amelia):
    amelia.say("can I afford 30 pounds?", "check_affordability")
    assert amelia.fact("day") == "2026-06-15"


def test_what_is_missing_is_asked_for(amelia):
    assert amelia.say("can I afford a holiday?", "check_affordability") == HOW_MUCH
    assert "£450.00" in amelia.say("450", "inform")
    assert amelia.slots["open_question"] is None, "the next question starts afresh"


def test_a_day_said_before_the_amount_is_kept(amelia):
    assert amelia.say("can I afford a holiday on friday?", "check_affordability") == HOW_MUCH
    amelia.say("450", "inform")
    assert amelia.fact("day") == "2026-06-19"


def test_an_impossible_amount_is_asked_for_again_twice_then_a_way_out(amelia):
    first = amelia.say("can I afford -5?", "check_affordability")
    assert "more than zero" in first
    for _ in range(2):
        assert HOW_MUCH in amelia.say("-5", "inform")
    assert WAY_OUT in amelia.say("-5", "inform")
    assert not amelia.slots["open_question"]
    assert amelia.buttons


@pytest.mark.parametrize("said", ["31 February", "hm", "the 42nd", "yesterday"])
def test_an_impossible_day_is_asked_for_again_twice_then_a_way_out(amelia, said):
    assert amelia.say("how much will I have?", "forecast_balance") == WHICH_DAY
    assert WHICH_DAY in amelia.say(said, "inform")
    assert WHICH_DAY in amelia.say(said, "nlu_fallback")
    assert WAY_OUT in amelia.say(said, "inform")
    assert not amelia.slots["open_question"]


def test_after_the_way_out_the_next_question_works(amelia):
    for text, intent in (("how much will I have?", "forecast_balance"), *[("x", "inform")] * 3):
        amelia.say(text, intent)
    amelia.say("how much will I have on the 30th?", "forecast_balance")
    assert amelia.fact("day") == "2026-06-30"


def test_a_day_asked_for_is_not_taken_as_today(amelia):
    assert WHEN in amelia.say("can I afford 100 on 31 february?", "check_affordability")
    assert WHEN in amelia.say("not sure", "nlu_fallback")
    amelia.say("on friday", "inform")
    assert (amelia.fact("amount"), amelia.fact("day")) == ("100.00", "2026-06-19")


def test_who_goes_on_to_other_things_is_asked_twice_more_and_then_left_alone(amelia):
    amelia.say("how much will I have?", "forecast_balance")
    for _ in range(2):
        said = amelia.say("what are my balances?", "check_balance")
        assert "Current Account" in said
        assert WHICH_DAY in said
    assert WHICH_DAY not in amelia.say("what are my balances?", "check_balance")
    amelia.say("what did I spend in May?", "spending_report")
    assert "eating out in May" in amelia.say("and dining?", "inform"), "of the last question"


def test_no_question_is_put_behind_an_offer(planner):
    planner.say("how much will I have?", "forecast_balance")
    said = planner.say("set a budget of 200 for eating out", "set_budget")
    assert said.endswith("eating out?")
    assert WHICH_DAY not in planner.say("yes", "affirm")


def test_the_day_before_payday(amelia):
    amelia.say("will I run out of money before payday?", "forecast_balance")
    before = date.fromisoformat(amelia.fact("day"))
    amelia.say("how much will I have on payday?", "forecast_balance")
    assert date.fromisoformat(amelia.fact("day")) == before + timedelta(days=1)
    assert "for salary" not in amelia.say("what bills come before payday?", "upcoming_bills")
    assert amelia.say("can I afford a holiday?", "check_affordability") == HOW_MUCH
    amelia.say("40 before payday", "inform")
    assert amelia.fact("day") == before.isoformat()


def test_a_payday_that_nobody_knows_is_asked_for(core, serve, tmp_path):
    person, _ = people.add(core, "Robin", "Europe/London", "GBP")
    (tmp_path / "bank.csv").write_text(
        "account,date,amount,currency,description,balance\n"
        "Current,2026-06-01,-4.00,GBP,COFFEE,100.00\n"
    )
    imports.import_file(core, person.id, tmp_path / "bank.csv")
    serve(core)
    said = Conversation(person.id, TODAY).say("run out before payday?", "forecast_balance")
    assert "no income to count from" in said
    assert WHICH_DAY in said


def test_an_answer_belongs_to_this_question_and_not_to_one_before(amelia):
    amelia.say("what's in my Easy Saver?", "check_balance")
    amelia.say("can I afford 20 on 30 June?", "check_affordability")
    assert amelia.say("can I afford a holiday?", "check_affordability") == HOW_MUCH
    said = amelia.say("450", "inform")
    assert "Easy Saver" not in said
    assert amelia.fact("day") == "2026-06-15", "not the day of the question before"


def test_a_question_that_cannot_be_answered_leaves_nothing_behind(amelia):
    assert "180 days" in amelia.say("can I afford 100 in 5 years?", "check_affordability")
    assert not amelia.slots["open_question"]
    amelia.say("can I afford 100?", "check_affordability")
    amelia.say("and on friday?", "inform")
    assert amelia.fact("day") == "2026-06-19"


def test_another_currency_is_refused_in_words(amelia):
    said = amelia.say("can I afford 100 euros on friday?", "check_affordability")
    assert "no exchange rate for EUR" in said
    assert amelia.facts == []


def test_a_no_says_what_it_would_delay_and_when_it_is_safe(amelia):
    said = amelia.say("can I afford 1200 on 27 June?", "check_affordability")
    assert said.startswith("I'd rather not")
    assert "It could delay" in said
    late = [fact for fact in amelia.facts if fact["name"] == "delayed"]
    assert {fact["label"] for fact in late} & {"Netflix", "Spotify", "Hyperoptic", "giffgaff"}
    assert amelia.fact("safe_on") > "2026-06-27"
    assert 0 < int(amelia.fact("chance")) < 60


def test_a_price_that_is_never_safe_says_so(amelia):
    said = amelia.say("can I afford 9000 on 25 June?", "check_affordability")
    assert "I see no day until" in said
    assert amelia.fact("until") > "2026-07-01"


def test_a_yes_delays_nothing(amelia):
    said = amelia.say("can I afford 5 on friday?", "check_affordability")
    assert said.startswith("Yes")
    assert "delay" not in said
    assert not {"safe_on", "until", "delayed"} & {fact["name"] for fact in amelia.facts}
