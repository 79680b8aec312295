"""Stated exchange rates, read and used."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance_core.advice.rates import Rate, convert, parse_rates
from finance_core.errors import BadInput
from finance_core.money import Money

DAY = date(2026, 6, 1)
EURO = Rate("EUR", "GBP", Decimal("0.85"), DAY)


def test_rates_are_read_with_their_day():
    found = parse_rates(" EUR/GBP=0.85@2026-06-01, JPY/GBP=0.0051@2026-05-31,")
    assert found == (EURO, Rate("JPY", "GBP", Decimal("0.0051"), date(2026, 5, 31)))
    assert parse_rates("") == ()


@pytest.mark.parametrize(
    "text",
    ["EUR/GBP=0.85", "EUR/GBP=0@2026-06-01", "EUR/XYZ=1@2026-06-01", "EUR/GBP=1@2026-02-30",
     "eur/gbp=1@2026-06-01", "EUR/GBP=-1@2026-06-01", "0.85"],
)  # fmt: skip
def test_what_is_no_rate_is_refused(text):
    with pytest.raises(BadInput):
        parse_rates(text)


def test_a_rate_serves_both_ways_and_no_other_pair():
    assert convert(Money.of("100", "EUR"), "GBP", [EURO]) == (Money.of("85", "GBP"), EURO)
    assert convert(Money.of("-85", "GBP"), "EUR", [EURO]) == (Money.of("-100", "EUR"), EURO)
    assert convert(Money.of("1", "USD"), "GBP", [EURO]) is None


def test_the_newest_rate_counts():
    newer = Rate("GBP", "EUR", Decimal("1.25"), date(2026, 6, 2))
    assert convert(Money.of("100", "EUR"), "GBP", [newer, EURO]) == (Money.of("80", "GBP"), newer)


@given(st.integers(-(10**12), 10**12))
def test_there_and_back_is_off_by_no_more_than_the_rounding(minor):
    money = Money.from_minor(minor, "GBP")
    there, _ = convert(money, "EUR", [EURO])
    back, _ = convert(there, "GBP", [EURO])
    assert abs(back.minor - money.minor) <= 1
