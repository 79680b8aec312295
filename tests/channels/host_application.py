"""A host application: its keys, where it publishes them, and the tokens it signs."""

from __future__ import annotations

import time
import uuid
from typing import Any

import httpx
from joserfc import jwk, jwt

ISSUER = "https://bank.example"
AUDIENCE = "penny"


class HostApplication:
    """Publishes a key set and signs tokens; every part can be bent."""

    def __init__(self) -> None:
        self.rsa = jwk.RSAKey.generate_key(2048, {"kid": "rsa"})
        self.ec = jwk.ECKey.generate_key("P-256", {"kid": "ec"})
        self.published: list[Any] = [self.rsa, self.ec]
        self.fetched = 0
        self.broken: str | None = None

    def answer(self, request: httpx.Request) -> httpx.Response:
        """What ``GET`` of the key set answers."""
        self.fetched += 1
        if self.broken == "down":
            raise httpx.ConnectError("refused")
        if self.broken == "huge":
            return httpx.Response(200, content=b" " * 300_000)
        if self.broken == "redirect":
            return httpx.Response(302, headers={"Location": "https://evil.example/jwks"})
        if self.broken == "html":
            return httpx.Response(200, content=b"<html>")
        keys = [key if isinstance(key, dict) else key.as_dict(private=False)
                for key in self.published]  # fmt: skip
        return httpx.Response(200, json={"keys": keys})

    def client(self) -> httpx.AsyncClient:
        """A client that reaches nobody but this application."""
        return httpx.AsyncClient(transport=httpx.MockTransport(self.answer))

    def token(self, key: Any = None, header: dict[str, Any] | None = None, **claims: Any) -> str:
        """A token; a claim of None is left out."""
        now = int(time.time())
        said = {
            "iss": ISSUER, "aud": AUDIENCE, "sub": "customer-7", "iat": now, "exp": now + 120,
            "jti": uuid.uuid4().hex, **claims,
        }  # fmt: skip
        key = key or self.rsa
        alg = "ES256" if isinstance(key, jwk.ECKey) else "RS256"
        return jwt.encode(
            {"alg": alg, "kid": key.kid, **(header or {})},
            {name: value for name, value in said.items() if value is not None},
            key,
            algorithms=["RS256", "ES256", "RS512", "HS256", "none"],
        )
