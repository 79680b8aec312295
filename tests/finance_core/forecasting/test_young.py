import numpy as np
import pytest

from finance_core.forecasting import naive, young
from finance_core.forecasting.series import Series


def account(*moved, days=40):
    """Opened with 1,000; ``moved`` are days and amounts."""
    at, amounts = (np.array(part) for part in zip((0, 1000.0), *moved, strict=True))
    order = np.argsort(at, kind="stable")
    flow = np.bincount(at, weights=amounts, minlength=days)
    return Series(19_000, np.cumsum(flow), at[order].astype(np.int64), amounts[order])


PAID = [(20, 900.0), (25, -300.0), (33, -80.0)]
SPENT = [(15, -300.0), (23, -80.0)]


def shares(series):
    """What counts of no change and of the last month again."""
    last = naive.path("last_value", series, 30)
    month = naive.path("same_day_last_month", series, 30)
    found = young.path(series, 30)
    part = (found - last)[-1] / (month - last)[-1]
    np.testing.assert_allclose(found, last + part * (month - last))
    return round(1 - part, 6), round(part, 6)


@pytest.mark.parametrize(
    ("moved", "expected"),
    [
        (PAID, (0, 1)),
        ([*PAID, (27, 900.0)], (0, 1)),  # every week
        ([*PAID, (36, 900.0)], (0, 1)),  # twice a month
        ([*PAID, (30, 900.0)], (1, 0)),  # topped up when it ran low
        ([*PAID, (30, 750.0)], (0, 1)),  # something else
        (SPENT, (1, 0)),  # nothing came in
        ([*SPENT, (16, 1.25)], (1, 0)),  # next to nothing
        ([(5, 900.0), *SPENT], (1, 0)),  # not in the last month
        ([*PAID, (13, 350.0), (30, 500.0)], (0.5, 0.5)),  # by the piece
        ([*PAID, (30, 750.0), (32, 60.0)], (0, 1)),  # two salaries and a refund
        ([(day, 900.0 - day) for day in (14, 21, 28, 35)], (0, 1)),  # by the week
        ([(day, 50.0 + day) for day in range(12, 37, 4)], (0.75, 0.25)),  # a shop
    ],
)
def test_what_a_month_tells_of_the_next(moved, expected):
    assert shares(account(*moved)) == expected


def test_what_was_there_at_the_opening_is_no_income():
    assert shares(account((3, -200.0), (8, -100.0), days=30)) == (1, 0)
    assert shares(account((3, -200.0), (8, 600.0), days=30)) == (0, 1)
