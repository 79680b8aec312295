import csv
import os
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from finance_core.errors import BadInput, NotEnoughData, NotFound
from finance_core.forecasting import accounts_file, backtest
from finance_core.forecasting.naive import NAIVE
from finance_core.forecasting.naive import path as path_of

ROOT = Path(__file__).parents[3]
SHARED = Path(os.environ.get("PENNY_SHARED_DATA", ROOT / "../shared/data"))


def write(path, accounts=12, days=200, future=0):
    """Monthly salaries and weekly shopping of several accounts; ``future`` alters what is late."""
    with path.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["account_id", "date", "amount", "balance"])
        for account in range(accounts):
            random, balance = np.random.default_rng(account), 500.0
            for number in range(days):
                day = date(2023, 1, 1) + timedelta(days=number)
                amounts = [2000 + 100 * account] if day.day == 5 + account % 3 else []
                amounts += [-float(random.integers(50, 900))] if number % 4 == 0 else []
                amounts += [-float(future)] if number > 180 else []
                for amount in amounts or ([0.0] if number in (0, days - 1) else []):
                    balance += amount
                    writer.writerow([f"a{account}", day, amount, round(balance, 2)])
    return path


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("backtest")
    out = folder / "out.csv"
    found = backtest.forecast(
        write(folder / "in.csv"), out, forest_rows=60, trees=20, jobs=1, others=3
    )
    with out.open() as stream:
        return found, list(csv.DictReader(stream))


def test_the_result_has_the_agreed_keys_and_every_model(result):
    found, _ = result
    keys = {"folds", "models", "best_naive", "ratio", "coverage80", "accounts_per_second"}
    assert keys <= set(found)
    assert set(found["models"]) == {*NAIVE, "random_forest", "penny"}
    assert found["best_naive"] in backtest.USUAL_NAIVE
    assert found["accounts"] == 12
    beside = found["beside_statistical"]
    assert beside["folds"] == 3
    assert set(beside["models"]) == {*found["models"], "auto_ets", "mstl"}


def test_the_written_rows_give_the_reported_figures_again(result):
    found, rows = result
    assert len(rows) == found["folds"] * 30
    actual = np.array([float(r["actual"]) for r in rows])
    error = np.abs(actual - np.array([float(r["q50"]) for r in rows])).mean()
    assert error == pytest.approx(found["models"]["penny"]["path_mae"], abs=0.02)
    inside = [float(r["q10"]) <= float(r["actual"]) <= float(r["q90"]) for r in rows]
    assert np.mean(inside) == pytest.approx(found["coverage80"], abs=0.001)


def test_the_written_days_follow_the_protocol(result):
    _, rows = result
    first = [r for r in rows if r["account_id"] == "a0"]
    origins = sorted({date.fromisoformat(r["origin"]) for r in first})
    start = date(2023, 1, 1) + timedelta(days=119)
    assert origins == [start + timedelta(days=30 * n) for n in range(len(origins))]
    assert first[0]["date"] == str(start + timedelta(days=1))
    for row in rows:
        quantiles = [float(row[q]) for q in ("q05", "q10", "q50", "q90", "q95")]
        assert quantiles == sorted(quantiles)


def test_what_an_account_does_later_does_not_change_the_features_before(tmp_path):
    calm, wild = (
        backtest.folds_of(accounts_file.read(write(tmp_path / f"{n}.csv", days=240, future=n)))
        for n in (0, 500)
    )
    one, other = (folds.origins.to_come(30) for folds in (calm, wild))
    assert not np.array_equal(one, other)
    before = calm.origins.index <= 180
    assert before.any()
    np.testing.assert_array_equal(calm.lessons.features[before], wild.lessons.features[before])


def test_of_few_accounts_nothing_is_learned_and_each_is_forecast_by_its_own_past(tmp_path):
    found = backtest.forecast(write(tmp_path / "few.csv", accounts=3), jobs=1)
    assert found["accounts"] == 3
    assert set(found["models"]) == {*NAIVE, "penny"}
    assert found["ratio"] < 1.1
    assert found["train_seconds"] == 0


def test_a_file_of_new_accounts_is_refused(tmp_path):
    with pytest.raises(NotEnoughData, match="150 days"):
        backtest.forecast(write(tmp_path / "new.csv", days=149), jobs=1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("account_id,date,amount\n1,2023-01-01,1\n", "balance"),
        ("account_id,date,amount,balance\n1,2023-01-32,1,1\n", "line 2"),
        ("account_id,date,amount,balance\n1,2023-01-01,x,1\n", "line 2"),
        ("account_id,date,amount,balance\n1,2023-01-01,1,nan\n", "line 2"),
        ("account_id,date,amount,balance\n1,2023-01-02,1,1\n1,2023-01-01,1,1\n", "Account 1"),
    ],
)
def test_a_bad_file_says_where(tmp_path, text, said):
    path = tmp_path / "bad.csv"
    path.write_text(text)
    with pytest.raises(BadInput, match=said):
        accounts_file.read(path)


def test_an_absent_file_is_not_found(tmp_path):
    with pytest.raises(NotFound):
        accounts_file.read(tmp_path / "none.csv")


def test_the_naive_errors_on_real_accounts_are_the_published_ones():
    path = SHARED / "berka/transactions.csv"
    if not path.is_file():
        pytest.skip(f"needs {path.name} of the shared data")
    errors = {name: [] for name in ("last_value", "mean_flow_90")}
    for series in accounts_file.read(path).values():
        for index in range(119, series.last - 29, 30):
            actual = series.balance[index + 1 : index + 31]
            for name, found in errors.items():
                found.append(np.abs(path_of(name, series.until(index), 30) - actual).mean())
    assert np.mean(errors["last_value"]) == pytest.approx(9358, rel=0.005)
    assert np.mean(errors["mean_flow_90"]) == pytest.approx(10746, rel=0.005)
