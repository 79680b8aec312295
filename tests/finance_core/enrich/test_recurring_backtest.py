"""The score against real standing orders, and what bad files get."""

from __future__ import annotations

import csv
import os
from decimal import Decimal
from pathlib import Path

import pytest

from finance_core.enrich.recurring_backtest import backtest, match, score
from finance_core.errors import BadInput, NotFound

SHARED = Path(
    os.environ.get("PENNY_SHARED_DATA") or Path(__file__).parents[3] / ".." / "shared" / "data"
)
MOVEMENTS = "account_id,seq,date,amount,operation,k_symbol,counter_bank,counter_account,trans_id\n"
ORDERS = "order_id,account_id,amount,occurrences_in_window\n"


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    rows = [f"7,{m},1993-{m:02}-05,-310.00,transfer_out,household,AB,991,{m}" for m in range(1, 6)]
    rows += [f"7,{m},1993-{m:02}-28,-14.60,cash_out,statement_fee,,,f{m}" for m in range(1, 6)]
    rows += [f"7,{m},1993-{m:02}-11,-70.00,transfer_out,,CD,55,x{m}" for m in range(1, 6)]
    movements, orders = tmp_path / "movements.csv", tmp_path / "orders.csv"
    movements.write_text(MOVEMENTS + "\n".join(rows) + "\n")
    orders.write_text(ORDERS + "1,7,310.00,5\n2,7,99.00,3\n3,7,50.00,2\n")
    return movements, orders


def test_counts_and_out_file(files: tuple[Path, Path], tmp_path: Path) -> None:
    result = backtest(*files, out=tmp_path / "out.csv")
    assert result == {"gold": 2, "found": 2, "precision": 0.5, "recall": 0.5, "f1": 0.5}
    with (tmp_path / "out.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    assert rows[0] == {
        "account_id": "7",
        "label": "AB 991",
        "cadence": "monthly",
        "amount": "-310.00",
        "first": "1993-01-05",
        "last": "1993-05-05",
        "next": "1993-06-05",
        "matched": "1",
    }
    assert [row["matched"] for row in rows] == ["1", "0"]


def test_an_order_is_matched_once() -> None:
    key = ("7", Decimal("5.00"))
    assert match([key, key], {key}) == [True, False]
    assert score([], {key}).f1 == 0.0
    assert score([], set()).as_dict()["precision"] == 0.0


def test_bad_files(files: tuple[Path, Path], tmp_path: Path) -> None:
    movements, orders = files
    with pytest.raises(NotFound):
        backtest(tmp_path / "absent.csv", orders)
    bad = tmp_path / "bad.csv"
    bad.write_text("account_id,date\n1,2\n")
    with pytest.raises(BadInput, match="no column amount"):
        backtest(bad, orders)
    bad.write_text(MOVEMENTS + "7,1,1993-02-31,-5,,,,,1\n")
    with pytest.raises(BadInput, match="line 2"):
        backtest(bad, orders)
    bad.write_text(ORDERS + "1,7,many,5\n")
    with pytest.raises(BadInput, match="line 2"):
        backtest(movements, bad)


def test_real_standing_orders() -> None:
    folder = SHARED / "berka"
    if not folder.is_dir():
        pytest.skip("needs shared data: berka/ (set PENNY_SHARED_DATA)")
    result = backtest(folder / "transactions.csv", folder / "standing_orders.csv")
    assert result["gold"] == 922
    assert result["f1"] >= 0.97
