from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance_core.advice.guard import Habits
from finance_core.advice.moods import TERMS, Mood
from finance_core.advice.sweeps import (
    Limits,
    friendly_step,
    low_point,
    propose_sweep,
    round_down,
    scaled,
)
from finance_core.errors import BadInput, CurrencyMismatch
from finance_core.money import Money

TODAY = date(2024, 6, 20)


def gbp(amount):
    return Money.of(amount, "GBP")


@pytest.mark.parametrize(
    ("low", "floor", "cap", "expected"),
    [
        (700, 200, 300, 300),  # the cap
        (487, 200, 300, 280),  # 287 spare, in tens from 100 on
        (287, 200, 300, 85),  # fives below 100
        (219, 200, 300, 0),  # not worth moving
        (100, 200, 300, 0),
    ],
)
def test_the_amount_is_what_the_low_point_leaves(make_forecast, low, floor, cap, expected):
    forecast = make_forecast([low + 100] * 30, income_in=10, start=1000)
    sweep = propose_sweep(forecast, Limits(gbp(floor), gbp(cap)), TODAY, TODAY)
    assert sweep.amount == gbp(expected)
    assert sweep.reason == ("safe" if expected else "low")
    assert sweep.low_point == gbp(low)
    assert sweep.before == TODAY + timedelta(days=10)


def test_old_figures_move_nothing(make_forecast):
    forecast = make_forecast([5000] * 30, income_in=10)
    known = TODAY - timedelta(days=4)
    sweep = propose_sweep(forecast, Limits(gbp(200), gbp(300)), known, TODAY)
    assert (sweep.amount, sweep.reason) == (gbp(0), "stale")
    assert propose_sweep(
        forecast, Limits(gbp(200), gbp(300)), known + timedelta(days=1), TODAY
    ).amount


def test_a_short_look_ahead_without_an_income_moves_nothing(make_forecast):
    short, long = make_forecast([5000] * 10), make_forecast([5000] * 30)
    assert propose_sweep(short, Limits(gbp(200), gbp(300)), TODAY, TODAY).reason == "unsure"
    assert propose_sweep(long, Limits(gbp(200), gbp(300)), TODAY, TODAY).amount == gbp(300)


def test_money_that_is_not_there_yet_is_not_moved(make_forecast):
    forecast = make_forecast([5000] * 30, start=260)
    assert propose_sweep(forecast, Limits(gbp(200), gbp(300)), TODAY, TODAY).amount == gbp(60)


@given(
    start=st.integers(-2000, 20_000),
    medians=st.lists(st.integers(-2000, 20_000), min_size=28, max_size=40),
    floor=st.integers(0, 3000),
    cap=st.integers(1, 3000),
    currency=st.sampled_from(["GBP", "CZK", "JPY", "KWD"]),
)
def test_a_sweep_never_exceeds_what_is_spare_nor_the_cap(
    make_forecast, start, medians, floor, cap, currency
):
    forecast = make_forecast(medians, start=start, currency=currency)
    low = forecast.low_point_q05
    sweep = propose_sweep(
        forecast, Limits(Money.of(floor, currency), Money.of(cap, currency)), TODAY, TODAY
    )
    assert 0 <= sweep.amount.amount <= cap
    if sweep.amount:
        assert sweep.amount <= low - sweep.floor
        assert sweep.amount <= forecast.start - sweep.floor
        assert sweep.amount.amount % friendly_step(currency) == 0
    assert (sweep.reason == "safe") == bool(sweep.amount)


@given(extra=st.integers(0, 5000))
def test_more_money_never_means_a_smaller_sweep(make_forecast, extra):
    poor, rich = (make_forecast([400 + more] * 30) for more in (0, extra))
    args = (Limits(gbp(100), gbp(1000)), TODAY, TODAY)
    assert propose_sweep(poor, *args).amount <= propose_sweep(rich, *args).amount


@pytest.mark.parametrize(("floor", "cap"), [(-1, 10), (0, 0), (0, -5)])
def test_senseless_limits_are_refused(make_forecast, floor, cap):
    with pytest.raises(BadInput):
        propose_sweep(make_forecast([500] * 30), Limits(gbp(floor), gbp(cap)), TODAY, TODAY)


def test_two_currencies_are_refused(make_forecast):
    with pytest.raises(CurrencyMismatch):
        propose_sweep(make_forecast([500] * 30), Limits(Money.of(1, "EUR"), gbp(9)), TODAY, TODAY)


@pytest.mark.parametrize(
    ("currency", "step"), [("EUR", 5), ("CZK", 100), ("JPY", 500), ("KRW", 5000), ("VUV", 500)]
)
def test_steps_fit_the_currency(currency, step):
    assert friendly_step(currency) == step
    assert scaled(20_000, currency) == Money.of(40 * step, currency)


@given(amount=st.integers(-100, 10_000), step=st.integers(1, 500))
def test_rounding_goes_down_to_whole_steps(amount, step):
    rounded = round_down(gbp(amount), Decimal(step)).amount
    assert rounded % step == 0
    assert 0 <= max(amount, 0) - rounded < 2 * step


def known(days=400, largest=500, unusual=0):
    return Habits(days, gbp(largest), gbp(unusual))


def sweep_with(make_forecast, mood=Mood.NORMAL, **more):
    limits = Limits(gbp(200), gbp(300), TERMS[mood], TERMS[mood].share, **more)
    return propose_sweep(make_forecast([1500] * 30, income_in=10), limits, TODAY, TODAY)


def test_a_bolder_mood_leaves_less(make_forecast):
    careful, normal, bold = (sweep_with(make_forecast, mood, habits=known()) for mood in Mood)
    assert careful.leave > normal.leave > bold.leave > gbp(200)
    assert careful.amount < normal.amount


def test_what_usually_holds_and_does_not_stops_saving(make_forecast):
    assert sweep_with(make_forecast, habits=known(days=89)).reason == "new"
    assert sweep_with(make_forecast, habits=known(), broken="missed_income").amount == gbp(0)
    assert sweep_with(make_forecast, habits=known(), saved=gbp(1490)).reason == "month"
    assert sweep_with(make_forecast, habits=known(unusual=1400)).reason == "low"
    assert sweep_with(make_forecast, habits=known()).reason == "safe"


def test_more_stays_while_what_usually_holds_does_not(make_forecast):
    calm = sweep_with(make_forecast, habits=known())
    assert sweep_with(make_forecast, habits=known(), broken="off_track").leave > calm.leave


def test_money_put_aside_counts_for_what_has_to_stay(make_forecast):
    without = sweep_with(make_forecast, habits=known())
    with_kept = sweep_with(make_forecast, habits=known(), kept=gbp(2000))
    assert with_kept.leave > without.leave


def test_the_low_point_between_the_lean_case_and_the_median(make_forecast):
    forecast = make_forecast([1500] * 30)
    assert low_point(forecast, 0.05) == forecast.low_point_q05
    assert low_point(forecast, 0.5) == forecast.low_point
    assert forecast.low_point_q05 < low_point(forecast, 0.2) < forecast.low_point
