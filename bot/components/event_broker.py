"""Where conversation events go: Kafka when ``PENNY_KAFKA_URL`` names brokers, else a file."""

from __future__ import annotations

import logging
import os
from typing import Any, Dict, Mapping, Optional, Text

import rasa.shared.core.events  # noqa: F401 Rasa's broker uses it unasked
from confluent_kafka import KafkaException, Producer
from rasa.core.brokers.broker import EventBroker
from rasa.core.brokers.kafka import KafkaEventBroker
from rasa.utils.endpoints import EndpointConfig

from bot.components.event_file import EventFile

logger = logging.getLogger(__name__)


class EventStream(KafkaEventBroker):
    """Rasa's Kafka broker, keyed by conversation, that never keeps a person waiting.

    Rasa's own drops the events it meets before it is connected, serves no delivery reports and
    sleeps for minutes where Kafka is down. Here librdkafka connects, orders and repeats in the
    background: an event is given up, and said so in the log, when its queue is full or Kafka
    was down for longer than ``delivery.timeout.ms``.
    """

    @classmethod
    def from_environment(cls, environment: Mapping[Text, Text]) -> "EventStream":
        """Makes the broker from the ``PENNY_KAFKA_…`` variables the collector reads, too."""

        def named(name: Text, default: Optional[Text] = None) -> Optional[Text]:
            return environment.get(f"PENNY_KAFKA_{name}") or default

        return cls(
            named("URL"),
            topic=named("TOPIC", "penny-conversations"),
            client_id="penny-rasa",
            partition_by_sender=True,
            security_protocol=named("SECURITY", "PLAINTEXT"),
            sasl_mechanism=named("MECHANISM", "SCRAM-SHA-512"),
            sasl_username=named("USERNAME"),
            sasl_password=named("PASSWORD"),
            ssl_cafile=named("CA_FILE"),
            ssl_check_hostname=True,
        )

    def publish(self, event: Dict[Text, Any], *_: Any, **__: Any) -> None:
        """Hands the event to the producer's queue."""
        try:
            if self.producer is None:
                self.producer = self._create_producer()
            self._publish(event)
            self.producer.poll(0)
        except (BufferError, KafkaException) as error:
            logger.error("A conversation event was not handed to Kafka: %s", error)

    def _create_producer(self) -> Producer:
        settings = {key: value for key, value in self._get_kafka_config().items() if value}
        settings.update({"enable.idempotence": True, "error_cb": _report, "linger.ms": 5})
        return Producer(settings)


def _report(error: Any) -> None:
    logger.warning("Kafka: %s", error)


class EventBrokerBySetting(EventBroker):
    """Chooses one of both when Rasa starts."""

    @classmethod
    async def from_endpoint_config(
        cls, broker_config: Optional[EndpointConfig], event_loop: Any = None
    ) -> Optional[EventBroker]:
        """The stream where brokers are named, else the file of ``endpoints.yml``."""
        if os.environ.get("PENNY_KAFKA_URL"):
            return EventStream.from_environment(os.environ)
        return await EventFile.from_endpoint_config(broker_config, event_loop)
