"""Commands that measure: what they print, and what a wrong file gets."""

from __future__ import annotations

import json

import pytest

LABELLED = """country,currency,category,merchant,amount,description
GB,GBP,groceries,Tesco,-12.40,TESCO STORES 3345 LEEDS GB
US,USD,groceries,Kroger,-84.12,KROGER #0483 INDIANAPOLIS IN
GB,GBP,income_salary,Acme,2100.00,ACME LTD SALARY
"""


def test_labelled_descriptors_are_scored(penny, tmp_path):
    (tmp_path / "rows.csv").write_text(LABELLED)
    result = penny("evaluate", "categories", "rows.csv", "--json", "--out", "raw.jsonl")
    assert result.code == 0, result.err
    found = json.loads(result.out)
    assert found["rows"] == 3
    assert found["accuracy"] == found["macro_f1"] == 1.0
    assert "TESCO STORES 3345" in (tmp_path / "raw.jsonl").read_text()


def test_unusual_spending_is_replayed(penny, tmp_path):
    rows = ["account_id,date,amount,balance"]
    days = [f"2024-{month:02}-{day:02}" for month in range(1, 13) for day in range(1, 28, 2)]
    rows += [f"7,{day},{-(20 + i % 5)}.00,1000" for i, day in enumerate(days)]
    (tmp_path / "rows.csv").write_text("\n".join(rows))
    result = penny("backtest", "unusual", "rows.csv", "--json")
    assert result.code == 0, result.err
    assert json.loads(result.out)


@pytest.mark.parametrize(
    "command",
    [("evaluate", "categories"), ("backtest", "unusual"), ("backtest", "savings"),
     ("backtest", "forecast")],
)  # fmt: skip
@pytest.mark.parametrize("content", ["", "nonsense\n1\n", "\x00\x01"])
def test_a_file_that_is_no_such_file_gets_one_line(penny, tmp_path, command, content):
    (tmp_path / "rows.csv").write_text(content)
    result = penny(*command, "rows.csv")
    assert result.code == 2, (result.out, result.err)
    assert len(result.err.splitlines()) == 1, result.err
