"""Replies carry the data of a chart, and it says what the text and the facts say."""

from datetime import date
from decimal import Decimal

import pytest

from channels.charts.spec import read
from finance_core.model import Period
from finance_core.services import spending
from tests.actions.conversation import Conversation


def shown(talk: Conversation, kind: str) -> dict:
    """The one chart of the last turn, which can be drawn."""
    [chart] = talk.charts
    assert chart["kind"] == kind
    assert read(chart)
    return chart


def figures(chart: dict, column: int = 1) -> dict[str, str]:
    return {row[0]: row[column] for row in chart["rows"]}


def facts(talk: Conversation, name: str) -> dict[str, str]:
    return {fact.get("label") or "": fact["value"] for fact in talk.facts if fact["name"] == name}


def test_spending_by_category_adds_up_to_its_total(amelia):
    amelia.say("how much did I spend in May?", "spending_report")
    chart = shown(amelia, "bars")
    parts = figures(chart)
    assert sum(map(Decimal, parts.values())) == Decimal(amelia.fact("total"))
    told = facts(amelia, "part")
    assert told and told.items() <= parts.items()
    assert next(iter(parts)) in chart["summary"]
    assert chart["currency"] == "GBP" and chart["prefix"] == "£"


def test_one_category_over_months_is_shown_by_month(amelia, household):
    amelia.say(
        "groceries from January to May",
        "spending_report",
        entities=(("category", "groceries"),),
    )
    [chart] = amelia.charts
    assert chart["kind"] in ("bars", "months")
    amelia.say("what do I spend on groceries a month on average?", "spending_report")
    chart = shown(amelia, "months")
    months = figures(chart)
    assert list(months) == ["Dec 2025", *(f"{m} 2026" for m in ("Jan", "Feb", "Mar", "Apr", "May"))]
    assert sum(map(Decimal, months.values())) == Decimal(amelia.fact("total"))
    assert chart["level"] == ("average", amelia.fact("average"))
    core, person = household
    may = Period(date(2026, 5, 1), date(2026, 5, 31))
    [report] = spending.report(core, person.id, may, categories=["groceries"])
    assert months["May 2026"] == str(report.total.amount)


def test_a_comparison_is_drawn_in_pairs(amelia):
    amelia.say("compare May with April", "compare_spending")
    chart = shown(amelia, "pairs")
    assert chart["columns"] == ("Category", "April 2026", "May 2026")
    for column, name in ((1, "part_before"), (2, "part")):
        drawn, told = figures(chart, column), facts(amelia, name)
        both = drawn.keys() & told.keys()
        assert len(both) >= 4
        assert {label: drawn[label] for label in both} == {label: told[label] for label in both}


def test_a_forecast_is_drawn_with_its_band(amelia):
    amelia.say("how much will I have on 30 June?", "forecast_balance")
    chart = shown(amelia, "band")
    row = next(row for row in chart["rows"] if row[0] == "2026-06-30")
    names = ("balance_low", "balance_expected", "balance_high")
    assert list(row[1:]) == [amelia.fact(name) for name in names]
    assert chart["rows"][0][0] == "2026-06-15" and len(set(chart["rows"][0][1:])) == 1
    assert all(Decimal(low) <= Decimal(mid) <= Decimal(high) for _, low, mid, high in chart["rows"])
    expected, low = chart["marks"]
    assert expected[::2] == ("2026-06-30", amelia.fact("balance_expected"))
    assert low[::2] == (amelia.fact("low_point_on"), amelia.fact("low_point"))


def test_a_far_day_keeps_the_chart_small(amelia):
    amelia.say("how much will I have on 1 December?", "forecast_balance")
    chart = shown(amelia, "band")
    days = [row[0] for row in chart["rows"]]
    assert len(days) <= 66 and days == sorted(set(days)) and "2026-12-01" in days
    assert len(str(chart)) < 6_000


def test_what_is_afforded_is_drawn_against_the_floor(amelia):
    amelia.say("can I afford 400 on Friday?", "check_affordability")
    chart = shown(amelia, "band")
    lowest = next(row for row in chart["rows"] if row[0] == amelia.fact("low_point_on"))
    assert lowest[2] == amelia.fact("low_point_after")
    assert chart["level"] == ("floor", amelia.fact("floor"))
    [low] = chart["marks"]
    assert low[::2] == (amelia.fact("low_point_on"), amelia.fact("low_point_after"))
    before, on = (figures(chart, 2)[day] for day in ("2026-06-18", "2026-06-19"))
    assert Decimal(before) - Decimal(on) > 300


@pytest.mark.parametrize(
    ("text", "intent"),
    [("what's my balance?", "check_balance"), ("how much at Tesco in May?", "spending_report")],
)
def test_a_single_number_has_no_chart(amelia, text, intent):
    amelia.say(text, intent)
    assert amelia.charts == []


def test_goals_show_what_is_saved_of_them(planner):
    planner.say("save 3000 for a holiday by next June", "create_goal")
    planner.say("yes", "affirm")
    planner.say("how is my holiday goal?", "check_goal")
    chart = shown(planner, "goals")
    [(_, saved, target)] = chart["rows"]
    assert (saved, target) == (planner.fact("saved"), planner.fact("target"))


def test_budgets_show_what_is_spent_of_them(planner):
    for category in ("groceries", "eating out"):
        planner.say(f"set a budget of 50 for {category}", "set_budget")
        planner.say("yes", "affirm")
    planner.say("how are my budgets?", "check_budget")
    chart = shown(planner, "budgets")
    assert figures(chart, 1) and len(chart["rows"]) == 2
    assert sorted(figures(chart, 1).values()) == sorted(facts(planner, "spent").values())
    assert set(figures(chart, 2).values()) == {"50.00"}
