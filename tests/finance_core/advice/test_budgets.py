from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance_core.advice.budgets import a_month, middle, status, suggestion
from finance_core.errors import BadInput, CurrencyMismatch
from finance_core.model import Period
from finance_core.money import Money

JUNE = Period(date(2026, 6, 1), date(2026, 6, 30))


def gbp(amount):
    return Money.of(amount, "GBP")


def test_a_month_half_over():
    found = status(gbp(300), gbp("120.50"), JUNE, date(2026, 6, 15), usual_rest=gbp(100))
    assert (found.left, found.days_left, found.expected) == (gbp("179.50"), 15, gbp("220.50"))
    assert found.per_day == gbp("11.96"), "rounded down: 15 × 11.97 would be too much"
    assert found.over_by == gbp(0)
    assert found.share == Decimal("120.50") / 300


def test_a_rent_paid_on_the_first_is_not_carried_on():
    found = status(gbp(900), gbp(900), JUNE, date(2026, 6, 2), usual_rest=gbp(0))
    assert (found.expected, found.over_by, found.left) == (gbp(900), gbp(0), gbp(0))


def test_without_a_past_the_pace_so_far_goes_on():
    assert status(gbp(300), gbp(150), JUNE, date(2026, 6, 10)).expected == gbp(450)
    assert status(gbp(300), gbp(150), JUNE, date(2026, 6, 10)).over_by == gbp(150)


def test_more_than_the_budget_is_over_even_when_refunds_are_usual():
    found = status(gbp(100), gbp(130), JUNE, date(2026, 6, 20), usual_rest=gbp(-50))
    assert (found.left, found.over_by) == (gbp(-30), gbp(30))
    assert found.per_day == gbp(0)


def test_a_month_that_is_over_expects_nothing_more():
    found = status(gbp(100), gbp(130), JUNE, date(2026, 7, 4), usual_rest=gbp(9))
    assert (found.expected, found.per_day, found.days_left) == (None, None, 0)
    assert found.over_by == gbp(30)


def test_the_last_day_leaves_no_day_to_share_with():
    found = status(gbp(100), gbp(60), JUNE, JUNE.end, usual_rest=gbp(0))
    assert (found.days_left, found.per_day, found.expected) == (0, None, gbp(60))


def test_what_no_budget_can_be():
    with pytest.raises(BadInput, match="more than zero"):
        status(gbp(0), gbp(0), JUNE, JUNE.start)
    with pytest.raises(BadInput, match="not begun"):
        status(gbp(10), gbp(0), JUNE, date(2026, 5, 31))
    with pytest.raises(CurrencyMismatch):
        status(gbp(10), Money.of(1, "EUR"), JUNE, JUNE.start)


@given(
    budget=st.integers(1, 10_000_000),
    spent=st.integers(-100_000, 10_000_000),
    rest=st.none() | st.integers(-100_000, 1_000_000),
    day=st.integers(0, 60),
    currency=st.sampled_from(["GBP", "JPY", "KWD"]),
)
def test_what_is_spent_and_left_is_the_budget(budget, spent, rest, day, currency):
    def money(minor):
        return Money.from_minor(minor, currency)

    today = JUNE.start + timedelta(days=day)
    usual = None if rest is None else money(rest)
    found = status(money(budget), money(spent), JUNE, today, usual)
    assert found.spent + found.left == found.budget
    assert found.over_by.minor >= max(spent - budget, 0)
    assert (found.expected is None) == (today > JUNE.end)
    if found.per_day is not None:
        assert 0 <= found.per_day.minor * found.days_left <= max(found.left.minor, 0)


@pytest.mark.parametrize(
    ("months", "amount"),
    [
        (["158.24", "375.71", "232.12"], "240"),
        (["100", "100", "100"], "100"),
        (["1671", "1672", "9999"], "1700"),
        (["7.20"], "8"),
        (["0.30", "0.30"], "1"),
        (["10", "20"], "15"),
    ],
)
def test_a_suggestion_is_the_median_rounded_up(months, amount):
    found = suggestion([gbp(month) for month in months])
    assert found.amount == gbp(amount)
    assert found.amount >= found.median
    assert found.months == len(months)


def test_nothing_spent_suggests_nothing():
    assert suggestion([]) is None
    assert suggestion([gbp(0), gbp(0), gbp(50)]) is None
    assert suggestion([gbp(-3)]) is None


def test_the_middle_is_of_one_currency():
    assert middle([]) is None
    assert middle([gbp(1), gbp(4)]) == gbp("2.50")
    with pytest.raises(CurrencyMismatch):
        middle([gbp(1), Money.of(1, "EUR"), gbp(1)])


@pytest.mark.parametrize(
    ("per", "month"),
    [("day", "304.17"), ("week", "43.33"), ("fortnight", "21.67"), ("month", "10"),
     ("quarter", "3.33"), ("year", "0.83")],
)  # fmt: skip
def test_amounts_of_other_spans_become_monthly(per, month):
    assert a_month(gbp(10), per) == gbp(month)
