"""Payments that come every month are found by where they would fall, weekends included."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finance_core.forecasting import paydays
from finance_core.forecasting.series import day_number, to_date

LAST = date(2024, 6, 14)
DAYS = 182


def moved(day, custom):
    """A due day, and where it goes when that is on a weekend."""
    while day.weekday() > 4 and custom:
        day += timedelta(days=custom)
    return day


def life(*plans, last=LAST, days=DAYS):
    """Known days and flows of payments: day of the month, amount, custom (-1, 0 or 1)."""
    number = day_number(last) + np.arange(1 - days, 1)[None]
    flow = np.zeros(number.shape)
    for due, amount, custom in plans:
        for at in falls(due, custom, number[0, 0], number[0, -1]):
            flow[0, at - number[0, 0]] += amount
    return number, flow


def falls(due, custom, begin, end):
    """Day numbers in a span on which a payment falls."""
    months = {(to_date(n).year, to_date(n).month) for n in range(begin - 3, end + 4)}
    days = (day_number(moved(date(y, m, due), custom)) for y, m in months)
    return [day for day in days if begin <= day <= end]


def found(number, flow, horizon=30, seen=None):
    known = np.ones(flow.shape, dtype=bool) if seen is None else seen
    return paydays.found(number, flow, known, horizon)


@pytest.mark.parametrize("custom", [-1, 0, 1])
@pytest.mark.parametrize("due", [1, 9, 20, 28])  # all of which were on a weekend lately
def test_a_payment_is_expected_on_the_day_it_will_come(due, custom):
    number, flow = life((due, 2000.0, custom))
    coming, rest = found(number, flow)
    last = number[0, -1]
    expected = np.zeros(30)
    for at in falls(due, custom, last + 1, last + 30):
        expected[at - last - 1] = 2000.0
    np.testing.assert_allclose(coming[0], expected)
    np.testing.assert_allclose(rest, 0, atol=1e-9)


def test_several_payments_are_told_apart():
    number, flow = life((25, 2400.0, -1), (1, -900.0, 1), (12, -75.0, 0))
    coming, rest = found(number, flow)
    assert sorted(coming[coming != 0]) == pytest.approx([-900.0, -75.0, 2400.0])
    np.testing.assert_allclose(rest, 0, atol=1e-9)


def test_what_varies_is_expected_in_its_mean_and_what_comes_at_random_is_not():
    number, flow = life((20, 1.0, 0))
    flow[flow > 0] = [90.0, 110.0, 100.0, 95.0, 105.0, 100.0]
    assert found(number, flow)[0].sum() == pytest.approx(100.0)
    random = np.random.default_rng(4)
    chance = np.where(random.random((200, DAYS)) < 0.02, 500.0, 0.0)
    many = np.repeat(number, 200, axis=0)
    assert np.mean(found(many, chance)[0].any(axis=1)) < 0.1


def test_two_months_tell_nothing():
    number, flow = life((20, 2000.0, 0), days=60)
    assert (flow != 0).sum() == 2
    coming, rest = found(number, flow)
    assert not coming.any()
    np.testing.assert_array_equal(rest, flow)


def test_days_before_the_history_count_neither_for_nor_against():
    number, flow = life((20, 2000.0, 0))
    seen = np.arange(DAYS)[None] >= DAYS - 100
    assert found(number, np.where(seen, flow, 0.0), seen=seen)[0].sum() == pytest.approx(2000.0)


@settings(max_examples=40, deadline=None)
@given(
    last=st.dates(date(1969, 1, 1), date(2040, 12, 31)),
    factor=st.sampled_from([2.0**-9, 64.0, 2.0**20]),
    seed=st.integers(0, 99),
)
def test_a_salary_is_always_found_and_the_currency_does_not_matter(last, factor, seed):
    """Among small purchases a salary is expected within five weeks, whatever day it is."""
    random = np.random.default_rng(seed)
    number, flow = life((int(random.integers(1, 29)), 1500.0, -1), last=last)
    flow += np.where(random.random(flow.shape) < 0.2, -random.integers(5, 60, flow.shape), 0)
    coming, rest = found(number, flow, 35)
    large, left = found(number, flow * factor, 35)
    np.testing.assert_allclose(large, coming * factor)
    np.testing.assert_allclose(left, rest * factor, atol=1e-6 * factor)
    assert coming.sum() > 0.7 * 1500
    assert np.isfinite(coming).all()
