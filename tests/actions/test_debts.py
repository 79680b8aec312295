"""Debt plans as conversations: what is asked, kept with a yes, and compared."""

from __future__ import annotations

from decimal import Decimal

import pytest

from finance_core.services import imports, people
from finance_core.services.core import Core
from tests.actions.conftest import LEDGERS, TODAY
from tests.actions.conversation import Conversation

ALL_TERMS = "visa 24.9% minimum 129, amex 19.99% minimum 40 and the car loan 7.9% minimum 265"


@pytest.fixture
def debtor(core: Core, serve) -> Conversation:
    person, _ = people.add(core, "Ben", "UTC", "USD")
    imports.import_file(core, person.id, LEDGERS / "debts.csv")
    serve(core)
    return Conversation(person.id, TODAY)


def facts(talk: Conversation, name: str) -> dict[str, str]:
    return {
        fact.get("label") or fact.get("account") or "": fact["value"]
        for fact in talk.facts
        if fact["name"] == name
    }


def test_what_is_owed(debtor):
    debtor.say("how much debt do I have?", "debt_plan")
    assert debtor.fact("total_owed") == "13401.00"
    assert facts(debtor, "owed") == {
        "Car Loan": "7950.60",
        "Visa Platinum": "4300.00",
        "Amex Blue": "1150.40",
    }
    assert "Everyday Checking" not in facts(debtor, "owed")


def test_terms_are_asked_for_used_and_kept_with_a_yes(debtor):
    assert "Car Loan ($7,950.60): what are" in debtor.say("help me pay off my debts", "debt_plan")
    assert "Visa Platinum ($4,300.00): what are" in debtor.say("7.9% and 265", "inform")
    assert "Amex Blue ($1,150.40): what are" in debtor.say("24.9%, at least 129", "nlu_fallback")
    said = debtor.say("19.99 percent and 40", "inform")
    assert "Shall I keep" in said
    assert debtor.fact("a_month") == "434.00"
    months = facts(debtor, "months")
    assert debtor.say("yes", "affirm").startswith("Done: I keep")
    said = debtor.say("snowball or avalanche?", "debt_plan")
    assert "Shall I keep" not in said
    assert facts(debtor, "months") == months
    debtor.say("undo", "undo")
    assert "what are" in debtor.say("debt plan", "debt_plan")


def test_a_no_keeps_nothing(debtor):
    assert "Shall I keep" in debtor.say(f"debt plan: {ALL_TERMS}", "debt_plan")
    debtor.say("no", "deny")
    assert "what are" in debtor.say("debt plan", "debt_plan")


def test_money_on_top_pulls_the_orders_apart(debtor):
    debtor.say(f"debt plan: {ALL_TERMS}", "debt_plan")
    debtor.say("yes", "affirm")
    debtor.say("debt plan", "debt_plan")
    slow = facts(debtor, "interest")
    said = debtor.say("with 200 extra a month", "inform")
    fast = facts(debtor, "interest")
    assert debtor.fact("a_month") == "634.00"
    assert Decimal(fast["avalanche"]) < Decimal(fast["snowball"]) < Decimal(slow["avalanche"])
    assert debtor.fact("interest_saved") == str(
        Decimal(fast["snowball"]) - Decimal(fast["avalanche"])
    )
    assert "order: Visa Platinum, Amex Blue and Car Loan" in said
    assert "order: Amex Blue, Visa Platinum and Car Loan" in said


def test_every_fact_of_a_plan_is_shown(debtor):
    debtor.say(f"debt plan: {ALL_TERMS}", "debt_plan")
    said = debtor.say("with 200 extra a month", "inform").replace(",", "")
    for fact in debtor.facts:
        if fact.get("unit") != "date":
            assert fact["value"] in said, fact


def test_usual_terms_are_taken_only_when_asked_and_said_so(debtor):
    debtor.say("debt plan", "debt_plan")
    said = debtor.say("i don't know", "inform")
    assert said.count("(assumed)") == 3
    assert "my assumption" in said
    assert "Shall I keep" not in said
    assert facts(debtor, "apr")["Car Loan"] == "8"


def test_half_of_the_terms_is_completed(debtor):
    debtor.say("when will my loan be paid off?", "debt_plan")
    assert "the least payment a month on Car Loan" in debtor.say("7%", "inform")
    said = debtor.say("265", "inform")
    assert "7% and $265.00 a month for Car Loan" in said
    assert "Visa" not in said, "one debt was asked about"


def test_a_half_that_nobody_knows_is_assumed_and_not_kept(debtor):
    debtor.say("when will my loan be paid off?", "debt_plan")
    debtor.say("7%", "inform")
    said = debtor.say("no idea", "inform")
    assert "at 7% a year, at least $159.02 a month (assumed)" in said
    assert "Shall I keep" not in said


def test_a_payment_that_never_clears_it_is_said_so(debtor):
    debtor.say("how long to pay off my visa at 50 a month", "debt_plan")
    said = debtor.say("29.9% and 30", "inform")
    assert "you never get rid of it" in said
    assert "does not cover the interest" in said
    assert debtor.fact("interest_now") == "107.14"
    assert not facts(debtor, "months")


def test_a_sum_below_the_least_payments(debtor):
    debtor.say(f"debt plan: {ALL_TERMS}", "debt_plan")
    said = debtor.say("at 300 a month", "inform")
    assert "$300.00 would be less than the least payments together" in said
    assert debtor.fact("a_month") == "434.00"


@pytest.mark.parametrize(
    ("text", "answer"), [("5000%", "between 0% and 1,000%"), ("24.905%", "hundredth"),
                         ("7% and 0", "more than zero")]
)  # fmt: skip
def test_impossible_terms_ask_again(debtor, text, answer):
    debtor.say("debt plan", "debt_plan")
    said = debtor.say(text, "inform")
    assert answer in said
    assert "Car Loan ($7,950.60): what are" in said


def test_no_debts(planner):
    assert "no credit card or loan" in planner.say("debt plan", "debt_plan")


def test_why(debtor):
    debtor.say(f"debt plan: {ALL_TERMS}", "debt_plan")
    assert "interest accrue month by month" in debtor.say("why?", "explain")
    assert debtor.buttons == ["yes", "no"], "the offer stays open"
