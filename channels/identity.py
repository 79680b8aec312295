"""Signing in and out, and what a signed-in person may change about it.

| address | does |
|---|---|
| ``POST /api/session`` | signs in: ``{"name", "password"}``, ``{"token"}`` or ``{"assertion"}`` |
| ``DELETE /api/session`` | signs out |
| ``GET /api/password`` | whether there is one: ``{"set": true}`` |
| ``PUT /api/password`` | ``{"current", "new"}``: a new password; ends the other sessions |
| ``GET /api/devices`` | tokens and sessions of the person |
| ``DELETE /api/devices``, ``/api/devices/ID`` | ends all sessions, or one of either |
| ``GET /api/links`` | chats that are tied to the person |
| ``DELETE /api/links/CHANNEL/CHAT`` | unties one |
"""

from __future__ import annotations

import math
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict
from functools import partial
from typing import Any

import httpx
from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from channels.assertions import LONGEST, Assertions
from channels.auth import EMBED, Visitor, require_json, require_same_origin
from channels.contract import House
from channels.events import Hub
from channels.intake import clean_text, read_object
from channels.origins import address_of
from channels.problems import Problem
from finance_core.model import Person
from finance_core.services import devices, passwords, people
from finance_core.services.devices import Device

_WAYS = ("token", "assertion", "password")


