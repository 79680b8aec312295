import csv
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import numpy as np
import pytest

from finance_core.errors import BadInput, NotEnoughData
from finance_core.services import savings_backtest

FIRST = date(2023, 1, 2)


def write(path, accounts=3, days=240, late=0.0):
    """Steady accounts: salary on the 5th, rent on the 8th, shopping every third day.

    ``late`` is spent every day from day 215 on.
    """
    with path.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["account_id", "date", "amount", "balance", "operation", "currency"])
        for account in range(accounts):
            random, balance = np.random.default_rng(account), Decimal(3000)
            for number in range(days):
                day = FIRST + timedelta(days=number)
                amounts = []
                if day.day == 5:
                    amounts.append((2600 + 50 * account, "salary"))
                if day.day == 8:
                    amounts.append((-900, "rent"))
                if number % 3 == 0:
                    amounts.append((-int(random.integers(60, 140)), "shop"))
                if late and number >= 215:
                    amounts.append((-late, "late"))
                for amount, what in amounts:
                    balance += Decimal(str(amount))
                    writer.writerow([f"a{account}", day, amount, balance, what, "EUR"])
    return path


def saves_of(path):
    with path.open() as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def steady(tmp_path_factory):
    folder = tmp_path_factory.mktemp("steady")
    found = savings_backtest.savings(write(folder / "in.csv"), folder / "out.csv", jobs=1)
    return found, saves_of(folder / "out.csv")


def test_a_steady_life_saves_without_a_breach(steady):
    found, rows = steady
    keys = {"accounts", "account_years", "saves", "breaches", "floor_breaches", "saved", "optimum"}
    assert keys <= set(found)
    assert found["accounts"] == 3
    assert found["saves"] == sum(Decimal(row["amount"]) > 0 for row in rows) > 3
    assert (found["breaches"], found["floor_breaches"]) == (0, 0)
    assert Decimal(found["saved_at_end"]) == sum(Decimal(row["amount"]) for row in rows)
    assert 0 < Decimal(found["saved_at_end"]) <= Decimal(found["optimum_at_end"])
    assert Decimal(found["optimum_with_returns"]) >= Decimal(found["optimum"]) > 0
    assert set(found["moods"]) == {"careful", "normal", "bold"}
    assert set(found["naive"]) == {"tenth_of_income", "round_ups", "weeks_52"}
    assert sum(half["saves"] for half in found["halves"]) == found["saves"]


def test_written_saves_respect_cap_floor_and_rest(steady):
    _, rows = steady
    for row in rows:
        assert Decimal(row["amount"]) <= 300
        assert Decimal(row["low_point_after"]) <= Decimal(row["balance_before"])
        assert Decimal(row["balance_before"]) - Decimal(row["amount"]) >= 200
    for account in {row["account_id"] for row in rows}:
        mine = [r for r in rows if r["account_id"] == account and Decimal(r["amount"]) > 0]
        days = [date.fromisoformat(r["date"]) for r in mine]
        assert all((b - a).days >= 7 for a, b in pairwise(days))


def test_the_future_does_not_change_earlier_saves(tmp_path):
    rows = []
    for late in (0.0, 90.0):
        out = tmp_path / f"out{late}.csv"
        savings_backtest.savings(write(tmp_path / f"in{late}.csv", 1, late=late), out, jobs=1)
        known = str(FIRST + timedelta(days=180))
        rows.append([(r["date"], r["amount"]) for r in saves_of(out) if r["date"] <= known])
    assert rows[0] == rows[1] != []


def test_a_sample_of_accounts_is_a_sample(tmp_path):
    path = write(tmp_path / "in.csv", accounts=3, days=150)
    assert savings_backtest.savings(path, accounts=2, jobs=1)["accounts"] == 2
    with pytest.raises(BadInput, match="positive"):
        savings_backtest.savings(path, accounts=0)


def test_short_accounts_are_not_enough(tmp_path):
    with pytest.raises(NotEnoughData):
        savings_backtest.savings(write(tmp_path / "in.csv", days=60))
