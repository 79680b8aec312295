"""What a signed-in person settles about talking aloud.

| address | does |
|---|---|
| ``PUT /api/pin`` | sets the PIN (``{"pin": "…"}``; in a session with ``current``, the password) |
| ``DELETE /api/pin`` | takes it away; nothing can be written by voice then |
| ``GET /api/voice`` | whether there is a PIN, whether figures are said, what is linked |
| ``PUT /api/voice`` | ``{"private": true}``: no figures aloud |
| ``DELETE /api/voice/links/ID`` | unlinks a voice service or a telephone |
| ``POST /api/phone-link`` | a code that ties the telephone ``{"number": "+44…"}`` |
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from channels.contract import Channel, House
from channels.identity import current_password
from channels.intake import read_object
from channels.problems import Problem
from finance_core.services import links, passwords, pins, voice

_WEB = "web"


class VoiceAccount(Channel):
    """The addresses of a person's own choices."""

    name = "voice-account"

    def __init__(self, house: House) -> None:
        self._core = house.core
        self._settings = house.settings
        self._sign_in = house.sign_in
        self._heavy = house.heavy
        self._phone = bool(house.settings.twilio_token and house.settings.public_url)

    def routes(self) -> Sequence[BaseRoute]:
        """What stands above."""
        return (
            Route("/api/pin", self.put_pin, methods=["PUT"]),
            Route("/api/pin", self.drop_pin, methods=["DELETE"]),
            Route("/api/voice", self.show),
            Route("/api/voice", self.put, methods=["PUT"]),
            Route("/api/voice/links/{link}", self.unlink, methods=["DELETE"]),
            Route("/api/phone-link", self.phone_link, methods=["POST"]),
        )

    async def put_pin(self, request: Request) -> Response:
        """``PUT /api/pin``."""
        visitor = await self._sign_in.resident(request)
        body = await read_object(request, self._settings)
        pin, current = body.get("pin"), current_password(body)
        if not isinstance(pin, str):
            raise Problem(422, 'The "pin" must be a string of digits.')

        def put() -> None:
            passwords.prove(self._core, visitor.device, current)
            pins.put(self._core, visitor.person.id, pin, channel=_WEB)

        await self._heavy.run(put)
        return Response(status_code=204)

    async def drop_pin(self, request: Request) -> Response:
        """``DELETE /api/pin``."""
        person_id = await self._who(request)
        await self._do(partial(pins.drop, self._core, person_id, channel=_WEB))
        return Response(status_code=204)

    async def show(self, request: Request) -> Response:
        """``GET /api/voice``."""
        return JSONResponse(await self._do(partial(self._state, await self._who(request))))

    async def put(self, request: Request) -> Response:
        """``PUT /api/voice``."""
        person_id = await self._who(request)
        private = (await read_object(request, self._settings)).get("private")
        if not isinstance(private, bool):
            raise Problem(422, '"private" must be true or false.')
        await self._do(partial(voice.set_private, self._core, person_id, private, channel=_WEB))
        return JSONResponse(await self._do(partial(self._state, person_id)))

    async def unlink(self, request: Request) -> Response:
        """``DELETE /api/voice/links/ID``."""
        person_id, link = await self._who(request), request.path_params["link"]
        if link.startswith("+"):
            end = partial(voice.untie_phone, self._core, person_id, link, channel=_WEB)
        else:
            end = partial(links.unlink, self._core, link, channel=_WEB, person_id=person_id)
        await self._do(end)
        return Response(status_code=204)

    async def phone_link(self, request: Request) -> Response:
        """``POST /api/phone-link``."""
        person_id = await self._who(request)
        if not self._phone:
            raise Problem(404, "The telephone is not set up here.")
        number = (await read_object(request, self._settings)).get("number")
        if not isinstance(number, str):
            raise Problem(422, 'The "number" must be a string.')
        make = partial(voice.phone_code, self._core, person_id, number, channel=_WEB)
        normal, code = await self._do(make)
        return JSONResponse({"number": normal, "code": code})

    def _state(self, person_id: str) -> dict[str, Any]:
        linked = [
            {"id": link.id, "name": link.service, "since": link.created_at.isoformat(),
             "scope": link.scope}
            for link in links.of_person(self._core, person_id)
        ]  # fmt: skip
        return {
            "pin": pins.is_set(self._core, person_id),
            "private": voice.is_private(self._core, person_id),
            "links": linked,
            "phones": voice.phones(self._core, person_id),
        }

    async def _who(self, request: Request) -> str:
        return (await self._sign_in.visitor(request)).person.id

    async def _do[R](self, work: Callable[[], R]) -> R:
        return await to_thread.run_sync(work)
