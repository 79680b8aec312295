"""Reads what people send: JSON bodies and the fields of a message."""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.requests import Request

from channels.limits import read_body
from channels.problems import Problem
from channels.settings import ChannelSettings

THREAD = re.compile(r"[A-Za-z0-9_-]{1,32}")
MESSAGE_ID = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Said:
    """One message from a person, checked.

    Attributes:
        text: the words, or a button's payload.
        channel: where it was said.
        thread: which of the person's conversations it belongs to.
        message_id: the sender's own id for it.
        today: the day to answer as of; None for the real one.
        understanding: whether intent and entities are wanted with the answer.
        verified: whether the person proved by their PIN, said aloud, that it is them.
    """

    text: str
    channel: str
    message_id: str
    thread: str = "main"
    today: date | None = None
    understanding: bool = False
    verified: bool = False


async def read_object(request: Request, settings: ChannelSettings) -> dict[str, Any]:
    """Reads the request's JSON object.

    Raises:
        Problem: 413, 408, or 400 when the body is not a JSON object.
    """
    return json_object(await read_body(request, settings.body_limit, settings.body_seconds))


def json_object(body: bytes) -> dict[str, Any]:
    """The JSON object in a body.

    Raises:
        Problem: 400 when it is something else.
    """
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise Problem(400, "I could not read that: it is not JSON.") from None
    if not isinstance(value, dict):
        raise Problem(400, 'I expected a JSON object like {"text": "What is my balance?"}.')
    return value


def clean_text(text: object, limit: int) -> str:
    """The text of a message, without control characters and outer blanks.

    Raises:
        Problem: 422 when it is no text, empty, too long or not valid Unicode.
    """
    if not isinstance(text, str):
        raise Problem(422, 'The message needs a "text" that is a string.')
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Problem(422, "The text holds characters that do not exist.") from None
    cleaned = _UNPRINTABLE.sub(" ", text.replace("\r\n", "\n")).strip()
    if not cleaned:
        raise Problem(422, "The message is empty.")
    if len(cleaned) > limit:
        raise Problem(422, f"That is a lot to read: please stay under {limit:,} characters.")
    return cleaned


def read_said(body: dict[str, Any], settings: ChannelSettings) -> Said:
    """The message in the body of ``POST /api/messages``.

    Raises:
        Problem: 422 with the field that is wrong.
    """
    understanding = body.get("understanding", False)
    if not isinstance(understanding, bool):
        raise Problem(422, '"understanding" must be true or false.')
    channel = body.get("channel", "web")
    if channel not in ("web", "cli"):
        raise Problem(422, '"channel" must be web or cli.')
    return Said(
        text=clean_text(body.get("text"), settings.text_limit),
        channel=channel,
        message_id=_matching(body.get("message_id"), MESSAGE_ID, "message_id") or uuid.uuid4().hex,
        thread=read_thread(body.get("thread")),
        today=_day(body.get("as_of")),
        understanding=understanding,
    )


def read_thread(value: object) -> str:
    """The name of a conversation, ``main`` when none is given."""
    return _matching(value, THREAD, "thread") or "main"


def _matching(value: object, pattern: re.Pattern[str], name: str) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise Problem(422, f'"{name}" must be a short string of plain letters and digits.')
    return value


def _day(value: object) -> date | None:
    if value is None:
        return None
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise Problem(422, '"as_of" must be a day that exists, like 2024-07-25.')
