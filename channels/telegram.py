"""Telegram: the same conversation in a private chat with a bot.

Long polling, inside the channels process, so that what is said in Telegram shows
up in the open web page and the other way round. A chat belongs to a person once
it was tied to them with a one-time code; a chat that is not tied learns nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from anyio import to_thread
from telegram import (
    CallbackQuery,
    Chat,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Update,
)
from telegram.constants import ChatAction, ChatType
from telegram.error import InvalidToken, RetryAfter, TelegramError
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    filters,
)

from channels import telegram_files, telegram_pictures, telegram_push
from channels import telegram_looks as looks
from channels.contract import Channel, House, Undelivered
from channels.conversations import IdReused, TooFast
from channels.intake import Said, clean_text
from channels.limits import RateLimiter
from channels.locks import KeyedLocks
from channels.problems import Problem
from channels.recent import RecentIds
from channels.turns import Button, Message, Turn
from finance_core.errors import NotSignedIn
from finance_core.model import Person
from finance_core.services import people

log = logging.getLogger(__name__)

CHANNEL = "telegram"

_Context = ContextTypes.DEFAULT_TYPE


class TelegramChannel(Channel):
    """The bot: who may talk to it, and how answers look in Telegram."""

    name = CHANNEL
    pushes = True

    def __init__(self, house: House, token: str) -> None:
        self._settings = house.settings
        self._core = house.core
        self._conversations = house.conversations
        self._studio = house.studio
        self._chats = KeyedLocks()
        self._strangers = RateLimiter(per_minute=10, burst=10)
        self._commands = RecentIds(house.settings.home / "telegram-commands.json")
        self._bot = self._build(token)
        self._polling = False

    @classmethod
    def configured(cls, house: House) -> TelegramChannel | None:
        """The channel, or None when no bot token is set."""
        token = house.settings.telegram_token
        return None if token is None else cls(house, token.get_secret_value())

    @property
    def username(self) -> str | None:
        """The bot's name at Telegram, once it is connected."""
        return self._bot.bot.username if self._polling else None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Polls in the background; a Telegram that is down never stops the web."""
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
        if not self._bot.running:
            raise Undelivered("Telegram is not connected", 5.0)
        reached = False
        for chat_id in await to_thread.run_sync(people.chats, self._core, person_id, CHANNEL):
            try:
                await telegram_push.push(self._bot.bot, self._studio, int(chat_id), message, key)
                reached = True
            except telegram_push.Unreachable:
                await to_thread.run_sync(people.unlink_chat, self._core, CHANNEL, chat_id)
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
            .concurrent_updates(True)
            .build()
        )
        private, new = filters.ChatType.PRIVATE, filters.UpdateType.MESSAGE
        bot.add_handler(MessageHandler(filters.ChatType.GROUPS & new, self._leave))
        bot.add_handler(CommandHandler("start", self._start, private & new))
        bot.add_handler(CommandHandler("stop", self._stop, private & new))
        bot.add_handler(CommandHandler("help", self._help, private & new))
        bot.add_handler(MessageHandler(private & new & filters.COMMAND, self._help))
        bot.add_handler(MessageHandler(private & new & filters.TEXT, self._text))
        bot.add_handler(MessageHandler(private & new & ~filters.StatusUpdate.ALL, self._no_text))
        bot.add_handler(CallbackQueryHandler(self._button))
        bot.add_error_handler(_on_error)
        return bot

    async def _connect(self) -> None:
        pause = 1.0
        while True:
            try:
                await self._bot.initialize()
                await self._bot.start()
                assert self._bot.updater  # noqa: S101 (built with one)
                await self._bot.updater.start_polling(
                    allowed_updates=[Update.MESSAGE, Update.CALLBACK_QUERY]
                )
            except InvalidToken:  # its text holds the token
                log.error("Telegram refused the bot token; the Telegram channel stays off.")
                return
            except TelegramError as error:
                log.warning("Telegram cannot be reached (%s); trying again.", type(error).__name__)
                await asyncio.sleep(pause)
                pause = min(pause * 2, 60.0)
            else:
                self._polling = True
                log.info("Telegram is connected.")
                return

    async def _disconnect(self) -> None:
        self._polling = False
        if self._bot.updater and self._bot.updater.running:
            await self._bot.updater.stop()
        if self._bot.running:
            await self._bot.stop()  # ends the answers under way
        with suppress(TelegramError):
            await self._bot.shutdown()

    async def _person(self, chat: Chat) -> Person | None:
        return await to_thread.run_sync(people.by_chat, self._core, CHANNEL, str(chat.id))

    async def _start(self, update: Update, context: _Context) -> None:
        chat, code = _chat(update), " ".join(context.args or ())
        if not await self._first_time(update):
            return
        person = await self._person(chat)
        if not code and person:
            await self._say(chat, looks.WELCOME.format(name=person.name))
            return
        if not code:
            await self._say(chat, looks.HOW_TO_LINK)
            return
        try:
            person = await to_thread.run_sync(
                people.link_chat, self._core, code, CHANNEL, str(chat.id)
            )
        except NotSignedIn as error:
            await self._say(chat, str(error))
        else:
            await self._say(chat, looks.WELCOME.format(name=person.name))

    async def _stop(self, update: Update, context: _Context) -> None:
        chat = _chat(update)
        if not await self._first_time(update):
            return
        if not await self._person(chat):
            await self._say(chat, looks.HOW_TO_LINK)
            return
        await to_thread.run_sync(people.unlink_chat, self._core, CHANNEL, str(chat.id))
        await self._say(chat, looks.STOPPED)

    async def _help(self, update: Update, context: _Context) -> None:
        chat = _chat(update)
        if await self._first_time(update):
            await self._say(chat, looks.HELP if await self._person(chat) else looks.HOW_TO_LINK)

    async def _no_text(self, update: Update, context: _Context) -> None:
        chat = _chat(update)
        if await self._first_time(update):
            await self._say(
                chat, looks.TEXT_ONLY if await self._person(chat) else looks.HOW_TO_LINK
            )

    async def _leave(self, update: Update, context: _Context) -> None:
        chat = _chat(update)
        if await self._first_time(update):
            await self._say(chat, looks.PRIVATE_ONLY)
            await chat.leave()

    async def _text(self, update: Update, context: _Context) -> None:
        chat, message = _chat(update), update.message
        assert message  # noqa: S101 (the filter let only messages through)
        async with self._chats.hold(chat.id):
            person = await self._person(chat)
            if person is None:
                if await self._first_time(update):
                    await self._say(chat, looks.HOW_TO_LINK)
                return
            try:
                text = clean_text(message.text, self._settings.text_limit)
            except Problem as problem:
                await self._say(chat, problem.sentence)
                return
            await self._turn(chat, person, text, f"tg-{chat.id}-{message.message_id}")

    async def _button(self, update: Update, context: _Context) -> None:
        query = update.callback_query
        assert query  # noqa: S101 (a callback handler gets nothing else)
        message = query.message
        person = None
        if message and message.chat.type == ChatType.PRIVATE:
            person = await self._person(message.chat)
        if message is None or person is None:
            await _acknowledge(query)
            return
        async with self._chats.hold(message.chat.id):
            button = await self._pressed(person, query.data or "")
            if button is None:
                await _acknowledge(query, looks.OLD_BUTTON)
                return
            await _acknowledge(query)
            await _settle(query, button.title)
            pressed = f"tg-{message.chat.id}-{message.message_id}-pressed"
            with suppress(IdReused):  # another button of the same message was pressed before
                await self._turn(message.chat, person, button.payload, pressed)

    async def _pressed(self, person: Person, data: str) -> Button | None:
        """The button behind callback data, which a modified client could have forged."""
        message_id, _, place = data.partition("|")
        turn = await self._conversations.history.find(person.id, "main", message_id)
        messages = turn.messages if turn else ()
        buttons = [button for message in messages for button in message.buttons]
        return buttons[int(place)] if place.isdecimal() and int(place) < len(buttons) else None

    async def _turn(self, chat: Chat, person: Person, text: str, message_id: str) -> None:
        with suppress(TelegramError):
            await chat.send_action(ChatAction.TYPING)
        try:
            outcome = await self._conversations.take(
                person.id, Said(text=text, channel=CHANNEL, message_id=message_id)
            )
        except TooFast as error:
            await self._say(chat, str(error))
            return
        if not outcome.repeated:  # a repeated one has its answer in the chat already
            await self._show(chat, person, outcome.turn)

    async def _show(self, chat: Chat, person: Person, turn: Turn) -> None:
        place = 0
        for message in turn.messages:
            keyboard = looks.keyboard(turn.message_id, message, place)
            place += len(message.buttons)
            if await telegram_pictures.send(chat, self._studio, message, keyboard):
                continue
            if message.image and not message.chart:
                await self._say(chat, message.image)
            if message.text:
                text, token = telegram_files.taken_out(message.text)
                await self._say(chat, text, keyboard)
                excuse = token and await telegram_files.send(chat, self._core, person, token)
                if excuse:
                    await self._say(chat, excuse)

    async def _say(
        self, chat: Chat, text: str, keyboard: InlineKeyboardMarkup | None = None
    ) -> None:
        parts = looks.split(text)
        for part in parts:
            markup = keyboard if part is parts[-1] else None
            await self._send(chat, part, markup)

    async def _send(self, chat: Chat, text: str, keyboard: InlineKeyboardMarkup | None) -> None:
        plain = LinkPreviewOptions(is_disabled=True)
        try:
            await chat.send_message(text, reply_markup=keyboard, link_preview_options=plain)
        except RetryAfter as error:
            pause = error.retry_after
            await asyncio.sleep(pause if isinstance(pause, int) else pause.total_seconds())
            await chat.send_message(text, reply_markup=keyboard, link_preview_options=plain)

    async def _first_time(self, update: Update) -> bool:
        """Whether this update is new, and its chat not flooding us."""
        if self._strangers.wait(_chat(update).id):
            return False
        return await self._commands.add(update.update_id)


def _chat(update: Update) -> Chat:
    chat = update.effective_chat
    assert chat  # noqa: S101 (every update we ask for happens in a chat)
    return chat


async def _acknowledge(query: CallbackQuery, text: str | None = None) -> None:
    with suppress(TelegramError):  # too old to be acknowledged; the press still counts
        await query.answer(text)


async def _settle(query: CallbackQuery, title: str) -> None:
    """Takes the buttons away and shows which one was pressed."""
    text, caption = (getattr(query.message, name, None) for name in ("text", "caption"))
    with suppress(TelegramError):  # a second press finds nothing left to change
        if text and looks.units(text) + len(title) + 4 <= looks.LONGEST_MESSAGE:
            await query.edit_message_text(f"{text}\n\n✓ {title}", reply_markup=None)
        elif caption and looks.units(caption) + len(title) + 4 <= looks.LONGEST_CAPTION:
            await query.edit_message_caption(f"{caption}\n\n✓ {title}", reply_markup=None)
        else:
            await query.edit_message_reply_markup(None)


async def _on_error(update: object, context: _Context) -> None:
    log.error("A Telegram update could not be served.", exc_info=context.error)
