"""Adding people, reading exports, masking and scoring from the command line."""

import json
import subprocess

import pytest

from cli.stack import Ports
from tests.cli.conftest import PENNY

LEDGER = """\
account,date,amount,currency,description
Current,2026-06-01,2500.00,GBP,ACME LTD SALARY
Current,2026-06-03,-40.10,GBP,TESCO STORES 3345
Current,nonsense,-1.00,GBP,BROKEN DAY
Current,2026-06-04,-1.00,GBP
Current,2026-06-05,-3.20,GBP,COFFEE
"""


def test_a_person_gets_a_token_once(penny):
    made = penny("user", "add", "Zoë", "--currency", "GBP", "--timezone", "Europe/London", "--json")
    assert made.code == 0, made.err
    found = json.loads(made.out)
    assert found["name"] == "Zoë"
    assert len(found["token"]) > 20
    again = penny("user", "add", "Zoë")
    assert again.code == 2
    assert len(again.err.splitlines()) == 1
    assert found["token"] not in again.out + again.err


def test_an_export_is_read_once_and_its_bad_rows_are_named(penny, tmp_path):
    penny("user", "add", "Ada", "--currency", "GBP")
    (tmp_path / "june.csv").write_text(LEDGER)
    first = penny("import", "june.csv", "--user", "Ada", "--json")
    assert first.code == 0, first.err
    found = json.loads(first.out)
    assert (found["new"], found["duplicate"]) == (3, 0)
    assert [row["line"] for row in found["rejected"]] == [4, 5]
    second = penny("import", "june.csv", "--user", "Ada")
    assert second.code == 0
    lines = second.out.splitlines()
    assert lines[0] == "0 new, 3 duplicate, 2 rejected"
    assert lines[1].startswith("june.csv:4:")
    assert lines[2].startswith("june.csv:5:")


def test_files_that_cannot_be_read(penny, tmp_path):
    penny("user", "add", "Ada")
    (tmp_path / "empty.csv").touch()
    (tmp_path / "noise.csv").write_bytes(bytes(range(256)))
    for arguments in (
        ["empty.csv"],
        ["noise.csv"],
        ["none.csv"],
        ["."],
        ["noise.csv", "--format", "x"],
    ):
        result = penny("import", *arguments, "--user", "Ada")
        assert result.code == 2, (arguments, result.out, result.err)
        assert len(result.err.splitlines()) == 1, result.err


def test_nothing_to_sync(penny):
    penny("user", "add", "Ada")
    result = penny("sync", "--user", "Ada")
    assert (result.code, result.out) == (0, "No bank is connected.\n")


def test_a_bank_that_is_not_there(penny):
    penny("user", "add", "Ada")
    result = penny("connect", "simplefin", "nonsense", "--user", "Ada")
    assert result.code == 2
    assert len(result.err.splitlines()) == 1
    assert "nonsense" not in result.err, "a secret is never repeated"


def test_asking_a_penny_that_is_not_running(penny, monkeypatch):
    penny("user", "add", "Ada")
    monkeypatch.setenv("PENNY_PORT", str(Ports.free().web))
    for name in ("RASA", "ACTIONS", "SANDBOX", "S3"):
        monkeypatch.setenv(f"PENNY_{name}_PORT", "1")
    for command in (("ask", "hello", "--user", "Ada"), ("ask", "hello")):
        result = penny(*command)
        assert result.code == 2
        assert result.err == "penny: Penny is not running; `make run` starts her.\n"


def test_a_name_is_not_needed_while_there_is_only_one_person(penny):
    assert "There is nobody yet" in penny("ask", "hello").err
    penny("user", "add", "Ada")
    penny("user", "add", "Robin")
    result = penny("ask", "hello")
    assert result.code == 2
    assert "Who is speaking?" in result.err


def test_text_is_masked_line_by_line(penny):
    record = {"id": 7, "text": "write to ada@example.org"}
    result = penny("anonymize", stdin=json.dumps(record) + "\n\n")
    (line,) = result.out.splitlines()
    found = json.loads(line)
    assert found["id"] == 7
    assert "ada@example.org" not in found["text"]
    for wrong in ("nonsense", "[1]"):
        result = penny("anonymize", stdin=wrong)
        assert result.code == 2
        assert "Line 1" in result.err


def test_recurring_streams_are_scored_against_known_orders(penny, tmp_path):
    """One order carried out monthly, and one that never was."""
    rows = ["account_id,date,amount"]
    rows += [f"7,2025-{month:02}-05,-120.00" for month in range(1, 13)]
    rows += [f"7,2025-{month:02}-{3 * month % 27 + 1:02},-{month * 7}.35" for month in range(1, 13)]
    (tmp_path / "rows.csv").write_text("\n".join(rows))
    orders = "account_id,amount,occurrences_in_window\n7,120.00,12\n7,55.00,4\n"
    (tmp_path / "gold.csv").write_text(orders)
    arguments = ("backtest", "recurring", "rows.csv", "--gold", "gold.csv")
    result = penny(*arguments, "--out", "found.csv", "--json")
    assert result.code == 0, result.err
    found = json.loads(result.out)
    scores = {"gold": 2, "found": 1, "precision": 1.0, "recall": 0.5, "f1": 2 / 3}
    assert {name: found[name] for name in scores} == pytest.approx(scores)
    assert found["simple_rule"]["f1"] == pytest.approx(2 / 3), "the simple rule beside it"
    assert "monthly" in (tmp_path / "found.csv").read_text()
    (tmp_path / "gold.csv").write_text("nonsense\n")
    result = penny(*arguments)
    assert result.code == 2
    assert "gold.csv" in result.err
    assert len(result.err.splitlines()) == 1


def test_the_installed_command_is_this_one(variables):
    result = subprocess.run(
        [PENNY, "user", "add", "Ada"], env=variables, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith("Ada is known now.")
