"""Values said, resolved against the person's own ledger."""

import csv
from datetime import date
from decimal import Decimal

import pytest

from finance_core.services import people
from tests.actions.conftest import LEDGERS
from tests.actions.conversation import Conversation


def bought_since(day, shop):
    """What the ledger's file has of one shop's payments from ``day`` up to 15 June 2026."""
    with (LEDGERS / "amelia.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if day <= row["date"] <= "2026-06-15"]
    return -sum((Decimal(row["amount"]) for row in rows if shop in row["description"]), Decimal(0))


@pytest.mark.parametrize(
    "said",
    ["how much at Sainsbury's since payday?", "what went to Sainsburys since I got paid"],
)
def test_since_payday_counts_from_the_newest_wage(amelia, said):
    amelia.say(said, "spending_report")
    (total,) = [fact for fact in amelia.facts if fact["name"] == "total"]
    assert total["period"] == "2026-05-28/2026-06-15"
    assert Decimal(total["value"]) == bought_since("2026-05-28", "SAINSBURYS") > 0


def test_payday_is_a_day_and_no_income_asked_about(amelia):
    amelia.say("what have I spent since my last paycheck?", "spending_report")
    (total,) = [fact for fact in amelia.facts if fact["name"] == "total"]
    assert Decimal(total["value"]) > 0
    assert "label" not in total


def test_payday_of_somebody_without_income_is_unknown(core, serve):
    person, _ = people.add(core, "Nils", "Europe/Berlin", "EUR")
    serve(core)
    said = Conversation(person.id, date(2026, 6, 15)).say(
        "what did I spend since payday", "spending_report"
    )
    assert "no income to count from" in said
