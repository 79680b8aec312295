"""Why: with the rows, streams and rules behind a figure."""

from decimal import Decimal

import pytest

from tests.conversations import expect

SUITE = {"ledger": "amelia.csv", "today": "2026-06-15"}


def figure(**source):
    return expect.value(source, SUITE)


def test_a_sum_is_explained_by_its_rows(amelia):
    amelia.say("what did I spend on groceries in May?", "spending_report")
    said = amelia.say("why?", "explain")
    assert amelia.fact("payments") == figure(payments="2026-05", category="Groceries")
    assert amelia.fact("part") == figure(spent="2026-05", category="Groceries")
    assert "the first of 1 May 2026, the last of 30 May 2026" in said
    assert "the second one" not in said
    assert amelia.say("the first one", "inform").startswith("£37.31 paid to Tesco")


def test_refunds_are_counted_apart(amelia):
    amelia.say("what did I spend on shopping in May?", "spending_report")
    assert "and 1 refund" in amelia.say("how did you get that", "explain")


def test_income_names_the_accounts_it_came_into(amelia):
    amelia.say("what did I earn in May?", "check_income")
    said = amelia.say("which payments did you count", "explain")
    assert f"£{figure(last='all', like='INTEREST')} into Easy Saver" in said


def test_a_forecast_is_taken_apart_into_what_adds_up_to_it(amelia):
    amelia.say("how much will I have on the 30th?", "forecast_balance")
    expected = amelia.fact("balance_expected")
    amelia.say("why?", "explain")
    value = {name: Decimal(amelia.fact(name)) for name in ("balance", "income", "bills",
                                                           "everyday")}  # fmt: skip
    assert amelia.fact("balance_expected") == expected
    assert value["balance"] + value["income"] - value["bills"] + value["everyday"] == Decimal(
        expected
    )
    assert value["balance"] == Decimal(figure(balance="Current Account"))
    assert amelia.fact("item") == figure(last="all", like="CALDER")


def test_affordability_shows_the_tightest_day_without_the_purchase(amelia):
    amelia.say("can I afford 100?", "check_affordability")
    after = Decimal(amelia.fact("low_point_after"))
    amelia.say("how come", "explain")
    assert Decimal(amelia.fact("low_point")) == after + 100


def test_bills_are_explained_by_how_often_they_were_seen(amelia):
    amelia.say("what bills are coming up?", "upcoming_bills")
    said = amelia.say("why", "explain")
    seen = {f["label"]: f["value"] for f in amelia.facts if f["name"] == "seen"}
    assert seen["Hyperoptic"] == figure(rows="all", like="HYPEROPTIC")
    assert "Hyperoptic: 14 times since 8 May 2025, monthly" in said


def test_a_search_tells_how_much_it_went_through(amelia):
    amelia.say("show my Amazon payments", "search_transactions")
    amelia.say("based on what", "explain")
    assert amelia.fact("looked_through") == figure(rows="all")
    assert amelia.fact("accounts") == "2"


@pytest.mark.parametrize(
    ("text", "because"),
    [
        ("why is Tesco counted as groceries?", "your bank (or the file) said so: “Groceries”"),
        (
            "why is netflix in entertainment",
            "as subscriptions, because your bank (or the file) said "
            "“Entertainment”, and I know Netflix",
        ),
    ],
)
def test_a_category_tells_what_decided_it(amelia, text, because):
    assert because in amelia.say(text, "explain")


def test_why_is_it_up_is_a_comparison(amelia):
    amelia.say("why is dining so high?", "explain")
    assert amelia.fact("before") == figure(spent="2026-05-01/2026-05-15", category="Eating out")


def test_nothing_told_nothing_to_explain(amelia):
    assert "no figure to explain" in amelia.say("why?", "explain")
