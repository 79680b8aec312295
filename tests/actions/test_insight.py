"""Comparisons and what stands out, in conversation; figures from the ledger file itself."""

from decimal import Decimal

import pytest

from tests.conversations import expect

SUITE = {"ledger": "amelia.csv", "today": "2026-06-15"}
NOW, THEN = "2026-06-01/2026-06-15", "2026-05-01/2026-05-15"


def figure(**source):
    return expect.value(source, SUITE)


def amount(talk, name):
    return Decimal(talk.fact(name))


@pytest.mark.parametrize(
    ("text", "narrow"),
    [
        ("why is dining up?", {"category": "Eating out"}),
        ("am I spending more on transport", {"category": "Transport"}),
        ("did I spend more than last month?", {}),
        ("am I spending less at Tesco", {"like": "TESCO"}),
    ],
)
def test_causes_and_parts_add_up_to_the_difference(amelia, text, narrow):
    amelia.say(text, "compare_spending")
    now, then = figure(spent=NOW, **narrow), figure(spent=THEN, **narrow)
    assert (amelia.fact("total"), amelia.fact("before")) == (now, then)
    difference = Decimal(now) - Decimal(then)
    assert amount(amelia, "difference") == difference
    causes = ("by_count", "by_price", "by_refunds")
    told = [Decimal(f["value"]) for f in amelia.facts if f["name"] in causes]
    assert sum(told) == difference


def test_the_merchants_told_and_the_rest_are_all_of_it(amelia):
    amelia.say("why is dining up?", "compare_spending")
    told = [
        Decimal(fact["value"])
        for fact in amelia.facts
        if fact["name"] in ("change", "other_changes")
    ]
    assert sum(told) == amount(amelia, "difference")


def test_a_follow_up_keeps_the_periods_and_a_new_one_replaces_them(amelia):
    amelia.say("compare April and May", "compare_spending")
    amelia.say("only groceries", "inform")
    assert amelia.fact("before") == figure(spent="2026-04", category="Groceries")
    amelia.say("and in March?", "inform")
    assert amelia.fact("before") == figure(spent="2026-02", category="Groceries")
    assert amelia.fact("total") == figure(spent="2026-03", category="Groceries")


def test_a_ledger_that_begins_later_is_told(amelia):
    said = amelia.say("am I spending more this year than last year", "compare_spending")
    assert "My figures begin on 16 April 2025 only" in said


def test_nothing_in_either_period(amelia):
    said = amelia.say("am I spending more on pets", "compare_spending")
    assert "I see no spending on pets" in said
    assert not amelia.facts


def test_more_than_usual_is_more_than_the_mean_of_six_months(amelia):
    amelia.say("am I spending more on transport than usual", "compare_spending")
    months = ("2025-12", "2026-01", "2026-02", "2026-03", "2026-04", "2026-05")
    sums = [Decimal(figure(spent=f"{m}-01/{m}-15", category="Transport")) for m in months]
    assert amount(amelia, "average") == round(sum(sums) / 6, 2)


def test_two_shops_side_by_side_are_a_report(amelia):
    amelia.say("compare Tesco and Lidl in May", "compare_spending")
    parts = {f["label"]: f["value"] for f in amelia.facts if f["name"] == "part"}
    assert parts == {
        "Tesco": figure(spent="2026-05", like="TESCO"),
        "Lidl": figure(spent="2026-05", like="LIDL"),
    }


def test_a_payment_charged_twice_is_told_with_the_other_one(amelia):
    said = amelia.say("anything unusual this month?", "find_unusual_spending")
    assert "Nando's  £23.18: perhaps charged twice" in said
    assert amelia.fact("payments") == figure(payments=NOW)
    assert amelia.fact("amount") == "-23.18"


def test_a_price_rise_tells_the_price_before(amelia):
    said = amelia.say("anything unusual in March?", "find_unusual_spending")
    assert f"it was £{figure(size='2026-02', like='HYPEROPTIC')} until 9 February 2026" in said


def test_nothing_unusual_says_what_was_looked_for(amelia):
    said = amelia.say("any weird charges at Costa Coffee in May?", "find_unusual_spending")
    assert "I see nothing unusual at Costa Coffee in May 2026" in said
    assert amelia.fact("payments") == figure(payments="2026-05", like="COSTA")


def test_why_so_much_is_a_comparison(amelia):
    amelia.say("why did I spend so much in May?", "find_unusual_spending")
    assert amelia.fact("before") == figure(spent="2026-04")


def test_what_stands_out_can_be_opened(amelia):
    amelia.say("anything unusual this month?", "find_unusual_spending")
    said = amelia.say("the first one", "inform")
    assert said.startswith("£23.18 paid to Nando's")
    assert "NANDOS 5193 LONDON" in said
