from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from learning.anonymize.evaluation import evaluate
from learning.errors import BadTranscripts

SHARED = Path(
    os.environ.get("PENNY_SHARED_DATA", Path(__file__).parents[3] / ".." / "shared" / "data")
)


def gold(text: str, *values: tuple[str, str]) -> dict:
    spans = [
        {
            "entity_type": kind,
            "start_position": text.index(value),
            "end_position": text.index(value) + len(value),
        }
        for kind, value in values
    ]
    return {"full_text": text, "spans": spans}


def test_the_protocol_counts_letters_and_digits(tmp_path: Path) -> None:
    samples = [
        gold("mail jo@x.example", ("EMAIL", "jo@x.example")),  # 10 characters masked, all gold
        gold("the secret abcd", ("CODE", "abcd")),  # 4 gold characters missed
        gold("see 10.20.30.40"),  # 8 characters masked, none gold
    ]
    path, out = tmp_path / "gold.json", tmp_path / "out.jsonl"
    path.write_text(json.dumps(samples))
    report = evaluate(path, out)
    assert report.pop("texts_per_second") > 0
    recall, precision = 10 / 14, 10 / 18
    assert report == {
        "texts": 3,
        "recall": round(recall, 4),
        "precision": round(precision, 4),
        "f2": pytest.approx(5 * precision * recall / (4 * precision + recall), abs=2e-4),
        "leaking_texts": 1,
        "leaking_direct": 1,
        "per_entity": {
            "CODE": {"spans": 1, "recall": 0.0, "masked": 0.0, "leaking": 1},
            "EMAIL": {"spans": 1, "recall": 1.0, "masked": 1.0, "leaking": 0},
        },
    }
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert rows[0] == {
        "text": "mail jo@x.example",
        "masked": "mail <EMAIL_1>",
        "spans": [{"start": 5, "end": 17, "label": "EMAIL"}],
    }


@pytest.mark.parametrize("content", ["no json", "{}", '[{"full_text": "x"}]', "[3]", "3"])
def test_a_file_of_another_form_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "gold.json"
    path.write_text(content)
    if content == "{}":
        assert evaluate(path)["texts"] == 0
    else:
        with pytest.raises(BadTranscripts, match=r"gold\.json"):
            evaluate(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadTranscripts, match="can't read"):
        evaluate(tmp_path / "none.json")


def test_generated_texts_of_others_stay_above_the_measured_floor(tmp_path: Path) -> None:
    path = SHARED / "pii" / "presidio_generated_large.json"
    if not path.exists():
        pytest.skip(f"{path.name} is not there: set PENNY_SHARED_DATA to the folder of shared data")
    part = tmp_path / "part.json"
    part.write_text(json.dumps(json.loads(path.read_text())[::6]))
    report = evaluate(part)
    assert report["f2"] > 0.93
    assert report["precision"] > 0.9
    certain = ("CREDIT_CARD", "IBAN_CODE", "EMAIL_ADDRESS", "US_SSN")
    assert {kind: report["per_entity"][kind]["masked"] for kind in certain} == dict.fromkeys(
        certain, 1.0
    )
