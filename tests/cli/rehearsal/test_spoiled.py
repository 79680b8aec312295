"""Candidates that are bad on purpose, and when a rehearsal has reached its aims."""

from __future__ import annotations

import io
import json
import tarfile

import pytest

from cli.rehearsal import spoiled, week
from learning.curate import examples


def test_two_intents_change_places(tmp_path):
    block = "  - intent: {}\n    examples: |\n      - {}\n"
    text = 'version: "3.1"\n\nnlu:\n' + "\n".join(
        block.format(*one) for one in [("one", "a"), ("other", "b"), ("others", "c")]
    )
    (tmp_path / "talk.yml").write_text(text)
    spoiled.swap(tmp_path, "one", "other")
    found = examples.by_intent(examples.load(tmp_path))
    assert found == {"other": ["a"], "one": ["b"], "others": ["c"]}


def test_a_model_gets_another_classifier_and_another_id(tmp_path):
    metadata = {
        "model_id": "abc",
        "predict_schema": {"nodes": {"n": {"uses": spoiled._CLASSIFIER}}},
    }
    with tarfile.open(tmp_path / "model.tar.gz", "w:gz") as archive:
        for name, body in (("metadata.json", json.dumps(metadata).encode()), ("other", b"kept")):
            entry = tarfile.TarInfo(name)
            entry.size = len(body)
            archive.addfile(entry, io.BytesIO(body))
    spoiled.altered(tmp_path / "model.tar.gz", tmp_path / "new.tar.gz", "tests.Slow")
    with tarfile.open(tmp_path / "new.tar.gz") as archive:
        changed = json.loads(archive.extractfile("metadata.json").read())
        assert archive.extractfile("other").read() == b"kept"
    assert changed == {
        "model_id": "cba",
        "predict_schema": {"nodes": {"n": {"uses": "tests.Slow"}}},
    }


def outcome(promoted: bool, status: str, turns: int, unanswered: int) -> list[bool]:
    figures = {
        "judge": {"promoted": promoted},
        "rollout": {
            "status": status,
            "turns": {"candidate": turns},
            "heard": {"unanswered": unanswered},
        },
    }
    return list(spoiled.reached(figures).values())


def test_a_bad_candidate_has_to_be_stopped_twice():
    assert outcome(False, "rolled back", 200, 0) == [True, True, True]
    assert outcome(True, "rolled back", 201, 1) == [False, False, False]
    assert outcome(False, "promoted", 20, 0) == [True, False, True]


@pytest.mark.parametrize(
    ("held", "golden", "status", "aims"),
    [
        (60, 8, "promoted", [True, True, True]),
        (61, 9, "rolled back", [False, False, False]),
        (30, 7, "on", [False, True, True]),
    ],
)
def test_a_week_has_to_end_better_and_nowhere_worse(held, golden, status, aims):
    def counted(held: int, golden: int) -> dict[str, dict[str, int]]:
        return {"held back": {"errors": held}, "golden": {"errors": golden}}

    figures = {
        "before": counted(90, 8),
        "after": counted(held, golden),
        "rollout": {"status": status},
    }
    assert list(week.reached(figures).values()) == aims
    assert not week.reached({**figures, "rollout": {}})["promoted"]
