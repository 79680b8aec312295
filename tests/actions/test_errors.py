"""What a person is told when something goes wrong, and what not."""

import pytest

from actions import base
from finance_core.errors import BankUnavailable
from finance_core.services import balances, imports, people
from tests.actions.conftest import TODAY
from tests.actions.conversation import Conversation

SECRET = "password=hunter2"


def test_an_expected_error_is_told_in_its_own_sentence(amelia, monkeypatch):
    def down(*_, **__):
        raise BankUnavailable("The bank is not answering right now.") from ValueError(SECRET)

    monkeypatch.setattr(balances, "balances", down)
    assert amelia.say("balance", "check_balance") == "The bank is not answering right now."


def test_an_unexpected_error_is_an_apology_that_leaks_nothing(amelia, monkeypatch, caplog):
    def broken(*_, **__):
        raise RuntimeError(SECRET)

    monkeypatch.setattr(balances, "balances", broken)
    assert amelia.say("balance", "check_balance") == base.APOLOGY
    assert amelia.facts == []
    assert "action_check_balance failed" in caplog.text, "the log gets the cause"


@pytest.mark.parametrize("day", ["tomorrow", "2026-13-01", "2026-02-30", "1e9"])
def test_a_day_that_the_channel_got_wrong(amelia, day):
    assert "is not a day I know" in amelia.say("balance", "check_balance", today=day)


def test_a_conversation_of_nobody_is_told_no_figure(amelia):
    stranger = Conversation("nobody", TODAY)
    stranger.say("balance", "check_balance")
    assert stranger.facts == []
    assert stranger.events[-1]["text"]


def test_somebody_without_accounts_is_told_how_to_begin(core, serve):
    serve(core)
    newcomer, _ = people.add(core, "New", "UTC", "USD")
    talk = Conversation(newcomer.id, TODAY)
    for intent in ("check_balance", "check_net_worth", "list_accounts", "safe_to_spend",
                   "savings_advice"):  # fmt: skip
        assert "account of yours yet" in talk.say("tell me", intent), intent
        assert talk.facts == []


def test_each_person_hears_only_of_their_own(core, serve):
    serve(core)
    rows = "account,date,amount,currency,description\n{},2026-06-01,{},GBP,{} CAFE\n"
    talks = {}
    for name, amount in (("Ada", "-11.11"), ("Bo", "-22.22")):
        person, _ = people.add(core, name, "UTC", "GBP")
        content = rows.format(f"{name}s account", amount, name.upper())
        imports.import_content(core, person.id, content.encode(), name="x.csv")
        talks[name] = Conversation(person.id, TODAY)
    questions = (
        ("what are my balances?", "check_balance"),
        ("which accounts do I have?", "list_accounts"),
        ("what did I spend in June?", "spending_report"),
        ("show all transactions", "search_transactions"),
        ("what did I spend at ADA CAFE?", "spending_report"),
        ("show payments to Bo Cafe", "search_transactions"),
    )
    for name, other, foreign in (("Ada", "Bo", "22.22"), ("Bo", "Ada", "11.11")):
        for text, intent in questions:
            said = talks[name].say(text, intent)
            assert foreign not in said
            assert f"{other}s account" not in said
