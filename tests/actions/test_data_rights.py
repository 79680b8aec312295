"""A copy of one's data, and its deletion, as conversations."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest

from finance_core.errors import NotFound
from finance_core.services import deletion, export, imports, people, sync
from finance_core.services.core import Core
from tests.actions.conversation import Conversation
from tests.finance_core.services.fake_bank import FakeBank, at_bank
from tests.finance_core.services.household import TODAY, lived_in

LEDGERS = Path(__file__).parents[1] / "conversations"
PHRASE = "delete everything"


@pytest.fixture
def bank() -> FakeBank:
    return lived_in(FakeBank())


@pytest.fixture
def at(core: Core, bank: FakeBank, serve) -> Core:
    found = at_bank(core, fake=bank)
    serve(found)
    return found


@pytest.fixture
def ada(at: Core) -> str:
    person, _ = people.add(at, "Ada", "UTC", "GBP")
    sync.connect(at, person.id, "fake", "token", TODAY)
    return person.id


@pytest.fixture
def talk(ada: str) -> Conversation:
    return Conversation(ada, TODAY)


def fetched(core: Core, person_id: str, said: str) -> zipfile.ZipFile:
    token = re.search(r"/api/exports/([\w-]{43})(?![\w-])", said)[1]
    path = export.find(core, person_id, token, core.clock())
    return zipfile.ZipFile(io.BytesIO(path.read_bytes()))


def test_a_copy_is_fetched_by_its_link(at, ada, talk, bank):
    said = talk.say("export my data", "export_data")
    held = fetched(at, ada, said)
    assert set(held.namelist()) == {"README.txt", "ledger.csv", "data.json"}
    rows = held.read("ledger.csv").decode().splitlines()
    assert int(talk.fact("transactions")) == len(rows) - 1 == len(bank.rows)
    assert json.loads(held.read("data.json"))["person"]["name"] == "Ada"
    assert talk.fact("accounts") == "2"


def test_only_a_period(at, ada, talk, bank):
    said = talk.say("download my transactions for february", "export_data")
    held = fetched(at, ada, said)
    assert set(held.namelist()) == {"README.txt", "ledger.csv"}
    days = [line.split(",")[1] for line in held.read("ledger.csv").decode().splitlines()[1:]]
    assert days
    assert all(day.startswith("2026-02") for day in days)
    assert talk.fact("transactions") == str(len(days))
    assert "nothing" not in said
    assert "no transactions of those days" in talk.say("export my data for 2019", "export_data")


@pytest.mark.parametrize(
    ("text", "note"),
    [("email me my statement as pdf", "no PDF"), ("export to excel", "spreadsheet program")],
)
def test_what_form_it_has(talk, text, note):
    assert note in talk.say(text, "export_data")


def test_deleting_takes_two_yeses_and_leaves_a_receipt(at, ada, talk, bank):
    said = talk.say("delete all my data", "delete_data")
    assert "cannot be undone" in said
    assert talk.fact("transactions") == str(len(bank.rows))
    assert talk.fact("accounts") == "2"
    assert PHRASE in talk.say("yes", "affirm")
    assert people.get(at, ada), "a first yes erases nothing"
    said = talk.say("Delete everything!", "delete_data")
    assert said.startswith("Erased")
    receipt = deletion.receipt(at, re.search(r"R-[A-Z0-9]{10}", said)[0])
    assert receipt.counts["transactions"] == len(bank.rows)
    assert bank.revoked == ["access for token"]
    with pytest.raises(NotFound):
        people.get(at, ada)
    assert "don't know" in talk.say("what's my balance?", "check_balance")


def test_the_phrase_alone_is_only_a_question(at, ada, talk):
    said = talk.say(PHRASE, "delete_data")
    assert "Shall I" in said
    talk.say("delete everything", "delete_data")
    assert people.get(at, ada)


@pytest.mark.parametrize(
    "between",
    [
        lambda talk: talk.say("what are my balances?", "check_balance"),
        lambda talk: talk.say("yes", "affirm"),
        lambda talk: talk.say("delete it all", "delete_data"),
        lambda talk: talk.say("no", "deny"),
        lambda talk: talk.chat("thanks", "You're welcome."),
        lambda talk: talk.say("undo", "undo"),
    ],
    ids=["question", "yes", "other words", "no", "courtesy", "undo"],
)
def test_anything_else_after_the_first_yes_keeps_the_data(at, ada, talk, between):
    talk.say("forget me", "delete_data")
    talk.say("yes", "affirm")
    between(talk)
    talk.say(PHRASE, "delete_data")
    assert people.get(at, ada)


def test_the_first_yes_does_not_count_for_ever(at, ada, talk, monkeypatch):
    talk.say("forget me", "delete_data")
    talk.say("yes", "affirm")
    monkeypatch.setattr(deletion, "ASK_AGAIN_AFTER", timedelta(0))
    talk.say(PHRASE, "delete_data")
    assert people.get(at, ada)


@pytest.mark.parametrize("intent", ["deny", "cancel"])
def test_a_no_keeps_everything(at, ada, talk, intent):
    talk.say("erase everything", "delete_data")
    assert "nothing" in talk.say("no", intent).lower()
    assert "nothing waiting" in talk.say("yes", "affirm")
    assert people.get(at, ada)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("disconnect my bank", "connection to a bank"),
        ("revoke access to my bank", "connection to a bank"),
        ("unlink my savings", "connection to a bank"),
        ("delete my conversations", "our talks"),
    ],
)
def test_a_part_alone_is_not_promised(at, ada, talk, text, what):
    said = talk.say(text, "delete_data")
    assert what in said
    assert talk.slots.get("change_id") is None
    assert PHRASE not in talk.say("yes", "affirm")
    assert people.get(at, ada)


def test_money_under_way_is_not_lost_track_of(at, ada, talk, bank):
    talk.say("save 10 pounds", "savings_advice")
    bank.faults.append("transfer lost")
    talk.say("yes", "affirm")
    assert "still working on a transfer" in talk.say("delete my data", "delete_data")
    assert talk.slots.get("change_id") is None
    assert people.get(at, ada)


def test_a_bank_that_does_not_answer_is_told_and_tried_again(at, ada, talk, bank):
    bank.faults.append("revoke")
    talk.say("delete my data", "delete_data")
    talk.say("yes", "affirm")
    said = talk.say(PHRASE, "delete_data")
    assert "Not yet erased: the access to your bank" in said
    assert bank.revoked == []
    deletion.resume_all(at, at.clock())
    assert bank.revoked == ["access for token"]


def test_a_bank_that_knows_no_way_back_is_named(at, ada, talk, bank):
    bank.revocable = False
    talk.say("delete my data", "delete_data")
    talk.say("yes", "affirm")
    assert "can't end the access at Fake Bank" in talk.say(PHRASE, "delete_data")


def test_others_keep_theirs(at, ada, talk):
    bob, _ = people.add(at, "Bob", "UTC", "GBP")
    imports.import_file(at, bob.id, LEDGERS / "beginner.csv")
    before = deletion.counts(at, bob.id)
    talk.say("delete my data", "delete_data")
    talk.say("yes", "affirm")
    talk.say(PHRASE, "delete_data")
    assert deletion.counts(at, bob.id) == before
