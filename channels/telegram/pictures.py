"""Charts in Telegram: a photo with Penny's words as its caption."""

from __future__ import annotations

import logging
from typing import Any

from telegram import Chat, InlineKeyboardMarkup, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest

from channels.charts.looks import MESSENGER
from channels.charts.studio import Studio
from channels.telegram import looks
from channels.telegram.markdown import rendered
from channels.turns import Message

log = logging.getLogger(__name__)


async def drawn(studio: Studio, chart: dict[str, Any]) -> bytes | None:
    """A chart as a photo; None where it cannot be drawn, for the words are worth more."""
    try:
        return await studio.picture(chart, MESSENGER)
    except Exception:
        log.exception("A picture could not be drawn.")
        return None


async def send(
    chat: Chat,
    studio: Studio,
    message: Message,
    keyboard: InlineKeyboardMarkup | None,
    answering: ReplyParameters | None = None,
) -> bool:
    """Sends the picture of a message, with its text where that fits under a picture.

    Returns:
        Whether all of the message is said; False where the text has to be sent yet,
        because it is long or because the picture could not be drawn or was refused.

    Raises:
        TelegramError: Telegram cannot be reached; it may go through later.
    """
    assert message.chart  # noqa: S101 (only messages with a picture come here)
    caption = message.text or message.chart["title"]
    fits = looks.units(caption) <= looks.LONGEST_CAPTION
    photo = await drawn(studio, message.chart)
    if photo is None:
        return False
    try:
        await chat.send_photo(
            photo,
            caption=rendered(caption if fits else message.chart["title"]),
            parse_mode=ParseMode.MARKDOWN_V2,
            reply_markup=keyboard if fits else None,
            reply_parameters=answering,
        )
    except BadRequest as error:
        log.warning("A picture could not be sent (%s).", error.message)
        return False
    return fits
