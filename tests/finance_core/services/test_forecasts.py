"""What is to come is told of one pool, one currency and one person."""

from __future__ import annotations

from datetime import timedelta

import pytest

from finance_core.errors import BadInput, NotFound
from finance_core.money import Money
from finance_core.services import forecasts, imports, people
from tests.finance_core.services.household import TODAY


def test_a_forecast_starts_at_the_balance_and_covers_the_days(penny, ada):
    day = TODAY + timedelta(days=30)
    found = forecasts.balance_on(penny, ada, day, TODAY)
    assert found.forecast.start == Money.of("3000.00", "GBP")
    assert found.day.day == day
    assert found.day.q05 <= found.day.q10 <= found.day.q50 <= found.day.q90 <= found.day.q95


@pytest.mark.parametrize("days", [0, -1, 181, 4000])
def test_days_that_cannot_be_told(penny, ada, days):
    with pytest.raises(BadInput):
        forecasts.balance_on(penny, ada, TODAY + timedelta(days=days), TODAY)


def test_a_price_in_another_currency(penny, ada):
    with pytest.raises(BadInput, match="no exchange rate for EUR"):
        forecasts.can_afford(penny, ada, Money.of("5.00", "EUR"), TODAY, TODAY)


def test_a_dearer_thing_is_never_likelier_to_be_affordable(penny, ada):
    chances = [
        forecasts.can_afford(penny, ada, Money.of(price, "GBP"), TODAY, TODAY)[1].chance
        for price in ("10.00", "500.00", "2500.00", "9999.00")
    ]
    assert chances == sorted(chances, reverse=True)
    assert chances[0] > 0.9 > 0.1 > chances[-1]


def test_currencies_are_not_pooled(penny, ada):
    rows = "account,date,amount,currency,description\nTravel,2026-03-01,500.00,EUR,X\n"
    imports.import_content(penny, ada, rows.encode(), name="x.csv")
    pool = forecasts.pool_of(penny, ada, TODAY)
    assert [account.name for account in pool.accounts] == ["Current"]
    assert {movement.amount.currency for movement in pool.movements} == {"GBP"}


def test_an_account_of_somebody_else(penny, ada):
    other, _ = people.add(penny, "Bo", "UTC", "GBP")
    mine = forecasts.pool_of(penny, ada, TODAY).accounts[0].id
    for person_id, account_id in ((other.id, mine), (ada, "nonsense")):
        with pytest.raises(NotFound):
            forecasts.pool_of(penny, person_id, TODAY, account_id)


def test_later_rows_are_not_seen_from_an_earlier_day(penny, ada):
    early = TODAY - timedelta(days=60)
    pool = forecasts.pool_of(penny, ada, early)
    assert max(movement.posted_on for movement in pool.movements) <= early
    assert all(stream.last_on <= early for stream in pool.streams)
