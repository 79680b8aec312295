"""The score against real standing orders, and what bad files get."""

from __future__ import annotations

import csv
import os
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from finance_core.enrich.recurring_backtest import backtest, match, score
from finance_core.enrich.recurring_files import Order
from finance_core.enrich.simple_rule import by_simple_rule
from finance_core.errors import BadInput, NotFound
from finance_core.model import Transaction
from finance_core.money import Money

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
    simple = result.pop("simple_rule")
    assert result == {"gold": 2, "found": 2, "precision": 0.5, "recall": 0.5, "f1": 0.5}
    assert simple == result
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


def test_an_order_is_matched_once_and_by_the_better_fit() -> None:
    order = Order("7", Decimal("5.00"))
    rows = [
        Transaction(f"t{n}", "7", date(2024, 1, n), Money.of(n, "EUR"), "", "", "") for n in (1, 2)
    ]
    fit = {1: 0.7, 2: 0.9}
    matched = match([[rows[0]], [rows[1]]], [order], lambda group, _: fit[group[0].posted_on.day])
    assert matched == [None, order]
    assert score([], 1).f1 == 0.0
    assert score([], 0).as_dict()["precision"] == 0.0


def test_with_members_cadence_and_movements_decide(tmp_path: Path) -> None:
    movements, gold = tmp_path / "movements.csv", tmp_path / "gold.csv"
    days = [f"2024-{month:02}-{day:02}" for month in range(1, 8) for day in (3, 17)]
    rows = [
        f"a,{n},{day},-{12 + n % 2 * 9}.50,EUR,DD NORDBAHN CLUB {n}7731,r{n}"
        for n, day in enumerate(days)
    ]
    movements.write_text(
        "account_id,seq,date,amount,currency,description,trans_id\n" + "\n".join(rows) + "\n"
    )
    first, second = (" ".join(f"r{n}" for n in range(k, 14, 2)) for k in (0, 1))
    head = (
        "account_id,amount,occurrences_in_window,cadence,transaction_ids,case,next_on,next_amount\n"
    )
    gold.write_text(
        head + f"a,12.50,7,monthly,{first},fixed,2024-08-05,12.50\n"
        f"a,21.50,7,annual,{second},odd,2024-08-17,99.00\n"
    )
    result = backtest(movements, gold)
    assert (result["gold"], result["found"], result["precision"]) == (2, 2, 0.5)
    assert result["recall_by_case"] == {"fixed": 1.0, "odd": 0.0}
    assert (result["next_in_window"], result["next_in_range"]) == (0.0, 1.0)  # came 2 days late


@pytest.mark.parametrize(
    ("days", "found"),
    [
        (["2024-04-05", "2024-05-03", "2024-06-05"], 1),
        (["2024-03-30", "2024-05-01", "2024-05-31"], 1),  # across the end of the month
        (["2024-04-05", "2024-05-15", "2024-06-05"], 0),
        (["2024-02-05", "2024-03-05", "2024-06-05"], 0),
        (["2024-03-20", "2024-03-22", "2024-04-20"], 0),
    ],
)
def test_the_simple_rule(days: list[str], found: int) -> None:
    rows = [
        Transaction(day, "a", date.fromisoformat(day), Money.of("-9.60", "EUR"), "", "", "")
        for day in days
    ]
    later = Transaction("x", "a", date(2024, 6, 20), Money.of("-9.60", "EUR"), "", "", "")
    assert len(by_simple_rule([*rows, later], date(2024, 6, 10))) == found


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
