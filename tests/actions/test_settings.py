"""Notification settings as conversations."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from finance_core.money import Money
from finance_core.services import notifications as nudges
from finance_core.services import people
from finance_core.services.core import Core
from tests.actions.conversation import Conversation

TODAY = date(2026, 6, 15)
SKILL = "notification_settings"


@pytest.fixture
def ada(core: Core, serve) -> str:
    serve(core)
    return people.add(core, "Ada", "UTC", "GBP")[0].id


@pytest.fixture
def talk(ada: str) -> Conversation:
    return Conversation(ada, TODAY)


def kept(core: Core, ada: str) -> nudges.Choices:
    return nudges.of_person(core, ada)


def nothing(talk: Conversation) -> None:
    """Leaves no message turned on."""
    talk.say("turn off all notifications", SKILL)
    talk.say("yes", "affirm")


@pytest.mark.parametrize(
    "text",
    [
        "notifications",
        "what will you tell me?",
        "what are my notification settings",
        "which notifications are on",
        "what alerts do i have",
        "notification settings",
    ],
)
def test_they_are_shown(talk, text):
    said = talk.say(text, SKILL)
    assert "A low balance: on" in said and "Bills that fall due: off" in said
    assert "Quiet hours: 22:00 to 07:00" in said
    assert "What I do by myself, like a save I announced, I always tell you." in said
    assert talk.slots.get("change_id") is None


@pytest.mark.parametrize(
    ("text", "on"),
    [
        ("remind me of my bills the day before", {nudges.BILLS}),
        ("warn me when my balance is low", {nudges.LOW_BALANCE}),
        ("warn me before i go overdrawn", {nudges.LOW_BALANCE}),
        ("notify me about big payments", {nudges.LARGE_PAYMENT}),
        ("send me a summary every week", {nudges.WEEKLY}),
        ("tell me when i could save something", {nudges.SAVINGS}),
        ("turn on all notifications", set(nudges.NUDGES)),
        ("send me a weekly summary and warn me of bills", {nudges.WEEKLY, nudges.BILLS}),
        ("tell me when a price goes up", {nudges.PRICE_RISE}),
        ("alert me if i'm charged twice", {nudges.DOUBLE_CHARGE}),
        ("warn me when my salary is late", {nudges.MISSED_INCOME}),
        ("let me know when i reach a goal", {nudges.GOAL_REACHED}),
    ],
)
def test_turning_on(core, ada, talk, text, on):
    nothing(talk)
    assert "Shall I" in talk.say(text, SKILL)
    assert kept(core, ada).on == set()
    assert "Done" in talk.say("yes", "affirm")
    assert kept(core, ada).on == on
    assert "Taken back" in talk.say("undo", "undo")
    assert kept(core, ada).on == set()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("no more bill reminders", set(nudges.NUDGES) - {nudges.BILLS}),
        ("turn off all notifications", set()),
        ("stop the weekly summary", set(nudges.NUDGES) - {nudges.WEEKLY}),
    ],
)
def test_turning_off(core, ada, talk, text, left):
    talk.say("turn on all notifications", SKILL)
    talk.say("yes", "affirm")
    talk.say(text, SKILL)
    talk.say("yes", "affirm")
    assert kept(core, ada).on == left


def test_a_bound(core, ada, talk):
    said = talk.say("let me know when my balance drops under 200", SKILL)
    assert "£200.00" in said
    assert talk.fact("low_balance") == "200.00"
    talk.say("yes", "affirm")
    talk.say("alert me when i spend more than 50", SKILL)
    talk.say("yes", "affirm")
    found = kept(core, ada)
    assert (found.low_balance, found.large_payment) == (
        Money.of("200", "GBP"),
        Money.of("50", "GBP"),
    )
    assert "below £200.00" in talk.say("show my notification settings", SKILL)


def test_a_bound_of_what_is_asked_once(core, ada, talk):
    talk.say("set an alert at 150", SKILL)
    below = next(button for button in talk.buttons if "below" in button)
    assert "below £150.00" in talk.say(below, SKILL)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("warn me when my balance is below 100 euros", "only watch for amounts in GBP"),
        ("tell me when my balance is below 0", "more than zero"),
    ],
)
def test_a_bound_that_cannot_be(core, ada, talk, text, why):
    assert why in talk.say(text, SKILL)
    assert talk.slots.get("change_id") is None


@pytest.mark.parametrize(
    ("text", "quiet"),
    [
        ("no messages between 10pm and 7am", (time(22), time(7))),
        ("keep quiet between 22:00 and 07:00", (time(22), time(7))),
        ("don't message me at night", (time(22), time(7))),
        ("quiet hours from 9 to 8", (time(21), time(8))),
        ("don't bother me after 20:30", (time(20, 30), time(7))),
        ("no alerts before 9am", (time(22), time(9))),
        ("quiet from midnight to 6:15 am", (time(0), time(6, 15))),
    ],
)
def test_quiet_hours(core, ada, talk, text, quiet):
    said = talk.say(text, SKILL)
    assert talk.fact("quiet_from") == f"{quiet[0]:%H:%M}"
    assert f"{quiet[1]:%H:%M}" in said
    talk.say("yes", "affirm")
    assert kept(core, ada).quiet == quiet
    talk.say("turn off quiet hours", SKILL)
    talk.say("yes", "affirm")
    assert kept(core, ada).quiet is None


def test_quiet_hours_that_end_when_they_begin(talk):
    assert "another time" in talk.say("quiet between 7:00 and 7:00", SKILL)


def test_quiet_hours_are_asked_for(talk):
    assert "From when until when" in talk.say("set quiet hours", SKILL)
    assert talk.slots.get("change_id") is None


def test_which_one_is_asked_once_and_a_word_answers(core, ada, talk):
    nothing(talk)
    assert "Which messages" in talk.say("turn on notifications", SKILL)
    assert "large payments" in talk.say("large payments", "inform")
    talk.say("yes", "affirm")
    assert kept(core, ada).on == {nudges.LARGE_PAYMENT}
    assert "leave out" in talk.say("turn off notifications", SKILL)
    assert "Shall I leave out large payments" in talk.say("all of them", "inform")


@pytest.mark.parametrize("text", ["notify me when i get paid", "send me a daily balance"])
def test_what_there_is_not(talk, text):
    assert "no message of that sort" in talk.say(text, SKILL)
    assert talk.slots.get("change_id") is None


def test_what_is_so_already_is_not_written_again(talk):
    nothing(talk)
    assert "already" in talk.say("turn off all notifications", SKILL)
    assert talk.slots.get("change_id") is None


@pytest.mark.parametrize(
    ("text", "names", "days"),
    [
        ("snooze bill reminders for a week", {nudges.BILLS}, 7),
        ("snooze bill reminders", {nudges.BILLS}, 7),
        ("mute alerts until thursday", {nudges.EVERYTHING}, 3),
        ("mute everything for two days", {nudges.EVERYTHING}, 2),
        ("pause the weekly summary for 3 weeks", {nudges.WEEKLY}, 21),
        ("no messages until tomorrow", {nudges.EVERYTHING}, 1),
    ],
)
def test_a_rest_is_kept_at_once_and_can_be_undone(core, ada, talk, text, names, days):
    talk.say("turn on all notifications", SKILL)
    talk.say("yes", "affirm")
    assert "rest until" in talk.say(text, SKILL)
    ends = {(name, until.date()) for name, until in kept(core, ada).rests.items()}
    assert ends == {(name, TODAY + timedelta(days=days)) for name in names}
    assert "rest" in talk.say("what will you tell me?", SKILL)
    assert "Taken back" in talk.say("undo", "undo")
    assert kept(core, ada).rests == {}


def test_a_rest_is_ended(core, ada, talk):
    talk.say("mute everything for two days", SKILL)
    assert "write to you again" in talk.say("resume notifications", SKILL)
    talk.say("yes", "affirm")
    assert kept(core, ada).rests == {}


def test_the_summary_is_sent_and_not_told_about(talk):
    assert talk.say("turn on the weekly summary", SKILL) == "Shall I send you a weekly summary?"
    assert "I send you a weekly summary." in talk.say("yes", "affirm")


@pytest.mark.parametrize(
    ("text", "weekly"),
    [
        ("send me the weekly summary on fridays at 6pm", (4, time(18))),
        ("send the weekly summary at 7:30", (0, time(7, 30))),
        ("weekly summary every sunday please", (6, time(8))),
    ],
)
def test_the_hour_of_the_summary(core, ada, talk, text, weekly):
    assert f"at {weekly[1]:%H:%M}" in talk.say(text, SKILL)
    talk.say("yes", "affirm")
    assert kept(core, ada).weekly == weekly
    assert nudges.WEEKLY in kept(core, ada).on


@pytest.mark.parametrize(
    ("text", "channel"),
    [
        ("send notifications to telegram", "telegram"),
        ("message me on telegram", "telegram"),
        ("send your messages to the web chat only", "web"),
    ],
)
def test_where_messages_go(core, ada, talk, text, channel):
    assert "Shall I write to you" in talk.say(text, SKILL)
    talk.say("yes", "affirm")
    assert kept(core, ada).channel == channel