class Identity:
    """The addresses for signing in and for what goes with it.

    Args:
        house: what the channels share.
        hub: the open event streams.
    """

    def __init__(self, house: House, hub: Hub) -> None:
        self._settings = house.settings
        self._core = house.core
        self._sign_in = house.sign_in
        self._hub = hub
        self._client = httpx.AsyncClient(timeout=5.0)
        self._assertions = Assertions.configured(house.settings, house.core, self._client)
        self._heavy = house.heavy

    def routes(self) -> Sequence[BaseRoute]:
        """Its addresses."""
        return (
            Route("/api/session", self.open_session, methods=["POST"]),
            Route("/api/session", self.close_session, methods=["DELETE"]),
            Route("/api/password", self.has_password),
            Route("/api/password", self.set_password, methods=["PUT"]),
            Route("/api/devices", self.devices),
            Route("/api/devices", self.end_sessions, methods=["DELETE"]),
            Route("/api/devices/{device_id}", self.end_device, methods=["DELETE"]),
            Route("/api/links", self.links),
            Route("/api/links/{channel}/{chat_id:path}", self.unlink, methods=["DELETE"]),
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Keeps the connection to the host application's keys."""
        async with self._client:
            yield

    async def open_session(self, request: Request) -> Response:
        """``POST /api/session``: a session cookie; a bearer token within a host's page."""
        own = request.headers.get("sec-fetch-site") == "same-origin"
        if not own and request.headers.get("origin") in self._settings.embed_origins:
            return await self._embedded(request)
        require_same_origin(request)
        body = await read_object(request, self._settings)
        way = _way(body)
        if way == "token":
            kept = await self._sign_in.by_kept_token(_secret(body, way, self._settings.text_limit))
            person, ends_by = kept.person, kept.expires_at
        elif way == "assertion":
            person, ends_by, way = await self._by_assertion(body), None, "host"
        else:
            person, ends_by = await self._by_password(request, body), None
        session = await self._sign_in.open_session(request, person.id, way, ends_by)
        response = JSONResponse({"name": person.name})
        self._sign_in.set_cookie(response, request, session)
        return response

    async def close_session(self, request: Request) -> Response:
        """``DELETE /api/session``: ends the session that asks for it."""
        if request.headers.get("authorization"):
            visitor = await self._sign_in.visitor(request)
            if visitor.device.opened_by != devices.ISSUED:  # those are kept by programs
                await self._sign_in.close_session(visitor.token)
            return Response(status_code=204)
        require_same_origin(request)
        if token := request.cookies.get(self._settings.session_cookie):
            await self._sign_in.close_session(token)
        response = Response(status_code=204)
        self._sign_in.drop_cookie(response)
        return response

    async def has_password(self, request: Request) -> Response:
        """``GET /api/password``: whether there is one."""
        visitor = await self._sign_in.resident(request)
        found = await to_thread.run_sync(passwords.is_set, self._core, visitor.person.id)
        return JSONResponse({"set": found})

    async def set_password(self, request: Request) -> Response:
        """``PUT /api/password``: a new password."""
        visitor = await self._sign_in.resident(request)
        require_json(request)
        body = await read_object(request, self._settings)
        current = current_password(body)
        change = partial(
            passwords.change, self._core, visitor.device, current, _secret(body, "new")
        )
        ended = await self._heavy.run(change)
        self._ended(visitor)
        return JSONResponse({"sessions_ended": ended})

    async def devices(self, request: Request) -> Response:
        """``GET /api/devices``: what the person is signed in with, the latest used first."""
        visitor = await self._sign_in.resident(request)
        found = await to_thread.run_sync(devices.of_person, self._core, visitor.person.id)
        rows = [_device_json(one, visitor.device.id) for one in found]
        return JSONResponse({"devices": rows})

    async def end_device(self, request: Request) -> Response:
        """``DELETE /api/devices/ID``: signs one of them out."""
        visitor = await self._sign_in.resident(request)
        device_id = request.path_params["device_id"]
        end = partial(devices.end, self._core, visitor.person.id, device_id, channel="web")
        await to_thread.run_sync(end)
        self._ended(visitor)
        return Response(status_code=204)

    async def end_sessions(self, request: Request) -> Response:
        """``DELETE /api/devices``: signs all browsers out, this one included."""
        visitor = await self._sign_in.resident(request)
        end = partial(devices.end_sessions, self._core, visitor.person.id, channel="web")
        ended = await to_thread.run_sync(end)
        self._ended(visitor)
        response = JSONResponse({"sessions_ended": ended})
        self._sign_in.drop_cookie(response)
        return response

    async def links(self, request: Request) -> Response:
        """``GET /api/links``: the person's chats elsewhere."""
        visitor = await self._sign_in.resident(request)
        found = await to_thread.run_sync(people.chats, self._core, visitor.person.id)
        rows = [{**asdict(one), "linked_at": one.linked_at.isoformat()} for one in found]
        return JSONResponse({"links": rows})

    async def unlink(self, request: Request) -> Response:
        """``DELETE /api/links/CHANNEL/CHAT``: Penny no longer answers there."""
        visitor = await self._sign_in.resident(request)
        where = request.path_params["channel"], request.path_params["chat_id"]
        untie = partial(people.untie, self._core, visitor.person.id, *where, channel="web")
        await to_thread.run_sync(untie)
        return Response(status_code=204)

    async def _embedded(self, request: Request) -> Response:
        """A short session for a page that may embed Penny; the host's word is all it takes."""
        require_json(request)
        body = await read_object(request, self._settings)
        if _way(body) != "assertion":
            raise Problem(403, "Within another page, only that page's own sign-in is taken.")
        person = await self._by_assertion(body)
        token = await self._sign_in.open_session(request, person.id, EMBED)
        seconds = math.floor(self._settings.embed_minutes * 60)
        return JSONResponse({"name": person.name, "token": token, "expires_in": seconds})

    async def _by_assertion(self, body: dict[str, Any]) -> Person:
        if self._assertions is None:
            raise Problem(404, "No other application signs people in here.")
        return await self._assertions.person(_secret(body, "assertion", LONGEST))

    async def _by_password(self, request: Request, body: dict[str, Any]) -> Person:
        name = clean_text(body.get("name"), self._settings.text_limit)
        password = _secret(body, "password")
        address = address_of(request, self._settings.trusted_proxies)
        return await self._heavy.run(
            partial(passwords.sign_in, self._core, name, password, address)
        )

    def _ended(self, visitor: Visitor) -> None:
        """Sessions of the person have ended: nobody goes on with one."""
        self._sign_in.forget(visitor.person.id)
        self._hub.hang_up(visitor.person.id)


def _way(body: dict[str, Any]) -> str:
    """What somebody wants to sign in with.

    Raises:
        Problem: 422 when it is nothing, or several things.
    """
    given = [way for way in _WAYS if way in body]
    if len(given) != 1:
        raise Problem(422, "Sign in with name and password, or with an access token.")
    return given[0]


def current_password(body: dict[str, Any]) -> str | None:
    """The password that somebody gives as a proof, if they do.

    Raises:
        Problem: 422 when it can be none.
    """
    return None if body.get("current") is None else _secret(body, "current")


def _secret(body: dict[str, Any], field: str, limit: int = passwords.LONGEST) -> str:
    """A secret as it was typed.

    Raises:
        Problem: 422 when it is no text, empty, too long or not valid Unicode.
    """
    value = body.get(field)
    if not isinstance(value, str) or not 0 < len(value) <= limit:
        raise Problem(422, f'"{field}" must be a text of 1 to {limit:,} characters.')
    try:
        value.encode()
    except UnicodeEncodeError:
        raise Problem(422, "The text holds characters that do not exist.") from None
    return value


def _device_json(device: Device, current: str) -> dict[str, Any]:
    row = asdict(device)
    del row["person"]
    instants = {name: value and value.isoformat() for name, value in row.items() if "_at" in name}
    return {**row, **instants, "current": device.id == current}
