"""Said aloud, nothing is written before the PIN; with it, the same words do what they say."""

import pytest

from finance_core.services import changes, pins
from tests.actions.conversation import Conversation


class Aloud(Conversation):
    """A conversation on a spoken channel."""

    verified = False

    def _run(self, name):
        if self.verified:
            self.message["metadata"]["verified"] = True
        return super()._run(name)

    def proven(self, text, intent):
        self.verified = True
        try:
            return self.say(text, intent)
        finally:
            self.verified = False


@pytest.fixture
def aloud(planner):
    return Aloud(planner.sender.partition("~")[0], planner.today, "alexa")


def asks_pin(talk):
    return any(fact["name"] == pins.NEEDED for fact in talk.facts)


def budget_set(talk):
    from actions import base

    done = changes.last_done(base.core(), talk.sender.partition("~")[0])
    return done is not None and done.kind == "budget.set"


def test_a_yes_waits_for_the_pin_and_then_counts(aloud):
    assert "Shall I" in aloud.say("set a grocery budget of 300", "set_budget")
    assert "PIN" in aloud.say("yes", "affirm")
    assert asks_pin(aloud) and not budget_set(aloud)
    said = aloud.proven("yes", "affirm")
    assert budget_set(aloud), said
    assert not asks_pin(aloud)


def test_an_undo_waits_for_the_pin_too(aloud):
    aloud.say("set a grocery budget of 300", "set_budget")
    aloud.say("yes", "affirm")
    aloud.proven("yes", "affirm")
    assert "PIN" in aloud.say("undo", "undo") and budget_set(aloud)
    assert "Taken back" in aloud.proven("undo", "undo")
    assert not budget_set(aloud)


def test_a_no_needs_none(aloud):
    aloud.say("set a grocery budget of 300", "set_budget")
    assert "nothing is changed" in aloud.say("no", "deny")


def test_after_a_refused_yes_a_no_still_drops_it(aloud):
    aloud.say("set a grocery budget of 300", "set_budget")
    aloud.say("yes", "affirm")
    assert "nothing is changed" in aloud.say("no", "deny")
    assert "nothing waiting" in aloud.proven("yes", "affirm")


def test_erasing_everything_waits_for_the_pin_at_both_steps(aloud):
    from actions import base
    from finance_core.services import people

    person_id = aloud.sender.partition("~")[0]
    aloud.say("delete my data", "delete_data")
    assert "PIN" in aloud.say("yes", "affirm")
    assert "last step" in aloud.proven("yes", "affirm")
    assert "PIN" in aloud.say("delete everything", "delete_data")
    assert people.get(base.core(), person_id)
    assert "erased" in aloud.proven("delete everything", "delete_data").lower()


def test_what_is_only_read_needs_none(aloud):
    aloud.say("what's my balance?", "check_balance")
    assert not asks_pin(aloud)


def test_of_two_questions_the_one_that_writes_waits(aloud):
    aloud.say("set a grocery budget of 300", "set_budget")
    questions = [
        {"text": "yes", "intent": {"name": "affirm", "confidence": 1.0}},
        {"text": "what's my balance", "intent": {"name": "check_balance", "confidence": 1.0}},
    ]
    aloud.say("yes, and what's my balance", "affirm", questions=questions)
    assert asks_pin(aloud) and not budget_set(aloud)
    assert not [fact for fact in aloud.facts if fact["name"] == "balance"]


def test_in_writing_a_yes_is_enough(planner):
    planner.say("set a grocery budget of 300", "set_budget")
    planner.say("yes", "affirm")
    assert budget_set(planner)


def test_who_claims_proof_on_an_unknown_channel_gains_nothing(planner):
    """Only channels that ask for the PIN are held to it; ``verified`` must be exactly true."""
    talk = Aloud(planner.sender.partition("~")[0], planner.today, "twilio")
    talk.say("set a grocery budget of 300", "set_budget")
    talk.say("yes", "affirm")
    talk.verified = False
    talk.message["metadata"]["verified"] = "true"
    assert "PIN" in "\n".join(Conversation._run(talk, "action_affirm"))
    assert not budget_set(talk)
