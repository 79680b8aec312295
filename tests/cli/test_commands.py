"""Adding people and reading exports from the command line, as its own process."""

import json

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
    assert made.returncode == 0, made.stderr
    found = json.loads(made.stdout)
    assert found["name"] == "Zoë"
    assert len(found["token"]) > 20
    again = penny("user", "add", "Zoë")
    assert again.returncode == 2
    assert len(again.stderr.splitlines()) == 1
    assert found["token"] not in again.stdout + again.stderr


def test_an_export_is_read_once_and_its_bad_rows_are_named(penny, tmp_path):
    penny("user", "add", "Ada", "--currency", "GBP")
    (tmp_path / "june.csv").write_text(LEDGER)
    first = penny("import", "june.csv", "--user", "Ada", "--json")
    assert first.returncode == 0, first.stderr
    found = json.loads(first.stdout)
    assert (found["new"], found["duplicate"]) == (3, 0)
    assert [row["line"] for row in found["rejected"]] == [4, 5]
    second = penny("import", "june.csv", "--user", "Ada")
    assert second.returncode == 0
    lines = second.stdout.splitlines()
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
        assert result.returncode == 2, (arguments, result.stdout, result.stderr)
        assert len(result.stderr.splitlines()) == 1, result.stderr


def test_nothing_to_sync(penny):
    penny("user", "add", "Ada")
    result = penny("sync", "--user", "Ada")
    assert (result.returncode, result.stdout) == (0, "No bank is connected.\n")


def test_a_bank_that_is_not_there(penny):
    penny("user", "add", "Ada")
    result = penny("connect", "simplefin", "nonsense", "--user", "Ada")
    assert result.returncode == 2
    assert len(result.stderr.splitlines()) == 1
    assert "nonsense" not in result.stderr, "a secret is never repeated"


def test_asking_a_penny_that_is_not_running(penny):
    penny("user", "add", "Ada")
    result = penny("ask", "hello", "--user", "Ada", PENNY_PORT="9")
    assert result.returncode == 2
    assert len(result.stderr.splitlines()) == 1


def test_text_is_masked_line_by_line(penny):
    record = {"id": 7, "text": "write to ada@example.org"}
    result = penny("anonymize", stdin=json.dumps(record) + "\n\n")
    (line,) = result.stdout.splitlines()
    found = json.loads(line)
    assert found["id"] == 7
    assert "ada@example.org" not in found["text"]
    for wrong in ("nonsense", "[1]"):
        result = penny("anonymize", stdin=wrong)
        assert result.returncode == 2
        assert "Line 1" in result.stderr


def test_recurring_streams_are_scored_against_known_orders(penny, tmp_path):
    rows = ["account_id,date,amount,balance,operation,k_symbol,bank,account,type"]
    from finance_core.enrich import recurring_backtest

    assert recurring_backtest.__doc__
    (tmp_path / "rows.csv").write_text("\n".join(rows))
    (tmp_path / "gold.csv").write_text("nonsense\n")
    result = penny("backtest", "recurring", "rows.csv", "--gold", "gold.csv")
    assert result.returncode == 2
    assert len(result.stderr.splitlines()) == 1
