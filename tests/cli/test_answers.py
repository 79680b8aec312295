"""Reading answer suites, and deciding whether a turn is right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cli import answers
from cli.stack import ROOT
from cli.talk import NotRunning
from finance_core.errors import BadInput

LEDGER = "account,date,amount,currency,description\nA,2026-06-01,1.00,EUR,x\n"
TURNS = "conversations: [{name: one, turns: [{say: hi}]}]\n"


def suite(folder: Path, text: str) -> Path:
    (folder / "ledger.csv").write_text(LEDGER)
    path = folder / "suite.yml"
    path.write_text(text)
    return path


def test_a_suite_is_read(tmp_path: Path) -> None:
    found = answers.read_suite(suite(tmp_path, f"ledger: ledger.csv\ntoday: 2026-06-15\n{TURNS}"))
    assert (found.name, found.ledger) == ("suite", tmp_path / "ledger.csv")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ledger: ledger.csv\ntoday: 2026-06-15\n", "no conversations"),
        (f"today: 2026-06-15\n{TURNS}", "a ledger or a bank"),
        (f"ledger: ledger.csv\nbank: {{household: a}}\ntoday: 2026-06-15\n{TURNS}", "either"),
        (f"ledger: ledger.csv\n{TURNS}", "needs a day"),
        (f"ledger: other.csv\ntoday: 2026-06-15\n{TURNS}", "other.csv, which is not there"),
        (f"ledger: ledger.csv\ntoday: 2026-06-15\nwhat: 1\n{TURNS}", "unknown key 'what'"),
        (
            "ledger: ledger.csv\ntoday: 2026-06-15\n"
            "conversations: [{turns: [{say: hi, fact: 1}]}]\n",
            "unknown key 'fact'",
        ),
        ("[", "not a suite"),
    ],
)
def test_a_suite_that_is_none(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        answers.read_suite(suite(tmp_path, text))


def test_files_named_by_a_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PENNY_SHARED_DATA", str(tmp_path))
    text = f"ledger: ${{PENNY_SHARED_DATA}}/ledger.csv\ntoday: 2026-06-15\n{TURNS}"
    assert answers.read_suite(suite(tmp_path, text)).ledger == tmp_path / "ledger.csv"


@pytest.mark.skipif(
    not (ROOT.parent / "shared" / "data").is_dir(), reason="there is no shared data beside it"
)
def test_shared_data_lies_beside_the_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PENNY_SHARED_DATA", raising=False)
    text = f"ledger: ${{PENNY_SHARED_DATA}}/none.csv\ntoday: 2026-06-15\n{TURNS}"
    path = suite(tmp_path, text)
    assert answers._file(path, "${PENNY_SHARED_DATA}/../../" + ROOT.name + "/pyproject.toml")
    with pytest.raises(BadInput, match="not there"):
        answers.read_suite(path)


@pytest.mark.parametrize(
    ("value", "text", "shown"),
    [
        ("1598.03", "It has £1,598.03.", True),
        ("-24.50", "Amazon  -£24.50", True),
        ("598.03", "It has £1,598.03.", False),
        ("1598.0", "It has £1,598.03.", False),
        ("5", "the newest 5:", True),
        ("5", "15 payments", False),
        ("2026-06-30", "On Tue 30 June I expect", True),
        ("2026-06-03", "On Tue 30 June I expect", False),
    ],
)
def test_what_counts_as_shown(value: str, text: str, shown: bool) -> None:
    assert answers.is_shown(value, text) is shown


class Played:
    """A Penny that gives one answer, or none."""

    def __init__(self, answer: dict[str, Any] | Exception) -> None:
        self.answer = answer

    def say(self, text: str, **more: str) -> dict[str, Any]:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def held(turn: dict[str, Any], answer: dict[str, Any] | Exception) -> dict[str, Any]:
    found = answers._answer(Played(answer), turn["say"], "2026-06-15", "s0")  # type: ignore[arg-type]
    return answers._result("suite: one", 1, turn, found)


FACT = {"name": "total", "value": "9.00", "currency": "EUR"}
ANSWER = {"messages": [{"text": "You spent €9.00.", "facts": [FACT]}], "intent": "spending_report"}


@pytest.mark.parametrize(
    ("turn", "right"),
    [
        ({"facts": [FACT]}, True),
        ({"facts": [{"value": "9.00", "currency": "EUR", "from": {"is": "said"}}]}, True),
        ({"facts": [{"value": "9.00", "currency": "USD"}]}, False),
        ({"facts": [{**FACT, "name": "balance"}]}, False),
        ({"skill": "spending_report"}, True),
        ({"skill": "greet"}, False),
        ({"shows": ["you SPENT"]}, True),
        ({"hides": ["€9.00"]}, False),
    ],
)
def test_a_turn_is_right_when_all_it_expects_is_there(turn: dict[str, Any], right: bool) -> None:
    assert held({"say": "x", **turn}, ANSWER)["right"] is right


def test_a_figure_only_carried_and_not_shown_is_wrong() -> None:
    hidden = {"messages": [{"text": "You spent little.", "facts": [FACT]}], "intent": "x"}
    assert held({"say": "x", "facts": [FACT]}, hidden)["right"] is False


def test_a_turn_without_an_answer_is_wrong_and_named() -> None:
    result = held({"say": "/boom"}, NotRunning("no answer"))
    assert result["right"] is False
    summary = answers.summarize([result])
    assert summary["turns_right"] == 0
    assert "no answer" in summary["failures"][0]
