"""Turns out of the bucket, as curation reads them."""

from __future__ import annotations

import pickle
from datetime import date

import pytest

from learning import transcripts
from learning.curate import batch, source
from learning.errors import BadTranscripts
from learning.objects import ObjectStore
from learning.settings import LearningSettings


@pytest.fixture
def days(settings: LearningSettings, talk) -> dict[str, list[dict]]:
    """Two days of talk in the bucket, of two models and in both formats."""
    store = ObjectStore(settings)
    store.ensure_bucket()
    stored = {
        "transcripts/day=2026-06-01/model=m1/0001.jsonl.gz": talk(("hi", "greet", 0.9)),
        "transcripts/day=2026-06-02/model=m1/0002.jsonl.gz": talk(
            ("wots the dosh innit", "nlu_fallback", 0.3), who="b-1"
        ),
        "transcripts/day=2026-06-02/model=m2/0003.parquet": talk(
            ("open a pension", "nlu_fallback", 0.2), who="c-1"
        ),
    }
    for key, rows in stored.items():
        transcripts.write(store, key, rows)
    store.put("registry/model.json", b"no transcript")
    return stored


def test_all_that_is_stored_is_read_once(settings: LearningSettings, days) -> None:
    found = source.stored(settings)
    assert list(found.keys) == sorted(days)
    told = sorted((row["conversation"], row["text"]) for row in found.rows())
    assert told == sorted(
        (row["conversation"], row["text"]) for rows in days.values() for row in rows
    )


def test_a_day_and_those_after_it(settings: LearningSettings, days) -> None:
    assert len(source.stored(settings, date(2026, 6, 2)).keys) == 2
    assert source.stored(settings, date(2026, 6, 3)).keys == ()


def test_another_process_reads_the_same(settings: LearningSettings, days) -> None:
    found = source.stored(settings, date(2026, 6, 2))
    sent = pickle.loads(pickle.dumps(found))  # as Spark sends it to its workers
    assert list(sent.rows()) == list(found.rows())


def test_what_is_stored_can_be_curated(settings: LearningSettings, days, known) -> None:
    texts = {row["text"] for row in batch.curate(source.stored(settings).rows(), known).rows}
    assert texts == {"wots the dosh innit", "open a pension"}


def test_a_file_that_is_none_of_json_lines_is_refused(tmp_path) -> None:
    (tmp_path / "one.jsonl").write_text("[1]\n")
    (tmp_path / "two.jsonl.gz").write_bytes(b"no gzip")
    for name in ("one.jsonl", "two.jsonl.gz", "three.jsonl"):
        with pytest.raises(BadTranscripts):
            list(source.files([tmp_path / name]).rows())
