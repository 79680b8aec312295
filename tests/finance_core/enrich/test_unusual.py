"""What stands out does, and what is only a habit does not."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finance_core.enrich.recurring import find_streams
from finance_core.enrich.unusual import find_unusual
from finance_core.model import Period, Transaction
from finance_core.money import Money

START = date(2026, 1, 1)
MAY = Period(date(2026, 5, 1), date(2026, 5, 31))


def paid(day, minor, merchant="Cafe", category="dining", account="main", currency="GBP"):
    amount = Money.from_minor(-minor, currency)
    key = f"{day} {merchant} {minor} {account}"
    paid.count += 1
    return Transaction(
        f"{key} {paid.count}", account, day, amount, key, merchant, category, sequence=paid.count
    )


paid.count = 0


def habits(sizes=(450, 500, 560, 480, 520)):
    """A coffee of about five pounds every second day of the year so far."""
    return [paid(START + timedelta(days=2 * n), sizes[n % len(sizes)] + n % 7) for n in range(75)]


def look(*rows, base=None):
    everything = [*(habits() if base is None else base), *rows]
    return find_unusual(everything, MAY, find_streams(everything, MAY.end))


def test_habits_are_not_unusual():
    assert look() == []


def test_the_same_amount_twice_within_a_day():
    first, second = paid(date(2026, 5, 10), 4200, "Pub"), paid(date(2026, 5, 11), 4200, "Pub")
    (found,) = [one for one in look(first, second) if one.why == "duplicate"]
    assert (found.row, found.other) == (second, first)
    assert found.amount == Money.of("42.00", "GBP")


@pytest.mark.parametrize(
    "other",
    [
        paid(date(2026, 5, 13), 4200, "Pub"),
        paid(date(2026, 5, 11), 4201, "Pub"),
        paid(date(2026, 5, 11), 4200, "Bar"),
        paid(date(2026, 5, 11), 4200, "Pub", account="other"),
        paid(date(2026, 5, 11), 4200, "Pub", currency="EUR"),
    ],
)
def test_what_only_looks_like_a_duplicate(other):
    assert "duplicate" not in {one.why for one in look(paid(date(2026, 5, 10), 4200, "Pub"), other)}


def test_a_duplicate_that_was_refunded_is_none():
    twice = [paid(date(2026, 5, 10), 4200, "Pub") for _ in range(2)]
    back = paid(date(2026, 5, 14), -4200, "Pub")
    assert "duplicate" not in {one.why for one in look(*twice, back)}


def test_two_rides_at_one_fare_are_a_habit_after_a_while():
    rides = [
        paid(START + timedelta(days=5 * n), 280, "Bus", "transport")
        for n in range(28)
        for _ in range(2)
    ]
    assert look(*rides) == []


def test_a_steady_price_that_rises():
    months = [date(2025, 12, 3), *(date(2026, month, 3) for month in range(1, 6))]
    bills = [
        paid(day, 1099 if day < MAY.start else 1299, "Film", "subscriptions") for day in months
    ]
    (found,) = look(*bills)
    assert (found.why, found.row, found.other) == ("price_rise", bills[-1], bills[-2])
    assert found.usual == Money.of("10.99", "GBP")


def test_far_above_what_is_usual_at_a_merchant():
    visits = [
        paid(date(2026, month, 8), 2000 + 100 * month, "Grocer", "groceries")
        for month in range(1, 5)
    ] + [paid(date(2026, 4, 20), 2100, "Grocer", "groceries")]
    large = paid(date(2026, 5, 9), 9900, "Grocer", "groceries")
    (found,) = look(*visits, large)
    assert (found.why, found.row, found.count) == ("merchant", large, 5)
    assert found.usual == Money.of("22.00", "GBP")
    assert look(*visits, paid(date(2026, 5, 9), 2600, "Grocer", "groceries")) == []


def test_a_large_first_payment_somewhere():
    large = paid(date(2026, 5, 9), 60_000, "Roofer", "home")
    (found,) = look(large)
    assert (found.why, found.row) == ("new_merchant", large)
    assert look(paid(date(2026, 5, 9), 700, "Kiosk", "dining")) == []
    assert find_unusual([large], MAY, []) == [], "where the ledger begins everything is new"


def test_a_fee_is_told_unless_it_comes_regularly():
    charge = paid(date(2026, 5, 9), 600, "Overdraft", "fees")
    assert [one.why for one in look(charge)] == ["fee"]
    monthly = [paid(date(2026, month, 1), 300, "Account fee", "fees") for month in range(1, 6)]
    assert look(*monthly) == []


def test_mistakes_come_before_costs():
    found = look(
        paid(date(2026, 5, 9), 60_000, "Roofer", "home"),
        paid(date(2026, 5, 10), 900, "Pub"),
        paid(date(2026, 5, 10), 900, "Pub"),
    )
    assert [one.why for one in found] == ["duplicate", "new_merchant"]


days = st.dates(START, date(2026, 6, 30))
rows = st.lists(
    st.builds(
        paid,
        days,
        st.integers(-50_000, 50_000).filter(bool),
        st.sampled_from(["A", "B shop", "B shop north"]),
        st.sampled_from(["dining", "fees", "groceries"]),
        st.just("main"),
        st.sampled_from(["GBP", "JPY"]),
    ),
    max_size=40,
)


@settings(max_examples=60, deadline=None)
@given(rows)
def test_only_payments_of_the_period_once_each_and_in_any_order(some):
    streams = find_streams(some, MAY.end)
    found = find_unusual(some, MAY, streams)
    keys = [one.row.id for one in found]
    assert len(keys) == len(set(keys))
    assert all(one.row.posted_on in MAY and one.row.amount.amount < 0 for one in found)
    assert found == find_unusual(some[::-1], MAY, streams)
    assert all(one.usual is None or one.amount > one.usual for one in found)
    later = [row for row in some if row.posted_on <= MAY.end]
    assert found == find_unusual(later, MAY, streams), "what comes later changes nothing"
