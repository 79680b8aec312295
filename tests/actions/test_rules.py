"""Savings rules as a conversation: set, shown, changed, paused, removed, undone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from actions.understanding.rules import read_rule
from finance_core.errors import BadInput
from finance_core.money import Money
from finance_core.services import rules
from finance_core.services.rules import RuleKind
from tests.actions.conversation import Conversation
from tests.actions.test_transfers import HOLIDAY, JOINT, connected
from tests.finance_core.services.household import TODAY

NOW = datetime(TODAY.year, TODAY.month, TODAY.day, 9, tzinfo=UTC)


@pytest.fixture
def home(core, serve):
    return connected(core, serve)


@pytest.fixture
def talk(home) -> Conversation:
    return home[0]


def ask(talk: Conversation, text: str, **more) -> str:
    return talk.say(text, "set_savings_rule", **more)


def pause(talk: Conversation, text: str) -> str:
    return talk.say(text, "pause_savings")


def made(talk: Conversation, text: str, **more) -> None:
    assert "Shall I" in ask(talk, text, **more)
    assert talk.say("yes", "affirm").startswith("Done")


def worker(home, days: int = 0) -> list[str]:
    talk, _, core = home
    person_id = talk.sender.partition("~")[0]
    done = rules.run(core, person_id, NOW + timedelta(days=days))
    return [f"{one.status} {one.amount.amount}" for one in done]


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        (
            "round up my purchases",
            "round every purchase up to the next £1.00 and save the difference",
        ),
        ("round up to the next 5 pounds", "up to the next £5.00 and save the difference"),
        ("double round ups please", "save twice the difference"),
        ("save 10% of my income", "save 10% of each income"),
        ("put 12.5 percent of my salary aside", "save 12.5% of each income"),
        ("save 20 a week", "save £20.00 every week"),
        ("put £25 aside every friday", "save £25.00 every Friday"),
        ("save 5 a day", "save £5.00 every day"),
        ("move 50 to savings on the 1st of every month", "save £50.00 on the 1st of every month"),
        ("save 100 each payday", "save £100.00 with each income"),
        ("i want to do the 52-week challenge", "£1,378.00 in all"),
        ("52 week challenge with 2 pounds", "save £2.00 in the first week"),
        ("every time I go to Tesco save 2", "save £2.00 for each payment to Tesco"),
    ],
)
def test_rules_in_many_words(talk, text, offered):
    said = ask(talk, text)
    assert f"{offered}" in said
    assert "from Current to Savings" in said
    assert "Shall I" in said
    assert talk.fact("floor") == "200.00"
    assert talk.fact("cap") == "300.00"
    assert talk.buttons == ["yes", "no"]


def test_a_rule_saves_once_a_day_and_its_save_is_undone(home, talk, monkeypatch):
    bank = home[1]

    class March(datetime):
        @classmethod
        def now(cls, tz=None):
            return NOW - timedelta(hours=1)

    monkeypatch.setattr("actions.turn.datetime", March)  # the rule comes before its save
    made(talk, "save 20 every day")
    assert worker(home) == ["done 20.00"]
    assert worker(home) == ["done 20.00"]
    assert bank.balances["savings"] == 82_000
    assert "last saved £20.00 on Mon 2 March" in ask(talk, "show my savings rules")
    assert talk.fact("rules") == "1"
    assert talk.say("undo", "undo").startswith("Undone: £20.00")
    assert bank.balances["savings"] == 80_000


def test_undo_takes_the_rule_back(home, talk):
    made(talk, "save 20 every day")
    assert talk.say("undo", "undo").startswith("Taken back")
    assert worker(home) == []
    for said in ("what savings rules do I have?", "what rules do i have", "list my rules"):
        assert "no savings rules yet" in ask(talk, said)


def test_a_missing_kind_and_amount_are_asked(talk):
    said = ask(talk, "set up a savings rule")
    assert "What shall the rule be?" in said
    assert len(talk.buttons) == 4
    assert "How much shall I save every week?" in ask(talk, "save every week")
    said = talk.say("what's my balance?", "check_balance")
    assert "Back to what we were doing: How much shall I save every week?" in said
    assert "save £15.00 every week" in talk.say("15", "inform")
    assert "save £18.00 every week" in talk.say("make it 18", "inform")


def test_a_shop_that_is_not_known_is_asked_for(talk):
    assert "For payments to which shop?" in ask(talk, "every time I go to the zoo save 2")
    assert "save £2.00 for each payment to Tesco" in talk.say("tesco", "inform")


def test_accounts_that_fit_are_asked(core, serve):
    talk, _, _ = connected(core, serve, JOINT, HOLIDAY)
    assert "From which account?" in ask(talk, "save 20 a week")
    assert talk.buttons == ["from Current", "from Joint Account"]
    assert "To which account?" in talk.say("from Joint Account", "inform")
    said = talk.say("to Holiday Pot", "inform")
    assert "save £20.00 every week, from Joint Account to Holiday Pot" in said


def test_changing_a_rule(home, talk):
    made(talk, "save 20 a week")
    said = ask(talk, "change my weekly saving to 30")
    assert "save £30.00 every week" in said
    assert "instead of the rule to save £20.00 every week" in said
    talk.say("yes", "affirm")
    assert "£30.00 every week" in ask(talk, "list my savings rules")
    assert talk.fact("rules") == "1"


def test_removing_one_of_several(talk):
    made(talk, "save 20 a week")
    made(talk, "round up my purchases")
    assert "Which rule" in ask(talk, "remove a savings rule")
    assert "Shall I remove the rule to save £20.00 every week?" in talk.say(
        talk.buttons[0], "set_savings_rule"
    )
    talk.say("yes", "affirm")
    assert "remove the rule to round every purchase" in ask(talk, "delete the round-up rule")


def test_pausing_until_a_day_and_carrying_on(home, talk):
    made(talk, "save 20 every day")
    assert "pause the rule to save £20.00 every day until Sun 15 March" in pause(
        talk, "pause my savings until 15 March"
    )
    assert talk.say("yes", "affirm").startswith("Paused")
    assert worker(home) == []
    assert "paused until Sun 15 March" in ask(talk, "show my savings rules")
    assert worker(home, 13) == ["skipped 20.00"], "at work again, but the wages are late"
    assert "Shall I go on with" in pause(talk, "carry on saving")
    assert talk.say("yes", "affirm").startswith("At work again")
    assert "paused" not in ask(talk, "show my savings rules")


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("pause savings this month", "until Wed 1 April"),
        ("pause saving for two weeks", "until Mon 16 March"),
        ("pause savings until april", "until Wed 1 April"),
        ("stop saving until friday", "until Fri 6 March"),
    ],
)
def test_how_long_a_pause_lasts(talk, text, until):
    made(talk, "save 20 every day")
    assert until in pause(talk, text)


def test_pausing_for_now_and_undoing_that(home, talk):
    made(talk, "save 20 every day")
    assert "Shall I pause the rule to save £20.00 every day?" in pause(talk, "stop saving")
    talk.say("yes", "affirm")
    assert "paused already" in pause(talk, "pause my savings")
    assert talk.say("undo", "undo").startswith("Taken back")
    assert worker(home) == ["done 20.00"]


def test_pausing_round_ups_leaves_the_rest(home, talk):
    made(talk, "save 20 every day")
    made(talk, "round up my purchases")
    pause(talk, "turn off round ups")
    talk.say("yes", "affirm")
    assert worker(home) == ["done 20.00"]


def test_nothing_to_pause_or_resume(talk):
    assert "no savings rules yet" in pause(talk, "pause my savings")
    made(talk, "save 20 every day")
    assert "none is paused" in pause(talk, "carry on saving")


def test_advice_mentions_the_rules(talk):
    assert "savings rule" not in talk.say("help me save", "savings_advice")
    made(talk, "save 20 every day")
    assert "You also have a savings rule at work" in talk.say("help me save", "savings_advice")
    assert talk.fact("rules") == "1"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("save 150% of my income", "between 0 and 100"),
        ("save 0 every week", "more than zero"),
        ("save 500 a week", "no more"),
        ("save 20 every other week", "every second week"),
        ("save 20 on the 45th of every month", "no such day|No month has"),
        ("save 20 euros every week", "GBP"),
    ],
)
def test_rules_that_cannot_be(talk, text, problem):
    said = ask(talk, text)
    assert any(part in said for part in problem.split("|")), said
    assert talk.slots.get("change_id") is None


def test_a_floor_is_no_rule(talk):
    assert "I always leave £200.00" in ask(talk, "always keep 500 in my account")


def test_a_no_sets_nothing(home, talk):
    ask(talk, "save 20 every day")
    talk.say("no", "deny")
    assert worker(home) == []


def test_reading_rules():
    twenty = [Money.of("20.00", "GBP")]
    assert read_rule("save something", twenty, "GBP").kind is None
    assert read_rule("save 20 when I get paid", twenty, "GBP").kind is RuleKind.PAYDAY
    yen = read_rule("round up my purchases to the next 100", [], "JPY")
    assert yen.terms == {"unit": 100, "times": 1}
    with pytest.raises(BadInput):
        read_rule("round up times 50", [], "GBP")
