"""What weekdays, fortnights and days of the month bring, from an account's own past."""

from dataclasses import replace

import numpy as np
import pytest

from finance_core.forecasting import predict_alone
from finance_core.forecasting.naive import every
from finance_core.forecasting.panel import Origins, Panel
from finance_core.forecasting.series import Series
from finance_core.forecasting.timetable import TIMETABLE, paths

AHEAD = np.arange(1, 31)
FIRST = 19_000


def series(flow):
    """An account that is opened with 1,000 on the day before its first flow."""
    amounts = np.concatenate([[1000.0], flow])
    at = np.flatnonzero(amounts)
    return Series(FIRST, np.cumsum(amounts), at, amounts[at])


def expected(flow, known):
    """Forecasts from day ``known`` on by name, and what came."""
    whole = series(flow)
    made = paths(Panel.of([whole.until(known)]).every_last(), AHEAD)[0]
    return dict(zip(TIMETABLE, made, strict=True)), whole.balance[known + 1 : known + 31]


@pytest.mark.parametrize("days", [7, 14])
def test_what_comes_by_the_week_or_fortnight_goes_on(days):
    flow = np.where(np.arange(400) % days == 3, 600.0, -30.0)
    for path in [expected(flow, known) for known in (300, 305, 311)]:
        np.testing.assert_allclose(path[0]["timetable"], path[1], atol=60)


def test_one_large_payment_is_no_habit():
    flow = np.zeros(300)
    flow[200] = -5000.0
    made, came = expected(flow, 260)
    assert np.abs(made["timetable"] - came).max() < 400


@pytest.mark.parametrize("known", [15, 45, 120, 260])
def test_it_does_not_see_what_comes_later(known):
    random = np.random.default_rng(known)
    flow = random.normal(0, 80, 299).round(2)
    other = flow.copy()
    other[known:] = 7 * flow[known:] - 100
    one, changed = (
        paths(Origins(Panel.of([series(each)]), np.array([0]), np.array([known])), AHEAD)
        for each in (flow, other)
    )
    np.testing.assert_array_equal(one, changed)
    np.testing.assert_array_equal(
        one, paths(Panel.of([series(flow).until(known)]).every_last(), AHEAD)
    )


def test_others_that_are_asked_for_do_not_change_a_forecast():
    random = np.random.default_rng(1)
    many = [series(random.normal(0, 50, days).round(2)) for days in (10, 40, 200, 400)]
    together = predict_alone(many)
    for number, one in enumerate(many):
        alone = predict_alone([one])
        np.testing.assert_allclose(together.quantiles[number], alone.quantiles[0])
        np.testing.assert_allclose(together.low_point[number], alone.low_point[0])
    assert np.isfinite(together.quantiles).all()
    assert (np.diff(together.quantiles, axis=1) >= 0).all()


def test_amounts_are_forecast_in_their_currency():
    random = np.random.default_rng(2)
    small = series(np.where(np.arange(300) % 30 == 4, 900.0, -random.gamma(2, 15, 300)).round(2))
    large = replace(small, balance=small.balance * 4096, amounts=small.amounts * 4096)
    one, other = predict_alone([small]), predict_alone([large])
    np.testing.assert_allclose(other.quantiles, one.quantiles * 4096, rtol=1e-6)


def made_up(habit, seed):
    """A life that no model was taught."""
    random, days = np.random.default_rng(seed), np.arange(300)
    month = (FIRST + days).astype("datetime64[D]")
    of_month = (month - month.astype("datetime64[M]")).astype(int) + 1
    spent = -random.gamma(2, 20, 300) * (random.random(300) < 0.6)
    income = {
        "salary": np.where(of_month == 5 + seed % 20, 2200.0, 0.0),
        "every second week": np.where(days % 14 == seed % 14, 900 + random.normal(0, 40, 300), 0),
        "no plan": np.where(random.random(300) < 0.1, random.gamma(2, 130, 300), 0.0),
        "top-ups": np.where(random.random(300) < 0.048, 500.0, 0.0),
    }[habit]
    return series((income + spent).round(2))


@pytest.mark.parametrize("habit", ["salary", "every second week", "no plan", "top-ups"])
def test_accounts_that_nobody_taught_are_not_worse_served_than_by_any_naive_forecast(habit):
    made = [made_up(habit, seed) for seed in range(30)]
    known = [one.until(index) for one in made for index in (229, 249, 269)]
    came = np.array([one.balance[index + 1 :][:30] for one in made for index in (229, 249, 269)])
    found = predict_alone(known).quantiles
    naive = np.abs(every(Panel.of(known).every_last(), AHEAD) - came[:, None]).mean(axis=(0, 2))
    assert np.abs(found[:, 2] - came).mean() <= 1.05 * naive.min()
    assert 0.7 < np.mean((found[:, 1] <= came) & (came <= found[:, 3])) < 0.95
