"""Accounts that people share, over HTTP.

| address | does |
|---|---|
| ``GET /api/shares`` | what the person shares, and what is shared with them |
| ``POST /api/shares`` | ``{"account", "rights"}``: an offer, and the code that accepts it |
| ``POST /api/shares/accept`` | ``{"code"}`` or ``{"id"}``: says yes to an offer |
| ``DELETE /api/shares/ID`` | ends a share or an offer, by either of the two |

Whom an account is offered to is not said by name here, so that nobody can find out who
else has an account with this Penny: the owner passes the code on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from channels.auth import require_json
from channels.contract import House
from channels.intake import clean_text, read_object
from channels.problems import Problem
from finance_core.services import shares
from finance_core.services.shares import Share

_LONGEST = 64


class Sharing:
    """The addresses for sharing accounts."""

    def __init__(self, house: House) -> None:
        self._settings = house.settings
        self._core = house.core
        self._sign_in = house.sign_in

    def routes(self) -> Sequence[BaseRoute]:
        """Its addresses."""
        return (
            Route("/api/shares", self.listed),
            Route("/api/shares", self.offer, methods=["POST"]),
            Route("/api/shares/accept", self.accept, methods=["POST"]),
            Route("/api/shares/{share_id}", self.end, methods=["DELETE"]),
        )

    async def listed(self, request: Request) -> Response:
        """``GET /api/shares``: both sides, offers that wait included."""
        person_id = (await self._sign_in.resident(request)).person.id
        found = await to_thread.run_sync(shares.of_person, self._core, person_id)
        return JSONResponse({"shares": [_json(one, person_id) for one in found]})

    async def offer(self, request: Request) -> Response:
        """``POST /api/shares``: offers an account to whoever brings the code."""
        person_id = (await self._sign_in.resident(request)).person.id
        body = await self._body(request)
        account, rights = (clean_text(body.get(name), _LONGEST) for name in ("account", "rights"))
        offer = partial(shares.offer, self._core, person_id, account, rights, channel="web")
        share, code = await to_thread.run_sync(offer)
        return JSONResponse({**_json(share, person_id), "code": code}, 201)

    async def accept(self, request: Request) -> Response:
        """``POST /api/shares/accept``: the other's yes."""
        person_id = (await self._sign_in.resident(request)).person.id
        body = await self._body(request)
        given = [name for name in ("code", "id") if name in body]
        if len(given) != 1:
            raise Problem(422, 'Say yes with the "code" of an offer, or with its "id".')
        accept = shares.accept if given == ["id"] else shares.accept_code
        word = clean_text(body[given[0]], _LONGEST)
        share = await to_thread.run_sync(
            partial(accept, self._core, person_id, word, channel="web")
        )
        return JSONResponse(_json(share, person_id))

    async def end(self, request: Request) -> Response:
        """``DELETE /api/shares/ID``: no longer shared."""
        person_id = (await self._sign_in.resident(request)).person.id
        share_id = request.path_params["share_id"]
        end = partial(shares.end, self._core, person_id, share_id, channel="web")
        await to_thread.run_sync(end)
        return Response(status_code=204)

    async def _body(self, request: Request) -> dict[str, Any]:
        require_json(request)
        return await read_object(request, self._settings)


def _json(share: Share, person_id: str) -> dict[str, Any]:
    """A share as one of the two sees it: names, and whether it is theirs."""
    row = asdict(share)
    for name in ("owner_id", "person_id"):
        del row[name]
    instants = {name: value and value.isoformat() for name, value in row.items() if "_at" in name}
    return {**row, **instants, "mine": share.owner_id == person_id}
