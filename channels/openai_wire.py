"""What goes over the wire at OpenAI's chat completions: the request read, the answer written.

Source: the API reference at https://platform.openai.com/docs/api-reference/chat.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from channels.intake import MESSAGE_ID, THREAD, Said, clean_text
from channels.problems import Problem
from channels.turns import Message

TEXT = "openai"
VOICE = "voice"
MODELS = {"penny": TEXT, "penny-voice": VOICE}
"""What turns call the channel of each model."""

_NOT_THE_USER = frozenset({"system", "developer", "tool", "function"})
_SENTENCES = re.compile(r".+?(?:[.!?]\s+|\n+|$)", re.DOTALL)
_USAGE = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for a completion, checked.

    Attributes:
        model: ``penny`` for text, ``penny-voice`` for an answer of speech's size.
        said: the turn.
        stream: whether the answer is wanted in events.
        usage: whether those end with the usage.
    """

    model: str
    said: Said
    stream: bool
    usage: bool


def read_asked(body: dict[str, Any], request: Request, text_limit: int) -> Asked:
    """The request in the body of ``POST /v1/chat/completions``.

    The conversation is the one that the header ``X-Penny-Thread`` or the field ``user`` names,
    else the person's main one. The header ``Idempotency-Key`` or ``X-Request-Id`` names the
    message; without one each request is a message of its own.

    Raises:
        Problem: 404 for another model, 422 with the field that is wrong.
    """
    model = known_model(body.get("model"))
    stream, options = body.get("stream") or False, body.get("stream_options") or {}
    if not isinstance(stream, bool) or not isinstance(options, dict):
        raise Problem(422, '"stream" must be true or false.')
    if body.get("n") not in (None, 1):
        raise Problem(422, "I give one answer at a time: n must be 1.")
    headers = request.headers
    key = headers.get("idempotency-key") or headers.get("x-request-id") or uuid.uuid4().hex
    thread = headers.get("x-penny-thread") or body.get("user") or "main"
    if not isinstance(thread, str):
        raise Problem(422, '"user" must be a string.')
    said = Said(
        text=clean_text(_last_words(body.get("messages")), text_limit),
        channel=MODELS[model],
        message_id=_plain(key, MESSAGE_ID),
        thread=_plain(thread, THREAD),
    )
    return Asked(model, said, stream, usage=options.get("include_usage") is True)


def known_model(model: object) -> str:
    """The name of a model there is.

    Raises:
        Problem: 404 for any other.
    """
    if isinstance(model, str) and model in MODELS:
        return model
    raise Problem(404, f"There is no such model here; there are {' and '.join(MODELS)}.")


def _last_words(messages: object) -> str:
    """The text of the user's message that the conversation ends with."""
    if not isinstance(messages, list):
        raise Problem(422, '"messages" must be a list.')
    for message in reversed(messages):
        role = message.get("role") if isinstance(message, dict) else None
        if role == "user":
            return _words(message.get("content"))
        if role not in _NOT_THE_USER:
            break
    raise Problem(422, "The conversation must end with a message of the user.")


def _words(content: object) -> str:
    if not isinstance(content, list):
        return content if isinstance(content, str) else ""
    kinds = {part.get("type") if isinstance(part, dict) else None for part in content}
    if kinds - {"text"}:
        raise Problem(422, "I can only read text here: no pictures, sounds or files.")
    return "\n".join(str(part.get("text", "")) for part in content)


def _plain(name: str, pattern: re.Pattern[str]) -> str:
    """``name`` where Penny can use it as it is, else a name that stands for it alone."""
    if pattern.fullmatch(name):
        return name
    return hashlib.sha256(name.encode(errors="replace")).hexdigest()[:32]


class Completion:
    """An answer as a chat completion; it costs no tokens, as no language model wrote it.

    Args:
        asked: what it answers.
        text: the answer.
        messages: the same as Penny wrote it, with figures and buttons.
    """

    def __init__(self, asked: Asked, text: str, messages: Sequence[Message]) -> None:
        self._asked = asked
        self._id = f"chatcmpl-{uuid.uuid4().hex}"
        self._created = int(time.time())
        self._text = text
        self._own = {
            "facts": [fact for message in messages for fact in message.facts],
            "buttons": [
                {"title": button.title, "payload": button.payload}
                for message in messages
                for button in message.buttons
            ],
            "thread": asked.said.thread,
            "message_id": asked.said.message_id,
        }

    def whole(self) -> dict[str, Any]:
        """The answer in one object."""
        message = {"role": "assistant", "content": self._text, "refusal": None}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
        return {
            **self._head("chat.completion"),
            "choices": [choice],
            "usage": _USAGE,
            "penny": self._own,
        }

    def events(self) -> Iterator[str]:
        """The answer sentence by sentence, as server-sent events."""
        yield self._event({"role": "assistant", "content": ""})
        for sentence in _SENTENCES.findall(self._text):
            yield self._event({"content": sentence})
        yield self._event({}, "stop", penny=self._own)
        if self._asked.usage:
            yield _line({**self._head("chat.completion.chunk"), "choices": [], "usage": _USAGE})
        yield "data: [DONE]\n\n"

    def _event(self, delta: dict[str, str], finish: str | None = None, **own: Any) -> str:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return _line({**self._head("chat.completion.chunk"), "choices": [choice], **own})

    def _head(self, kind: str) -> dict[str, Any]:
        return {
            "id": self._id,
            "object": kind,
            "created": self._created,
            "model": self._asked.model,
        }


def _line(value: dict[str, Any]) -> str:
    return f"data: {json.dumps(value)}\n\n"
