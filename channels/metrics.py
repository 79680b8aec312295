"""Counters and timings for Prometheus; none names a person."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.process_collector import ProcessCollector

_SECONDS = (0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """The figures of one channels process."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self.turns = Counter(
            "penny_turns",
            "Messages from people, by outcome: answered, repeated, limited, failed.",
            ["channel", "outcome"],
            registry=self._registry,
        )
        self.turn_seconds = Histogram(
            "penny_turn_seconds",
            "Time from a message to its answer.",
            ["channel"],
            buckets=_SECONDS,
            registry=self._registry,
        )
        self.nudges = Counter(
            "penny_nudges",
            "Messages that Penny begins, by kind and outcome: sent, failed (an attempt), "
            "dropped_ and the reason.",
            ["kind", "outcome"],
            registry=self._registry,
        )
        self.requests = Counter(
            "penny_http_requests",
            "HTTP requests answered.",
            ["endpoint", "status"],
            registry=self._registry,
        )
        self.errors = Counter(
            "penny_errors",
            "What went wrong: assistant (no answer), unexpected (a fault of this process).",
            ["kind"],
            registry=self._registry,
        )

    def text(self) -> bytes:
        """All figures in Prometheus' text format."""
        return generate_latest(self._registry)
