"""Who is speaking: bearer tokens for programs, a session cookie for browsers.

A session is a token of its own, so signing out revokes it alone. It ends when nobody has
used it for a while. The cookie is HttpOnly and SameSite=Strict, and what it signs must
also come from this very origin: other ports of the same host are not trusted. A token in
an address is never looked at.
"""

from __future__ import annotations

import hashlib
import ipaddress
import logging
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import urlsplit

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response

from channels.origins import device_label
from channels.problems import Problem
from channels.settings import ChannelSettings
from finance_core.errors import NotFound, NotSignedIn
from finance_core.model import Person
from finance_core.services import devices, people
from finance_core.services.core import Core
from finance_core.services.devices import Device

log = logging.getLogger(__name__)

_REMEMBERED_SECONDS = 3.0
_MOST_REMEMBERED = 1_000
EMBED = "embed"
"""``Device.opened_by`` of a session within a host application's page."""

_OWN_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
_SIGN_IN = "Please sign in."


@dataclass(frozen=True, slots=True)
class Visitor:
    """A signed-in person; ``token`` is what they showed, ``device`` what it belongs to."""

    person: Person
    token: str
    device: Device


class SignIn:
    """Checks tokens and keeps browser sessions."""

    def __init__(self, settings: ChannelSettings, core: Core) -> None:
        self._settings = settings
        self._core = core
        self._known: dict[bytes, tuple[Device, float]] = {}
        self._demo_token = ""

    async def visitor(self, request: Request) -> Visitor:
        """Who sends this request.

        Raises:
            Problem: 401 without a valid token or session, 403 when a session is used
                from another origin or without a JSON body.
        """
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme:
            if scheme.lower() != "bearer" or not token.strip():
                raise Problem(401, _SIGN_IN, {"WWW-Authenticate": "Bearer"})
            return await self._checked(token.strip())
        token = request.cookies.get(self._settings.session_cookie, "")
        if not token:
            raise Problem(401, _SIGN_IN, {"WWW-Authenticate": "Bearer"})
        require_same_origin(request)
        return await self._checked(token)

    async def resident(self, request: Request) -> Visitor:
        """Who sends this request, if they may change how people sign in and what they share.

        Raises:
            Problem: as `visitor`; 403 for a session within another application's page.
        """
        visitor = await self.visitor(request)
        if visitor.device.opened_by == EMBED:
            raise Problem(403, "Please open Penny's own page for that.")
        return visitor

    async def by_kept_token(self, token: str) -> Device:
        """The device of an access token that was handed out to be kept.

        Raises:
            Problem: 401 when it is not valid, or a session, which opens no other.
        """
        device = (await self._checked(token)).device
        if device.opened_by != devices.ISSUED:
            raise Problem(401, "That access token is not valid.", {"WWW-Authenticate": "Bearer"})
        return device

    async def open_session(
        self, request: Request, person_id: str, opened_by: str, ends_by: datetime | None = None
    ) -> str:
        """A new session for the browser that sends ``request``.

        Args:
            request: says what kind of browser it is.
            person_id: who proved who they are.
            opened_by: how; see `Device`.
            ends_by: when what they proved it with ends.
        """
        embedded = opened_by == EMBED
        lasts = timedelta(days=self._settings.session_days)
        open_ = partial(
            devices.open_session,
            self._core,
            person_id,
            device_label(request.headers.get("user-agent", "")),
            opened_by,
            lasts=timedelta(minutes=self._settings.embed_minutes) if embedded else lasts,
            idle=None if embedded else timedelta(hours=self._settings.session_idle_hours),
            ends_by=ends_by,
        )
        return await to_thread.run_sync(open_)

    def forget(self, person_id: str) -> None:
        """Looks every token of a person up anew, because some of them may have ended."""
        self._known = {
            key: kept for key, kept in self._known.items() if kept[0].person.id != person_id
        }

    async def close_session(self, token: str) -> None:
        """Ends a session for good."""
        self._known.pop(_digest(token), None)
        with suppress(NotSignedIn):  # it has ended already
            await to_thread.run_sync(partial(people.revoke_token, self._core, token, channel="web"))

    async def demo_session(self, request: Request) -> str | None:
        """The session of the demo person, for a visitor on this very machine.

        None when there is no demo, the visitor is signed in already, or comes from
        elsewhere (which a proxy in front of Penny counts as).
        """
        demo = self._settings.demo_person
        if not demo or not is_local(request):
            return None
        current = request.cookies.get(self._settings.session_cookie)
        if current and await self._valid(current):
            return None
        if not await self._valid(self._demo_token):
            try:
                person = await to_thread.run_sync(people.get, self._core, demo)
            except NotFound:
                log.warning("The demo person does not exist; nobody is signed in.")
                return None
            self._demo_token = await self.open_session(request, person.id, "demo")
        return self._demo_token

    def set_cookie(self, response: Response, request: Request, token: str) -> None:
        """Hands a session to the browser."""
        response.set_cookie(
            self._settings.session_cookie,
            token,
            max_age=self._settings.session_days * 86_400,
            httponly=True,
            samesite="strict",
            secure=self._settings.secure_cookies or request.url.scheme == "https",
        )

    def drop_cookie(self, response: Response) -> None:
        """Takes the session back from the browser."""
        response.delete_cookie(self._settings.session_cookie, httponly=True, samesite="strict")

    async def _valid(self, token: str) -> bool:
        try:
            await self._checked(token)
        except Problem:
            return False
        return True

    async def _checked(self, token: str) -> Visitor:
        digest, now = _digest(token), time.monotonic()
        device, until = self._known.get(digest, (None, 0.0))
        if device is None or until < now:
            self._known.pop(digest, None)
            try:
                device = await to_thread.run_sync(devices.by_token, self._core, token)
            except NotSignedIn as error:
                raise Problem(401, str(error), {"WWW-Authenticate": "Bearer"}) from None
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            self._known[digest] = device, now + _REMEMBERED_SECONDS
        return Visitor(device.person, token, device)


def require_same_origin(request: Request) -> None:
    """Lets only this origin's own pages use a session.

    Raises:
        Problem: 403 for another origin, 415 for a body that a plain form could send.
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    reads = request.method in ("GET", "HEAD")
    if site is not None:
        allowed = site == "same-origin" or (reads and site == "none")
    elif origin is not None:
        allowed = urlsplit(origin).netloc == request.headers.get("host")
    else:
        allowed = reads
    if not allowed:
        raise Problem(403, "This may only be asked from Penny's own page.")
    if request.method in ("POST", "PUT"):
        require_json(request)


def require_json(request: Request) -> None:
    """Takes only bodies that a plain form of another page cannot send.

    Raises:
        Problem: 415 for any other kind.
    """
    if not _is_json(request):
        raise Problem(415, "Please send JSON (content-type: application/json).")


def is_local(request: Request) -> bool:
    """Whether the request was made on this machine, to this machine's own name, directly."""
    host = request.headers.get("host", "")
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    try:
        address = request.client.host if request.client else ""
        loopback = ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
    forwarded = any(header in request.headers for header in _FORWARDED)
    return loopback and name.lower() in _OWN_NAMES and not forwarded


def _is_json(request: Request) -> bool:
    kind = request.headers.get("content-type", "").partition(";")[0]
    return kind.strip().lower() == "application/json"


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode(errors="replace")).digest()
