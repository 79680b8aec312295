"""Updates of Telegram, kept in the database before Telegram is told that they arrived.

Telegram hands out an update until the next poll (or a webhook's 200) confirms it. It is
kept before that, and taken off once it is answered, so a crash at any point neither loses
an update nor answers it twice. Only while one part of an answer is on its way to Telegram
can a crash leave open whether it arrived; that part is then sent again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Coroutine, Sequence
from typing import Any

from anyio import to_thread
from telegram import Update
from telegram.ext import BaseUpdateProcessor

from channels.background import begin
from channels.locks import KeyedLocks
from channels.patience import FIRST_PAUSE, LONGEST_PAUSE, MOST_ATTEMPTS, pause_after
from channels.telegram.sending import Part
from finance_core.services import inbox
from finance_core.services.core import Core

log = logging.getLogger(__name__)


class Inbox(asyncio.Queue[object]):
    """The queue between Telegram and the handlers.

    Args:
        core: the finance core.
        channel: what its rows are called.
        bot_id: of the bot; each numbers its updates on its own.
    """

    def __init__(self, core: Core, channel: str, bot_id: str) -> None:
        super().__init__()
        self._core = core
        self._channel = channel
        self._bot_id = bot_id

    async def put(self, item: object) -> None:
        """Keeps an update and queues it; one that came before is dropped.

        Waits for a database that does not answer: Telegram keeps the update meanwhile.
        """
        pause = FIRST_PAUSE
        while isinstance(item, Update):
            try:
                if not await self.keep(item):
                    return
                break
            except Exception:
                log.exception("An update could not be kept; trying again.")
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
        await super().put(item)

    async def keep(self, update: Update) -> bool:
        """Keeps an update in the database; False when it was there."""
        return await to_thread.run_sync(
            inbox.keep, self._core, self._channel, self._key(update), update.to_dict()
        )

    async def take_up(self, bot: Any) -> None:
        """Queues what an earlier process left unanswered; another bot's nobody can answer."""
        for left in await to_thread.run_sync(inbox.waiting, self._core, self._channel):
            update = Update.de_json(dict(left.body), bot)
            if left.key == self._key(update):
                self.put_nowait(update)
                continue
            if left.key == str(update.update_id):  # kept by a Penny that knew of one bot only
                await self.put(update)
            await to_thread.run_sync(inbox.finish, self._core, self._channel, left.key)

    async def begin(self, update: Update) -> inbox.Inbound | None:
        """How far the answer of an update has got; None when it is answered."""
        return await to_thread.run_sync(inbox.begin, self._core, self._channel, self._key(update))

    async def show(self, update: Update, shown: int) -> None:
        """The first ``shown`` parts of the answer have arrived."""
        await to_thread.run_sync(inbox.show, self._core, self._channel, self._key(update), shown)

    async def finish(self, update: Update) -> None:
        """The update is answered."""
        await to_thread.run_sync(inbox.finish, self._core, self._channel, self._key(update))

    def _key(self, update: Update) -> str:
        return f"{self._bot_id}-{update.update_id}"


class Answering(BaseUpdateProcessor):
    """Answers updates, many at once but those of a chat in turn, each until it is answered.

    What fails for want of Telegram is tried again after a pause, and given up after a day's
    worth of pauses.
    """

    def __init__(self, waiting: Inbox, at_once: int = 256) -> None:
        super().__init__(at_once)
        self._inbox = waiting
        self._under_way: dict[int, inbox.Inbound] = {}
        self._failed: set[int] = set()
        self._chats = KeyedLocks()
        self._again: set[asyncio.Task[None]] = set()

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Leaves what waits to be tried again to the next start."""
        for task in self._again:
            task.cancel()
        await asyncio.gather(*self._again, return_exceptions=True)

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Runs the handlers on an update, and takes it off the inbox when it is answered."""
        if not isinstance(update, Update):
            await coroutine
            return
        chat = update.effective_chat
        async with self._chats.hold(chat.id if chat else 0):  # in the order they came
            await self._answer(update, coroutine)

    async def _answer(self, update: Update, coroutine: Awaitable[Any]) -> None:
        left = await self._inbox.begin(update)
        if left is None:
            if isinstance(coroutine, Coroutine):
                coroutine.close()
            return
        self._under_way[update.update_id] = left
        try:
            await coroutine
        finally:
            del self._under_way[update.update_id]
        if update.update_id not in self._failed or left.attempts >= MOST_ATTEMPTS:
            await self._inbox.finish(update)
        else:
            pause = pause_after(left.attempts)
            begin(self._try_again(update, pause), self._again)
        self._failed.discard(update.update_id)

    def failed(self, update: Update) -> None:
        """Says, before its handlers return, that an update could not be answered yet."""
        self._failed.add(update.update_id)

    def begun_before(self, update: Update) -> bool:
        """Whether answering an update was begun before, and broke off."""
        return self._under_way[update.update_id].attempts > 1

    async def show(self, update: Update, parts: Sequence[Part]) -> None:
        """Sends the parts of an answer that have not been sent yet."""
        for number in range(self._under_way[update.update_id].shown, len(parts)):
            await parts[number]()
            await self._inbox.show(update, number + 1)

    async def _try_again(self, update: Update, pause: float) -> None:
        await asyncio.sleep(pause)
        self._inbox.put_nowait(update)
