"""Collections killed at any moment: no turn lost, none stored twice, none stored unmasked."""

from __future__ import annotations

import json
import multiprocessing
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from confluent_kafka import Producer

from learning import s3
from learning.anonymize.pipeline import default
from learning.objects import ObjectStore
from learning.settings import LearningSettings
from learning.transcripts import collect, listing, read

NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)
START = datetime(2026, 3, 3, 9, tzinfo=UTC).timestamp()
PEOPLE = {"p0", "p1", "p2"}
KILLS = 12


def said(number: int) -> list[dict]:
    at = START + number * 1800.0
    base = {"sender_id": f"p{number % 3}~main", "metadata": {"model_id": f"m{number % 2}"}}
    return [
        {
            **base,
            "event": "user",
            "timestamp": at,
            "text": f"pay Zorblatt, that was question {number}",
        },
        {**base, "event": "bot", "timestamp": at + 0.1, "text": "Zorblatt it is"},
        {**base, "event": "action", "timestamp": at + 0.2, "name": "action_listen"},
    ]


def to_file(settings: LearningSettings, events: list[dict]) -> None:
    settings.events.parent.mkdir(parents=True, exist_ok=True)
    with settings.events.open("a") as file:
        file.writelines(json.dumps(event) + "\n" for event in events)


def to_kafka(settings: LearningSettings, events: list[dict]) -> None:
    producer = Producer({"bootstrap.servers": settings.kafka_url, "log_level": 0})
    for event in events:
        producer.produce(settings.kafka_topic, json.dumps(event), event["sender_id"])
    assert producer.flush(10) == 0


def gather(settings: LearningSettings) -> None:
    collect(settings, PEOPLE, lambda person: ["Zorblatt"], now=NOW)


def in_child(settings: LearningSettings) -> None:
    s3._client.cache_clear()  # connections are not shared with the parent
    gather(settings)


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
@pytest.mark.parametrize("source", ["file", "kafka"])
def test_killed_at_any_moment(source: str, request: pytest.FixtureRequest) -> None:
    base: LearningSettings = request.getfixturevalue("settings" if source == "file" else "kafka")
    settings = base.model_copy(update={"batch_bytes": 1024})
    publish: Callable[..., None] = to_file if source == "file" else to_kafka
    default()  # loaded before the forks, so that they die at work
    forking, dice = multiprocessing.get_context("fork"), random.Random()
    total, killed, whole = 0, 0, 0.5  # ``whole``: seconds a collection takes
    for _ in range(KILLS):
        more = dice.randint(1, 6)
        publish(settings, [event for n in range(total, total + more) for event in said(n)])
        total += more
        child = forking.Process(target=in_child, args=(settings,))
        began = time.monotonic()
        child.start()
        child.join(dice.uniform(0.0, whole))
        if child.is_alive():
            child.kill()
            child.join(10)
        else:  # it ran to its end, so this is how long it takes
            whole = time.monotonic() - began
        killed += child.exitcode == -9
        assert child.exitcode in (0, -9)
    gather(settings)
    store = ObjectStore(settings)
    stored = [row for entry in listing(settings) for row in read(store, entry.key)]
    assert sorted(row["text"] for row in stored) == sorted(
        f"pay <KNOWN_1>, that was question {number}" for number in range(total)
    )
    assert {row["replies"][0] for row in stored} == {"<KNOWN_1> it is"}
    assert killed > 0
