"""``penny learn privacy-report``: what it counts, changes, asks before and refuses."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from learning import privacy_report, transcripts
from learning.objects import Stored


class Store:
    """A bucket in memory, in the place of the one that the settings name."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.beside: dict[str, dict[str, str]] = {}

    def ensure_bucket(self) -> None:
        """It is there."""

    def put(self, key: str, body: bytes, metadata: dict[str, str] | None = None) -> None:
        self.objects[key] = body
        self.beside[key] = dict(metadata or {})

    def metadata(self, key: str) -> dict[str, str]:
        return self.beside[key]

    def get(self, key: str) -> bytes:
        return self.objects[key]

    def list(self, prefix: str = "") -> Iterator[Stored]:
        for key in sorted(self.objects):
            if key.startswith(prefix):
                yield Stored(key, len(self.objects[key]), None)


@pytest.fixture
def stored(monkeypatch) -> Store:
    """Turns of three people who talk alike, and one who speaks at four in the morning."""
    store = Store()
    for module in (privacy_report, transcripts):
        monkeypatch.setattr(module, "ObjectStore", lambda settings: store)
    people = [("a", 9, "web"), ("b", 9, "web"), ("c", 9, "web"), ("d", 4, "voice")]
    rows = [
        {"conversation": f"{who}-1", "turn": who, "at": f"2026-03-04T{hour:02}:00:00+00:00",
         "text": "hello", "replies": [], "intent": "greet", "model": "m1", "channel": channel}
        for who, hour, channel in people
    ]  # fmt: skip
    transcripts.write(store, "transcripts/day=2026-03-04/model=m1/0001.jsonl.gz", rows)
    return store


def test_it_says_who_stands_out_and_by_what(penny, stored) -> None:
    told = penny("learn", "privacy-report", "--k", "3")
    assert told.code == 0
    assert "4 turns of 4 people in 2 groups" in told.out and "the smallest has 1" in told.out
    assert "1 turns are in groups of fewer than 3 people" in told.out
    assert "by intent alone: 0" in told.out and "by channel alone: 1" in told.out
    figures = json.loads(penny("learn", "privacy-report", "--k", "3", "--json").out)
    assert (figures["rows_below"], figures["smallest_group"]) == (1, 1)


def test_by_the_model_alone_everybody_is_in_one_group(penny, stored) -> None:
    figures = json.loads(penny("learn", "privacy-report", "--by", "model, intent", "--json").out)
    assert (figures["groups"], figures["smallest_group"]) == (1, 4)
    assert figures["quasi_identifiers"] == ["model", "intent"]


def test_nothing_is_changed_before_a_yes(penny, stored) -> None:
    before = dict(stored.objects)
    assert penny("learn", "privacy-report", "--k", "3", "--suppress", stdin="n\n").code == 130
    assert stored.objects == before


def test_rare_turns_lose_their_hour_and_keep_their_text(penny, stored) -> None:
    told = penny("learn", "privacy-report", "--k", "3", "--suppress", "--yes")
    assert told.code == 0 and "taken out of 1 turns" in told.out
    rows = transcripts.read(stored, next(iter(stored.objects)))
    assert [row["text"] for row in rows] == ["hello"] * 4
    assert [row["channel"] for row in rows] == ["web", "web", "web", "*"]
    assert "T04" not in str(rows)


@pytest.mark.parametrize("wrong", [("--by", "name"), ("--by", ","), ("--k", "1")])
def test_what_cannot_be_measured_is_refused(penny, stored, wrong) -> None:
    told = penny("learn", "privacy-report", *wrong)
    assert told.code == 2 and len(told.err.splitlines()) == 1
