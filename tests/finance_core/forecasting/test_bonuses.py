from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from finance_core.forecasting import bonuses, recurrence
from finance_core.forecasting.panel import Origins, Panel
from finance_core.forecasting.recurrence import Movements
from finance_core.forecasting.series import Series, day_number

END = date(2024, 1, 20)


def account(pay, opened, bonus=(6, 12)):
    """Paid on the tenth of each month up to ``END``, half as much again in the months ``bonus``."""
    first = day_number(opened)
    days = np.arange(first, day_number(END) + 1).astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    paid = np.flatnonzero(days - months == np.timedelta64(9, "D"))
    number = months[paid].astype(np.int64) % 12 + 1
    amounts = pay * np.where(np.isin(number, bonus), 1.5, 1.0)
    flow = np.bincount(paid, weights=amounts, minlength=len(days))
    return Series(first, 500.0 + np.cumsum(flow), paid, amounts)


@pytest.fixture(scope="module")
def bank():
    """Salaries of 2,000 to 2,600 have a bonus in June and December, pensions of 300 none."""
    salaries = [account(2000.0 + 20 * n, date(2023, 2, 1)) for n in range(30)]
    return [*salaries, *(account(300.0 + n, date(2023, 2, 1), ()) for n in range(30))]


def learned(bank, until=END):
    """By what was known of a bank at the end of a day."""
    panel = Panel.of([s.until(day_number(until) - s.first) for s in bank])
    return bonuses.learn(panel, Movements.of(panel), np.ones(len(bank), dtype=bool))


def expected(found, series, today):
    """What is due within a month of ``today``."""
    origins = Origins(
        Panel.of([series]), np.array([0]), np.array([day_number(today) - series.first])
    )
    movements = Movements.of(origins.panel)
    known = replace(movements, amount=found.amounts(origins.panel, movements))
    return recurrence.due(origins, known, 30).amount.tolist()


@pytest.mark.parametrize(
    ("pay", "opened", "today", "due"),
    [
        (2310.0, date(2023, 8, 1), date(2023, 11, 20), 3465.0),  # others had one in June
        (2310.0, date(2023, 8, 1), date(2023, 10, 20), 2310.0),  # but none in May
        (310.0, date(2023, 8, 1), date(2023, 11, 20), 310.0),  # nor did pensions
        (2310.0, date(2023, 2, 1), date(2023, 11, 20), 3465.0),  # its own in June
    ],
)
def test_a_bonus_is_expected_where_others_had_one_half_a_year_before(bank, pay, opened, today, due):
    assert expected(learned(bank), account(pay, opened), today) == [due]


def test_an_account_that_had_none_half_a_year_before_is_expected_to_have_none(bank):
    assert expected(learned(bank), account(2310.0, date(2023, 2, 1), ()), date(2023, 11, 20)) == [
        2310.0
    ]


def test_what_other_accounts_do_later_is_not_seen(bank):
    """A bonus of December is told by June alone, whatever else comes after the day asked."""
    new, today = account(2310.0, date(2023, 8, 1)), date(2023, 11, 20)
    assert expected(learned(bank, today), new, today) == expected(learned(bank), new, today)
    none_later = [replace(s, amounts=np.where(s.days > 300, 1.0, s.amounts)) for s in bank]
    assert expected(learned(none_later), new, today) == [3465.0]


def test_a_bank_without_payments_gives_none():
    panel = Panel.of([account(2000.0, date(2023, 12, 20))])
    found = bonuses.learn(panel, Movements.of(panel), np.ones(1, dtype=bool))
    assert expected(found, account(2310.0, date(2023, 8, 1)), date(2023, 11, 20)) == [2310.0]
