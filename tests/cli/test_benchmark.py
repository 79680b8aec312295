"""``penny benchmark nlu``: what it refuses, and one real training on a tiny table."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli import benchmark, training
from cli.main import assemble, run

TOPICS = {
    "card": ("my card is lost", "the card was stolen", "block my card", "card went missing"),
    "rate": ("what rate do I pay", "is the rate fixed", "interest rate please", "which rate"),
    "top up": ("top up with cash", "my top up failed", "how to top up", "top up pending"),
}


def table(path: Path, rows) -> Path:
    lines = [f'"{text}","{category}"' for text, category in rows]
    path.write_text("\n".join(["text,category", *lines]) + "\n", "utf-8")
    return path


@pytest.fixture
def labelled(tmp_path) -> Path:
    return table(
        tmp_path / "labelled.csv",
        [(text, topic) for topic, texts in TOPICS.items() for text in texts],
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "needs a header"),
        (b"text,label\nhello,greet\n", "needs a header"),
        (b"text,category\n", "no rows"),
        (b"text,category\nhello,greet\n,greet\n", ":3: text or category is empty"),
        (b"text,category\nhello\n", ":2: text or category is empty"),
        (b"text,category\n\xff\xfe,greet\n", "not a CSV file in UTF-8"),
    ],
)
def test_bad_tables(tmp_path, capsys, content, words):
    file = tmp_path / "bad.csv"
    file.write_bytes(content)
    assert run(["benchmark", "nlu", "--train", str(file), "--folds", "2"]) == 2
    assert words in capsys.readouterr().err


def test_a_category_needs_a_row_for_each_fold(labelled, capsys):
    assert run(["benchmark", "nlu", "--train", str(labelled), "--folds", "5"]) == 2
    assert "card has fewer than 5 rows" in capsys.readouterr().err


@pytest.mark.parametrize("more", [[], ["--folds", "1"], ["--folds", "2", "--test", "x.csv"]])
def test_either_a_test_or_folds(labelled, capsys, more):
    assert run(["benchmark", "nlu", "--train", str(labelled), *more]) == 2
    assert "Give either --test" in capsys.readouterr().err


def test_missing_files(labelled, capsys):
    assert run(["benchmark", "nlu", "--train", "none.csv", "--folds", "2"]) == 2
    assert run(["benchmark", "nlu", "--train", str(labelled), "--test", "none.csv"]) == 2
    assert capsys.readouterr().err.count("There is no file none.csv.") == 2


def test_scores_are_of_the_rows():
    rows = [
        {"category": "a", "predicted": "a"},
        {"category": "a", "predicted": "b"},
        {"category": "b", "predicted": "b"},
        {"category": "b", "predicted": "b"},
    ]
    assert benchmark.score(rows) == {"rows": 4, "accuracy": 0.75, "macro_f1": 0.7333}


needs_rasa = pytest.mark.skipif(
    not training._PYTHON.exists(), reason="Rasa's environment is missing: make setup makes it"
)


@needs_rasa
def test_trains_and_scores(labelled, tmp_path):
    asked = [("somebody stole my card", "card"), ("top up did not work", "top up")]
    test, out = table(tmp_path / "test.csv", asked), tmp_path / "rows.jsonl"
    arguments = ["benchmark", "nlu", "--train", str(labelled), "--test", str(test)]
    result = CliRunner().invoke(assemble(arguments), [*arguments, "--json", "--out", str(out)])
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert set(found) == {"rows", "accuracy", "macro_f1", "train_seconds", "ms_per_text"}
    assert (found["rows"], found["accuracy"]) == (2, 1.0)
    assert found["train_seconds"] > 0
    assert found["ms_per_text"] > 0
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert [(row["text"], row["category"]) for row in rows] == asked
    assert all(0 < row["confidence"] <= 1 for row in rows)


@needs_rasa
def test_folds_score_every_row_once(labelled):
    _, rows = benchmark.run(labelled, None, 2)
    assert sorted(row["text"] for row in rows) == sorted(t for ts in TOPICS.values() for t in ts)
    assert {row["fold"] for row in rows} == {1, 2}
