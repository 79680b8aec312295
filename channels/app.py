"""The web application: its addresses, and how its parts are put together.

| address | does |
|---|---|
| ``GET /`` | the chat page |
| ``GET /widget.js`` | Penny for any page, in one script |
| ``GET /sw.js`` | keeps the page's shell in the browser |
| ``POST /api/messages`` | one message in, Penny's answer out |
| ``GET /api/history`` | the latest turns of a conversation |
| ``GET /api/events`` | server-sent events: turns of other screens, and what Penny begins |
| ``GET /api/me`` | who is signed in |
| ``/api/session``, ``password``, ``devices``, ``links`` | signing in (`channels.identity`) |
| ``/api/shares`` | accounts that people share (`channels.sharing`) |
| ``POST /api/telegram-link`` | a one-time code that ties a Telegram chat to the person |
| ``GET /api/charts/THREAD/MESSAGE/PLACE`` | the picture of a message of Penny's |
| ``GET /api/exports/TOKEN`` | the file of the person's data that Penny gave a link to |
| ``GET /healthz``, ``readyz``, ``metrics``, ``rollout`` | for operators (`channels.operating`) |
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from uuid import uuid4

from anyio import to_thread
from sse_starlette import EventSourceResponse
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route

from channels import pictures
from channels.auth import SignIn
from channels.charts.studio import Studio
from channels.contract import Channel, House
from channels.conversations import Conversations, IdReused, TooFast
from channels.courier import Courier
from channels.edge import Edge
from channels.embedding import Embedding
from channels.events import Hub, stream
from channels.exports import file_name, file_of
from channels.forgetting import Forgetting
from channels.history import History
from channels.identity import Identity
from channels.intake import read_object, read_said, read_thread
from channels.limits import RateLimiter
from channels.metrics import Metrics
from channels.openai_door import OpenAiDoor
from channels.operating import Operating
from channels.pages import WEB, Pages, WebFiles
from channels.problems import Problem, on_http_exception, on_penny_error, on_problem, slow_down
from channels.rolling import Models
from channels.settings import ChannelSettings
from channels.sharing import Sharing
from channels.slack import SlackChannel
from channels.sound.transcriber import Transcriber
from channels.telegram import telegram_channel
from channels.turns import Turn, message_json, to_json
from channels.voice.doors import spoken_channels
from finance_core.errors import PennyError
from finance_core.services import people
from finance_core.services.core import Core
from learning.rollout.following import Following


class Door:
    """The parts of the application and the endpoints that use them."""

    def __init__(self, settings: ChannelSettings, core: Core) -> None:
        self.settings = settings
        self.core = core
        self.metrics = Metrics()
        following = Following.in_home(settings.home, uuid4().hex)
        self.assistant = Models(settings, self.metrics.rollout, following)
        self.hub = Hub()
        self.pages = Pages()
        self.sign_in = SignIn(settings, core)
        history = History(settings.home / "chats")
        self.forgetting = Forgetting(core, history)
        self.conversations = Conversations(
            self.assistant,
            history,
            self.hub,
            RateLimiter(settings.turns_per_minute, settings.turn_burst),
            self.metrics,
        )
        self.studio = Studio(settings.home / "fonts")
        self.house = House(
            settings,
            core,
            self.sign_in,
            self.conversations,
            self.studio,
            self.metrics,
            Transcriber.configured(settings),
        )
        self.identity = Identity(self.house, self.hub)
        self.telegram = telegram_channel(self.house)
        found = (
            self.telegram,
            OpenAiDoor.configured(self.house),
            SlackChannel.configured(self.house),
        )
        self.channels: list[Channel] = [channel for channel in found if channel]
        self.channels += spoken_channels(self.house)
        self.courier = Courier(
            core, self.conversations, self.channels, self.metrics, settings.courier_seconds
        )

    @asynccontextmanager
    async def lifespan(self, app: Starlette) -> AsyncIterator[None]:
        """Runs every channel beside the web, and ends answers before the connections."""
        async with AsyncExitStack() as running:
            await running.enter_async_context(self.forgetting.running())
            await running.enter_async_context(self.identity.running())
            await running.enter_async_context(self.assistant.running())
            for channel in self.channels:
                await running.enter_async_context(channel.running())
            await running.enter_async_context(self.courier.running())
            yield
        await self.conversations.drain()
        await self.assistant.close()

    async def page(self, request: Request) -> Response:
        """``GET /``: the chat page; signs the demo person in on this very machine."""
        response = self.pages.page()
        if token := await self.sign_in.demo_session(request):
            self.sign_in.set_cookie(response, request, token)
        return response

    async def post_message(self, request: Request) -> Response:
        """``POST /api/messages``: answers one message."""
        visitor = await self.sign_in.visitor(request)
        body = await read_object(request, self.settings)
        said = read_said(body, self.settings)
        outcome = await self.conversations.take(visitor.person.id, said)
        return _answer(outcome.turn, said.understanding)

    async def history(self, request: Request) -> Response:
        """``GET /api/history``: the latest turns of a conversation, oldest first."""
        visitor = await self.sign_in.visitor(request)
        thread = read_thread(request.query_params.get("thread"))
        await self.courier.looked(visitor.person.id)  # first: what it counts is in the turns
        turns = await self.conversations.history.turns(visitor.person.id, thread)
        return JSONResponse({"turns": [to_json(turn) for turn in turns]})

    async def events(self, request: Request) -> Response:
        """``GET /api/events``: the person's events as they happen."""
        visitor = await self.sign_in.visitor(request)
        person_id = visitor.person.id
        if self.hub.streams(person_id) >= self.settings.streams_per_person:
            raise Problem(429, "Too many screens are listening at once.", {"Retry-After": "30"})
        return EventSourceResponse(
            stream(self.hub, person_id, self.settings.stream_seconds),
            ping=self.settings.heartbeat_seconds,
            headers={"X-Accel-Buffering": "no"},
        )

    async def me(self, request: Request) -> Response:
        """``GET /api/me``: who is signed in."""
        person = (await self.sign_in.visitor(request)).person
        return JSONResponse(
            {
                "name": person.name,
                "key": hashlib.sha256(person.id.encode()).hexdigest()[:16],
                "text_limit": self.settings.text_limit,
                "currency": person.currency,
                "timezone": person.timezone,
                "demo": person.id == self.settings.demo_person,
                "telegram": self.telegram.username if self.telegram else None,
            }
        )

    async def telegram_link(self, request: Request) -> Response:
        """``POST /api/telegram-link``: a one-time code for ``/start CODE`` in Telegram."""
        visitor = await self.sign_in.resident(request)
        if not (self.telegram and self.telegram.username):
            raise Problem(404, "Telegram is not set up here.")
        issue = partial(people.link_code, self.core, visitor.person.id, channel="web")
        code = await to_thread.run_sync(issue)
        return JSONResponse(
            {"code": code, "url": f"https://t.me/{self.telegram.username}?start={code}"}
        )

    async def chart(self, request: Request) -> Response:
        """``GET /api/charts/THREAD/MESSAGE/PLACE``: a message's picture, drawn when asked for."""
        person = (await self.sign_in.visitor(request)).person
        look = pictures.read_look(request.query_params)
        chart = await pictures.chart_of(
            self.conversations.history, person.id, **request.path_params
        )
        return await pictures.drawn(self.studio, chart, look)

    async def export(self, request: Request) -> Response:
        """``GET /api/exports/TOKEN``: the person's own data, as a file."""
        person = (await self.sign_in.visitor(request)).person
        token = request.path_params["token"]
        path = await to_thread.run_sync(file_of, self.core, person.id, token)
        return FileResponse(
            path, media_type="application/zip", filename=file_name(self.core.clock())
        )


