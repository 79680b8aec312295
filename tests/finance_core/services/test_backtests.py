import csv
from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from finance_core.services import backtests

FIRST = date(2023, 1, 2)


def write(path, accounts=3, days=240, shock=0.0, late=0.0):
    """Steady accounts: salary on the 5th, rent on the 8th, shopping every third day.

    ``shock`` is spent at once on day 200; ``late`` every day from day 215 on.
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
                if shock and number == 200:
                    amounts.append((-shock, "car"))
                if late and number >= 215:
                    amounts.append((-late, "late"))
                for amount, what in amounts:
                    balance += Decimal(str(amount))
                    writer.writerow([f"a{account}", day, amount, balance, what, "EUR"])
    return path


def saves_of(path):
    with path.open() as stream:
        return list(csv.DictReader(stream))


def test_the_forecast_backtest_measures_streams_too(tmp_path):
    path = write(tmp_path / "in.csv", accounts=10, days=181)
    found = backtests.forecast(path, tmp_path / "out.csv", forest_rows=0, jobs=1)
    models = found["models"]
    assert models["streams_bootstrap"]["path_mae"] < models["last_value"]["path_mae"]
    assert len(saves_of(tmp_path / "out.csv")) == found["folds"] * 30
