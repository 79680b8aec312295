"""Erasing what this process keeps of people whose data is to be erased.

It looks at the list of deletions every few seconds, so that it makes no difference who
asked for one: the person in a chat, or whoever runs Penny on the command line.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio import to_thread

from channels.background import background
from channels.history import History
from finance_core.services import deletion
from finance_core.services.core import Core

log = logging.getLogger(__name__)


class Forgetting:
    """Takes the step ``chats`` off every deletion.

    Args:
        core: the finance core.
        history: what was said.
        seconds: pause between two looks.
    """

    def __init__(self, core: Core, history: History, seconds: float = 15.0) -> None:
        self._core = core
        self._history = history
        self._seconds = seconds

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Looks again and again in the background."""
        async with background(self._run()):
            yield

    async def sweep(self) -> int:
        """Erases what is due now; of how many people."""
        due = await to_thread.run_sync(deletion.due, self._core, deletion.CHATS, self._core.clock())
        for one in due:
            await self._history.forget(one.person_id)
            await to_thread.run_sync(
                deletion.done, self._core, one.receipt_id, deletion.CHATS, self._core.clock()
            )
        return len(due)

    async def _run(self) -> None:
        while True:
            try:
                await self.sweep()
            except Exception:
                log.exception("What was said by somebody who left could not be erased yet.")
            await asyncio.sleep(self._seconds)
