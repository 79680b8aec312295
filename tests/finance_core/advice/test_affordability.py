from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance_core.advice.affordability import Delayed, affordability, delayed
from finance_core.advice.spendable import Deduction
from finance_core.errors import BadInput, CurrencyMismatch
from finance_core.money import Money

TODAY = date(2024, 6, 20)
FALLING = [1000 - 20 * n for n in range(1, 21)] + [2600 - 20 * n for n in range(10)]


def gbp(amount):
    return Money.of(amount, "GBP")


def test_the_tightest_day_before_the_income_decides(make_forecast):
    forecast = make_forecast(FALLING, income_in=21, start=1000)
    found = affordability(forecast, gbp(100), TODAY + timedelta(days=3), gbp(200))
    assert found.verdict == "yes"
    assert found.low_after == gbp(500)
    assert found.low_on == TODAY + timedelta(days=20)
    assert found.before == TODAY + timedelta(days=21)
    assert found.balance_after == gbp(1000 - 60 - 100)
    assert found.low_after_q05 == gbp(400)
    assert found.safe_on == found.on


@pytest.mark.parametrize(
    ("amount", "verdict", "chance"),
    [(350, "yes", 0.9), (375, "tight", 0.7), (400, "no", 0.5), (450, "no", 0.1), (900, "no", 0.01)],
)
def test_the_chance_is_read_off_the_quantiles(make_forecast, amount, verdict, chance):
    forecast = make_forecast(FALLING, income_in=20, start=1000)
    found = affordability(forecast, gbp(amount), TODAY, gbp(200))
    assert found.verdict == verdict
    assert found.chance == pytest.approx(chance)


def test_what_is_too_much_now_may_be_safe_after_the_income(make_forecast):
    forecast = make_forecast(FALLING, income_in=21, start=1000)
    found = affordability(forecast, gbp(900), TODAY, gbp(200))
    assert found.verdict == "no"
    assert found.safe_on == TODAY + timedelta(days=21)
    assert affordability(forecast, gbp(9000), TODAY, gbp(200)).safe_on is None


def test_what_is_not_there_today_cannot_be_paid_today(make_forecast):
    forecast = make_forecast([5000] * 30, start=100)
    found = affordability(forecast, gbp(400), TODAY, gbp(0))
    assert (found.verdict, found.chance) == ("no", 0.01)
    assert found.balance_after == gbp(-300)
    assert found.safe_on == TODAY + timedelta(days=1)


@given(
    medians=st.lists(st.integers(-500, 3000), min_size=2, max_size=40),
    spread=st.integers(0, 300),
    one=st.integers(1, 4000),
    more=st.integers(0, 2000),
    day=st.integers(0, 39),
)
def test_a_dearer_thing_is_never_easier_to_afford(make_forecast, medians, spread, one, more, day):
    forecast = make_forecast(medians, spread)
    on = TODAY + timedelta(days=min(day, len(medians)))
    cheap, dear = (affordability(forecast, gbp(a), on, gbp(100)) for a in (one, one + more))
    assert dear.chance <= cheap.chance
    assert dear.low_after <= cheap.low_after
    assert 0.01 - 1e-9 <= dear.chance <= 0.99 + 1e-9
    order = ["no", "tight", "yes"]
    assert order.index(dear.verdict) <= order.index(cheap.verdict)
    if cheap.safe_on is None:
        assert dear.safe_on is None
    if cheap.verdict == "yes":
        assert cheap.safe_on == on


@pytest.mark.parametrize(("amount", "days"), [(0, 1), (-5, 1), (5, -1), (5, 31)])
def test_impossible_questions_are_refused(make_forecast, amount, days):
    with pytest.raises(BadInput):
        affordability(make_forecast([500] * 30), gbp(amount), TODAY + timedelta(days=days), gbp(0))


def test_two_currencies_are_refused(make_forecast):
    with pytest.raises(CurrencyMismatch):
        affordability(make_forecast([500] * 30), Money.of(5, "EUR"), TODAY, gbp(0))


def test_a_purchase_delays_what_no_longer_fits(make_forecast):
    forecast = make_forecast([500] * 30, income_in=10)
    rent = Deduction("Rent", Money.of(300, "GBP"), forecast.days[4].day)
    past_income = Deduction("Gym", Money.of(30, "GBP"), forecast.days[20].day)
    trip, car = (Deduction(name, Money.of(100, "GBP")) for name in ("Trip", "Car"))

    def asked(price):
        found = affordability(
            forecast, Money.of(price, "GBP"), forecast.origin, Money.of(200, "GBP")
        )
        return delayed(forecast, found, [rent, past_income], [trip, car])

    assert asked(100) == Delayed()
    assert asked(150) == Delayed(goals=(car,))
    assert asked(250) == Delayed(goals=(trip, car))
    assert asked(460).bills == (rent,), "one in ten days ends below 450"
    assert asked(440).bills == ()
