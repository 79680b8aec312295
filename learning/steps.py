"""One step of a collection, and what hands them out: the contract of every source of events.

A source remembers, durably and before it hands a step out, what that step was, so that after a
crash at any point the very same one comes again until ``stored`` is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from learning.events import Turn


@dataclass(frozen=True, slots=True)
class Step:
    """A batch to store.

    Attributes:
        turns: those that are over.
        broken: events that were none and were passed over.
        identity: what the keys follow from; the same whenever the step comes again.
        format: how the rows are to be written, as it was when the step was planned.
        after: where to go on once it is stored; the source's own.
    """

    turns: tuple[Turn, ...]
    broken: int
    identity: str
    format: str
    after: Any


class Source(Protocol):
    """Conversation events in steps."""

    def next(self) -> Step | None:
        """The step to store now; None when everything has been read."""

    def stored(self, step: Step) -> None:
        """Remembers that a step is safely stored."""
