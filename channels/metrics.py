"""Counters and timings for Prometheus; none names a person."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from learning.rollout.following import GROUPS, Following
from learning.rollout.plan import Tally

_SECONDS = (0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_TROUBLE = ("fallback", "rephrased", "negative", "error", "slower", "differing", "regretted")


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

        self.rollout = RolloutMetrics(self._registry)

    def text(self) -> bytes:
        """All figures in Prometheus' text format."""
        return generate_latest(self._registry)


class RolloutMetrics:
    """The figures of a rollout, as this process counts them."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry
        self.turns = Counter(
            "penny_rollout_turns",
            "Turns while a rollout is on, by the model that had to answer.",
            ["model"],
            registry=registry,
        )
        self.trouble = Counter(
            "penny_rollout_trouble",
            f"Turns with trouble: {', '.join(_TROUBLE)}.",
            ["model", "kind"],
            registry=registry,
        )
        self.seconds = Histogram(
            "penny_rollout_turn_seconds",
            "Time of a model's answers while a rollout is on.",
            ["model"],
            buckets=_SECONDS,
            registry=registry,
        )
        for group in GROUPS:
            self.turns.labels(group)
            self.seconds.labels(group)
            for kind in _TROUBLE:
                self.trouble.labels(group, kind)

    def follow(self, following: Following, share: Callable[[], float]) -> None:
        """Shows the rollout's state beside what is counted.

        Args:
            following: the rollout as it stands.
            share: gives the part of the people that this process sends to the candidate.
        """
        self._registry.register(_State(following, share))

    def count(self, group: str, turn: Tally) -> None:
        """Adds what happened to a turn."""
        self.turns.labels(group).inc(turn.turns)
        for kind in _TROUBLE:
            if found := getattr(turn, kind):
                self.trouble.labels(group, kind).inc(found)


class _State(Collector):
    """The rollout's state when the figures are read."""

    def __init__(self, following: Following, share: Callable[[], float]) -> None:
        self._following = following
        self._share = share

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The share of people, the stage, the evidence, and how the last one ended."""
        status = self._following.status() or {}
        going = status.get("status") in ("on", "promoting")
        yield GaugeMetricFamily(
            "penny_rollout_share",
            "Part of the people that the candidate serves; 0 until this process saw it ready.",
            self._share(),
        )
        yield GaugeMetricFamily(
            "penny_rollout_stage",
            "Stage of the rollout from 1; 0 while none is on.",
            status["stage"] + 1 if going else 0,
        )
        evidence = GaugeMetricFamily(
            "penny_rollout_evidence",
            "How far it is shown that the candidate is worse; rolled back from 1 on.",
            labels=["kind"],
        )
        for finding in status.get("findings", ()):
            evidence.add_metric([finding["kind"]], finding["evidence"] / finding["wanted"])
        yield evidence
        last = GaugeMetricFamily(
            "penny_rollout_status",
            "1 for the status of the latest rollout, with its candidate.",
            labels=["status", "candidate"],
        )
        if status:
            last.add_metric([status["status"], status["candidate"]], 1.0)
        yield last
