"""The door for open voice assistants: what Home Assistant and others call a language model.

Penny answers at the addresses of OpenAI's chat completions, so that any program which can
talk to such a model can talk to her, with a person's access token as its key.

| address | does |
|---|---|
| ``POST /v1/chat/completions`` | one message in, Penny's answer out, whole or in events |
| ``GET /v1/models``, ``GET /v1/models/{model}`` | ``penny`` and ``penny-voice`` |

The conversation lives with Penny: only the last message of the user is read. What a client
writes as system or as a tool is ignored, and no tool is ever called.

Source: the API reference at https://platform.openai.com/docs/api-reference/chat.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from channels.contract import Channel, House
from channels.conversations import IdReused, TooFast
from channels.intake import MESSAGE_ID, THREAD, Said, clean_text, json_object
from channels.limits import read_body
from channels.problems import Problem, slow_down
from channels.speech import spoken
from channels.turns import Message, Turn
from finance_core.errors import PennyError

CHANNEL = "openai"
VOICE = "voice"

_BODY_LIMIT = 1_000_000  # a client sends its whole conversation, prompt and tools each time
_CHANNELS = {"penny": CHANNEL, "penny-voice": VOICE}
_NOT_THE_USER = frozenset({"system", "developer", "tool", "function"})
_SENTENCES = re.compile(r".+?(?:[.!?]\s+|\n+|$)", re.DOTALL)
_USAGE = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
_KINDS = {
    401: ("authentication_error", "invalid_api_key"),
    429: ("rate_limit_error", "rate_limit_exceeded"),
}

_Endpoint = Callable[[Request], Awaitable[Response]]


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


class OpenAiDoor(Channel):
    """Penny as a model behind OpenAI's chat completions."""

    name = CHANNEL

    def __init__(self, house: House) -> None:
        self._settings = house.settings
        self._sign_in = house.sign_in
        self._conversations = house.conversations

    @classmethod
    def configured(cls, house: House) -> OpenAiDoor:
        """The channel; there is nothing to set up."""
        return cls(house)

    def routes(self) -> Sequence[BaseRoute]:
        """The addresses under ``/v1``."""
        return (
            Route("/v1/models", refusing(self._models)),
            Route("/v1/models/{model}", refusing(self._model)),
            Route("/v1/chat/completions", refusing(self._complete), methods=["POST"]),
        )

    async def _models(self, request: Request) -> Response:
        await self._person(request)
        return JSONResponse({"object": "list", "data": [_model(name) for name in _CHANNELS]})

    async def _model(self, request: Request) -> Response:
        await self._person(request)
        return JSONResponse(_model(_known(request.path_params["model"])))

    async def _complete(self, request: Request) -> Response:
        person_id = await self._person(request)
        body = await read_body(request, _BODY_LIMIT, self._settings.body_seconds)
        asked = read_asked(json_object(body), request, self._settings.text_limit)
        turn = (await self._conversations.take(person_id, asked.said)).turn
        if turn.retry:
            raise Problem(503, turn.messages[0].text or "", {"Retry-After": "10"})
        answer = _Answer(asked, turn)
        if not asked.stream:
            return JSONResponse(answer.whole())
        return StreamingResponse(
            answer.events(),
            media_type="text/event-stream",
            headers={"X-Accel-Buffering": "no"},
        )

    async def _person(self, request: Request) -> str:
        """The person of the key; a browser's session is none, so no page can use this door."""
        if "authorization" not in request.headers:
            raise Problem(401, "Please use an access token of Penny's as the API key.")
        return (await self._sign_in.visitor(request)).person.id


def read_asked(body: dict[str, Any], request: Request, text_limit: int) -> Asked:
    """The request in the body of ``POST /v1/chat/completions``.

    The conversation is the one that the header ``X-Penny-Thread`` or the field ``user`` names,
    else the person's main one. The header ``Idempotency-Key`` or ``X-Request-Id`` names the
    message; without one each request is a message of its own.

    Raises:
        Problem: 404 for another model, 422 with the field that is wrong.
    """
    model = _known(body.get("model"))
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
        channel=_CHANNELS[model],
        message_id=_plain(key, MESSAGE_ID),
        thread=_plain(thread, THREAD),
    )
    return Asked(model, said, stream, usage=options.get("include_usage") is True)


def worded(channel: str, messages: Sequence[Message]) -> str:
    """Penny's messages as one text: whole to read, short where they are said aloud."""
    if channel == VOICE:
        return spoken(messages).text
    return "\n\n".join(message.text for message in messages if message.text)


def refusing(endpoint: _Endpoint) -> _Endpoint:
    """An endpoint whose refusals have the shape that OpenAI's clients read."""

    @wraps(endpoint)
    async def answered(request: Request) -> Response:
        try:
            return await endpoint(request)
        except Problem as problem:
            return _refusal(problem)
        except TooFast as error:
            return _refusal(slow_down(str(error), error.seconds))
        except IdReused as error:
            return _refusal(Problem(409, str(error)))
        except PennyError as error:
            return _refusal(Problem(503, str(error)))

    return answered


def _refusal(problem: Problem) -> Response:
    kind, code = _KINDS.get(problem.status, ("invalid_request_error", None))
    if problem.status >= 500:
        kind = "server_error"
    if problem.status == 404:
        code = "model_not_found"
    error = {"message": problem.sentence, "type": kind, "param": None, "code": code}
    return JSONResponse({"error": error}, problem.status, problem.headers)


def _known(model: object) -> str:
    if isinstance(model, str) and model in _CHANNELS:
        return model
    raise Problem(404, f"There is no such model here; there are {' and '.join(_CHANNELS)}.")


def _model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 0, "owned_by": "penny"}


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


class _Answer:
    """A turn as a chat completion; it costs no tokens, as no language model wrote it."""

    def __init__(self, asked: Asked, turn: Turn) -> None:
        self._asked = asked
        self._id = f"chatcmpl-{uuid.uuid4().hex}"
        self._created = int(time.time())
        self._text = worded(asked.said.channel, turn.messages)
        self._own = {
            "facts": [fact for message in turn.messages for fact in message.facts],
            "buttons": [
                {"title": button.title, "payload": button.payload}
                for message in turn.messages
                for button in message.buttons
            ],
            "thread": asked.said.thread,
            "message_id": turn.message_id,
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
