"""A page of somebody else, on another origin, that does its best to break what it embeds."""

from __future__ import annotations

import json
import time
import uuid
from pathlib import Path

from joserfc import jwk, jwt
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from tests.channels.host_application import AUDIENCE, ISSUER

HOSTILE = """
html { font-size: 62.5%; }
* { color: red !important; font: 40px cursive !important; letter-spacing: 1em !important;
    text-transform: uppercase !important; visibility: hidden; box-sizing: content-box !important; }
button, textarea, input, svg, div, p, section, table { all: unset !important;
    display: none !important; }
penny-chat { display: none !important; opacity: 0 !important; filter: blur(9px) !important;
    transform: scale(0.1) !important; line-height: 7 !important; }
"""
BODY = "<main><h1>Acorn Bank</h1><p>Your accounts at a glance.</p></main>"
KIND = "body { font-family: serif; background: #fff; color: #111; }"


class HostPage:
    """Serves a page with Penny's one script tag, under a strict policy, and signs tokens.

    Attributes:
        penny: origin of the Penny that is embedded.
        subject: who the host says is there; None when it does not say.
        tokens: how many it has signed.
        css: the page's style sheet.
        html: attributes of the ``html`` element.
        body: what stands on the page.
    """

    def __init__(self) -> None:
        self.key = jwk.ECKey.generate_key("P-256", {"kid": "page"})
        self.app = Starlette(
            routes=[
                Route("/", self._page),
                Route("/host.css", self._css),
                Route("/token", self._token),
            ]
        )
        self.reset()

    def reset(self) -> None:
        """As it is before each test."""
        self.penny, self.subject, self.tokens = "", "customer-7", 0
        self.css, self.html, self.body = HOSTILE, 'lang="en"', BODY

    def publish(self, path: Path) -> Path:
        """Writes the public key where Penny reads it."""
        path.write_text(json.dumps({"keys": [self.key.as_dict(private=False)]}))
        return path

    async def _page(self, request: Request) -> Response:
        attributes = " ".join(f'data-{name}="{v}"' for name, v in request.query_params.items())
        policy = (
            f"default-src 'none'; script-src {self.penny}; style-src 'self'; "
            f"connect-src 'self' {self.penny}; require-trusted-types-for 'script'; "
            "trusted-types 'none'"
        )
        return HTMLResponse(
            f'<!doctype html><html {self.html}><head><title>Acorn</title><meta name="viewport" '
            'content="width=device-width"><link rel="stylesheet" href="/host.css">'
            f'<script src="{self.penny}/widget.js" {attributes} defer></script></head>'
            f"<body>{self.body}</body></html>",
            headers={"Content-Security-Policy": policy},
        )

    async def _css(self, request: Request) -> Response:
        return PlainTextResponse(self.css, media_type="text/css")

    async def _token(self, request: Request) -> Response:
        self.tokens += 1
        if self.subject is None:
            return PlainTextResponse("", 401)
        now = int(time.time())
        said = {"iss": ISSUER, "aud": AUDIENCE, "sub": self.subject, "jti": uuid.uuid4().hex}
        said |= {"iat": now, "exp": now + 120}
        header = {"alg": "ES256", "kid": "page"}
        return PlainTextResponse(jwt.encode(header, said, self.key, algorithms=["ES256"]))
