"""The courier: brings people what Penny begins.

It lives where the bots and the open screens are. Every few seconds it claims what is due, puts
each message into the person's chat, where the web shows it, and hands it to the channel they
are reached by. The message's id is the nudge's, so one that is claimed again after a crash is
in the chat once. A messenger that took the message just before a crash may be given it again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any

from anyio import to_thread

from channels.background import background
from channels.contract import Channel, Undelivered
from channels.conversations import Conversations, pictured
from channels.metrics import Metrics
from channels.turns import Button, Message, Turn
from finance_core.services import notifications, nudge_queue
from finance_core.services.core import Core
from finance_core.services.nudge_queue import StoredNudge

log = logging.getLogger(__name__)

THREAD = "main"
WEB = "web"
CHANNEL = "nudge"
"""The channel of a turn that nobody asked for."""

_AT_ONCE = 20
_PATIENCE = 30.0  # seconds a channel has, well within the lease


class Courier:
    """Sends what is due.

    Args:
        core: the finance core.
        conversations: where people read what Penny says.
        channels: the doors there are.
        metrics: what is counted.
        seconds: pause between two looks.
    """

    def __init__(
        self,
        core: Core,
        conversations: Conversations,
        channels: Sequence[Channel],
        metrics: Metrics,
        seconds: float = 2.0,
    ) -> None:
        self._core = core
        self._conversations = conversations
        self._channels = {channel.name: channel for channel in channels if channel.pushes}
        self._metrics = metrics
        self._seconds = seconds

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Looks again and again in the background."""
        async with background(self._run()):
            yield

    async def round(self) -> int:
        """Sends what is due now; how many were claimed."""
        claim = partial(nudge_queue.claim, self._core, self._core.clock(), _AT_ONCE)
        claimed, dropped = await to_thread.run_sync(claim)
        for kind, why in dropped:
            self._metrics.nudges.labels(kind, f"dropped_{why}").inc()
        await asyncio.gather(*(self._send(nudge) for nudge in claimed))
        return len(claimed)

    async def looked(self, person_id: str) -> None:
        """The person has just been shown their chat; what waited there is told now."""
        await to_thread.run_sync(nudge_queue.seen, self._core, person_id, self._core.clock())

    async def _run(self) -> None:
        while True:
            found = 0
            try:
                found = await self.round()
            except Exception:
                log.exception("What is due could not be sent.")
            if found < _AT_ONCE:
                await asyncio.sleep(self._seconds)

    async def _send(self, nudge: StoredNudge) -> None:
        try:
            await self._deliver(nudge)
        except Exception:  # one that goes wrong holds up no other; its lease runs out
            log.exception("Nudge %s could not be sent.", nudge.id)
            self._metrics.nudges.labels(nudge.kind, "failed").inc()

    async def _deliver(self, nudge: StoredNudge) -> None:
        key = f"nudge-{nudge.id}"
        message = pictured([_message(nudge.payload)], THREAD, key)[0]
        on_screen = await self._conversations.begin(
            nudge.person_id, _turn(key, message), nudge.payload["why"]
        )
        try:
            channel = await self._reached(nudge.person_id, message, key)
        except Undelivered as error:
            self._metrics.nudges.labels(nudge.kind, "failed").inc()
            log.info("Nudge %s did not go through: %s.", nudge.id, error)
            again = partial(
                nudge_queue.failed, self._core, nudge, self._core.clock(), str(error), error.seconds
            )
            if await to_thread.run_sync(again):
                return
            channel = WEB  # it stands in the chat
        shown = channel != WEB or on_screen
        note = partial(
            nudge_queue.sent, self._core, nudge, channel, self._core.clock(), shown=shown
        )
        if await to_thread.run_sync(note):
            self._metrics.nudges.labels(nudge.kind, "sent").inc()

    async def _reached(self, person_id: str, message: Message, key: str) -> str:
        """The channel that took the message; the web where no other reaches the person.

        Raises:
            Undelivered: one that reaches them did not take it this time.
        """
        for name in await self._order(person_id):
            try:
                async with asyncio.timeout(_PATIENCE):
                    if await self._channels[name].deliver(person_id, message, key):
                        return name
            except TimeoutError:
                raise Undelivered(f"{name} was too slow") from None
            except Undelivered:
                raise
            except Exception as error:
                log.exception("Channel %s could not deliver.", name)
                raise Undelivered(f"{name} failed") from error
        return WEB

    async def _order(self, person_id: str) -> list[str]:
        """Where to try: the channel chosen, else those that push, the last one used first."""
        choices = await to_thread.run_sync(notifications.of_person, self._core, person_id)
        if choices.channel:
            return [name for name in (choices.channel,) if name in self._channels]
        turns = await self._conversations.history.turns(person_id, THREAD)
        used = [turn.channel for turn in reversed(turns) if turn.channel in self._channels]
        return list(dict.fromkeys((*used, *self._channels)))


def _message(payload: Any) -> Message:
    return Message(
        payload["text"],
        tuple(Button(button["title"], button["payload"]) for button in payload["buttons"]),
        None,
        tuple(payload["facts"]),
        payload["chart"],
    )


def _turn(key: str, message: Message) -> Turn:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return Turn(key, now, CHANNEL, text="", said="", messages=(message,))
