"""Penny within other applications' pages: what pages of the named origins may ask.

They get the widget's files and the addresses below, with a bearer token and never with
a cookie. No other page gets anything.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from starlette.datastructures import MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ASKED = re.compile(r"/api/(messages|history|events|me|session|charts/.+)")
_LOADED = re.compile(r"/widget\.js|/web/[^/]+\.(js|css)")


class Embedding:
    """Answers preflights, and lets the named origins read what the widget needs.

    Args:
        app: the application.
        origins: pages that may embed Penny.
    """

    def __init__(self, app: ASGIApp, origins: Collection[str]) -> None:
        self._app = app
        self._cors = CORSMiddleware(
            self._marked,
            allow_origins=tuple(origins),
            allow_methods=("GET", "POST", "DELETE"),
            allow_headers=("Authorization", "Content-Type"),
            expose_headers=("Retry-After",),
            allow_credentials=False,
            max_age=600,
        )
        self._origins = frozenset(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        path = scope.get("path", "")
        if not self._origins or not (_ASKED.fullmatch(path) or _LOADED.fullmatch(path)):
            await self._app(scope, receive, send)
        else:
            await self._cors(scope, receive, send)

    async def _marked(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets a plain script element of another origin load the widget's files."""
        if not _LOADED.fullmatch(scope["path"]):
            await self._app(scope, receive, send)
            return

        async def send_marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Cross-Origin-Resource-Policy"] = "cross-origin"
                headers.add_vary_header("Origin")
            await send(message)

        await self._app(scope, receive, send_marked)
