"""Notification settings as conversations."""

from __future__ import annotations

from datetime import date, time

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


@pytest.mark.parametrize(
    "text",
    [
        "notifications",
        "what are my notification settings",
        "which notifications are on",
        "what alerts do i have",
        "notification settings",
    ],
)
def test_they_are_shown_and_nothing_is_promised(talk, text):
    said = talk.say(text, SKILL)
    assert "Low balance" in said or "low balance" in said
    assert "don't send messages of my own yet" in said
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
    ],
)
def test_turning_on(core, ada, talk, text, on):
    assert "Shall I" in talk.say(text, SKILL)
    assert kept(core, ada).on == set()
    said = talk.say("yes", "affirm")
    assert "don't send messages of my own yet" in said
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
    assert "already" in talk.say("turn off all notifications", SKILL)
    assert talk.slots.get("change_id") is None
