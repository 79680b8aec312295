"""Turns from a broker that speaks Kafka's protocol: none lost, none twice, none unmasked."""

from __future__ import annotations

import json
import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition

from learning.errors import EventsUnavailable
from learning.kafka_source import KafkaSource
from learning.objects import ObjectStore
from learning.settings import LearningSettings
from learning.transcripts import collect, forget, listing, read

NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)
MORNING = datetime(2026, 3, 5, 9, tzinfo=UTC).timestamp()
ROOT = Path(__file__).parents[2]


def said(person: str, text: str, at: float) -> list[dict]:
    base = {"sender_id": f"{person}~main", "metadata": {"model_id": "m1"}}
    return [
        {**base, "event": "user", "timestamp": at, "text": text},
        {**base, "event": "bot", "timestamp": at + 0.1, "text": f"about {text}"},
        {**base, "event": "action", "timestamp": at + 0.2, "name": "action_listen"},
    ]


def publish(settings: LearningSettings, *turns: list[dict]) -> None:
    """Publishes as Rasa does: JSON, keyed by conversation."""
    producer = Producer({"bootstrap.servers": settings.kafka_url, "log_level": 0})
    for event in (one for turn in turns for one in turn):
        producer.produce(settings.kafka_topic, json.dumps(event), event["sender_id"])
    assert producer.flush(10) == 0


def gather(settings: LearningSettings, *consented: str, known=("Zorblatt",)):
    return collect(settings, set(consented), lambda person: known, now=NOW)


def texts(settings: LearningSettings) -> list[str]:
    store = ObjectStore(settings)
    found = [row for entry in listing(settings) for row in read(store, entry.key)]
    assert all(row["replies"] in ([f"about {row['text']}"], []) for row in found)
    return sorted(row["text"] for row in found)


def committed(settings: LearningSettings) -> int:
    consumer = Consumer({"bootstrap.servers": settings.kafka_url, "group.id": "g"})
    partitions = [TopicPartition(settings.kafka_topic, number) for number in range(3)]
    try:
        return sum(max(0, one.offset) for one in consumer.committed(partitions, timeout=10))
    finally:
        consumer.close()


def test_turns_of_who_agreed_are_stored_once_and_masked(kafka):
    publish(kafka, said("ann", "pay Zorblatt", MORNING), said("bob", "a secret", MORNING))
    publish(kafka, said("cid", "hello", MORNING + 1))
    counts = gather(kafka, "ann", "cid")
    assert (counts.turns, counts.stored, counts.without_consent) == (3, 2, 1)
    assert texts(kafka) == ["hello", "pay <KNOWN_1>"]
    assert committed(kafka) == 9
    assert gather(kafka, "ann", "bob", "cid").turns == 0
    assert forget(kafka, "cid") == 1
    assert texts(kafka) == ["pay <KNOWN_1>"]


def test_the_offset_is_committed_only_when_the_object_is_stored(kafka, monkeypatch):
    publish(kafka, said("ann", "one", MORNING))
    stored_so_far = []
    real = KafkaSource.stored

    def stored(self, step):
        stored_so_far.append((texts(kafka), committed(kafka)))
        real(self, step)

    monkeypatch.setattr(KafkaSource, "stored", stored)
    gather(kafka, "ann")
    assert stored_so_far == [(["one"], 0)]
    assert committed(kafka) == 3


def test_a_step_broken_off_comes_again_as_it_was(kafka, monkeypatch):
    publish(kafka, said("ann", "one", MORNING))
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(KafkaSource, "stored", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        gather(kafka, "ann")
    (before,) = listing(kafka)
    publish(kafka, said("ann", "two", MORNING + 60))  # the log grew, the settings changed
    gather(kafka.model_copy(update={"transcript_format": "parquet"}), "ann")
    assert texts(kafka) == ["one", "two"]
    assert before.key in [entry.key for entry in listing(kafka)]


def test_a_turn_still_going_on_waits_with_what_came_after_it(kafka):
    slow, now = said("ann", "slow", NOW.timestamp() - 9), NOW.timestamp()
    publish(kafka, slow[:1], said("ann2", "x", now - 8))
    publish(kafka, slow[1:2])
    gather(kafka, "ann", "ann2")
    assert "slow" not in texts(kafka)
    publish(kafka, slow[2:])
    gather(kafka, "ann", "ann2")
    assert texts(kafka) == ["slow", "x"]


def test_small_batches_never_cut_a_turn(kafka):
    small = kafka.model_copy(update={"batch_bytes": 1024})
    turns = [said(f"p{n % 4}", f"turn {n} " + "more " * 60, MORNING + n) for n in range(12)]
    mixed = [[turn[part]] for part in range(3) for turn in turns[:4]]
    publish(kafka, *mixed, *turns[4:])
    assert gather(small, *(f"p{n}" for n in range(4))).stored == 12
    assert texts(kafka) == sorted(turn[0]["text"] for turn in turns)


def test_garbage_is_counted_and_passed_over(kafka):
    producer = Producer({"bootstrap.servers": kafka.kafka_url})
    for value in (b"", b"\xff\x00", b"[1]", b'{"sender_id": 3, "event": null}'):
        producer.produce(kafka.kafka_topic, value, "ann~main")
    producer.flush(10)
    publish(kafka, said("ann", "hello", MORNING))
    counts = gather(kafka, "ann")
    assert (counts.stored, counts.broken_lines) == (1, 4)


def test_kafka_that_is_down_is_said_plainly_and_costs_the_file_nothing(settings):
    settings.events.parent.mkdir(parents=True)
    lines = "".join(json.dumps(event) + "\n" for event in said("ann", "on file", MORNING))
    settings.events.write_text(lines)
    down = settings.model_copy(update={"kafka_url": "127.0.0.1:9", "kafka_timeout": 0.5})
    with pytest.raises(EventsUnavailable, match="does not answer"):
        gather(down, "ann")
    assert texts(settings) == ["on file"]


def test_what_rasas_broker_publishes_is_collected(kafka, tmp_path):
    python = ROOT / "bot" / ".venv" / "bin" / "python"
    if not python.exists():
        pytest.skip("Rasa's environment is not installed (make setup)")
    script = (
        "import asyncio, json, sys\n"
        "from rasa.core.brokers.broker import EventBroker\n"
        "from rasa.utils.endpoints import EndpointConfig\n"
        "async def main():\n"
        "    kind = 'bot.components.event_broker.EventBrokerBySetting'\n"
        "    broker = await EventBroker.create(EndpointConfig(type=kind, path='unused'))\n"
        "    for event in json.load(sys.stdin): broker.publish(event)\n"
        "    await broker.close()\n"
        "asyncio.run(main())\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PENNY_KAFKA_URL": kafka.kafka_url}
    environment["PENNY_KAFKA_TOPIC"] = kafka.kafka_topic
    events = [*said("ann", "hello there", MORNING), *said("bob", "me too", MORNING)]
    subprocess.run(
        [python, "-c", script],
        input=json.dumps(events),
        text=True,
        env=environment,
        cwd=tmp_path,
        check=True,
        timeout=120,
    )
    gather(kafka, "ann", "bob")
    assert texts(kafka) == ["hello there", "me too"]
