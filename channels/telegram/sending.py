"""Sending to Telegram: words, pictures and files of an answer, part by part.

What Telegram refuses for being too fast is sent again when it says so (python-telegram-bot's
rate limiter). Text that it cannot read as MarkdownV2 is sent as it is.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial

from telegram import Chat, InlineKeyboardMarkup, LinkPreviewOptions, ReplyParameters
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, TelegramError

from channels.background import background
from channels.charts.studio import Studio
from channels.telegram import files, looks, pictures
from channels.telegram.markdown import rendered
from channels.turns import Message, Turn
from finance_core.model import Person
from finance_core.services.core import Core

log = logging.getLogger(__name__)

_TYPING_SECONDS = 4.5  # Telegram shows it for five
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)

type Part = Callable[[], Awaitable[None]]
"""Sends one part of an answer."""


def parts_of(
    chat: Chat, person: Person, turn: Turn, core: Core, studio: Studio, reply_to: int | None = None
) -> list[Part]:
    """What an answer is sent in, in order; each may be sent again alone."""
    parts: list[Part] = []
    place = 0
    for message in turn.messages:
        keyboard = looks.keyboard(turn.message_id, message, place)
        place += len(message.buttons)
        if message.chart:
            parts.append(partial(_picture, chat, studio, message, keyboard, reply_to))
            continue
        parts += _words(chat, person, message, core, keyboard, reply_to)
    return parts


def text_parts(
    chat: Chat,
    text: str,
    keyboard: InlineKeyboardMarkup | None = None,
    reply_to: int | None = None,
) -> list[Part]:
    """A text in pieces that Telegram takes, the buttons under the last one."""
    pieces = looks.split(text)
    last = len(pieces) - 1
    return [
        partial(_text, chat, piece, keyboard if number == last else None, reply_to)
        for number, piece in enumerate(pieces)
    ]


async def say(chat: Chat, text: str, reply_to: int | None = None) -> None:
    """Sends a text at once."""
    for part in text_parts(chat, text, reply_to=reply_to):
        await part()


@asynccontextmanager
async def typing(chat: Chat) -> AsyncIterator[None]:
    """Shows that Penny is typing for as long as the block lasts."""
    async with background(_type(chat)):
        yield


async def _type(chat: Chat) -> None:
    while True:
        with suppress(TelegramError):
            await chat.send_action(ChatAction.TYPING)
        await asyncio.sleep(_TYPING_SECONDS)


def _words(
    chat: Chat,
    person: Person,
    message: Message,
    core: Core,
    keyboard: InlineKeyboardMarkup | None,
    reply_to: int | None,
) -> list[Part]:
    parts: list[Part] = []
    if message.image:
        parts += text_parts(chat, message.image)
    if message.text:
        text, token = files.taken_out(message.text)
        parts += text_parts(chat, text, keyboard, reply_to)
        if token:
            parts.append(partial(_file, chat, core, person, token))
    return parts


async def _text(
    chat: Chat, text: str, keyboard: InlineKeyboardMarkup | None, reply_to: int | None
) -> None:
    how = {
        "reply_markup": keyboard,
        "link_preview_options": _NO_PREVIEW,
        "reply_parameters": _answering(reply_to),
    }
    try:
        await chat.send_message(rendered(text), parse_mode=ParseMode.MARKDOWN_V2, **how)  # type: ignore[arg-type]
    except BadRequest as error:
        log.warning("Telegram refused formatted text (%s).", error.message)
        await chat.send_message(text, **how)  # type: ignore[arg-type]


async def _picture(
    chat: Chat,
    studio: Studio,
    message: Message,
    keyboard: InlineKeyboardMarkup | None,
    reply_to: int | None,
) -> None:
    """The picture with its words; the words alone where it cannot be drawn or sent."""
    if await pictures.send(chat, studio, message, keyboard, _answering(reply_to)):
        return
    for part in text_parts(chat, message.text or "", keyboard, reply_to):
        await part()


async def _file(chat: Chat, core: Core, person: Person, token: str) -> None:
    if excuse := await files.send(chat, core, person, token):
        await say(chat, excuse)


def _answering(reply_to: int | None) -> ReplyParameters | None:
    if reply_to is None:
        return None
    return ReplyParameters(reply_to, allow_sending_without_reply=True)
