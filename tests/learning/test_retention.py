"""How long turns are kept and in what form: Parquet, lifecycle, expiry, withdrawn consent."""

from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime

import pyarrow.parquet
import pytest

from learning.errors import BadTranscripts
from learning.formats import packed, unpacked
from learning.objects import ObjectStore
from learning.s3 import S3Bucket
from learning.settings import LearningSettings
from learning.transcripts import collect, expire, forget, listing, read

DAY = 86_400.0
NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
LONG_AGO = datetime(2026, 3, 1, 9, tzinfo=UTC).timestamp()


def say(settings: LearningSettings, person: str, text: str, at: float) -> None:
    base = {"sender_id": f"{person}~main", "timestamp": at, "metadata": {"model_id": "m"}}
    events = [{**base, "event": "user", "text": text}]
    events += [{**base, "event": "action", "name": "action_listen"}]
    settings.events.parent.mkdir(parents=True, exist_ok=True)
    with settings.events.open("a") as file:
        file.writelines(json.dumps(event) + "\n" for event in events)


def gather(settings: LearningSettings):
    return collect(settings, {"ann", "bob"}, lambda person: (), now=NOW)


def texts(settings: LearningSettings) -> list[str]:
    store = ObjectStore(settings)
    return [row["text"] for entry in listing(settings) for row in read(store, entry.key)]


def test_parquet_holds_the_same_rows_and_lets_a_person_go(settings):
    own = settings.model_copy(update={"transcript_format": "parquet"})
    say(own, "ann", "what i owe", LONG_AGO)
    say(own, "bob", "show \u2028 more", LONG_AGO)
    (key,) = gather(own).objects
    assert key.endswith(".parquet")
    table = pyarrow.parquet.read_table(io.BytesIO(ObjectStore(own).get(key)))
    assert str(table.schema.field("intent").type) == "string"  # though nothing was understood
    assert table.column("text").to_pylist() == ["what i owe", "show \u2028 more"]
    say(settings, "ann", "in lines", LONG_AGO + DAY)
    gather(settings)
    assert forget(settings, "ann") == 2
    assert texts(settings) == ["show \u2028 more"]


@pytest.mark.parametrize("key", ["a.jsonl.gz", "a.parquet"])
def test_rows_come_back_as_they_were_and_damage_is_named(key):
    row = {"text": "a\u2028b\x85c\nd", "replies": ["x", "y"], "confidence": 0.5, "intent": None}
    rows = [row, {**row, "replies": [], "confidence": None, "intent": "greet"}]
    assert unpacked(key, packed(key, rows)) == rows
    assert packed(key, rows) == packed(key, rows)
    with pytest.raises(BadTranscripts, match=key):
        unpacked(key, packed(key, rows)[:-9])


def test_turns_go_after_their_days(settings):
    for number in range(4):
        say(settings, "ann", f"turn {number}", LONG_AGO + number * 5 * DAY)
    gather(settings)
    store = ObjectStore(settings)
    store.put("transcripts/readme.txt", b"not ours")
    assert expire(store, date(2026, 3, 6)) == 1
    assert texts(settings) == ["turn 1", "turn 2", "turn 3"]
    gather(settings.model_copy(update={"transcript_days": 9}))
    assert texts(settings) == ["turn 2", "turn 3"]
    assert store.get("transcripts/readme.txt") == b"not ours"


def test_the_lifecycle_is_written_once_beside_other_rules(settings, monkeypatch):
    store = ObjectStore(settings)
    store.ensure_bucket()
    bucket = S3Bucket(settings, settings.s3_bucket)
    other = {"ID": "theirs", "Filter": {"Prefix": "logs/"}, "Status": "Enabled"}
    rules = {"Rules": [{**other, "Expiration": {"Days": 3}}]}
    bucket._call("put_bucket_lifecycle_configuration", LifecycleConfiguration=rules)
    asked = []
    real = S3Bucket._call
    monkeypatch.setattr(
        S3Bucket, "_call", lambda self, name, **more: asked.append(name) or real(self, name, **more)
    )
    for days in (30, 30, 60):
        store.keep_days("transcripts/", days)
    assert asked.count("put_bucket_lifecycle_configuration") == 2
    found = {rule["ID"]: rule["Expiration"]["Days"] for rule in bucket._rules()}
    assert found == {"theirs": 3, "penny-transcripts": 60}
