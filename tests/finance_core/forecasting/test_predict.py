import time
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finance_core.errors import BadInput, CurrencyMismatch, NotEnoughData
from finance_core.forecasting import Told, forecast
from finance_core.money import Money

START = Money.of(1500, "GBP")


def told(household):
    """What a shared model might say: the balance stays, with a band that widens."""
    start = float(START.amount)
    width = np.outer([-2, -1, 0, 1, 2], 100 * np.sqrt(np.arange(1, 31)))
    return Told(start + width, 300.0)


MODELS = [pytest.param(lambda _: None, id="by itself"), pytest.param(told, id="shared")]


def quantiles(day):
    return [day.q05, day.q10, day.q50, day.q90, day.q95]


@pytest.mark.parametrize("model", MODELS)
def test_every_model_gives_ordered_quantiles_for_every_day(household, model):
    movements = household.history()
    said = model(household)
    found = forecast(said, movements, START, household.streams(movements), household.TODAY, 90)
    assert [d.day for d in found.days] == [
        household.TODAY + timedelta(days=n) for n in range(1, 91)
    ]
    for day in found.days:
        assert quantiles(day) == sorted(quantiles(day), key=lambda m: m.minor)
    assert found.model == ("shared" if said else "streams_bootstrap")
    assert found.low_point_q05 <= found.low_point
    assert found.next_income_on == household.TODAY.replace(day=25)
    assert household.TODAY < found.low_point_on <= found.next_income_on


@pytest.mark.parametrize("model", MODELS)
def test_what_comes_later_never_changes_a_forecast(household, model):
    movements = household.history()
    known = household.streams(movements)
    day_after = household.TODAY + timedelta(days=1)
    later = [
        replace(movements[-1], id=f"later{n}", posted_on=day_after, amount=Money.of(-n, "GBP"))
        for n in range(1, 9)
    ]
    args = (START, known, household.TODAY, 30)
    assert forecast(model(household), movements, *args) == forecast(
        model(household), [*later, *movements], *args
    )


def test_pending_movements_are_left_out(household):
    movements = household.history()
    waiting = replace(movements[-1], id="p", pending=True, amount=Money.of(-700, "GBP"))
    args = (START, household.streams(movements), household.TODAY, 30)
    assert forecast(None, movements, *args) == forecast(None, [*movements, waiting], *args)


@settings(max_examples=12, deadline=None)
@given(factor=st.sampled_from([2, 8, 64]), seed=st.integers(0, 50))
def test_a_household_with_larger_figures_gets_the_same_forecast_in_its_scale(
    household, factor, seed
):
    small, large = (household.history(200, seed, factor=f) for f in (1, factor))
    found = [
        forecast(None, rows, Money.of(700 * f, "GBP"), household.streams(rows), household.TODAY, 45)
        for rows, f in ((small, 1), (large, factor))
    ]
    for one, many in zip(found[0].days, found[1].days, strict=True):
        for a, b in zip(quantiles(one), quantiles(many), strict=True):
            assert abs(a.minor * factor - b.minor) <= factor + 1


@pytest.mark.parametrize("currency", ["JPY", "EUR", "KWD"])
def test_the_currency_changes_only_the_places(household, currency):
    pounds, other = household.history(200), household.history(200, currency=currency)
    a = forecast(None, pounds, START, household.streams(pounds), household.TODAY, 30)
    start = Money.of(1500, currency)
    b = forecast(None, other, start, household.streams(other), household.TODAY, 30)
    assert b.days[-1].q50.currency == currency
    assert abs(a.days[-1].q50.amount - b.days[-1].q50.amount) <= 1


def test_the_salary_lifts_and_the_rent_lowers_the_path(household):
    movements = household.history()
    found = forecast(None, movements, START, household.streams(movements), household.TODAY, 30)
    salary, rent = household.TODAY.replace(day=25), household.TODAY.replace(month=7, day=1)
    around = timedelta(days=3)
    assert found.on(salary + around).q50 - found.on(salary - around).q50 > Money.of(1800, "GBP")
    assert found.on(rent - around).q50 - found.on(rent + around).q50 > Money.of(700, "GBP")


def test_a_month_of_history_gets_a_wider_band_than_a_year(household):
    def width(days):
        rows = household.history(days)
        found = forecast(None, rows, START, household.streams(rows), household.TODAY, 14)
        return found.days[-1].q90 - found.days[-1].q10

    assert width(60) > width(400) > Money.zero("GBP")


@pytest.mark.parametrize(("days", "said"), [(0, "none yet"), (1, "1 day."), (13, "13 days")])
def test_too_short_a_history_says_what_is_needed(household, days, said):
    with pytest.raises(NotEnoughData, match="two weeks") as caught:
        forecast(None, household.history(days), START, [], household.TODAY, 30)
    assert said in str(caught.value)


def test_two_weeks_are_enough(household):
    found = forecast(None, household.history(14), START, [], household.TODAY, 30)
    assert len(found.days) == 30


@pytest.mark.parametrize("horizon", [0, -1, 181])
def test_a_horizon_out_of_range_is_refused(household, horizon):
    with pytest.raises(BadInput, match="days ahead"):
        forecast(None, household.history(), START, [], household.TODAY, horizon)


def test_another_currency_is_refused(household):
    with pytest.raises(CurrencyMismatch):
        forecast(None, household.history(), Money.of(1, "EUR"), [], household.TODAY, 30)


@pytest.mark.parametrize("model", MODELS)
def test_a_forecast_costs_little_processor_time(household, model):
    movements = household.history(730)
    known, said = household.streams(movements), model(household)
    forecast(said, movements, START, known, household.TODAY, 90)
    began = time.process_time()
    for _ in range(10):
        forecast(said, movements, START, known, household.TODAY, 90)
    assert (time.process_time() - began) / 10 < 0.1


@pytest.mark.parametrize("model", MODELS)
def test_the_chance_of_staying_above_a_level_falls_with_the_level_and_with_time(household, model):
    movements = household.history()
    known = household.streams(movements)
    found = forecast(model(household), movements, START, known, household.TODAY, 45)
    levels = [Money.of(pounds, "GBP") for pounds in range(-6000, 6001, 200)]
    soon, late = (
        [found.chance_above(level, found.days[n].day) for level in levels] for n in (2, 44)
    )
    assert soon == sorted(soon, reverse=True)
    assert (late[0], late[-1]) == (1.0, 0.0)
    assert all(x >= y for x, y in zip(soon, late, strict=True))
    assert any(x > y for x, y in zip(soon, late, strict=True))
    # Never below on any day is at most as likely as not below on that day.
    assert found.chance_above(found.on(found.days[-1].day).q05, found.days[-1].day) <= 0.96
    assert replace(found, lows=()).chance_above(levels[0], found.days[0].day) is None
    with pytest.raises(CurrencyMismatch):
        found.chance_above(Money.of(1, "EUR"), found.days[0].day)
    with pytest.raises(BadInput):
        found.chance_above(levels[0], household.TODAY)
