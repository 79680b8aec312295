from __future__ import annotations

import contextlib
import gzip
import itertools
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as profile
from hypothesis import strategies as st

from learning import checkpoint, transcripts
from learning.errors import AlreadyCollecting, BadTranscripts, StoreUnavailable
from learning.objects import ObjectStore
from learning.settings import LearningSettings
from learning.transcripts import collect, forget, listing, read

NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)
MORNING = datetime(2026, 3, 4, 9, tzinfo=UTC).timestamp()
DAY = 86_400.0
UNMASKED = ("conversation", "turn", "text", "replies")


def said(person: str, text: str, reply: str, at: float, model: str = "m1") -> list[dict]:
    sender = f"{person}~main"
    metadata = {"channel": "web", "message_id": f"{at}", "model_id": model}
    parsed = {"intent": {"name": "inform", "confidence": 0.5}}
    base = {"sender_id": sender, "metadata": metadata}
    return [
        {**base, "event": "user", "timestamp": at, "text": text, "parse_data": parsed},
        {**base, "event": "bot", "timestamp": at + 0.1, "text": reply},
        {**base, "event": "action", "timestamp": at + 0.2, "name": "action_listen"},
    ]


def write(settings: LearningSettings, *events: list[dict]) -> None:
    settings.events.parent.mkdir(parents=True, exist_ok=True)
    with settings.events.open("a") as file:
        file.writelines(json.dumps(one) + "\n" for group in events for one in group)


def gather(settings: LearningSettings, consented: set[str], known=lambda person: ()):
    return collect(settings, consented, known, now=NOW)


def rows(settings: LearningSettings) -> list[dict]:
    store = ObjectStore(settings)
    return [row for entry in listing(settings) for row in read(store, entry.key)]


def test_turns_are_masked_and_stored_by_day_and_model(settings: LearningSettings) -> None:
    write(
        settings,
        said("ann", "my name is Tamara Jones", "Hello Tamara Jones", MORNING),
        said("ann", "card 4111 1111 1111 1111", "Noted", MORNING + DAY),
        said("ann", "thanks", "Welcome", MORNING + DAY + 60, model="m2 (canary)"),
    )
    counts = gather(settings, {"ann"})
    assert (counts.turns, counts.stored, len(counts.objects)) == (3, 3, 3)
    listed = listing(settings)
    assert [(one.day, one.model, one.turns) for one in listed] == [
        (date(2026, 3, 4), "m1", 1),
        (date(2026, 3, 5), "m1", 1),
        (date(2026, 3, 5), "m2-canary-", 1),
    ]
    assert all(one.bytes > 0 and one.stored_at.tzinfo for one in listed)
    assert [one.key for one in listing(settings, date(2026, 3, 4))] == [listed[0].key]
    first, second, _ = rows(settings)
    assert first["text"] == "my name is <PERSON_1>"
    assert first["replies"] == ["Hello <PERSON_1>"]
    assert second["text"] == "card <CARD_1>"
    assert first["conversation"] == second["conversation"]
    assert (first["intent"], first["confidence"], first["channel"]) == ("inform", 0.5, "web")
    assert not any("ann" in str(row[field]) for row in rows(settings) for field in UNMASKED)


def test_nothing_of_people_without_consent_is_stored(settings: LearningSettings) -> None:
    write(
        settings, said("ann", "yes please", "ok", MORNING), said("bob", "a secret", "ok", MORNING)
    )
    counts = gather(settings, {"ann"})
    assert (counts.stored, counts.without_consent) == (1, 1)
    assert [row["text"] for row in rows(settings)] == ["yes please"]
    assert gather(settings, {"ann", "bob"}).turns == 0  # agreeing later is not agreeing before


def test_nobody_agreed_stores_no_object(settings: LearningSettings) -> None:
    write(settings, said("ann", "hello", "ok", MORNING))
    assert gather(settings, set()).objects == ()
    assert listing(settings) == []


