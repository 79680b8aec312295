"""Every answer suite: its figures follow from its ledger, and Penny gives them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from cli import answers

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
import expect  # noqa: E402

SUITES = sorted(HERE.glob("*.yml"))
BERKA = expect.SHARED / "berka" / "transactions.csv"
no_berka = pytest.mark.skipif(
    not BERKA.is_file(), reason=f"the Berka data is not there: {BERKA} (PENNY_SHARED_DATA)"
)


def _marked(path: Path) -> Any:
    return pytest.param(path, id=path.stem, marks=[no_berka] if path.stem == "berka" else [])


def _read(path: Path) -> dict[str, Any]:
    return yaml.safe_load(path.read_text("utf-8"))


@pytest.mark.parametrize("path", [_marked(path) for path in SUITES])
def test_every_figure_follows_from_its_ledger(path: Path) -> None:
    suite = _read(path)
    wrong = []
    for where, fact in expect.facts(suite):
        found = expect.value(fact["from"], suite)
        if found is not None and found != fact["value"]:
            wrong.append(f"{where}: {fact['value']} should be {found} ({fact['from']})")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("path", SUITES, ids=lambda path: path.stem)
def test_every_conversation_has_a_name_of_its_own(path: Path) -> None:
    names = [conversation["name"] for conversation in _read(path)["conversations"]]
    assert len(names) == len(set(names))


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """All suites replayed once, end to end."""
    chosen = [path for path in SUITES if path.stem != "berka" or BERKA.is_file()]
    return answers.evaluate(chosen, tmp_path_factory.mktemp("suites"))


@pytest.mark.stack
@pytest.mark.timeout(400)
@pytest.mark.parametrize("path", [_marked(path) for path in SUITES])
def test_penny_answers_as_the_ledger_says(path: Path, results: list[dict[str, Any]]) -> None:
    own = [result for result in results if result["conversation"].startswith(f"{path.stem}: ")]
    turns = sum(len(conversation["turns"]) for conversation in _read(path)["conversations"])
    assert len(own) == turns
    failures = answers.summarize(own)["failures"]
    assert not failures, "\n".join([f"{len(failures)} of {turns} turns wrong:", *failures])
