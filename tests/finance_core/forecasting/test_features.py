from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finance_core.errors import BadInput
from finance_core.forecasting.features import rows, table
from finance_core.forecasting.naive import NAIVE, month_shift, path
from finance_core.forecasting.panel import Origins, Panel
from finance_core.forecasting.series import Series, day_number, from_balances, from_transactions
from finance_core.money import Money

AHEAD = np.arange(1, 31)


@pytest.fixture(scope="module")
def series(household):
    return from_transactions(household.history(), Money.of(1500, "GBP"), household.TODAY)


def test_a_series_ends_at_the_balance_it_was_given(series, household):
    assert series.balance[-1] == pytest.approx(1500)
    assert len(series) == 400
    assert np.diff(series.balance) == pytest.approx(series.flows()[1:])


@pytest.mark.parametrize("index", [30, 119, 250])
def test_features_see_nothing_later(series, index):
    changed = Series(
        series.first,
        np.concatenate([series.balance[: index + 1], series.balance[index + 1 :] * 3 + 7]),
        series.days,
        np.where(series.days <= index, series.amounts, series.amounts * 5),
    )
    one, other = (
        table(Origins(Panel.of([each]), np.array([0]), np.array([index])), AHEAD)
        for each in (series, changed)
    )
    np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("days", [14, 31, 100, 400])
def test_rows_have_the_same_columns_however_short_the_history(household, days):
    short = from_transactions(household.history(days), Money.of(1500, "GBP"), household.TODAY)
    full = from_transactions(household.history(400), Money.of(1500, "GBP"), household.TODAY)
    assert rows(short, AHEAD).shape == rows(full, AHEAD).shape
    assert not np.isinf(rows(short, AHEAD)).any()


@settings(max_examples=20, deadline=None)
@given(factor=st.floats(0.01, 1000))
def test_features_do_not_know_the_currency(series, factor):
    scaled = Series(series.first, series.balance * factor, series.days, series.amounts * factor)
    np.testing.assert_allclose(rows(scaled, AHEAD), rows(series, AHEAD), rtol=1e-4, atol=1e-5)
    for name in NAIVE:
        np.testing.assert_allclose(
            path(name, scaled, 30), path(name, series, 30) * factor, rtol=1e-9
        )


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2024, 3, 31), 1, date(2024, 2, 29)),
        (date(2024, 3, 15), 3, date(2023, 12, 15)),
        (date(2024, 1, 31), -1, date(2024, 2, 29)),
        (date(1969, 3, 31), 1, date(1969, 2, 28)),
    ],
)
def test_months_are_shifted_to_the_same_day(day, months, expected):
    assert month_shift(np.array([day_number(day)]), months)[0] == day_number(expected)


def test_an_empty_history_of_repeats_has_no_expected_repeats():
    quiet = from_balances([date(2024, 1, 1), date(2024, 5, 1)], [10.0, 0.0], [10.0, 10.0])
    assert np.isfinite(rows(quiet, AHEAD)[:, 0]).all()


def test_rows_out_of_order_are_refused():
    with pytest.raises(BadInput, match="order"):
        from_balances([date(2024, 1, 2), date(2024, 1, 1)], [1.0, 1.0], [1.0, 2.0])
