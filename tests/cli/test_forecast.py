"""``penny forecast`` counts what it did, and says by its exit code whether an account failed."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from cli.core import open_core

TODAY = date(2026, 6, 15)


@pytest.fixture
def ada(penny, tmp_path) -> None:
    """Somebody with a long account and a short one."""
    assert penny("user", "add", "Ada", "--currency", "GBP").code == 0
    rows = ["account,date,amount,currency,description,balance"]
    for day in range(90, 0, -3):
        on = TODAY - timedelta(days=day)
        rows.append(f"Current,{on},-12.50,GBP,SHOP {day % 4},{800 + day}")
    rows.append(f"New,{TODAY},5.00,GBP,HELLO,5.00")
    (tmp_path / "ledger.csv").write_text("\n".join(rows))
    assert penny("import", "ledger.csv", "--user", "Ada").code == 0


def forecast(penny, *more: str):
    return penny("forecast", "--workers", "1", "--as-of", TODAY.isoformat(), *more)


def test_counts_and_reasons(penny, ada):
    result = forecast(penny, "--json")
    assert result.code == 0, result.err
    report = json.loads(result.out)
    assert report["accounts"] == 2
    assert report["done"] == 1
    assert report["skipped"] == {"not_enough_history": 1}
    assert report["accounts_per_second"] > 0
    shown = forecast(penny).out
    assert "1 of 2 accounts forecast" in shown
    assert "1 skipped: not enough history." in shown


def test_an_account_that_failed_is_named_and_the_exit_code_says_so(penny, ada):
    with open_core() as core, core.writes.begin() as session:
        session.execute(text("UPDATE accounts SET currency = 'QQQ' WHERE name = 'New'"))
        broken = session.scalar(text("SELECT id FROM accounts WHERE name = 'New'"))
    result = forecast(penny)
    assert result.code == 1
    assert f"Account {broken} failed: BadInput." in result.out
    assert "1 of 2 accounts forecast" in result.out


def test_a_cluster_needs_a_database_that_it_reaches(penny, ada):
    result = forecast(penny, "--engine", "spark", "--master", "spark://host:7077")
    assert result.code == 2
    assert "PostgreSQL" in result.err


@pytest.mark.parametrize("wrong", [("--engine", "abacus"), ("--as-of", "soon"), ("--workers", "0")])
def test_what_cannot_be_used_is_refused(penny, wrong):
    assert penny("forecast", *wrong).code == 2
