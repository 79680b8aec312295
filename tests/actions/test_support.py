"""What only a bank or a person can do: said at once, nothing pretended."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from actions import support
from finance_core.model import Change
from finance_core.services import changes, handoff, people, sync
from finance_core.services.core import Core
from tests.actions.conversation import Conversation
from tests.finance_core.services.fake_bank import FakeBank, at_bank
from tests.finance_core.services.household import TODAY, lived_in

NUMBER = "+44 20 7946 0018"


def opened(core: Core, serve, **settings: object) -> tuple[Core, Conversation]:
    changed = core.settings.model_copy(update=settings)
    at = replace(at_bank(core, fake=lived_in(FakeBank())), settings=changed)
    serve(at)
    person, _ = people.add(at, "Ada", "UTC", "GBP")
    sync.connect(at, person.id, "fake", "token", TODAY)
    return at, Conversation(person.id, TODAY)


@pytest.fixture
def talk(core: Core, serve) -> Conversation:
    return opened(core, serve)[1]


def waiting(at: Core, talk: Conversation) -> Change | None:
    return changes.pending(at, talk.sender.partition("~")[0], at.clock())


@pytest.mark.parametrize(
    ("text", "matter"),
    [
        ("i lost my card", "lost"),
        ("my purse was stolen", "lost"),
        ("someone stole my card", "lost"),
        ("i can't find my card, it may be stolen", "lost"),
        ("freeze my account", "block"),
        ("please block my card", "block"),
        ("stop all payments on my account", "block"),
        ("i'd like to dispute the payment to wish", "dispute"),
        ("how do i do a chargeback", "dispute"),
        ("i didn't authorize this charge from apple", "fraud"),
        ("there's a payment i did not make", "fraud"),
        ("my account was hacked", "fraud"),
        ("that wasn’t me", "fraud"),
        ("i forgot my pin", "pin"),
        ("raise my credit limit", "limit"),
        ("order a new card", "card"),
        ("close my bank account", "close"),
        ("send me my statements by post", "papers"),
        ("something odd", "fraud"),
    ],
)
def test_what_it_is_about(text, matter):
    assert support._matter(text) == matter


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("my card was stolen", "I'm sorry to hear that. Please call your bank now"),
        (
            "i don't recognise this payment",
            "I'm sorry, that is worrying. Please call your bank now",
        ),
        ("block my card", "Please call your bank now"),
        ("i want to dispute a charge", "Only your bank can dispute"),
        ("change my pin", "Only your bank can tell you a PIN"),
        ("raise my card's limit", "Only your bank can change a limit"),
    ],
)
def test_the_first_words_say_what_to_do(talk, text, first):
    said = talk.say(text, "report_fraud")
    assert said.startswith(first)
    assert "I have done nothing about it" in said
    assert "https://fake-bank.example/" in said
    assert "back of your card" in said, "no number is known"
    assert talk.buttons == ["show my last 10 transactions"]


def test_the_button_shows_the_last_ten(talk):
    talk.say("my card was stolen", "report_fraud")
    talk.say(talk.buttons[0], "search_transactions")
    assert len([fact for fact in talk.facts if fact["name"] == "amount"]) == 10


def test_the_number_whoever_runs_penny_gave(core, serve, tmp_path: Path):
    path = tmp_path / "banks.yml"
    path.write_text(f'Fake Bank: {{phone: "{NUMBER}", note: day and night}}\n')
    _, talk = opened(core, serve, bank_contacts=path)
    said = talk.say("i lost my card", "report_fraud")
    assert f"Fake Bank: {NUMBER}, https://fake-bank.example/, day and night" in said
    assert talk.fact("phone") == NUMBER
    assert "back of your card" not in said


def test_without_any_bank_there_is_still_something_to_do(core, serve):
    serve(core)
    person, _ = people.add(core, "Bob", "UTC", "GBP")
    said = Conversation(person.id, TODAY).say("my card was stolen", "report_fraud")
    assert "back of your card" in said


def test_nothing_is_offered_that_a_yes_could_do(talk):
    talk.say("please block my card", "report_fraud")
    assert "nothing waiting" in talk.say("yes", "affirm")


def test_without_anybody_there_is_nobody(talk):
    said = talk.say("talk to a human", "human_handoff")
    assert said.startswith("There is no person I can put you through to")
    assert "https://fake-bank.example/" in said
    assert talk.slots.get("change_id") is None


@pytest.fixture
def desk(core: Core, serve) -> tuple[Core, Conversation]:
    return opened(
        core, serve, handoff_webhook="http://127.0.0.1:9/", handoff_secret=SecretStr("key")
    )


def test_a_hand_over_says_what_goes_and_waits_for_a_yes(desk):
    at, talk = desk
    talk.say("what are my balances?", "check_balance")
    said = talk.say("talk to a human", "human_handoff")
    assert "check balance" in said
    assert "every figure masked" in said
    body = waiting(at, talk).payload["body"]
    assert body["person"] == "Ada"
    assert body["topics"] == ["check balance"]
    assert "Current" in body["answers"][0]
    assert not any(letter.isdigit() for letter in "".join(body["answers"]))
    assert handoff.latest(at, talk.sender.partition("~")[0]) is None
    said = talk.say("yes", "affirm")
    reference = handoff.latest(at, talk.sender.partition("~")[0]).reference
    assert reference in said
    assert reference in talk.say("talk to a person", "human_handoff"), "it is on its way"
    assert "Taken back" in talk.say("undo", "undo")
    assert handoff.latest(at, talk.sender.partition("~")[0]) is None


def test_a_no_hands_nothing_over(desk):
    at, talk = desk
    talk.say("talk to a human", "human_handoff")
    talk.say("no", "deny")
    assert "nothing waiting" in talk.say("yes", "affirm")
    assert handoff.latest(at, talk.sender.partition("~")[0]) is None


def test_what_the_person_wrote_stays_here(desk):
    at, talk = desk
    talk.say("my secret plan is to buy a boat", "nlu_fallback")
    talk.say("talk to a human", "human_handoff")
    assert "boat" not in str(waiting(at, talk).payload)


def test_instants_are_aware(desk):
    at, talk = desk
    talk.say("human", "human_handoff")
    talk.say("yes", "affirm")
    found = handoff.latest(at, talk.sender.partition("~")[0])
    assert isinstance(found.created_at, datetime)
    assert found.created_at.tzinfo is not None
