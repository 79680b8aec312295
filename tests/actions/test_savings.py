"""The savings move as a conversation: offered, meant, done once, undone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from actions.writes import SURE
from finance_core.model import AccountRecord, TransactionRecord
from finance_core.money import Money
from finance_core.services import people, sync
from finance_core.services.core import Core
from tests.actions.conversation import Conversation
from tests.finance_core.services.fake_bank import FakeBank, at_bank
from tests.finance_core.services.household import TODAY, lived_in

THANKS = "Any time. Anything else about your money?"


@dataclass
class HoldingBank(FakeBank):
    """A bank that says what may be spent, and may have reported long ago."""

    held: int | None = None
    age: timedelta = timedelta(0)
    only: str | None = None

    def _accounts(self) -> tuple[AccountRecord, ...]:
        return tuple(
            replace(
                record,
                as_of=record.as_of - self.age,
                available=record.current - Money.from_minor(self.held, self.currency)
                if self.held is not None
                else None,
            )
            for record in super()._accounts()
            if self.only in (None, record.external_id)
        )


@pytest.fixture
def bank() -> FakeBank:
    return lived_in(HoldingBank())


@pytest.fixture
def talk(core: Core, bank: FakeBank, serve) -> Conversation:
    return connected(core, bank, serve)


def connected(core: Core, bank: FakeBank, serve) -> Conversation:
    at = at_bank(core, fake=bank)
    serve(at)
    person, _ = people.add(at, "Ada", "UTC", "GBP")
    sync.connect(at, person.id, "fake", "token", TODAY)
    return Conversation(person.id, TODAY)


def offered(talk: Conversation) -> Decimal:
    said = talk.say("help me save", "savings_advice")
    assert "Shall I move it?" in said, said
    assert talk.buttons == ["yes", "no"]
    return Decimal(talk.fact("amount"))


def test_a_yes_moves_what_was_offered_once_and_tells_the_balances(talk, bank):
    amount = offered(talk)
    assert bank.paid == {}, "an offer moves nothing"
    said = talk.say("yes", "affirm")
    assert said.startswith("Done")
    assert len(bank.paid) == 1
    assert bank.balances[bank.savings] == amount * 100
    told = {fact["account"]: fact["value"] for fact in talk.facts if fact["name"] == "balance"}
    assert told == {"Current": f"{3000 - amount}", "Savings": f"{amount}"}
    assert "nothing waiting" in talk.say("yes", "affirm")
    assert len(bank.paid) == 1


def test_what_is_offered_leaves_the_floor_at_the_low_point(talk):
    amount = offered(talk)
    assert amount + Decimal(talk.fact("floor")) <= Decimal(talk.fact("low_point"))


@pytest.mark.parametrize("intent", ["deny", "cancel"])
def test_a_no_moves_nothing_and_neither_does_a_later_yes(talk, bank, intent):
    offered(talk)
    assert "nothing" in talk.say("no", intent).lower()
    assert "nothing waiting" in talk.say("yes", "affirm")
    assert bank.paid == {}


def test_an_unsure_yes_is_asked_once_more(talk, bank):
    offered(talk)
    said = talk.say("yea whatever", "affirm", confidence=SURE - 0.01)
    assert "I want to be sure" in said
    assert talk.buttons == ["yes", "no"]
    assert bank.paid == {}
    assert talk.say("yes", "affirm").startswith("Done")
    assert len(bank.paid) == 1


@pytest.mark.parametrize(
    "between",
    [
        lambda talk: talk.chat("thanks", THANKS),
        lambda talk: talk.say("what are my balances?", "check_balance"),
        lambda talk: talk.say("can I afford a holiday?", "check_affordability"),
        lambda talk: talk.say("take that back maybe", "undo", confidence=SURE - 0.01),
        lambda talk: talk.say("blah", "nlu_fallback"),
    ],
    ids=["courtesy", "other question", "form", "unsure undo", "not understood"],
)
def test_a_yes_to_something_else_is_no_yes_to_the_offer(talk, bank, between):
    offered(talk)
    between(talk)
    said = talk.say("yes", "affirm")
    assert "I want to be sure" in said
    assert bank.paid == {}
    talk.form = None
    assert talk.say("yes", "affirm").startswith("Done")


@pytest.mark.parametrize("intent", ["explain", "repeat"])
def test_an_offer_stays_open_while_it_is_explained_or_repeated(talk, bank, intent):
    offered(talk)
    talk.say("hm?", intent)
    assert talk.buttons == ["yes", "no"]
    assert talk.say("yes", "affirm").startswith("Done")


def test_undo_brings_it_back_once(talk, bank):
    amount = offered(talk)
    talk.say("yes", "affirm")
    assert "Shall I take the last savings move back" in talk.say(
        "back?", "undo", confidence=SURE - 0.01
    )
    assert bank.returned == {}
    said = talk.say("undo", "undo")
    assert said.startswith("Undone")
    assert talk.fact("amount") == str(amount)
    assert bank.balances == {bank.current: 300_000, bank.savings: 0}
    assert "undone already" in talk.say("undo", "undo")
    assert len(bank.returned) == 1


def test_nothing_to_undo(talk):
    assert "nothing to undo" in talk.say("undo", "undo")


def test_a_named_amount_within_what_is_safe_is_offered(talk, bank):
    assert "Shall I move it?" in talk.say("save 12.34", "savings_advice")
    assert talk.fact("amount") == "12.34"
    talk.say("make it 10", "inform")
    assert talk.fact("amount") == "10.00"
    talk.say("yes", "affirm")
    assert bank.balances[bank.savings] == 1_000


def test_half_of_the_offer_is_a_new_offer(talk, bank):
    amount = offered(talk)
    talk.say("make it half of that", "inform")
    assert talk.fact("amount") == f"{amount / 2:.2f}"
    talk.say("yes", "affirm")
    assert bank.balances[bank.savings] == amount * 50


def test_a_named_amount_above_what_is_safe_is_not_offered(talk, bank):
    offered(talk)
    said = talk.say("save 2900 pounds", "savings_advice")
    assert "£2,900.00 would be too much" in said
    assert talk.fact("wanted") == "2900.00"
    assert "nothing waiting" in talk.say("yes", "affirm"), "nor is the offer before it"
    assert bank.paid == {}


@pytest.mark.parametrize("text", ["save 0", "save -20 pounds"])
def test_an_impossible_amount(talk, text):
    assert "more than zero" in talk.say(text, "savings_advice")


def test_an_amount_of_another_currency(talk, bank):
    said = talk.say("save 20 euros", "savings_advice")
    assert "no exchange rate for EUR" in said
    assert bank.paid == {}


def test_money_out_of_savings_is_not_taken_for_saving(talk, bank):
    said = talk.say("move 20 pounds from my savings to my current account", "transfer_money")
    assert "only £0.00 in Savings" in said
    assert talk.slots.get("proposal_id") is None


def test_without_a_savings_account_there_is_advice_but_no_offer(core, serve):
    bank = lived_in(HoldingBank(only="current"))
    talk = connected(core, bank, serve)
    said = talk.say("help me save", "savings_advice")
    assert "no savings account" in said
    assert Decimal(talk.fact("safe_amount")) > 0
    assert "nothing waiting" in talk.say("yes", "affirm")


def test_stale_figures_offer_nothing(core, serve):
    talk = connected(core, lived_in(HoldingBank(age=timedelta(days=4))), serve)
    assert "too old to move money" in talk.say("help me save", "savings_advice")
    assert talk.slots["proposal_id"] is None


def test_too_little_to_spare(core, serve):
    talk = connected(core, lived_in(HoldingBank(), minor=21_000), serve)
    said = talk.say("help me save", "savings_advice")
    assert "Not now" in said
    assert "yes" not in talk.buttons, "nothing to say yes to"
    assert talk.slots["proposal_id"] is None


def test_too_little_history(core, serve):
    bank = HoldingBank()
    bank.book("one", -500, TODAY - timedelta(days=1))
    said = connected(core, bank, serve).say("help me save", "savings_advice")
    assert "Shall I move it?" not in said
    assert said


def test_what_the_bank_holds_back_is_not_offered(core, serve):
    """£2,950 of £3,000 are held for payments under way."""
    talk = connected(core, lived_in(HoldingBank(held=295_000)), serve)
    said = talk.say("help me save", "savings_advice")
    assert "Not now" in said
    assert talk.fact("low_point") == "50.00"


def test_an_offer_expires(talk, bank, monkeypatch):
    offered(talk)
    real = datetime

    class Later(datetime):
        @classmethod
        def now(cls, tz=None):
            return real.now(UTC) + timedelta(hours=2)

    monkeypatch.setattr("actions.turn.datetime", Later)
    assert "expired" in talk.say("yes", "affirm")
    assert bank.paid == {}


def test_the_banks_no_is_told_and_the_next_yes_moves_nothing(talk, bank):
    offered(talk)
    bank.faults.append("transfer lost no")
    assert "The bank said no" in talk.say("yes", "affirm")
    assert "did not go through" in talk.say("yes", "affirm")
    assert bank.paid == {}


def test_a_silent_bank_is_asked_again_and_pays_once(talk, bank):
    amount = offered(talk)
    bank.faults.append("transfer silent")
    assert "don't know yet" in talk.say("yes", "affirm")
    assert talk.say("yes", "affirm").startswith("Done")
    assert bank.balances[bank.savings] == amount * 100


def test_another_conversation_cannot_say_yes(talk, bank):
    offered(talk)
    elsewhere = Conversation(talk.sender.partition("~")[0], TODAY)
    assert "nothing waiting" in elsewhere.say("yes", "affirm")
    assert bank.paid == {}


def test_rows_of_the_history_are_what_they_seem(bank):
    assert all(isinstance(row, TransactionRecord) for row in bank.rows.values())
    assert {row.posted_on.month for row in bank.rows.values()} >= {9, 10, 11, 12, 1, 2}


def test_a_no_with_another_amount_is_a_new_offer(talk, bank):
    offered(talk)
    assert "Shall I move it?" in talk.say("no, 10", "deny")
    assert talk.fact("amount") == "10.00"
    talk.say("yes", "affirm")
    assert bank.balances[bank.savings] == 1_000


@pytest.mark.parametrize(
    "text", ["no, not today", "no thanks, not this month", "no", "nope, later"]
)
def test_a_no_with_a_day_is_a_no(talk, bank, text):
    offered(talk)
    assert "nothing is moved" in talk.say(text, "deny")
    assert talk.slots["proposal_id"] is None


def test_a_share_of_the_balance_is_that_share(talk):
    said = talk.say("put half of my balance into savings", "savings_advice")
    balance = talk.say("what's in current?", "check_balance")
    half = Decimal(balance.split("£")[1].split()[0].replace(",", "").rstrip(".,")) / 2
    assert f"£{half:,.2f}" in said
