"""Scores of intents, worked out by hand and by scikit-learn."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, f1_score

from cli.understanding import read_rows, score
from finance_core.errors import BadInput

intents = st.sampled_from(["greet", "check_balance", "out_of_scope"])
predictions = st.sampled_from(["greet", "check_balance", "out_of_scope", "nlu_fallback", "undo"])


def rows(*pairs):
    return [{"intent": gold, "predicted": said} for gold, said in pairs]


def test_by_hand():
    found = score(
        rows(
            ("greet", "greet"),
            ("greet", "undo"),
            ("undo", "undo"),
            ("out_of_scope", "nlu_fallback"),
        )
    )
    assert (found["rows"], found["accuracy"], found["out_of_scope_recall"]) == (4, 0.75, 1.0)
    assert found["per_intent"]["greet"] == {
        "rows": 2,
        "recall": 0.5,
        "precision": 1.0,
        "f1": 0.6667,
    }
    assert found["per_intent"]["undo"]["precision"] == 0.5
    assert found["macro_f1"] == round((0.6667 + 0.6667 + 1) / 3, 4)


def test_without_out_of_scope_there_is_no_recall_of_it():
    assert score(rows(("greet", "greet")))["out_of_scope_recall"] is None


@given(st.lists(st.tuples(intents, predictions), min_size=1, max_size=60))
def test_like_scikit_learn(pairs):
    found = score(rows(*pairs))
    gold = [pair[0] for pair in pairs]
    said = ["out_of_scope" if pair[1] == "nlu_fallback" else pair[1] for pair in pairs]
    labels = sorted(set(gold))
    assert found["accuracy"] == pytest.approx(accuracy_score(gold, said), abs=1e-4)
    macro = f1_score(gold, said, labels=labels, average="macro", zero_division=0)
    assert found["macro_f1"] == pytest.approx(macro, abs=1e-4)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no rows"),
        (b"\n \n", "no rows"),
        (b'{"text": "hi", "intent": "greet"}\nnonsense', ":2:"),
        (b'{"text": "hi"}', ":1:"),
        (b"[]", ":1:"),
        (b"1", ":1:"),
        (b"\xff\xfe", "UTF-8"),
    ],
)
def test_rows_that_are_none(tmp_path, content, words):
    path = tmp_path / "rows.jsonl"
    path.write_bytes(content)
    with pytest.raises(BadInput, match=words):
        read_rows(path)


def test_rows(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text(
        '{"text": "hi", "intent": "greet", "more": 1}\n\n{"text": 1, "intent": "undo"}\n'
    )
    assert read_rows(path) == [
        {"text": "hi", "intent": "greet"},
        {"text": "1", "intent": "undo"},
    ]
