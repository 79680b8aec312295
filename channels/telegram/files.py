"""Files of people's data, handed out in Telegram: the file instead of the link to it."""

from __future__ import annotations

import logging

from anyio import to_thread
from telegram import Chat
from telegram.error import BadRequest

from channels import exports
from finance_core.errors import NotFound
from finance_core.model import Person
from finance_core.services.core import Core

log = logging.getLogger(__name__)

_LARGEST = 50 * 10**6  # bytes, https://core.telegram.org/bots/api#senddocument
_TOO_LARGE = "The file is too large for Telegram. Please ask for it on Penny's web page."
_NOT_SENT = "I could not send the file here. Please ask for it on Penny's web page."


def taken_out(text: str) -> tuple[str, str | None]:
    """A message as it reads in Telegram, and the secret of the link that was in it."""
    return exports.without_link(text, "see the file below"), exports.token_in(text)


async def send(chat: Chat, core: Core, person: Person, token: str) -> str | None:
    """Sends the file behind a link; what to say instead when that cannot be.

    Raises:
        TelegramError: Telegram cannot be reached; it may go through later.
    """
    try:
        path = await to_thread.run_sync(exports.file_of, core, person.id, token)
    except NotFound as error:
        return str(error)
    if path.stat().st_size > _LARGEST:
        return _TOO_LARGE
    try:
        await chat.send_document(path, filename=exports.file_name(core.clock()))
    except BadRequest as error:
        log.warning("A file could not be sent (%s).", error.message)
        return _NOT_SENT
    return None
