from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance_core.advice.spendable import Deduction, safe_to_spend
from finance_core.errors import BadInput, CurrencyMismatch
from finance_core.money import Money

TODAY = date(2024, 6, 20)
UNTIL = date(2024, 6, 25)


def gbp(amount):
    return Money.of(amount, "GBP")


def test_everything_that_is_spoken_for_is_taken_off_and_listed():
    bills = [
        Deduction("Phone", gbp("20.50"), date(2024, 6, 24)),
        Deduction("Gas", gbp(60), TODAY),
        Deduction("Rent", gbp(900), UNTIL),
        Deduction("Old", gbp(7), TODAY - timedelta(days=1)),
    ]
    found = safe_to_spend(gbp(500), bills, gbp(100), TODAY, UNTIL, [Deduction("Trip", gbp(50))])
    assert [item.label for item in found.bill_items] == ["Gas", "Phone"]
    assert (found.bills, found.goals) == (gbp("80.50"), gbp(50))
    assert found.total == gbp("269.50")
    assert found.per_day == gbp("53.90")
    assert found.missing == gbp(0)


def test_a_sum_of_bills_will_do():
    found = safe_to_spend(gbp(500), gbp(100), gbp(0), TODAY, UNTIL)
    assert (found.total, found.bills) == (gbp(400), gbp(100))


def test_too_little_is_zero_with_what_is_missing():
    found = safe_to_spend(gbp(50), gbp(100), gbp(20), TODAY, UNTIL)
    assert (found.total, found.per_day, found.missing) == (gbp(0), gbp(0), gbp(70))


@given(
    balance=st.integers(-10_000, 10_000_000),
    bills=st.lists(st.integers(0, 100_000), max_size=5),
    goals=st.lists(st.integers(0, 100_000), max_size=3),
    buffer=st.integers(0, 100_000),
    days=st.integers(-2, 60),
    currency=st.sampled_from(["GBP", "JPY", "KWD"]),
)
def test_the_parts_add_up_and_the_days_do_not_exceed_the_total(
    balance, bills, goals, buffer, days, currency
):
    def money(minor):
        return Money.from_minor(minor, currency)

    found = safe_to_spend(
        money(balance),
        [Deduction("b", money(b)) for b in bills],
        money(buffer),
        TODAY,
        TODAY + timedelta(days=days),
        [Deduction("g", money(g)) for g in goals],
    )
    assert found.total - found.missing == (found.balance - found.bills - found.goals - found.buffer)
    assert not (found.total and found.missing)
    spent = found.per_day.minor * max(days, 1)
    assert found.total.minor - max(days, 1) < spent <= found.total.minor


def test_negative_parts_are_refused():
    with pytest.raises(BadInput):
        safe_to_spend(gbp(5), [Deduction("b", gbp(-1))], gbp(0), TODAY, UNTIL)
    with pytest.raises(BadInput):
        safe_to_spend(gbp(5), [], gbp(-1), TODAY, UNTIL)


def test_two_currencies_are_refused():
    with pytest.raises(CurrencyMismatch):
        safe_to_spend(gbp(5), Money.of(1, "EUR"), gbp(0), TODAY, UNTIL)
