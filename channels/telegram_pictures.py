"""Charts in Telegram: a photo with Penny's words as its caption."""

from __future__ import annotations

import asyncio
import logging

from telegram import Chat, InlineKeyboardMarkup
from telegram.error import RetryAfter, TelegramError

from channels import telegram_looks as looks
from channels.charts.looks import MESSENGER
from channels.charts.studio import Studio
from channels.turns import Message

log = logging.getLogger(__name__)


async def send(
    chat: Chat, studio: Studio, message: Message, keyboard: InlineKeyboardMarkup | None
) -> bool:
    """Sends the picture of a message, with its text where that fits under a picture.

    Returns:
        Whether all of the message is said; False where the text has to be sent yet,
        because it is long or because the picture could not be sent.
    """
    if message.chart is None:
        return False
    caption = message.text or message.chart["title"]
    fits = looks.units(caption) <= looks.LONGEST_CAPTION
    try:
        photo = await studio.picture(message.chart, MESSENGER)
        if fits:
            await _send(chat, photo, caption, keyboard)
        else:
            await _send(chat, photo, message.chart["title"], None)
    except TelegramError as error:
        log.warning("A picture could not be sent (%s).", type(error).__name__)
        return False
    except Exception:  # the words are worth more than the picture
        log.exception("A picture could not be drawn.")
        return False
    return fits


async def _send(
    chat: Chat, photo: bytes, caption: str, keyboard: InlineKeyboardMarkup | None
) -> None:
    try:
        await chat.send_photo(photo, caption=caption, reply_markup=keyboard)
    except RetryAfter as error:
        pause = error.retry_after
        await asyncio.sleep(pause if isinstance(pause, int) else pause.total_seconds())
        await chat.send_photo(photo, caption=caption, reply_markup=keyboard)
