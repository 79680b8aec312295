"""Single questions about the household's ledger; the figures come from the file itself."""

from decimal import Decimal

import pytest

from tests.conversations import expect

SUITE = {"ledger": "amelia.csv", "today": "2026-06-15"}


def figure(**source):
    return expect.value(source, SUITE)


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("transport and groceries in may", {"category": ["Transport", "Groceries"]}),
        ("at Sainsbury's and Tesco in may", {"like": ["SAINSBURY", "TESCO"]}),
        ("on food in may", {"category": ["Groceries", "Eating out"]}),
    ],
)
def test_several_names_are_added_up(amelia, text, source):
    amelia.say(f"how much did I spend {text}", "spending_report")
    assert amelia.fact("total") == figure(spent="2026-05", **source)


def test_what_a_word_is_counted_under_is_told(amelia):
    said = amelia.say("how much did I spend on coffee in May", "spending_report")
    assert said.endswith("I count coffee under eating out.")


def test_where_more_came_back_than_was_spent(amelia):
    said = amelia.say("how much did I spend on shopping on 6 may", "spending_report")
    assert "You got £34.50 more back than you spent on shopping" in said


def test_a_period_without_any_tells_the_last_one(amelia):
    said = amelia.say("spent at Marrow and Finch this month", "spending_report")
    last = figure(last="all", like="MARROW AND FINCH")
    assert f"The last I have is £{last}" in said
    assert amelia.fact("last") == last


def test_an_average_is_of_whole_months(amelia):
    amelia.say("how much do I spend on groceries on average", "spending_report")
    half_year = figure(spent="2025-12-01/2026-05-31", category="Groceries")
    assert amelia.fact("total") == half_year
    amelia.say("what do I spend on groceries every month", "spending_report")
    assert amelia.fact("total") == half_year
    assert Decimal(amelia.fact("average")) == round(Decimal(half_year) / 6, 2)


def test_the_largest_payments_leave_out_own_moves_and_income(amelia):
    amelia.say("what was my biggest expense in may", "spending_report")
    amounts = [float(fact["value"]) for fact in amelia.facts]
    assert amounts == sorted(amounts)
    assert amelia.fact("amount") == figure(size="2026-05", like="ASHGROVE", times=-1)
    assert "-400.00" not in [fact["value"] for fact in amelia.facts]


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("payments over 132 in may", {"at_least": 132.01}),
        ("payments of at least 132 in may", {"at_least": 132}),
        ("payments under 2.50 in may", {"at_most": 2.49}),
        ("payments between 20 and 40 in may", {"at_least": 20, "at_most": 40}),
    ],
)
def test_bounds_are_meant_as_they_are_said(amelia, text, bounds):
    amelia.say(f"show {text}", "search_transactions")
    assert amelia.fact("transactions") == figure(rows="2026-05", direction="out", **bounds)


def test_refunds_are_neither_income_nor_own_moves(amelia):
    amelia.say("any refunds this year?", "search_transactions")
    assert amelia.fact("transactions") == figure(rows="2026", like="REFUND")


def test_as_many_rows_as_were_asked_for(amelia):
    amelia.say("show my last three transactions", "search_transactions")
    assert len([fact for fact in amelia.facts if fact["name"] == "amount"]) == 3


def test_everything_has_no_sum(amelia):
    amelia.say("show my transactions", "search_transactions")
    assert {fact["name"] for fact in amelia.facts} == {"transactions", "shown", "amount"}


def test_what_was_moved_to_savings_counts_once(amelia):
    for text in ("how much did I put into savings in may", "how much did I save in may"):
        amelia.say(text, "spending_report")
        moved = figure(moved="2026-05", account="Current Account", like="EASY SAVER")
        assert amelia.fact("total") == moved


def test_the_salary_alone_and_all_income(amelia):
    amelia.say("what was my salary in may", "check_income")
    assert amelia.fact("total") == figure(received="2026-05", like="CALDER")
    amelia.say("how much did I earn in may", "check_income")
    assert amelia.fact("total") == figure(received="2026-05")


def test_no_salary_yet_tells_the_last_one(amelia):
    said = amelia.say("what's my salary", "check_income")
    assert "I see no income" in said
    assert amelia.fact("last") == figure(last="all", like="CALDER")


def test_the_last_income_is_told_with_its_day(amelia):
    amelia.say("when was my last paycheck and how much was it", "check_income")
    assert amelia.fact("last") == figure(last="all", like="CALDER")
    assert amelia.fact("last_on") == "2026-05-28"


