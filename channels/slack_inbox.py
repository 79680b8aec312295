"""What Slack sends, kept in the database before Slack is told that it arrived.

Slack forgets a request once it is acknowledged. It is kept before that, and taken off once it
is answered, so a crash at any point neither loses an answer nor gives it twice. Only while
one part of an answer is on its way can a crash leave open whether it arrived; that part is
then sent again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from anyio import to_thread

from channels.background import begin
from channels.contract import Undelivered
from channels.locks import KeyedLocks
from channels.patience import MOST_ATTEMPTS, pause_after
from finance_core.services import inbox
from finance_core.services.core import Core

log = logging.getLogger(__name__)

CHANNEL = "slack"

type Part = Callable[[], Awaitable[None]]
"""Posts one part of an answer.

Raises:
    Undelivered: it may go through later.
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one request, and how far it has got.

    Attributes:
        core: the finance core.
        key: of the request.
        attempts: how often answering it was begun, this time included.
        shown: parts that were posted before.
    """

    core: Core
    key: str
    attempts: int
    shown: int

    async def show(self, parts: Sequence[Part]) -> None:
        """Posts the parts that have not been posted yet."""
        for number in range(self.shown, len(parts)):
            await parts[number]()
            await to_thread.run_sync(inbox.show, self.core, CHANNEL, self.key, number + 1)


type Serve = Callable[[Mapping[str, Any], Answer], Awaitable[None]]


class SlackInbox:
    """Serves requests, many at once but those of a member in turn, each until it is answered.

    Args:
        core: the finance core.
        serve: answers a request as it was kept; it raises `Undelivered` where Slack cannot be
            reached, and is then asked again after a pause, for about a day.
    """

    def __init__(self, core: Core, serve: Serve) -> None:
        self._core = core
        self._serve = serve
        self._order = KeyedLocks()
        self._working: set[asyncio.Task[None]] = set()
        self._closing = asyncio.Event()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Takes up what an earlier process left, and at the end waits for what is under way."""
        self._closing.clear()
        for left in await to_thread.run_sync(inbox.waiting, self._core, CHANNEL):
            self._begin(left.key, left.body)
        try:
            yield
        finally:
            self._closing.set()
            await asyncio.gather(*self._working, return_exceptions=True)

    async def take(self, key: str, body: Mapping[str, Any]) -> None:
        """Keeps a request and begins to serve it; one that came before is dropped.

        Args:
            key: the same when the same request comes again.
            body: what ``serve`` gets; ``member`` says whose it is.
        """
        if await to_thread.run_sync(inbox.keep, self._core, CHANNEL, key, body):
            self._begin(key, body)

    def _begin(self, key: str, body: Mapping[str, Any]) -> None:
        begin(self._answered(key, str(body.get("member"))), self._working)

    async def _answered(self, key: str, member: str) -> None:
        while not self._closing.is_set():  # what still waits then is left to the next start
            try:
                async with self._order.hold(member):
                    pause = await self._attempt(key)
            except Exception:
                log.exception("A message from Slack is left to the next start.")
                return
            if pause is None:
                return
            with suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), pause)

    async def _attempt(self, key: str) -> float | None:
        """Serves a request once; seconds until it is to be tried again, None when it is done."""
        left = await to_thread.run_sync(inbox.begin, self._core, CHANNEL, key)
        if left is None:
            return None
        try:
            await self._serve(left.body, Answer(self._core, key, left.attempts, left.shown))
        except Undelivered as error:
            if left.attempts < MOST_ATTEMPTS:
                log.warning("An answer did not reach Slack yet (%s).", error)
                return error.seconds or pause_after(left.attempts)
        except Exception:
            log.exception("A message from Slack could not be served.")
        await to_thread.run_sync(inbox.finish, self._core, CHANNEL, key)
        return None
