"""The generated households: streams in them are found, and the future changes nothing."""

from __future__ import annotations

import subprocess
import sys
from collections import defaultdict
from datetime import timedelta
from pathlib import Path

import pytest

from finance_core.enrich.recurring import find_streams
from finance_core.enrich.recurring_backtest import backtest
from finance_core.enrich.recurring_files import read_movements

GENERATOR = Path(__file__).parents[3] / "benchmarks" / "households"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("households")
    options = ("--seeds", "71-72", "--households", "4")
    subprocess.run([sys.executable, GENERATOR, folder, *options], check=True)
    return folder


def test_hard_streams_are_found(made: Path) -> None:
    result = backtest(made / "movements.csv", made / "gold.csv")
    assert result["gold"] > 80
    assert result["f1"] >= 0.92
    assert result["f1"] > result["simple_rule"]["f1"] + 0.3
    assert result["next_in_window"] >= 0.8
    assert result["next_in_range"] >= 0.8


def test_the_same_seeds_make_the_same_rows(made: Path, tmp_path: Path) -> None:
    options = ("--seeds", "71-72", "--households", "4")
    subprocess.run([sys.executable, GENERATOR, tmp_path, *options], check=True)
    for name in ("movements.csv", "gold.csv"):
        assert (tmp_path / name).read_bytes() == (made / name).read_bytes()


def test_rows_to_come_change_nothing(made: Path) -> None:
    accounts = defaultdict(list)
    for row in read_movements(made / "movements.csv"):
        accounts[row.account_id].append(row)
    for number, rows in enumerate(accounts.values()):
        today = rows[0].posted_on + timedelta(days=200 + 23 * number)
        known = [row for row in rows if row.posted_on <= today]
        streams = find_streams(rows, today)
        assert streams
        assert streams == find_streams(known, today)
