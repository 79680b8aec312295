"""The savings move, end to end: proposed, moved once, undone, whatever goes wrong between."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest

pytestmark = pytest.mark.stack


def balances(bank, household):
    accounts = bank("GET", f"/admin/ledger/{household}")["accounts"]
    return {account["name"]: Decimal(account["balance"]) for account in accounts}


def fact(answer, name):
    facts = [f for message in answer["messages"] for f in message["facts"]]
    return next(f["value"] for f in facts if f["name"] == name)


def test_yes_moves_the_money_at_the_bank_and_undo_brings_it_back(person, bank):
    talker = person("harper", currency="USD")
    before = balances(bank, "harper")
    offer = talker.say("help me save")
    amount = Decimal(fact(offer, "amount"))
    assert amount > 0
    assert balances(bank, "harper") == before, "an offer moves nothing"
    done = talker.say("yes")
    after = balances(bank, "harper")
    changes = {name: after[name] - before[name] for name in after if after[name] != before[name]}
    assert sorted(changes.values()) == [-amount, amount]
    told = {f["account"]: Decimal(f["value"]) for m in done["messages"] for f in m["facts"]
            if f["name"] == "balance"}  # fmt: skip
    assert told == {name: after[name] for name in changes}
    talker.say("undo")
    assert balances(bank, "harper") == before


def test_no_moves_nothing_and_a_later_yes_neither(person, bank):
    talker = person("amelia")
    before = balances(bank, "amelia")
    talker.say("help me save")
    assert "nothing is moved" in talker.text("no")
    assert "nothing waiting" in talker.text("yes")
    assert balances(bank, "amelia") == before


def test_a_double_click_and_a_retry_move_it_once(person, bank):
    talker = person("amelia")
    before = balances(bank, "amelia")
    amount = Decimal(fact(talker.say("help me save"), "amount"))
    with ThreadPoolExecutor(6) as clicks:
        list(clicks.map(lambda n: talker.text("yes", message_id=f"click-{n % 2}"), range(6)))
    talker.text("yes")
    moved = {n: balances(bank, "amelia")[n] - b for n, b in before.items()}
    assert sorted(moved.values()) == [-amount, amount]
    talker.say("undo")
    assert balances(bank, "amelia") == before


@pytest.mark.parametrize("part", ["actions", "rasa", "channels"])
def test_a_restart_between_offer_and_yes_still_moves_it_once(person, bank, stack, part):
    talker = person("amelia")
    before = balances(bank, "amelia")
    amount = Decimal(fact(talker.say("help me save"), "amount"))
    stack.restart(part)
    talker.say("yes")
    talker.say("yes")
    moved = {n: balances(bank, "amelia")[n] - b for n, b in before.items()}
    assert sorted(moved.values()) == [-amount, amount]
    talker.say("undo")
    assert balances(bank, "amelia") == before


def test_a_bank_that_paid_but_never_said_so_pays_once(person, bank):
    talker = person("amelia")
    before = balances(bank, "amelia")
    amount = Decimal(fact(talker.say("help me save"), "amount"))
    fault = {"kind": "disconnect", "path": "/transfer/create", "when": "after", "count": 1}
    bank("POST", "/admin/faults", **fault)
    talker.text("yes")
    talker.text("yes")
    moved = {n: balances(bank, "amelia")[n] - b for n, b in before.items()}
    assert sorted(moved.values()) == [-amount, amount]
    talker.say("undo")
    assert balances(bank, "amelia") == before


def test_somebody_else_cannot_confirm(person, bank):
    talker, other = person("amelia"), person("amelia")
    before = balances(bank, "amelia")
    talker.say("help me save")
    assert "nothing waiting" in other.text("yes")
    assert balances(bank, "amelia") == before
    talker.say("no")
