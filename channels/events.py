"""Server-sent events: what happens on a person's other screens, as it happens."""

from __future__ import annotations

import asyncio
import json
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

_LONGEST_QUEUE = 100


@dataclass(frozen=True, slots=True)
class Event:
    """One event: its name and JSON data."""

    name: str
    data: dict[str, Any]


READY = Event("ready", {})
"""The stream is listening from here on (or fell behind): fetch the history once."""

_OVER = Event("over", {})


class Hub:
    """Hands each person's events to each of that person's open streams."""

    def __init__(self) -> None:
        self._queues: defaultdict[str, set[asyncio.Queue[Event]]] = defaultdict(set)

    def publish(self, person_id: str, event: Event) -> None:
        """Hands ``event`` to every open stream of the person; never waits."""
        for queue in self._queues.get(person_id, ()):
            if queue.full():
                while not queue.empty():
                    queue.get_nowait()
                queue.put_nowait(READY)
            else:
                queue.put_nowait(event)

    def hang_up(self, person_id: str) -> None:
        """Ends every open stream of the person; whoever may listen comes back."""
        self.publish(person_id, _OVER)

    def streams(self, person_id: str) -> int:
        """How many streams the person holds open."""
        return len(self._queues.get(person_id, ()))

    @contextmanager
    def listen(self, person_id: str) -> Iterator[asyncio.Queue[Event]]:
        """A queue of the person's events from now on."""
        queue: asyncio.Queue[Event] = asyncio.Queue(_LONGEST_QUEUE)
        self._queues[person_id].add(queue)
        try:
            yield queue
        finally:
            self._queues[person_id].discard(queue)
            if not self._queues[person_id]:
                del self._queues[person_id]


async def stream(hub: Hub, person_id: str, seconds: float) -> AsyncIterator[dict[str, str]]:
    """The person's events for at most ``seconds``, after which a browser signs in anew."""
    until = time.monotonic() + seconds
    with hub.listen(person_id) as queue:
        yield _frame(READY)
        while (left := until - time.monotonic()) > 0:
            try:
                event = await asyncio.wait_for(queue.get(), left)
            except TimeoutError:
                return
            if event is _OVER:
                return
            yield _frame(event)


def _frame(event: Event) -> dict[str, str]:
    return {"event": event.name, "data": json.dumps(event.data)}
