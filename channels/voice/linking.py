"""Account linking: ``/oauth/authorize``, ``/oauth/token``, ``/oauth/revoke`` (OAuth 2).

A voice service sends a person here; they sign in on Penny's own page and consent, and the
service gets tokens that are good for speaking to Penny and for nothing else.

| address | does |
|---|---|
| ``GET /oauth/authorize`` | the page that asks for consent |
| ``POST /oauth/authorize`` | the person's answer, back to the service |
| ``POST /oauth/token`` | tokens for a code, or for a refresh token |
| ``POST /oauth/revoke`` | ends the link of a token |
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from channels.contract import Channel, House
from channels.limits import RateLimiter, read_body
from channels.problems import Problem
from channels.voice import linking_page as pages
from channels.voice.linking_server import Asked, LinkingServer, OAuth2Error, Outcome
from finance_core.errors import NotSignedIn
from finance_core.model import Person
from finance_core.services import people

log = logging.getLogger(__name__)

_OWN_FIELDS = frozenset({"token", "choice"})
_MOST_FIELDS = 60
_NO_TOKEN = "That access token is not valid."  # noqa: S105


class LinkingChannel(Channel):
    """The addresses of account linking."""

    name = "oauth"

    def __init__(self, house: House) -> None:
        self._core = house.core
        self._settings = house.settings
        self._server = LinkingServer(house.core)
        self._strangers = RateLimiter(per_minute=300, burst=100)

    def routes(self) -> Sequence[BaseRoute]:
        """The pages and the addresses that services use."""
        return (
            Route("/oauth/authorize", self.page),
            Route("/oauth/authorize", self.answer, methods=["POST"]),
            Route("/oauth/token", self.token, methods=["POST"]),
            Route("/oauth/revoke", self.revoke, methods=["POST"]),
            Route(pages.STYLE, self.style),
        )

    async def page(self, request: Request) -> Response:
        """``GET /oauth/authorize``: asks the person."""
        fields = read_fields(request.url.query)
        asked = await self._asked(fields)
        if isinstance(asked, Response):
            return asked
        if request.headers.get("sec-fetch-site") == "cross-site":
            return pages.again()
        person = await self._person(request.cookies.get(self._settings.session_cookie, ""))
        return pages.consent(asked, fields, person.name if person else None)

    async def answer(self, request: Request) -> Response:
        """``POST /oauth/authorize``: takes the person's answer back to the service."""
        _require_own_page(request)
        sent = await self._form(request)
        fields = {name: value for name, value in sent.items() if name not in _OWN_FIELDS}
        asked = await self._asked(fields)
        if isinstance(asked, Response):
            return asked
        person = None
        if sent.get("choice") == "allow":
            cookie = request.cookies.get(self._settings.session_cookie, "")
            person = await self._person(sent.get("token", "").strip() or cookie)
            if person is None:
                return pages.consent(asked, fields, None, _NO_TOKEN)
        outcome = await to_thread.run_sync(self._server.answered, fields, person)
        return _redirect(outcome)

    async def token(self, request: Request) -> Response:
        """``POST /oauth/token``: tokens for a service."""
        return await self._service(request, self._server.token)

    async def revoke(self, request: Request) -> Response:
        """``POST /oauth/revoke``: ends the link of a token."""
        return await self._service(request, self._server.revoke)

    async def style(self, request: Request) -> Response:
        """The pages' style sheet."""
        return FileResponse(Path(__file__).with_name("page.css"), media_type="text/css")

    async def _service(
        self,
        request: Request,
        serve: Callable[[Mapping[str, str], Mapping[str, str]], Outcome],
    ) -> Response:
        fields = await self._form(request)
        headers = {"Authorization": request.headers.get("authorization", "")}
        outcome = await to_thread.run_sync(serve, fields, headers)
        if outcome.status >= 400:
            log.info("A service was refused: %s.", outcome.body.get("error"))
        return JSONResponse(outcome.body, outcome.status, _safe(outcome.headers))

    async def _asked(self, fields: Mapping[str, str]) -> Asked | Response:
        """What the service wants, or how it is told that it cannot have it."""
        try:
            return await to_thread.run_sync(self._server.asked, fields)
        except OAuth2Error as error:
            if error.redirect_uri:
                error.state = fields.get("state")
                return _redirect(Outcome(302, "", dict(error()[2])))
            return pages.refused(
                "The service that sent you here is not known to this Penny, or asks in a way it "
                "may not. Nothing was linked."
            )

    async def _person(self, token: str) -> Person | None:
        if not token:
            return None
        try:
            return await to_thread.run_sync(partial(people.by_token, self._core, token))
        except NotSignedIn:
            return None

    async def _form(self, request: Request) -> dict[str, str]:
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/x-www-form-urlencoded":
            raise Problem(415, "Please send a form (application/x-www-form-urlencoded).")
        peer = request.client.host if request.client else ""
        if seconds := self._strangers.wait(peer):
            raise Problem(429, "Too many tries.", {"Retry-After": str(int(seconds) + 1)})
        body = await read_body(request, self._settings.body_limit, self._settings.body_seconds)
        return read_fields(body.decode("ascii", "replace"))


def read_fields(encoded: str, *, keep_blank: bool = False) -> dict[str, str]:
    """The fields of a query or form, each of which may be given once (RFC 6749, 3.1).

    Raises:
        Problem: 400 for what cannot be read.
    """
    try:
        pairs = parse_qsl(encoded, keep_blank_values=keep_blank, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise Problem(400, "I could not read that.") from None
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise Problem(400, "A field was given twice.")
    return fields


def _require_own_page(request: Request) -> None:
    """Lets only Penny's own page send a person's answer.

    Raises:
        Problem: 403 for a form on another page, or from a browser that does not say.
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin", "")
    own = urlsplit(origin).netloc == request.headers.get("host") if origin else False
    if not (site == "same-origin" if site is not None else own):
        raise Problem(403, "This may only be asked from Penny's own page.")


def _redirect(outcome: Outcome) -> Response:
    if "Location" not in outcome.headers:
        return pages.refused("Nothing was linked.")
    return RedirectResponse(outcome.headers["Location"], 303)


def _safe(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() != "content-type"}
