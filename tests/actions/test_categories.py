"""Corrections of categories: asked for in many ways, confirmed, undone."""

import pytest

from actions.understanding.categories import find_category, new_name, unknown_name
from finance_core.model import Change
from finance_core.services import changes, imports, people, vocabulary
from tests.actions.conftest import LEDGERS, TODAY
from tests.actions.conversation import Conversation
from tests.conversations import expect

SUITE = {"ledger": "amelia.csv", "today": "2026-06-15"}
JUNE = "how much did I spend on gifts this month?"


def figure(**source):
    return expect.value(source, SUITE)


@pytest.fixture
def ada(core, serve):
    person, _ = people.add(core, "Ada", "Europe/London", "GBP")
    imports.import_file(core, person.id, LEDGERS / "amelia.csv")
    serve(core)
    return Conversation(person.id, TODAY)


def waiting(core, talk) -> Change:
    found = changes.pending(core, talk.sender.partition("~")[0], core.clock())
    assert found is not None
    return found


def test_one_payment_changes_the_figures_at_once_and_back(core, ada):
    ada.say(JUNE, "spending_report")
    assert ada.facts == []
    said = ada.say("put the last Amazon one under gifts", "recategorize_transaction")
    assert said.endswith("Shall I count the £24.50 at Amazon on 15 June 2026 as gifts?")
    assert waiting(core, ada).kind == "category.row"
    assert "no longer as shopping" in ada.say("yes", "affirm")
    ada.say(JUNE, "spending_report")
    assert ada.fact("total") == "24.50"
    ada.say("undo", "undo")
    ada.say(JUNE, "spending_report")
    assert ada.facts == []


def test_always_is_backwards_and_for_new_ones(core, ada):
    ada.say("always put Amazon under gifts", "recategorize_transaction")
    assert waiting(core, ada).kind == "category.always"
    assert ada.fact("transactions") == figure(rows="all", like="AMZN")
    ada.say("yes", "affirm")
    ada.say("how much did I spend on gifts in April?", "spending_report")
    assert ada.fact("total") == figure(spent="2026-04", like="AMZN")
    more = (
        "account,date,amount,currency,description\n"
        "Current Account,2026-06-15,-5.00,GBP,VIS AMZNMKTPLACE*NEW1234"
    )
    imports.import_content(core, ada.sender.partition("~")[0], more.encode(), name="more.csv")
    ada.say("how much did I spend on gifts on 15 June?", "spending_report")
    assert ada.fact("total") == "29.50"
    ada.say("undo", "undo")
    assert "no spending on gifts" in ada.say("gifts in April?", "spending_report")


def test_one_offer_can_be_widened_and_corrected(core, ada):
    ada.say("the 24.50 payment was gifts", "recategorize_transaction")
    ada.say("always", "inform")
    assert waiting(core, ada).kind == "category.always"
    ada.say("only this one", "inform")
    ada.say("no, travel", "deny")
    assert waiting(core, ada).payload["category"] == "travel"


def test_what_is_meant_is_asked_once(core, ada):
    ada.say("that was groceries", "recategorize_transaction")
    assert ada.buttons[:2] == ["the first one", "the second one"]
    said = ada.say("the second one", "inform")
    assert "Costa Coffee" in said
    assert said.endswith("as groceries?")
    ada.say("no", "deny")
    assert changes.pending(core, ada.sender.partition("~")[0], core.clock()) is None


def test_the_category_is_asked_for(core, ada):
    said = ada.say("change the category of my last Tesco payment", "recategorize_transaction")
    assert said.startswith("Which category does the £28.01 at Tesco")
    assert ada.buttons
    assert "as gifts?" in ada.say("gifts", "inform")


def test_a_name_that_is_no_category_is_asked_about(core, ada):
    said = ada.say("put the last Dishoom payment under anniversary", "recategorize_transaction")
    assert "I have no category “anniversary”" in said
    assert ada.buttons[-1] == "put it under a new category: anniversary"
    ada.say(ada.buttons[-1], "recategorize_transaction")
    assert waiting(core, ada).payload["category"] == "anniversary"
    ada.say("yes", "affirm")
    ada.say("how much did I spend on anniversary in May?", "spending_report")
    assert ada.fact("total") == figure(last="all", like="DISHOOM")