def test_known_names_and_numbers_are_masked(settings: LearningSettings) -> None:
    write(settings, said("ann", "pay qwyx zorblatt from 9876-54", "Paying Qwyx Zorblatt", MORNING))
    gather(settings, {"ann"}, lambda person: ["Qwyx Zorblatt", "987654"])
    (row,) = rows(settings)
    assert row["text"] == "pay <KNOWN_1> from <KNOWN_2>"
    assert row["replies"] == ["Paying <KNOWN_1>"]


def test_turns_that_masking_cannot_make_safe_are_withheld(settings: LearningSettings) -> None:
    write(
        settings,
        said("ann", "the gingerbread age", "ok", MORNING),
        said("bob", "hi", "ok", MORNING),
    )
    known = {"ann": ["ngerbread"], "bob": []}
    counts = gather(settings, {"ann", "bob"}, known.__getitem__)
    assert (counts.withheld, counts.stored) == (1, 1)
    assert [row["text"] for row in rows(settings)] == ["hi"]


def test_a_secret_beside_the_text_withholds_the_turns(settings: LearningSettings) -> None:
    write(
        settings,
        said("ann", "hello", "ok", MORNING, model="qwyx-ngerbread"),
        said("bob", "hi", "the gingerbread age", MORNING),
        said("cem", "hi", "ok", MORNING),
    )
    counts = gather(settings, {"ann", "bob", "cem"}, lambda person: ["Ngerbread"])
    assert (counts.withheld, counts.stored) == (2, 1)
    assert [row["model"] for row in rows(settings)] == ["m1"]


def test_settings_choose_surrogates_and_coarse_amounts(settings: LearningSettings) -> None:
    own = settings.model_copy(
        update={"transcript_amounts": "bucket", "transcript_surrogates": True}
    )
    write(own, said("ann", "pay Tamara Jones £43.20", "Paid Tamara Jones £43.20", MORNING))
    gather(own, {"ann"}, lambda person: ["Robin Keller"])
    (row,) = rows(own)
    assert row["text"] == "pay Robin Keller £50"
    assert row["replies"] == ["Paid Robin Keller £50"]


class Crash(BaseException):
    """The process dies."""


