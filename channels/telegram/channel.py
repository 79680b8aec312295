"""The bot: by long polling, or by a webhook where Penny has a public address.

It lives inside the channels process, so that what is said in Telegram shows up in the open
web page and the other way round. A Telegram that is down never stops the web.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from telegram import Update
from telegram.error import Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.ext import AIORateLimiter, Application, ApplicationBuilder, ContextTypes

from channels.contract import Channel, House, Undelivered
from channels.limits import read_body
from channels.problems import Problem
from channels.telegram import looks, push
from channels.telegram.conversation import CHANNEL, Conversation
from channels.telegram.inbox import Answering, Inbox
from channels.turns import Message
from finance_core.services import people

log = logging.getLogger(__name__)

_UPDATES = [Update.MESSAGE, Update.EDITED_MESSAGE, Update.CALLBACK_QUERY]
_LARGEST_UPDATE = 262_144  # bytes; a message of 4,096 characters with its entities is smaller
_PERSISTENCE = 3  # times that a refusal for being too fast is waited for
_SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 (a name)


class TelegramChannel(Channel):
    """The bot's connection to Telegram."""

    name = CHANNEL
    pushes = True

    def __init__(self, house: House, token: str) -> None:
        self._settings = house.settings
        self._core = house.core
        self._studio = house.studio
        self._secret = webhook_secret(token)
        self._inbox = Inbox(house.core, CHANNEL, token.partition(":")[0])
        self._answering = Answering(self._inbox)
        self._bot = self._build(token)
        self._connected = False
        groups = frozenset(house.settings.telegram_groups)
        Conversation(house, self._answering, groups).register(self._bot)

    @property
    def username(self) -> str | None:
        """The bot's name at Telegram, once it is connected."""
        return self._bot.bot.username if self._connected else None

    def routes(self) -> Sequence[BaseRoute]:
        """``POST /telegram``, where Telegram is to bring updates there."""
        if not self._settings.telegram_webhook_url:
            return ()
        return (Route("/telegram", self._webhook, methods=["POST"]),)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Connects in the background and stays connected."""
        connecting = asyncio.create_task(self._connect())
        try:
            yield
        finally:
            connecting.cancel()
            with suppress(asyncio.CancelledError):
                await connecting
            await self._disconnect()

    async def deliver(self, person_id: str, message: Message, key: str) -> bool:
        """Writes to the person's chats; one that takes no messages any more is untied."""
        if not self._connected:
            raise Undelivered("Telegram is not connected", 5.0)
        reached = False
        for chat in await to_thread.run_sync(people.chats, self._core, person_id, CHANNEL):
            try:
                await push.push(self._bot.bot, self._studio, int(chat.chat_id), message, key)
                reached = True
            except push.Unreachable:
                await to_thread.run_sync(people.unlink_chat, self._core, CHANNEL, chat.chat_id)
            except Undelivered:
                if not reached:  # who was reached in one chat is not written to there again
                    raise
        return reached

    def _build(self, token: str) -> Application:  # type: ignore[type-arg]
        base = self._settings.telegram_base_url.rstrip("/")
        bot = (
            ApplicationBuilder()
            .token(token)
            .base_url(f"{base}/bot")
            .base_file_url(f"{base}/file/bot")
            .rate_limiter(AIORateLimiter(max_retries=_PERSISTENCE))
            .update_queue(self._inbox)
            .concurrent_updates(self._answering)
            .build()
        )
        bot.add_error_handler(self._on_error)
        return bot

    async def _connect(self) -> None:
        pause = 1.0
        while True:
            try:
                await self._bot.initialize()
                await self._bot.start()
                await self._inbox.take_up(self._bot.bot)
                await self._listen()
            except InvalidToken:  # its text holds the token
                log.error("Telegram refused the bot token; the Telegram channel stays off.")
                return
            except TelegramError as error:
                log.warning("Telegram cannot be reached (%s); trying again.", type(error).__name__)
                await asyncio.sleep(pause)
                pause = min(pause * 2, 60.0)
            else:
                self._connected = True
                log.info("Telegram is connected.")
                with suppress(TelegramError):  # only a convenience
                    await self._bot.bot.set_my_commands(looks.COMMANDS)
                return

    async def _listen(self) -> None:
        if url := self._settings.telegram_webhook_url:
            await self._bot.bot.set_webhook(
                url, secret_token=self._secret, allowed_updates=_UPDATES
            )
            return
        assert self._bot.updater  # noqa: S101 (built with one)
        await self._bot.updater.start_polling(allowed_updates=_UPDATES)

    async def _disconnect(self) -> None:
        self._connected = False
        if self._bot.updater and self._bot.updater.running:
            await self._bot.updater.stop()
        if self._bot.running:
            await self._bot.stop()  # ends the answers under way
        with suppress(TelegramError):
            await self._bot.shutdown()

    async def _webhook(self, request: Request) -> Response:
        """``POST /telegram``: an update, from Telegram alone."""
        shown = request.headers.get(_SECRET_HEADER, "")
        if not hmac.compare_digest(shown.encode(), self._secret.encode()):
            raise Problem(403, "This address is for Telegram alone.")
        body = await read_body(request, _LARGEST_UPDATE, self._settings.body_seconds)
        if not self._connected:
            raise Problem(503, "Not ready yet.", {"Retry-After": "5"})
        try:
            update = Update.de_json(json.loads(body), self._bot.bot)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise Problem(400, "That is no update of Telegram's.") from error
        await self._inbox.put(update)
        return Response(status_code=200)

    async def _on_error(self, update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        error = context.error
        if isinstance(update, Update) and isinstance(error, NetworkError | RetryAfter):
            self._answering.failed(update)
            log.warning("An answer did not reach Telegram yet (%s).", type(error).__name__)
        elif isinstance(error, Forbidden):
            log.info("A chat has blocked the bot.")
        else:
            log.error("A Telegram update could not be served.", exc_info=error)


def webhook_secret(token: str) -> str:
    """What Telegram shows with every update, so that nobody else can bring any.

    It follows from the bot's token, which Telegram and this Penny alone know.
    """
    return hmac.new(token.encode(), b"penny telegram webhook", hashlib.sha256).hexdigest()
