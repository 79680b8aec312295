"""Accounts that somebody shares: in answers, by their owner's name, and not in plans."""

from __future__ import annotations

import pytest

from finance_core.model import Person
from finance_core.services import imports, people, shares, vocabulary
from finance_core.services.core import Core
from tests.actions.conftest import TODAY
from tests.actions.conversation import Conversation

HERS = """account,date,amount,currency,description,balance
Joint,2026-06-01,2000.00,GBP,ACME LTD SALARY,2000.00
Joint,2026-06-10,-35.50,GBP,TESCO STORES 3345,1964.50
Joint,2026-06-12,-20.00,GBP,TESCO STORES 3345,1944.50
"""
HIS = """account,date,amount,currency,description,balance
Wallet,2026-06-09,-4.50,GBP,TESCO STORES 3345,95.50
"""


@pytest.fixture
def pair(core: Core, serve, tmp_path) -> tuple[Core, Person, Person]:
    """Ada, who shares her one account with Bob, who has one of his own."""
    found = []
    for name, ledger in (("Ada", HERS), ("Bob", HIS)):
        person, _ = people.add(core, name, "UTC", "GBP")
        path = tmp_path / f"{name}.csv"
        path.write_text(ledger)
        imports.import_file(core, person.id, path)
        found.append(person)
    ada, bob = found
    joint = vocabulary.accounts(core, ada.id)[0].id
    offer, _ = shares.offer(core, ada.id, joint, "see", person_id=bob.id)
    shares.accept(core, bob.id, offer.id)
    serve(core)
    return core, ada, bob


def test_answers_include_it_and_say_whose_it_is(pair):
    _, ada, bob = pair
    talk = Conversation(bob.id, TODAY)
    said = talk.say("what are my balances?", "check_balance")
    assert "Joint (Ada’s)" in said and "£1,944.50" in said and "£95.50" in said
    assert "Joint (Ada’s)" in talk.say("which accounts do I have?", "list_accounts")
    said = talk.say("how much did I spend this month?", "spending_report")
    assert "£60.00" in said and "That includes Joint (Ada’s)." in said
    said = talk.say(
        "what's in the joint account?", "check_balance", entities=(("account", "joint"),)
    )
    assert "£1,944.50" in said and "£95.50" not in said
    talk = Conversation(ada.id, TODAY)
    said = talk.say("how much did I spend this month?", "spending_report")
    assert "£55.50" in said and "includes" not in said


def test_worth_and_transfers_leave_it_out(pair):
    _, _, bob = pair
    talk = Conversation(bob.id, TODAY)
    said = talk.say("what's my net worth?", "check_net_worth")
    assert "£95.50" in said and "Joint" not in said
    said = talk.say("move 10 pounds from joint to wallet", "transfer_money")
    assert "1,944" not in said
    assert not talk.slots.get("proposal_id")


def test_why_is_answered_about_the_same_accounts(pair):
    _, _, bob = pair
    talk = Conversation(bob.id, TODAY)
    talk.say("how much did I spend this month?", "spending_report")
    said = talk.say("why?", "explain")
    assert "£35.50" in said and "Joint (Ada’s)" in said


def test_nothing_is_left_of_it_once_it_is_ended(pair):
    core, ada, bob = pair
    shares.end(core, ada.id, shares.of_person(core, ada.id)[0].id)
    talk = Conversation(bob.id, TODAY)
    for text, intent in (
        ("what are my balances?", "check_balance"),
        ("how much did I spend this month?", "spending_report"),
        ("show my transactions", "search_transactions"),
    ):
        said = talk.say(text, intent)
        assert "Joint" not in said and "35.50" not in said
