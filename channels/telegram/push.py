"""What Penny begins, said in Telegram."""

from __future__ import annotations

import logging

from telegram import InlineKeyboardMarkup, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError
from telegram.ext import ExtBot

from channels.charts.studio import Studio
from channels.contract import Undelivered
from channels.telegram import looks, pictures
from channels.telegram.markdown import rendered
from channels.turns import Message

log = logging.getLogger(__name__)

type _Bot = ExtBot[int]


class Unreachable(Exception):
    """The chat is gone, or its person has blocked the bot."""


async def push(bot: _Bot, studio: Studio, chat_id: int, message: Message, key: str) -> None:
    """Sends a message to a chat; its buttons name the turn ``key``.

    Raises:
        Unreachable: the chat takes no messages.
        Undelivered: it may go through later.
    """
    keyboard = looks.keyboard(key, message, 0)
    try:
        if not await _pictured(bot, studio, chat_id, message, keyboard):
            await _written(bot, chat_id, message.text or "", keyboard)
    except RetryAfter as error:
        pause = error.retry_after
        seconds = float(pause) if isinstance(pause, int) else pause.total_seconds()
        raise Undelivered("Telegram asks to wait", seconds) from error
    except Forbidden as error:
        raise Unreachable from error
    except BadRequest as error:
        if "chat not found" in str(error).lower():
            raise Unreachable from error
        raise Undelivered(type(error).__name__) from error
    except TelegramError as error:
        raise Undelivered(type(error).__name__) from error


async def _pictured(
    bot: _Bot, studio: Studio, chat_id: int, message: Message, keyboard: InlineKeyboardMarkup | None
) -> bool:
    """Sends the text under its picture; False where there is none, or it does not fit."""
    text = message.text or ""
    if message.chart is None or looks.units(text) > looks.LONGEST_CAPTION:
        return False
    photo = await pictures.drawn(studio, message.chart)
    if photo is None:
        return False
    try:
        await bot.send_photo(
            chat_id,
            photo,
            caption=rendered(text),
            parse_mode=ParseMode.MARKDOWN_V2,
            reply_markup=keyboard,
        )
    except BadRequest as error:
        log.warning("A picture could not be sent (%s).", type(error).__name__)
        return False
    return True


async def _written(
    bot: _Bot, chat_id: int, text: str, keyboard: InlineKeyboardMarkup | None
) -> None:
    parts = looks.split(text)
    for part in parts:
        await bot.send_message(
            chat_id,
            rendered(part),
            parse_mode=ParseMode.MARKDOWN_V2,
            reply_markup=keyboard if part is parts[-1] else None,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        )
