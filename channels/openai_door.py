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

from collections.abc import Awaitable, Callable, Sequence
from functools import wraps
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from channels.contract import Channel, House
from channels.conversations import IdReused, TooFast
from channels.intake import json_object
from channels.limits import read_body
from channels.openai_wire import MODELS, TEXT, VOICE, Asked, Completion, known_model, read_asked
from channels.problems import Problem, slow_down
from channels.voice.desk import VoiceDesk
from finance_core.errors import PennyError

_BODY_LIMIT = 1_000_000  # a client sends its whole conversation, prompt and tools each time
_KINDS = {
    401: ("authentication_error", "invalid_api_key"),
    429: ("rate_limit_error", "rate_limit_exceeded"),
}

_Endpoint = Callable[[Request], Awaitable[Response]]


class OpenAiDoor(Channel):
    """Penny as a model behind OpenAI's chat completions."""

    name = TEXT

    def __init__(self, house: House) -> None:
        self._settings = house.settings
        self._sign_in = house.sign_in
        self._conversations = house.conversations
        self._desk = VoiceDesk(house)

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
        return JSONResponse({"object": "list", "data": [_model(name) for name in MODELS]})

    async def _model(self, request: Request) -> Response:
        await self._person(request)
        return JSONResponse(_model(known_model(request.path_params["model"])))

    async def _complete(self, request: Request) -> Response:
        person_id = await self._person(request)
        body = await read_body(request, _BODY_LIMIT, self._settings.body_seconds)
        asked = read_asked(json_object(body), request, self._settings.text_limit)
        aloud = asked.said.channel == VOICE
        answer = await (self._aloud if aloud else self._written)(person_id, asked)
        if not asked.stream:
            return JSONResponse(answer.whole())
        return StreamingResponse(
            answer.events(),
            media_type="text/event-stream",
            headers={"X-Accel-Buffering": "no"},
        )

    async def _written(self, person_id: str, asked: Asked) -> Completion:
        turn = (await self._conversations.take(person_id, asked.said)).turn
        if turn.retry:
            raise Problem(503, turn.messages[0].text or "", {"Retry-After": "10"})
        text = "\n\n".join(message.text for message in turn.messages if message.text)
        return Completion(asked, text, turn.messages)

    async def _aloud(self, person_id: str, asked: Asked) -> Completion:
        answer = await self._desk.answer(person_id, asked.said)
        return Completion(asked, answer.spoken.text, answer.messages)

    async def _person(self, request: Request) -> str:
        """The person of the key; a browser's session is none, so no page can use this door."""
        if "authorization" not in request.headers:
            raise Problem(401, "Please use an access token of Penny's as the API key.")
        return (await self._sign_in.visitor(request)).person.id


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


def _model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 0, "owned_by": "penny"}
