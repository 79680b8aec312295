"""Several questions at once, and a question left open while something else is talked about."""

from datetime import UTC, date, datetime

import pytest

from actions import threads
from actions.turn import Reply, Turn
from finance_core.model import Fact, Person

ASKED = {
    "skill": "transfer_money",
    "frame": {"skill": "transfer_money", "amount": "50"},
    "text": "From which account?",
    "facts": [],
    "buttons": [["Everyday", "from everyday"]],
    "tries": 1,
}
BALANCE = Reply("You have £10.00.", (Fact("balance", "10.00", "GBP"),), slots={"frame": {}})


def turn(**given):
    person = Person("p", "Ada", "GBP", "UTC")
    values = {"text": "hm", "intent": "inform", "confidence": 0.9, "channel": "web", **given}
    return Turn(person=person, today=date(2026, 6, 15), now=datetime.now(UTC), **values)


def test_a_question_is_kept_with_its_frame_and_buttons():
    asks = Reply(
        "From which account?",
        buttons=(("Everyday", "from everyday"),),
        slots={"frame": ASKED["frame"]},
        asks=True,
    )
    assert threads.resumed(asks, turn(), "transfer_money").slots["open_question"] == ASKED


def test_after_an_aside_the_question_is_put_again():
    reply = threads.resumed(BALANCE, turn(open_question=ASKED), "check_balance")
    assert reply.text.startswith("You have £10.00.")
    assert reply.text.endswith("From which account?")
    assert reply.buttons == (("Everyday", "from everyday"),)
    assert reply.slots["frame"] == ASKED["frame"], "the answer goes to the transfer"
    assert reply.slots["open_question"]["text"] == "From which account?", "it stays open"


def test_a_third_aside_means_the_person_has_moved_on():
    left_open = ASKED
    for _ in range(2):
        reply = threads.resumed(BALANCE, turn(open_question=left_open), "check_balance")
        left_open = reply.slots["open_question"]
    reply = threads.resumed(BALANCE, turn(open_question=left_open), "check_balance")
    assert reply.text == "You have £10.00."
    assert reply.slots["open_question"] is None


def test_the_skills_own_answer_closes_its_question():
    reply = threads.resumed(Reply("Done."), turn(open_question=ASKED), "transfer_money")
    assert reply.text == "Done."
    assert reply.slots["open_question"] is None


def test_a_way_out_closes_it():
    for skill in ("cancel", "deny"):
        reply = threads.resumed(Reply("Cancelled."), turn(open_question=ASKED), skill)
        assert reply.text == "Cancelled."
        assert reply.slots["open_question"] is None


@pytest.mark.parametrize("intent", ["cancel", "deny"])
def test_what_was_broken_off_is_not_gone_on_with(amelia, intent):
    amelia.say("pay the council tax", "pay_bill")
    amelia.say("no, leave it", intent)
    assert "payee" not in amelia.say("groceries by week", "inform")


def test_a_new_offer_takes_the_place_of_an_open_question():
    offer = Reply("Shall I set a budget?", slots={"change_id": "c"})
    reply = threads.resumed(offer, turn(open_question=ASKED), "set_budget")
    assert reply.text == offer.text
    assert reply.slots["open_question"] is None


def test_the_same_question_is_put_three_times_and_then_let_go():
    asks = Reply("From which account?", slots={"frame": ASKED["frame"]}, asks=True)
    kept: dict = {}
    for tries in (1, 2, 3):
        reply = threads.resumed(asks, turn(open_question=kept), "follow_up")
        kept = reply.slots["open_question"]
        assert kept["tries"] == tries
    reply = threads.resumed(asks, turn(open_question=kept), "follow_up")
    assert "leave it there" in reply.text
    assert reply.slots["open_question"] is None
    assert reply.slots["frame"] == {}


