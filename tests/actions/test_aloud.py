"""No figures aloud: asked for in conversation, confirmed, and taken back."""

import pytest

from actions import base
from finance_core.services import voice


def is_private(talk):
    return voice.is_private(base.core(), talk.sender.partition("~")[0])


@pytest.mark.parametrize(
    "text",
    ["turn on privacy mode", "don't say any amounts aloud", "no figures out loud please",
     "never read my balance out loud", "Don’t tell numbers by voice"],
)  # fmt: skip
def test_it_is_offered_and_kept_on_a_yes(planner, text):
    assert planner.say(text, "notification_settings") == "Shall I say no figures aloud any more?"
    assert not is_private(planner)
    assert "Done" in planner.say("yes", "affirm")
    assert is_private(planner)
    assert "say no figures aloud" in planner.say(text, "notification_settings")


@pytest.mark.parametrize("text", ["turn off privacy mode", "say the figures aloud again"])
def test_and_taken_back(planner, text):
    planner.say("privacy mode", "notification_settings")
    planner.say("yes", "affirm")
    assert planner.say(text, "notification_settings") == "Shall I say figures aloud again?"
    planner.say("yes", "affirm")
    assert not is_private(planner)
    assert "Taken back" in planner.say("undo", "undo")
    assert is_private(planner)


def test_asking_changes_nothing(planner):
    said = planner.say("do you say figures aloud?", "notification_settings")
    assert said == "On voice assistants and the telephone I say figures aloud."
    assert "notification settings" in planner.say("what do you tell me", "notification_settings")
