"""Signed tokens (JWT, RFC 7519) by which a host application says who its visitor is.

Only RS256 and ES256 are accepted, with keys from the host's own key set (JWKS, RFC 7517):
what a token's header says about keys is not believed, and a shared secret is no key. A
token is good once, and only shortly after it was made.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import httpx
from anyio import to_thread
from joserfc import jwk, jws, jwt
from joserfc.errors import JoseError

from channels.problems import Problem
from channels.settings import ChannelSettings
from finance_core.errors import BadInput
from finance_core.model import Person
from finance_core.services import identities
from finance_core.services.core import Core

log = logging.getLogger(__name__)

ALGORITHMS = {"RS256": "RSA", "ES256": "EC"}
LONGEST = 8_192
"""Characters a token may have."""

_LEEWAY = 30  # seconds that clocks may differ
_KEYS_LAST = 3_600.0
_KEYS_AGAIN_AFTER = 30.0  # however many unknown keys are named
_KEYS_LIMIT = 262_144  # bytes
_SMALLEST_RSA = 2_048  # bits
_REFUSED = "That sign-in cannot be used."


class HostKeys:
    """The host's public keys, from its address or a file; fetched when one is missing.

    Args:
        source: address or path of the key set.
        client: asks for it.
    """

    def __init__(self, source: str | Path, client: httpx.AsyncClient) -> None:
        self._source = source
        self._client = client
        self._keys: list[jwk.Key] = []
        self._read_at = self._tried_at = float("-inf")
        self._reading = asyncio.Lock()

    async def find(self, kid: str | None) -> jwk.Key | None:
        """The key of that id; without an id the only key there is.

        Raises:
            Problem: 503 when no keys could be had so far.
        """
        if self._match(kid) is None or time.monotonic() - self._read_at > _KEYS_LAST:
            async with self._reading:
                if time.monotonic() - self._tried_at > _KEYS_AGAIN_AFTER:
                    await self._read()
        if not self._keys:
            raise Problem(503, "I can't check that sign-in right now.", {"Retry-After": "30"})
        return self._match(kid)

    def _match(self, kid: str | None) -> jwk.Key | None:
        if kid is None:
            return self._keys[0] if len(self._keys) == 1 else None
        return next((key for key in self._keys if key.kid == kid), None)

    async def _read(self) -> None:
        self._tried_at = time.monotonic()
        try:
            self._keys = _public_keys(await self._text())
            self._read_at = self._tried_at
        except (httpx.HTTPError, OSError, ValueError, TimeoutError) as error:
            log.warning("The host's keys cannot be read (%s).", type(error).__name__)

    async def _text(self) -> bytes:
        if isinstance(self._source, Path):
            return await to_thread.run_sync(self._source.read_bytes)
        text = bytearray()
        async with (
            asyncio.timeout(10),
            self._client.stream("GET", self._source, follow_redirects=False) as answer,
        ):
            answer.raise_for_status()
            async for chunk in answer.aiter_bytes():
                text += chunk
                if len(text) > _KEYS_LIMIT:
                    raise ValueError("too large")
        return bytes(text)


class Assertions:
    """Turns a host's tokens into people.

    Args:
        settings: name the host.
        core: the finance core.
        keys: the host's.
    """

    def __init__(self, settings: ChannelSettings, core: Core, keys: HostKeys) -> None:
        self._settings = settings
        self._core = core
        self._keys = keys
        self._issuer = settings.host_issuer or ""

    @classmethod
    def configured(
        cls, settings: ChannelSettings, core: Core, client: httpx.AsyncClient
    ) -> Assertions | None:
        """What the settings say; None when they name no host."""
        source = settings.host_jwks_url or settings.host_jwks_file
        return cls(settings, core, HostKeys(source, client)) if source else None

    async def person(self, token: str) -> Person:
        """The person a token stands for; the token is used up.

        Raises:
            Problem: 401 when the token is not to be believed or was used before, 403 when
                nobody here is meant by it, 503 when the host's keys cannot be had.
            NotSignedIn: it was used before.
        """
        claims = await self._believed(token)
        expires_at = min(claims["exp"], claims["iat"] + self._settings.host_token_seconds)
        until = datetime.fromtimestamp(expires_at + 2 * _LEEWAY, UTC)
        spend = partial(identities.spend, self._core, self._issuer, claims["jti"], until)
        await to_thread.run_sync(spend)
        return await to_thread.run_sync(self._known_or_made, claims)

    async def _believed(self, token: str) -> dict[str, Any]:
        if len(token) > LONGEST:
            raise Problem(401, _REFUSED)
        try:
            header = _header(token)
            key = await self._keys.find(header.get("kid"))
            if key is None or key.key_type != ALGORITHMS.get(header["alg"]):
                raise Problem(401, _REFUSED)
            decoded = jwt.decode(token, key, algorithms=list(ALGORITHMS))
            self._check(decoded.claims)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            log.info("A host's token was refused (%s).", type(error).__name__)
            raise Problem(401, _REFUSED) from None
        return decoded.claims

    def _check(self, claims: dict[str, Any]) -> None:
        now = self._core.clock().timestamp()
        needed: jwt.ClaimsOption = {"essential": True}
        jwt.JWTClaimsRegistry(
            now=int(now),
            leeway=_LEEWAY,
            iss={"essential": True, "value": self._issuer},
            aud={"essential": True, "value": self._settings.host_audience or ""},
            sub=needed,
            jti=needed,
            exp=needed,
            iat=needed,
        ).validate(claims)
        if now - claims["iat"] > self._settings.host_token_seconds + _LEEWAY:
            raise ValueError("too old")
        if not all(claims[name].isprintable() and len(claims[name]) <= 255 for name in _NAMES):
            raise ValueError("no name")

    def _known_or_made(self, claims: dict[str, Any]) -> Person:
        person = identities.by_subject(self._core, self._issuer, claims["sub"])
        if person is not None:
            return person
        if not self._settings.host_creates_people:
            raise Problem(403, "Nobody here is tied to that sign-in yet.")
        details = {
            "name": claims.get("name"),
            "timezone": claims.get("zoneinfo", "UTC"),
            "currency": claims.get("currency", "USD"),
        }
        if not all(isinstance(value, str) for value in details.values()):
            raise Problem(403, "That sign-in does not say who it is for.")
        try:
            return identities.create(self._core, self._issuer, claims["sub"], **details)
        except BadInput:  # made at the same moment by another request?
            person = identities.by_subject(self._core, self._issuer, claims["sub"])
            if person is None:
                raise
            return person


_NAMES = ("sub", "jti")


def _header(token: str) -> dict[str, Any]:
    """What a token says about itself, unchecked; only used to look for the key."""
    return dict(jws.extract_compact(token.encode()).headers())


def _public_keys(text: bytes) -> list[jwk.Key]:
    """The keys of a set that may sign; others are left out.

    Raises:
        ValueError: it is no key set.
    """
    found = json.loads(text)
    if not isinstance(found, dict) or not isinstance(found.get("keys"), list):
        raise ValueError("no key set")
    keys = []
    for entry in found["keys"]:
        try:
            key = jwk.import_key(entry)
        except (JoseError, ValueError, TypeError, KeyError):
            continue
        if _may_sign(key, entry):
            keys.append(key)
    return keys


def _may_sign(key: jwk.Key, entry: dict[str, Any]) -> bool:
    if entry.get("use", "sig") != "sig" or entry.get("alg", "RS256") not in ALGORITHMS:
        return False
    if isinstance(key, jwk.RSAKey):
        return key.public_key.key_size >= _SMALLEST_RSA
    return isinstance(key, jwk.ECKey) and key.curve_name == "P-256"