@pytest.mark.parametrize("where", ["before put", "after put", "before commit"])
def test_a_crash_anywhere_loses_and_doubles_nothing(
    settings: LearningSettings, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    write(settings, said("ann", "one", "1", MORNING), said("ann", "two", "2", MORNING + DAY))
    real_put, real_save = ObjectStore.put, checkpoint.save
    calls: list[str] = []

    def put(self, key, body, metadata=None):
        calls.append(key)
        if where == "before put" and len(calls) == 2:
            raise Crash
        real_put(self, key, body, metadata)
        if where == "after put":
            raise Crash

    def save(folder, state):
        if where == "before commit" and state.plan is None:
            raise Crash
        real_save(folder, state)

    with monkeypatch.context() as patched:
        patched.setattr(ObjectStore, "put", put)
        patched.setattr(checkpoint, "save", save)
        with pytest.raises(Crash):
            gather(settings, {"ann"})
    write(settings, said("ann", "three", "3", MORNING + DAY + 60))  # the file grew meanwhile
    gather(settings, {"ann"})
    assert sorted(row["text"] for row in rows(settings)) == ["one", "three", "two"]
    assert gather(settings, {"ann"}).turns == 0


def dying_put(number: int, after: bool):
    """An ``ObjectStore.put`` whose call of that number kills the process, before or after it."""
    real, calls = ObjectStore.put, itertools.count(1)

    def put(self, key, body, metadata=None):
        dies = next(calls) == number
        if not dies or after:
            real(self, key, body, metadata)
        if dies:
            raise Crash

    return put


@profile(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_crashes_between_any_growth_end_with_every_turn_once(
    settings: LearningSettings, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = tmp_path_factory.mktemp("home")
    bucket = f"crash-{home.name}-{abs(hash(str(home))) % 10**8}"
    own = settings.model_copy(update={"home": home, "s3_bucket": bucket, "batch_bytes": 2048})
    total = 0
    for _ in range(data.draw(st.integers(1, 4))):
        for _ in range(data.draw(st.integers(0, 4))):
            at = MORNING + total * 3600.0
            write(own, said(f"p{total % 3}", f"turn {total} words", "ok", at))
            total += 1
        crash_at = data.draw(st.integers(0, 4))
        after = data.draw(st.booleans())
        with pytest.MonkeyPatch.context() as patched, contextlib.suppress(Crash):
            patched.setattr(ObjectStore, "put", dying_put(crash_at, after))
            gather(own, {"p0", "p1", "p2"})
    gather(own, {"p0", "p1", "p2"})
    assert sorted(row["text"] for row in rows(own)) == sorted(
        f"turn {n} words" for n in range(total)
    )


def test_a_store_that_is_down_loses_nothing(settings: LearningSettings) -> None:
    write(settings, said("ann", "one", "1", MORNING))
    with pytest.raises(StoreUnavailable):
        gather(settings.model_copy(update={"s3_endpoint": "http://127.0.0.1:9"}), {"ann"})
    assert gather(settings, {"ann"}).stored == 1


def test_a_replay_writes_the_same_bytes_under_the_same_key(
    settings: LearningSettings,
) -> None:
    write(settings, said("ann", "one", "1", MORNING))
    (key,) = gather(settings, {"ann"}).objects
    before = ObjectStore(settings).get(key)
    (settings.state / "checkpoint.json").unlink()
    assert gather(settings, {"ann"}).objects == (key,)
    assert ObjectStore(settings).get(key) == before


def test_a_rotation_between_two_collections_loses_nothing(settings: LearningSettings) -> None:
    write(settings, said("ann", "one", "1", MORNING))
    gather(settings, {"ann"})
    write(
        settings, said("ann", "two", "2", MORNING + 60), said("ann", "cut", "x", MORNING + 70)[:2]
    )
    settings.events.rename(settings.events.with_name("conversations.jsonl.1"))
    write(settings, said("ann", "three", "3", MORNING + 80))
    gather(settings, {"ann"})
    assert sorted(row["text"] for row in rows(settings)) == ["cut", "one", "three", "two"]


def test_withdrawn_consent_removes_that_persons_turns_alone(settings: LearningSettings) -> None:
    write(
        settings,
        said("ann", "what i owe", "1", MORNING),
        said("bob", "savings first", "2", MORNING),
        said("ann", "ann alone", "3", MORNING + DAY),
    )
    gather(settings, {"ann", "bob"})
    assert forget(settings, "ann") == 2
    assert [row["text"] for row in rows(settings)] == ["savings first"]
    assert [entry.turns for entry in listing(settings)] == [1]
    assert forget(settings, "ann") == 0


def test_two_collections_at_once_are_refused(settings: LearningSettings) -> None:
    with checkpoint.only_one(settings.state), pytest.raises(AlreadyCollecting):
        gather(settings, {"ann"})


def test_nothing_readable_stays_beside_the_store(settings: LearningSettings) -> None:
    write(settings, said("ann", "zorblatt sentence", "reply zorblatt", MORNING))
    gather(settings, {"ann"})
    kept = [path for path in Path(settings.state).rglob("*") if path.is_file()]
    assert kept
    assert not any(b"zorblatt" in path.read_bytes() for path in kept)


def test_a_damaged_object_or_checkpoint_is_named(settings: LearningSettings) -> None:
    store = ObjectStore(settings)
    store.ensure_bucket()
    store.put("transcripts/broken", b"no gzip")
    with pytest.raises(BadTranscripts, match="transcripts/broken"):
        read(store, "transcripts/broken")
    store.put("transcripts/broken", gzip.compress(b"no json"))
    with pytest.raises(BadTranscripts, match="damaged"):
        read(store, "transcripts/broken")
    settings.state.mkdir(parents=True, exist_ok=True)
    (settings.state / "checkpoint.json").write_text("{}")
    with pytest.raises(BadTranscripts, match="checkpoint"):
        gather(settings, {"ann"})


def test_objects_of_others_in_the_bucket_are_not_listed(settings: LearningSettings) -> None:
    store = ObjectStore(settings)
    store.ensure_bucket()
    store.put("transcripts/readme.txt", b"hello")
    assert transcripts.listing(settings) == []
