"""``penny backtest … --report``: a page beside what is printed."""

import json

import pytest

from cli import main


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PENNY_HOME", str(tmp_path / "home"))
    rows = [f"7,2025-{month:02}-05,-120.00" for month in range(1, 13)]
    (tmp_path / "rows.csv").write_text("\n".join(["account_id,date,amount", *rows]))
    (tmp_path / "gold.csv").write_text("account_id,amount,occurrences_in_window\n7,120.00,12\n")
    return tmp_path


RUN = ["backtest", "recurring", "rows.csv", "--gold", "gold.csv", "--json"]


def test_the_page_holds_what_was_printed(files, capsys):
    assert main.run([*RUN, "--report", "page.html"]) == 0
    printed = json.loads(capsys.readouterr().out)
    page = (files / "page.html").read_text()
    assert "<h1>Recurring streams</h1>" in page and "rows.csv, " in page
    assert f'<td class="number">{printed["gold"]}</td>' in page
    assert "How it was measured" in page and "Precision" in page


def test_a_place_that_is_not_there_is_refused_before_the_run(files, capsys, monkeypatch):
    monkeypatch.setattr("finance_core.enrich.recurring_backtest.backtest", None)
    assert main.run([*RUN, "--report", "nowhere/page.html"]) == 2
    assert capsys.readouterr().err == "penny: There is no folder nowhere.\n"