def test_deposits_are_all_that_came_in(amelia):
    amelia.say("show all deposits in may", "search_transactions")
    assert amelia.fact("transactions") == figure(rows="2026-05", direction="in")


def test_a_longer_scrap_that_goes_on_is_a_follow_up(amelia):
    amelia.say("how much did I spend on groceries in may", "spending_report")
    amelia.say("ok and how much in total?", "nlu_fallback")
    assert amelia.fact("total") == figure(spent="2026-05")


def test_when_is_answered_with_a_day(amelia):
    amelia.say("when is my next payday", "check_income")
    assert amelia.fact("payday") > "2026-06-15"


def test_a_past_balance_says_its_day(amelia):
    said = amelia.say("balance of my current account on 31 may", "check_balance")
    assert said == "Current Account had £3,525.40 on 31 May 2026."
    assert amelia.fact("balance") == figure(balance="Current Account", at="2026-05-31")
    said = amelia.say("and the day before?", "inform")
    assert said.endswith("on 30 May 2026.")


def test_an_account_without_recent_rows_says_its_own_age(amelia):
    said = amelia.say("what are my balances", "check_balance")
    assert "Easy Saver: £8,224.04 (as of 1 June 2026)" in said
    assert "Current Account: £1,598.03\n" in said


def test_no_balance_from_before_the_ledger(amelia):
    said = amelia.say("what was my balance on 1 january 2024", "check_balance")
    assert said == "I have no figures from before 16 April 2025."


def test_an_unknown_account_gets_no_figure(amelia):
    said = amelia.say("what's in my Barclays account?", "check_balance")
    assert "Barclays account" in said
    assert amelia.facts == []


def test_a_bill_asked_for_like_a_balance(amelia):
    amelia.say("how much is my rent?", "check_balance")
    assert amelia.fact("bill") == figure(last="all", like="ASHGROVE")


def test_bills_of_one_day_are_of_that_day_alone(amelia):
    amelia.say("what's due on the 1st", "upcoming_bills")
    assert amelia.fact("bills") == "1"
    amelia.say("what's due until the 1st", "upcoming_bills")
    assert int(amelia.fact("bills")) > 1


@pytest.mark.parametrize(
    ("text", "intent"),
    [("groceries in may", "inform"), ("groceries may", "nlu_fallback"),
     ("how much do I pay for groceries in may", "nlu_fallback"),
     ("what did I pay for groceries in may", "search_transactions")],
)  # fmt: skip
def test_a_scrap_that_names_something_is_a_question(amelia, text, intent):
    amelia.say(text, intent)
    assert amelia.fact("total") == figure(spent="2026-05", category="Groceries")


def test_everything_widens_a_narrow_question(amelia):
    amelia.say("how much did I spend on groceries in may", "spending_report")
    amelia.say("and altogether?", "inform")
    assert amelia.fact("total") == figure(spent="2026-05")


def test_spending_by_month_is_the_spending_of_each(amelia):
    said = amelia.say(
        "groceries per month this year", "spending_report", entities=(("category", "groceries"),)
    )
    assert said.startswith("Your spending on groceries by month:\n• January 2026: ")
    parts = {fact["period"]: fact["value"] for fact in amelia.facts if fact["name"] == "part"}
    assert len(parts) == 6
    whole = [Decimal(value) for value in list(parts.values())[:-1]]
    assert Decimal(amelia.fact("average")) == round(sum(whole) / 5, 2)
    [chart] = amelia.charts
    assert [row[1] for row in chart["rows"]] == list(parts.values())
    amelia.say(
        "how much did I spend on groceries in May?",
        "spending_report",
        entities=(("category", "groceries"),),
    )
    assert parts["2026-05-01/2026-05-31"] == amelia.fact("total")


def test_one_month_is_not_cut_into_months(amelia):
    said = amelia.say("what do I pay for groceries a month, say in May?", "spending_report")
    assert said.startswith("You spent")


def test_spending_by_week_ends_today(amelia):
    said = amelia.say("split my spending by week", "spending_report")
    assert said.count("\n• ") == 8
    assert "• 15 June 2026: " in said
    assert "a week on average." in said


def test_what_costs_it_is_kept_when_the_day_changes(amelia):
    amelia.say("can I afford 1200 on friday?", "check_affordability")
    amelia.say("what if I buy it on the 30th", "check_affordability")
    assert (amelia.fact("amount"), amelia.fact("day")) == ("1200.00", "2026-06-30")