def test_a_misspelt_category_offers_what_is_like_it(ada):
    ada.say("put the last Tesco payment under entertainmnt", "recategorize_transaction")
    assert "put it under entertainment" in ada.buttons


def test_a_name_too_long_to_be_one_is_refused(ada):
    said = ada.say(
        f"put the last Tesco payment under a new category: {'x' * 60}", "recategorize_transaction"
    )
    assert "short name" in said
    assert ada.slots.get("change_id") is None


def test_nothing_to_change_writes_nothing(core, ada):
    said = ada.say("the last Tesco payment was groceries", "recategorize_transaction")
    assert "is in groceries already" in said
    assert "are in fitness already" in ada.say("puregym is fitness", "recategorize_transaction")
    assert changes.pending(core, ada.sender.partition("~")[0], core.clock()) is None


def test_a_shop_just_talked_about_is_meant(ada):
    ada.say("how much at Dishoom in May?", "spending_report")
    assert "£22.65 at Dishoom" in ada.say("that was gifts", "recategorize_transaction")


def test_an_unsure_yes_writes_nothing(core, ada):
    ada.say("put the last Amazon one under gifts", "recategorize_transaction")
    ada.say("ok", "affirm", confidence=0.5)
    ada.say(JUNE, "spending_report")
    assert ada.facts == []


DOUBTFUL = """account,date,amount,currency,description
Current Account,2026-06-01,-12.00,GBP,CARD 4412 QQZX WVV
Current Account,2026-06-08,-15.00,GBP,CARD 4412 QQZX WVV
Current Account,2026-06-09,-3.00,GBP,CARD 4412 ZZYK VRR
"""


def test_what_is_in_doubt_is_asked_most_money_first(core, ada):
    person_id = ada.sender.partition("~")[0]
    imports.import_content(core, person_id, DOUBTFUL.encode(), name="more.csv")
    said = ada.say("which payments are you not sure about?", "recategorize_transaction")
    assert "2 payments at QQZX WVV (£27.00)" in said
    assert ada.fact("total") == "27.00"
    ada.say("put it under gifts", "recategorize_transaction")
    assert waiting(core, ada).payload == {"merchants": ["QQZX WVV"], "category": "gifts"}
    ada.say("yes", "affirm")
    said = ada.say("which payments are you not sure about?", "recategorize_transaction")
    assert "Zzyk VRR" in said, "what the person has said is not asked again"
    assert "QQZX" not in said


def test_a_correction_reaches_the_same_shop_written_otherwise_and_is_undone(core, ada):
    person_id = ada.sender.partition("~")[0]
    rows = """account,date,amount,currency,description
Current Account,2026-06-02,-8.00,GBP,CARD PAYMENT TO ZORBLAT WORKS ON 02 JUN
Current Account,2026-06-04,-9.00,GBP,SQ *ZORBLAT WORKS 00412 LONDON GB
Current Account,2026-06-06,-7.00,GBP,VIS ZORBLAT WORKS ANNEXE
"""
    imports.import_content(core, person_id, rows.encode(), name="more.csv")
    ada.say("always put Zorblat Works under gifts", "recategorize_transaction")
    ada.say("yes", "affirm")
    ada.say(JUNE, "spending_report")
    assert ada.fact("total") == "24.00"
    ada.say("undo", "undo")
    ada.say(JUNE, "spending_report")
    assert ada.facts == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("that's not groceries, it's eating out", "dining"),
        ("that was travel not transport", "travel"),
        ("change amazon from shopping to gifts", "gifts"),
        ("that is not shopping that is health", "health"),
        ("it should be fuel instead of travel", "fuel"),
        ("from now on pret is groceries", "groceries"),
        ("zara isn't groceries", None),
        ("wrong category", None),
    ],
)
def test_the_category_that_is_wanted(household, text, code):
    core, person = household
    found = find_category(text, (), vocabulary.vocabulary(core, person.id))
    assert (found and found.code) == code


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("put it under anniversary", "anniversary"),
        ("that was for the garden club please", "garden club"),
        ("wrong category", None),
        ("change the category of that", None),
        ("it's in the wrong category", None),
    ],
)
def test_words_where_a_category_belongs(text, name):
    assert unknown_name(text, ()) == name


def test_a_new_category_by_name():
    assert new_name("put it under a new category: model trains") == "model trains"
    assert new_name("put it under gifts") is None
