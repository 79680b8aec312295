"""Praise and blame are kept with what they are about, and blame is of use."""

from datetime import timedelta

import pytest

from finance_core.services import feedback, imports, people
from tests.actions.conftest import LEDGERS, TODAY
from tests.actions.conversation import Conversation


@pytest.fixture
def ben(core, serve):
    """A conversation of a person who may be written about."""
    person, _ = people.add(core, "Ben", "Europe/London", "GBP")
    imports.import_file(core, person.id, LEDGERS / "beginner.csv")
    serve(core)
    return Conversation(person.id, TODAY)


def kept(core, talk):
    return feedback.of_person(core, talk.sender.partition("~")[0])


def test_blame_is_kept_with_the_turn_it_is_about_but_without_its_words(core, ben):
    told = ben.say("what are my balances?", "check_balance")
    ben.say("that's wrong", "feedback_negative")
    (entry,) = kept(core, ben)
    assert (entry.score, entry.intent, entry.skill) == (-1, "check_balance", "check_balance")
    assert entry.channel == "web"
    assert entry.at - core.clock() < timedelta(minutes=1)
    assert (entry.said, entry.reply) == (None, None)
    assert entry.digest == feedback.digest(entry.person_id, told)


def test_the_words_are_kept_where_transcripts_are_allowed(core, ben):
    people.set_consent(core, ben.sender.partition("~")[0], True)
    told = ben.say("what are my balances?", "check_balance")
    ben.say("brilliant", "feedback_positive")
    (entry,) = kept(core, ben)
    assert (entry.score, entry.said, entry.reply) == (1, "brilliant", told)


def test_praise_of_nothing_and_after_small_talk_names_no_skill(core, ben):
    ben.say("you're great", "feedback_positive")
    ben.say("what are my balances?", "check_balance")
    ben.chat("thanks", "You're welcome.")
    ben.say("not helpful", "feedback_negative")
    first, second = kept(core, ben)
    assert (first.intent, first.skill) == ("", "")
    assert second.skill == ""


@pytest.mark.parametrize(
    ("text", "intent", "offered"),
    [
        ("what did I spend in May?", "spending_report", "change a category"),
        ("what are my balances?", "check_balance", "refresh my accounts"),
    ],
)
def test_blame_offers_the_reason_and_how_to_say_it_otherwise(ben, text, intent, offered):
    ben.say(text, intent)
    ben.say("that's not right", "feedback_negative")
    assert ben.buttons == ["why?", offered]


def test_blame_of_nothing_shows_what_can_be_asked(ben):
    ben.say("useless", "feedback_negative")
    assert len(ben.buttons) == 3


def test_one_persons_words_are_not_anothers(core, ben):
    ben.say("great", "feedback_positive")
    eve, _ = people.add(core, "Eve", "UTC", "EUR")
    assert feedback.of_person(core, eve.id) == []


def test_repeat_gives_the_buttons_again(ben):
    ben.say("what are my balances?", "check_balance")
    ben.say("that's not right", "feedback_negative")
    before = ben.buttons
    ben.say("what?", "repeat")
    assert ben.buttons == before
