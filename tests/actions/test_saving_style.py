"""How to save, said in the chat: moods, saving without a yes, and a no to what is announced."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from finance_core.services import autosaves, people, savings, sync
from finance_core.services.savings import Mood, Style
from tests.actions.conversation import Conversation
from tests.finance_core.services.fake_bank import FakeBank, at_bank
from tests.finance_core.services.household import TODAY, lived_in

NOW = datetime(TODAY.year, TODAY.month, TODAY.day, 9, tzinfo=UTC)


@pytest.fixture
def home(core, serve):
    bank = lived_in(FakeBank())
    bank.book("wages march", 260_000, TODAY - timedelta(days=1), "ACME LTD SALARY")
    bank.book("rent march", -90_000, TODAY, "HOMES RENT")
    at = at_bank(core, fake=bank)
    serve(at)
    person, _ = people.add(at, "Ada", "UTC", "GBP")
    sync.connect(at, person.id, "fake", "token", TODAY)
    return Conversation(person.id, TODAY), at, person.id


def test_a_mood_is_set_on_a_yes_and_taken_back(home):
    talk, core, ada = home
    assert "save more carefully" in talk.say("be more careful with my savings", "savings_advice")
    assert savings.style_of(core, ada) == Style()
    talk.say("yes", "affirm")
    assert savings.style_of(core, ada) == Style(Mood.CAREFUL)
    talk.say("undo", "undo")
    assert savings.style_of(core, ada) == Style()


@pytest.mark.parametrize("intent", ["set_savings_rule", "savings_advice", "pause_savings"])
def test_saving_by_itself_is_turned_on_and_off_whatever_it_is_taken_for(home, intent):
    talk, core, ada = home
    offer = talk.say("save automatically", intent)
    assert "no guarantee" in offer
    assert "Shall I save by myself" in offer
    talk.say("yes", "affirm")
    assert savings.style_of(core, ada).automatic
    assert "ask you before each saving" in talk.say("stop saving automatically", intent)
    talk.say("yes", "affirm")
    assert not savings.style_of(core, ada).automatic


def test_what_is_announced_is_told_once_and_can_be_left_out(home):
    talk, core, ada = home
    talk.say("save automatically", "set_savings_rule")
    talk.say("yes", "affirm")
    (one,) = autosaves.run(core, ada, NOW)
    told = talk.say("my accounts", "list_accounts")
    assert str(one.amount) in told
    assert "skip this saving" in told
    assert str(one.amount) not in talk.say("my accounts", "list_accounts")
    assert "stays where it is" in talk.say("skip this saving", "pause_savings")
    assert autosaves.announced(core, ada) == ()


def test_an_amount_each_week_is_a_rule_and_no_style(home):
    talk, core, ada = home
    assert "every week" in talk.say("save 20 automatically every week", "set_savings_rule")
    assert savings.style_of(core, ada) == Style()