def test_another_question_of_the_same_skill_starts_counting_afresh():
    asks = Reply("To which account?", slots={"frame": ASKED["frame"]}, asks=True)
    reply = threads.resumed(asks, turn(open_question={**ASKED, "tries": 3}), "follow_up")
    assert reply.slots["open_question"]["tries"] == 1


def test_a_scrap_that_answers_nothing_is_taken_for_what_it_was_understood_as(amelia):
    amelia.say("how much will I have?", "forecast_balance")
    said = amelia.say("what's netflix costing me", "list_subscriptions", confidence=0.6)
    assert "Netflix" in said
    assert "For which day" not in said


def test_a_scrap_that_makes_no_sense_is_asked_about_again(amelia):
    amelia.say("how much will I have?", "forecast_balance")
    said = amelia.say("31 february", "spending_report", confidence=0.4)
    assert said.startswith("There is no 31 February")
    assert said.endswith("For which day shall I look ahead?")


def both(amelia, *questions):
    """One message with several questions, as the pipeline hands it over."""
    asked = [
        {"text": text, "intent": {"name": intent, "confidence": 0.9}, "entities": []}
        for text, intent in questions
    ]
    text = " and ".join(text for text, _ in questions)
    return amelia.say(text, questions[0][1], questions=asked)


def test_two_questions_are_both_answered(amelia):
    said = both(
        amelia,
        ("what's my balance", "check_balance"),
        ("how much did i spend on groceries last month", "spending_report"),
    )
    alone = amelia.say("how much did i spend on groceries last month", "spending_report")
    total = amelia.fact("total")
    assert alone in said
    balance = amelia.say("what's my balance", "check_balance")
    assert balance in said
    assert total in said.replace(",", "")


def test_the_second_question_is_what_a_follow_up_goes_on_from(amelia):
    both(
        amelia,
        ("what's my balance", "check_balance"),
        ("how much did i spend on groceries last month", "spending_report"),
    )
    assert "on eating out in May 2026" in amelia.say("and dining?", "inform")


def test_an_error_in_one_question_does_not_silence_the_other(amelia):
    said = both(
        amelia,
        ("how much did i spend on 31 february 2026", "spending_report"),
        ("what's my balance", "check_balance"),
    )
    assert amelia.say("what's my balance", "check_balance") in said


def test_a_question_that_asks_back_waits_for_its_answer_after_the_others(amelia):
    said = both(
        amelia,
        ("what's my balance", "check_balance"),
        ("can i afford a holiday", "check_affordability"),
    )
    assert "Current Account" in said
    assert said.endswith("How much would it cost?")
    assert "£450.00" in amelia.say("450", "inform")


def test_what_made_no_sense_leaves_the_question_open_for_three_tries():
    refused = Reply("The amount has to be more than zero.", refused=True)
    kept = ASKED
    for tries in (2, 3):
        reply = threads.resumed(refused, turn(open_question=kept), "follow_up")
        assert reply.text == "The amount has to be more than zero.\n\nFrom which account?"
        kept = reply.slots["open_question"]
        assert (kept["tries"], kept["text"]) == (tries, "From which account?")
    reply = threads.resumed(refused, turn(open_question=kept), "follow_up")
    assert "leave it there" in reply.text


def test_a_scrap_is_an_answer_and_a_clear_question_is_an_aside():
    assert answers("the holiday one", "create_goal", 0.5)
    assert answers("a new car", "out_of_scope", 0.9)
    assert answers("5000%", "affirm", 0.9)
    assert not answers("my balance", "check_balance", 0.95)
    assert not answers("yes", "affirm", 0.5)
    assert not answers("how much did i spend on groceries", "spending_report", 0.5)


def test_what_a_button_says_is_an_answer_however_it_is_understood():
    assert answers("Everyday", "check_balance", 0.99)
    assert answers("from everyday.", "transfer_money", 0.99)


def answers(text, intent, confidence):
    said = turn(text=text, intent=intent, confidence=confidence, open_question=ASKED)
    return threads.answers(said)
