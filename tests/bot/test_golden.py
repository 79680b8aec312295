"""Sentences that nobody trained on and no setting was chosen by: a yardstick that stays."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from cli import understanding

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).with_name("golden.jsonl")
_MARKED = re.compile(r"\[([^\]]*)\](?:\([^)]*\)|\{[^}]*\})")


def _plain(text: str) -> str:
    return _MARKED.sub(r"\1", text).casefold().strip(" -?.!")


def trained_on() -> Iterator[str]:
    """The examples in ``data/nlu/`` without their marks."""
    for path in (ROOT / "data/nlu").glob("*.yml"):
        for entry in yaml.safe_load(path.read_text("utf-8"))["nlu"]:
            yield from map(_plain, (entry.get("examples") or "").splitlines())


def test_none_is_in_the_training_data():
    known = set(trained_on())
    rows = map(json.loads, GOLDEN.read_text("utf-8").splitlines())
    assert [row["text"] for row in rows if _plain(row["text"]) in known] == []


@pytest.mark.stack
@pytest.mark.timeout(200)
def test_what_they_mean_is_understood():
    scores, results = understanding.evaluate(GOLDEN)
    wrong = [
        (r["text"], r["intent"], r["predicted"]) for r in results if r["intent"] != r["predicted"]
    ]
    assert scores["accuracy"] >= 0.93, wrong
    assert scores["out_of_scope_recall"] >= 0.9, wrong
