"""One turn of a conversation, the same for every channel.

A message is limited, asked once however often it arrives, remembered, and told
to the person's other screens.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from channels.assistant import AssistantDown
from channels.events import Event, Hub
from channels.history import History
from channels.intake import Said
from channels.limits import RateLimiter
from channels.locks import KeyedLocks
from channels.metrics import Metrics
from channels.rolling import Models
from channels.turns import Message, Turn, message_json, to_json
from finance_core.errors import BadInput, PennyError

log = logging.getLogger(__name__)


class TooFast(PennyError):
    """More messages than one person may send; ``seconds`` until the next."""

    def __init__(self, seconds: float) -> None:
        super().__init__("You're quicker than I am! Please give me a few seconds.")
        self.seconds = seconds


class IdReused(BadInput):
    """The message id already belongs to a message with other words."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A turn, and whether it had been answered before (``repeated``)."""

    turn: Turn
    repeated: bool = False


class Conversations:
    """Takes messages of all channels to the assistant."""

    def __init__(
        self,
        assistant: Models,
        history: History,
        hub: Hub,
        limiter: RateLimiter,
        metrics: Metrics,
    ) -> None:
        self.history = history
        self._assistant = assistant
        self._hub = hub
        self._limiter = limiter
        self._metrics = metrics
        self._locks = KeyedLocks()
        self._running: dict[tuple[str, str, str], asyncio.Task[Outcome]] = {}

    async def take(self, person_id: str, said: Said) -> Outcome:
        """Answers one message of a person.

        A message goes on being answered when its sender hangs up, so that asking
        again with the same id finds the answer.

        Raises:
            TooFast: the person sends more than is allowed.
            IdReused: the id was used for other words.
        """
        key = person_id, said.thread, said.message_id
        task = self._running.get(key)
        first = task is None
        if task is None:
            task = asyncio.create_task(self._take(person_id, said))
            self._running[key] = task
            task.add_done_callback(lambda done: self._finish(key, done))
        outcome = await asyncio.shield(task)
        if outcome.turn.text != said.text:
            raise IdReused("That message id was already used for another message.")
        if first:
            return outcome
        self._metrics.turns.labels(said.channel, "repeated").inc()
        return Outcome(outcome.turn, repeated=True)

    async def begin(self, person_id: str, turn: Turn, why: str, thread: str = "main") -> bool:
        """Puts a message that Penny begins into a conversation, once for each message id.

        Args:
            person_id: whose conversation.
            turn: one message, to nothing that was said.
            why: why the person gets it.
            thread: which of their conversations.

        Returns:
            Whether a screen of the person is open to show it.
        """
        if await self.history.find(person_id, thread, turn.message_id) is None:
            await self.history.append(person_id, thread, turn)
            shown = message_json(turn.messages[0])
            data = {"id": turn.message_id, "thread": thread, "at": turn.at, "why": why, **shown}
            self._hub.publish(person_id, Event("nudge", data))
        return self._hub.streams(person_id) > 0

    async def drain(self) -> None:
        """Waits for the answers under way."""
        await asyncio.gather(*self._running.values(), return_exceptions=True)

    def _finish(self, key: tuple[str, str, str], task: asyncio.Task[Outcome]) -> None:
        del self._running[key]
        if not task.cancelled():
            task.exception()  # seen here, should nobody be waiting any more

    async def _take(self, person_id: str, said: Said) -> Outcome:
        if seconds := self._limiter.wait(person_id):
            self._metrics.turns.labels(said.channel, "limited").inc()
            raise TooFast(seconds)
        async with self._locks.hold((person_id, said.thread)):
            earlier = await self.history.turns(person_id, said.thread)
            for turn in earlier:
                if turn.message_id == said.message_id:
                    self._metrics.turns.labels(said.channel, "repeated").inc()
                    return Outcome(turn, repeated=True)
            self._typing(person_id, said, on=True)
            turn = await self._ask(person_id, said, earlier)
            if turn.retry:  # not kept: the same id may ask again
                self._typing(person_id, said, on=False)
                return Outcome(turn)
            await self.history.append(person_id, said.thread, turn)
        self._hub.publish(person_id, Event("turn", {"thread": said.thread, **to_json(turn)}))
        return Outcome(turn)

    def _typing(self, person_id: str, said: Said, on: bool) -> None:
        """Tells the person's screens that an answer is on its way; a turn ends it as well."""
        data = {"thread": said.thread, "message_id": said.message_id, "on": on}
        self._hub.publish(person_id, Event("typing", data))

    async def _ask(self, person_id: str, said: Said, earlier: list[Turn]) -> Turn:
        started = time.perf_counter()
        try:
            messages = await self._assistant.ask(
                person_id,
                said.text,
                said.channel,
                said.today,
                said.thread,
                said.message_id,
                verified=said.verified,
            )
            outcome = "answered"
        except AssistantDown as error:
            log.warning("No answer from the assistant: %s", error.__cause__ or "it was empty")
            messages = [Message(str(error))]
            outcome = "failed"
            self._metrics.errors.labels("assistant").inc()
        self._metrics.turn_seconds.labels(said.channel).observe(time.perf_counter() - started)
        self._metrics.turns.labels(said.channel, outcome).inc()
        intent: str | None = None
        entities: list[dict[str, Any]] = []
        if said.understanding and outcome == "answered":
            intent, entities = await self._understanding(person_id, said.thread)
        return Turn(
            message_id=said.message_id,
            at=datetime.now(UTC).isoformat(timespec="seconds"),
            channel=said.channel,
            text=said.text,
            said=title(said.text, earlier),
            messages=tuple(pictured(messages, said.thread, said.message_id)),
            intent=intent,
            entities=tuple(entities),
            retry=outcome == "failed",
        )

    async def _understanding(
        self, person_id: str, thread: str
    ) -> tuple[str | None, list[dict[str, Any]]]:
        try:
            return await self._assistant.understanding(person_id, thread)
        except AssistantDown:
            return None, []


def pictured(messages: Sequence[Message], thread: str, message_id: str) -> list[Message]:
    """Messages with the address of the picture of each one's chart.

    The address names the message, so only its own person finds a picture there.
    """
    return [
        replace(message, image=f"/api/charts/{thread}/{message_id}/{place}")
        if message.chart
        else message
        for place, message in enumerate(messages)
    ]


def title(text: str, earlier: list[Turn]) -> str:
    """What a person reads for ``text``: the title of the button that sends it, or itself."""
    for turn in reversed(earlier):
        for message in turn.messages:
            for button in message.buttons:
                if button.payload == text:
                    return button.title
    return text
