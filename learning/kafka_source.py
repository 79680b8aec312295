"""Conversation events from Kafka, where Rasa publishes them keyed by conversation.

A step is the range of offsets of one partition in which every turn that begins there is over,
so that the group's committed offset alone says where to go on. The offset is committed when the
step is stored; what the step was is planned on disk before, so that a step broken off in between
comes again as it was, whatever has been said since.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, TopicPartition

from learning import checkpoint
from learning.errors import BadTranscripts, EventsUnavailable
from learning.events import last_timestamp, turns_in
from learning.settings import LearningSettings
from learning.steps import Step

_log = logging.getLogger(__name__)
_DOWN = "Kafka does not answer, or does not let us in."

Lines = list[tuple[int, bytes]]


@dataclass(frozen=True, slots=True)
class _Plan:
    """A step under way.

    Attributes:
        partition: of the topic.
        committed: the group's offset when it was planned.
        start: offset of its first event.
        end: offset behind its last event; turns that begin before belong to it.
        read: offset behind the last event looked at, where those turns end at the latest.
        settled_before: turns without a later event (seconds, UTC) count as over.
        format: how its rows are written.
    """

    partition: int
    committed: int
    start: int
    end: int
    read: int
    settled_before: float
    format: str


class KafkaSource:
    """Steps through a topic, one partition after the other. Not for several threads."""

    def __init__(self, settings: LearningSettings, now: float) -> None:
        """Connects, and finds the topic's partitions; a topic that is not there has none.

        Args:
            settings: the brokers, the topic and the group.
            now: seconds, UTC.

        Raises:
            EventsUnavailable: Kafka does not answer.
        """
        self._settings = settings
        self._settled_before = now - settings.settle_seconds
        self._plans = settings.state / checkpoint.KAFKA_PLANS
        self._consumer = Consumer(_configuration(settings))
        self._waiting = self._partitions()

    def next(self) -> Step | None:
        """The batch to store now, planned on disk; None when everything has been read."""
        while self._waiting:
            step = self._step(self._waiting[0])
            if step:
                return step
            self._waiting.pop(0)
        return None

    def stored(self, step: Step) -> None:
        """Commits the offset behind the step, and only then forgets the plan."""
        plan: _Plan = step.after
        behind = TopicPartition(self._settings.kafka_topic, plan.partition, plan.end)
        self._asked(lambda: self._consumer.commit(offsets=[behind], asynchronous=False))
        self._save(plan.partition, None)

    def close(self) -> None:
        """Lets go of the connection."""
        self._consumer.close()

    def _partitions(self) -> list[int]:
        topic = self._settings.kafka_topic
        timeout = self._settings.kafka_timeout
        found = self._asked(lambda: self._consumer.list_topics(topic, timeout=timeout))
        details = found.topics[topic]
        return [] if details.error else sorted(details.partitions)

    def _step(self, partition: int) -> Step | None:
        where = TopicPartition(self._settings.kafka_topic, partition)
        timeout = self._settings.kafka_timeout
        (found,) = self._asked(lambda: self._consumer.committed([where], timeout=timeout))
        plan = self._load().get(partition)
        if plan and plan.committed == found.offset:
            lines, _ = self._read(partition, plan.start, stop=plan.read)
            if lines and lines[0][0] == plan.start:
                return self._as_planned(plan, lines)
            _log.warning("a step broken off cannot be repeated: Kafka has removed its events")
        plan, lines = self._plan(partition, found.offset)
        if plan is None:
            return None
        self._save(partition, plan)
        return self._as_planned(plan, lines)

    def _plan(self, partition: int, committed: int) -> tuple[_Plan | None, Lines]:
        """The largest step from here on; reads on while its first turn is not over."""
        limit = self._settings.batch_bytes
        while True:
            lines, at_end = self._read(partition, committed, limit=limit)
            if not lines:
                return None, []
            start, read = lines[0][0], lines[-1][0] + 1
            if 0 <= committed < start:
                _log.warning("Kafka removed %d events before they were read", start - committed)
            settled = self._settled_before
            if not at_end:  # what ends a turn may be further on
                settled = min(settled, last_timestamp(lines) - self._settings.settle_seconds)
            turns, _ = turns_in(lines, settled)
            end = min((turn.lines[0] for turn in turns if not turn.finished), default=read)
            if end > start:
                form = self._settings.transcript_format
                return _Plan(partition, committed, start, end, read, settled, form), lines
            if at_end:
                return None, []
            limit *= 2

    def _as_planned(self, plan: _Plan, lines: Lines) -> Step:
        """The step of a plan. A topic made anew counts from 0 again, hence the first event."""
        turns, _ = turns_in(lines, plan.settled_before)
        _, broken = turns_in([line for line in lines if line[0] < plan.end], plan.settled_before)
        mine = tuple(turn for turn in turns if turn.lines[0] < plan.end)
        first = hashlib.sha256(lines[0][1]).hexdigest()
        topic = self._settings.kafka_topic
        identity = f"kafka:{topic}:{plan.partition}:{plan.start}:{plan.end}:{first}"
        return Step(mine, broken, identity, plan.format, plan)

    def _read(
        self, partition: int, start: int, *, limit: float = float("inf"), stop: int | None = None
    ) -> tuple[Lines, bool]:
        """Events from ``start`` on, up to so many bytes or an offset; and whether that is all."""
        begin = start if start >= 0 else OFFSET_BEGINNING
        where = TopicPartition(self._settings.kafka_topic, partition, begin)
        self._asked(lambda: self._consumer.assign([where]))
        lines: Lines = []
        while limit > 0 and (stop is None or not lines or lines[-1][0] < stop - 1):
            message = self._consumer.poll(self._settings.kafka_timeout)
            if message is None:
                raise EventsUnavailable(_DOWN)
            error = message.error()
            if error and error.code() == KafkaError._PARTITION_EOF:
                return lines, True
            if error:
                raise EventsUnavailable(_DOWN) from KafkaException(error)
            value = message.value() or b""
            lines.append((message.offset() or 0, value))
            limit -= len(value) + 1
        return lines, False

    def _asked[Answer](self, request: Callable[[], Answer]) -> Answer:
        try:
            return request()
        except KafkaException as err:
            raise EventsUnavailable(_DOWN) from err

    def _load(self) -> dict[int, _Plan]:
        try:
            state = json.loads(self._plans.read_text(encoding="utf-8"))
            mine = state.get(self._settings.kafka_topic, [])
            return {plan["partition"]: _Plan(**plan) for plan in mine}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as err:
            raise BadTranscripts(f"The plans {self._plans} are damaged.") from err

    def _save(self, partition: int, plan: _Plan | None) -> None:
        plans = {**self._load(), partition: plan}
        kept = [asdict(one) for one in plans.values() if one]
        checkpoint.write(self._plans, {self._settings.kafka_topic: kept})


def _configuration(settings: LearningSettings) -> dict[str, Any]:
    """Settings of librdkafka; the position is ours to commit, and the end of a log is told."""
    configuration: dict[str, Any] = {
        "bootstrap.servers": settings.kafka_url,
        "group.id": settings.kafka_group,
        "client.id": "penny",
        "security.protocol": settings.kafka_security,
        "enable.auto.commit": False,
        "enable.auto.offset.store": False,
        "enable.partition.eof": True,
        "auto.offset.reset": "earliest",
        "isolation.level": "read_committed",
        "fetch.wait.max.ms": 100,
        "log_level": 2,
    }
    if settings.kafka_username:
        configuration |= {
            "sasl.mechanism": settings.kafka_mechanism,
            "sasl.username": settings.kafka_username,
            "sasl.password": settings.kafka_password.get_secret_value(),
        }
    if settings.kafka_ca_file:
        configuration["ssl.ca.location"] = str(settings.kafka_ca_file)
    return configuration
