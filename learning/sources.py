"""Where conversation events come from: Rasa's file, and Kafka when it is set up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

from learning.file_source import FileSource
from learning.settings import LearningSettings
from learning.steps import Source


def sources(settings: LearningSettings, now: float) -> Iterator[Source]:
    """All sources of the settings; each is used up before the next is opened.

    The file comes first even where Kafka is set up: what was said before the change is there.

    Args:
        settings: where the events are.
        now: seconds, UTC.

    Raises:
        EventsUnavailable: Kafka does not answer.
    """
    yield FileSource(settings, now)
    if settings.kafka_url:
        from learning.kafka_source import KafkaSource  # noqa: PLC0415 an optional extra

        with closing(KafkaSource(settings, now)) as source:
            yield source