def create_app(
    settings: ChannelSettings,
    core: Core,
    more: Callable[[House], Sequence[Channel]] = lambda house: (),
) -> Starlette:
    """Puts the web application together.

    Args:
        settings: of this process.
        core: the finance core; stays open, its owner closes it.
        more: makes channels besides those that the settings ask for.
    """
    door = Door(settings, core)
    door.channels += more(door.house)
    return Starlette(
        routes=[
            Route("/", door.page),
            Route("/widget.js", door.pages.send_widget),
            Route("/sw.js", door.pages.send_worker),
            Route("/api/messages", door.post_message, methods=["POST"]),
            Route("/api/history", door.history),
            Route("/api/events", door.events),
            Route("/api/me", door.me),
            Route("/api/telegram-link", door.telegram_link, methods=["POST"]),
            Route("/api/charts/{thread}/{message_id}/{place:int}", door.chart),
            Route("/api/exports/{token}", door.export),
            *Operating(door.house, door.assistant).routes(),
            *door.identity.routes(),
            *Sharing(door.house).routes(),
            *(route for channel in door.channels for route in channel.routes()),
            Mount("/web", WebFiles(directory=WEB)),
        ],
        middleware=[
            Middleware(Edge, metrics=door.metrics),
            Middleware(Embedding, origins=settings.embed_origins),
        ],
        exception_handlers={
            Problem: on_problem,
            HTTPException: on_http_exception,
            TooFast: _on_too_fast,
            IdReused: _on_id_reused,
            PennyError: on_penny_error,
        },
        lifespan=door.lifespan,
    )


def _answer(turn: Turn, understanding: bool) -> Response:
    """The answer as JSON; 503 when it is only an apology."""
    answer: dict[str, object] = {"messages": [message_json(m) for m in turn.messages]}
    if understanding:
        answer |= {"intent": turn.intent, "entities": turn.entities}
    answer["message_id"] = turn.message_id
    if not turn.retry:
        return JSONResponse(answer)
    sentence = turn.messages[0].text
    return JSONResponse({**answer, "error": sentence, "retry": True}, 503, {"Retry-After": "10"})


async def _on_too_fast(request: Request, error: Exception) -> Response:
    assert isinstance(error, TooFast)  # noqa: S101
    return await on_problem(request, slow_down(str(error), error.seconds))


async def _on_id_reused(request: Request, error: Exception) -> Response:
    return await on_problem(request, Problem(409, str(error)))
