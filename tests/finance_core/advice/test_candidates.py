"""What each candidate says: figures of its own, all of them among its evidence."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance_core.advice import balance_candidates, candidates
from finance_core.advice.budgets import status
from finance_core.advice.candidates import Odd
from finance_core.advice.insights import InsightKind
from finance_core.model import BalanceForecast, ForecastDay, Period, Transaction
from finance_core.money import Money

TODAY = date(2026, 6, 15)
JUNE = Period(date(2026, 6, 1), date(2026, 6, 30))
_AMOUNT = re.compile(r"-?£-?([\d,]+\.\d\d)")


def gbp(amount):
    return Money.of(amount, "GBP")


def paid(amount, day=TODAY, merchant="Cafe", text="", category="dining"):
    return Transaction(
        f"{merchant} {day} {amount}",
        "main",
        day,
        -gbp(amount),
        text or merchant,
        merchant,
        category,
    )


def forecast(low, lean, day=TODAY + timedelta(days=9)):
    days = tuple(ForecastDay(TODAY + timedelta(days=n), *[gbp(lean)] * 5) for n in range(1, 46))
    return BalanceForecast(TODAY, gbp("300"), days, None, gbp(low), gbp(lean), day, "test")


def fact(found, name):
    return next(fact.value for fact in found.evidence if fact.name == name)


EVERY = [
    candidates.odd_payment(Odd(paid("90.00"), gbp("20.00"), 7, "merchant"), "Eating out"),
    candidates.odd_payment(Odd(paid("90.00"), gbp("20.00"), 7, "category"), "Eating out"),
    candidates.odd_payment(Odd(paid("90.00"), gbp("20.00"), 9, "new_merchant"), "Eating out"),
    *candidates.fees([paid("5.00", text="ATM FEE"), paid("6.50", text="CASH FEE")], TODAY),
    candidates.budget_drift(
        "dining", "Eating out", JUNE, status(gbp("100"), gbp("80"), JUNE, TODAY)
    ),
    candidates.budget_drift(
        "dining", "Eating out", JUNE, status(gbp("100"), gbp("130"), JUNE, TODAY)
    ),
    candidates.spending_up("Eating out", JUNE, gbp("200"), gbp("90"), 6, ("Pub", gbp("60"))),
    balance_candidates.low_point("Current", forecast("50", "-40")),
    balance_candidates.idle_cash("Current", gbp("2000"), gbp("3500"), Decimal("0.04"), TODAY),
    balance_candidates.idle_cash("Current", gbp("2000"), gbp("3500"), None, TODAY),
    balance_candidates.savings_move("Current", gbp("50"), gbp("400"), gbp("100"), TODAY),
    balance_candidates.debt_overpayment("Card", gbp("800"), 2490, gbp("2000"), None, TODAY),
]


@pytest.mark.parametrize("found", EVERY, ids=lambda found: found.kind.value)
def test_every_amount_that_is_said_is_among_the_evidence(found):
    said = {amount.replace(",", "") for amount in _AMOUNT.findall(f"{found.reason} {found.step}")}
    assert said <= {fact.value.lstrip("-") for fact in found.evidence if fact.currency}
    assert found.at_stake.amount > 0
    assert 0 < found.confidence <= 1
    assert 0 <= found.risk <= 0.1


def test_a_bill_that_repeats_is_a_larger_bill():
    bill = Odd(paid("90.00"), gbp("20.00"), 7, "merchant", regular=True)
    found = candidates.odd_payment(bill, "Utilities")
    assert (found.kind, found.at_stake) == (InsightKind.LARGER_BILL, gbp("70.00"))


def test_fees_are_summed_by_sort_over_a_year_and_come_with_a_way_around_them():
    rows = [
        paid("5.00", TODAY - timedelta(days=3), text="ATM WITHDRAWAL FEE"),
        paid("4.00", TODAY - timedelta(days=200), text="CASH FEE"),
        paid("4.00", TODAY - timedelta(days=366), text="CASH FEE"),
        paid("4.00", TODAY + timedelta(days=1), text="CASH FEE"),
        paid("30.00", TODAY - timedelta(days=90), text="UNARRANGED OVERDRAFT"),
    ]
    (found,) = candidates.fees(rows, TODAY)
    assert (found.at_stake, fact(found, "times")) == (gbp("9.00"), "2")
    assert "machines" in found.step.lower()


def test_a_budget_that_holds_is_no_news_and_one_that_is_over_is_surer():
    assert not candidates.budget_drift("d", "D", JUNE, status(gbp("100"), gbp("40"), JUNE, TODAY))
    ahead = candidates.budget_drift("d", "D", JUNE, status(gbp("100"), gbp("80"), JUNE, TODAY))
    over = candidates.budget_drift("d", "D", JUNE, status(gbp("100"), gbp("130"), JUNE, TODAY))
    assert ahead and over
    assert ahead.confidence < over.confidence
    assert fact(ahead, "expected") == "160.00"


@pytest.mark.parametrize(
    ("low", "lean", "chance"),
    [("100", "1", None), ("900", "-10", None), ("80", "-10", "10"), ("0", "-90", "50"),
     ("-5", "-10", "75")],
)  # fmt: skip
def test_the_chance_of_a_low_point_lies_between_the_quantiles_that_are_known(low, lean, chance):
    found = balance_candidates.low_point("Current", forecast(low, lean))
    assert (fact(found, "chance") if found else None) == chance
    if found:
        assert found.at_stake == -gbp(lean)


@given(*[st.integers(-10_000, 10_000) for _ in range(3)], st.integers(0, 500), st.integers(0, 3000))
def test_what_is_idle_leaves_floor_and_a_month_in_every_case(now, lowest, lean, floor, month):
    rest = balance_candidates.idle(*(gbp(amount) for amount in (now, lowest, lean, floor, month)))
    assert rest.amount >= 0
    if rest:
        assert min(now, lowest, lean) - rest.amount >= floor + month
        assert rest.amount > Decimal(month) / 2


def test_a_debt_goes_before_savings_only_where_it_costs_more():
    args = "Loan", gbp("800"), 300, gbp("2000")
    assert balance_candidates.debt_overpayment(*args, Decimal("0.04"), TODAY) is None
    found = balance_candidates.debt_overpayment(*args, Decimal("0.01"), TODAY)
    assert found is not None
    assert (fact(found, "amount"), found.at_stake) == ("800.00", gbp("24.00"))


def test_a_gain_nobody_has_measured_is_no_figure():
    found = balance_candidates.idle_cash("Current", gbp("2000"), gbp("3500"), None, TODAY)
    assert found.estimated
    assert "interest_per_year" not in {one.name for one in found.evidence}


def test_the_usual_month_is_the_middle_one():
    months = {"GBP": [gbp("10"), gbp("900"), gbp("30")], "EUR": []}
    assert balance_candidates.usual_month(months) == {"GBP": gbp("30")}
