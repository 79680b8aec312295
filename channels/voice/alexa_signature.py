"""Whether a request really comes from Alexa, by the rules Amazon publishes.

"Manually verify that a request was sent by Alexa", Alexa Skills Kit: the address of the
certificates, their chain to a root that is trusted, the name they were made for, the
signature over the body (SHA-256), and the age of the request.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import logging
import posixpath
from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import certifi
import httpx
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from finance_core.errors import BadInput

log = logging.getLogger(__name__)

OLDEST = timedelta(seconds=150)
_HOST, _PATH, _NAME = "s3.amazonaws.com", "/echo.api/", "echo-api.amazon.com"
_LARGEST_CHAIN = 65_536  # bytes
_FETCH_SECONDS = 3.0
_MOST_CHAINS = 8
_KEEP = timedelta(hours=24)


class Forged(Exception):
    """The request is not one that Alexa sent just now; the text is for the log."""


class Signatures:
    """Checks signatures, with Amazon's certificates fetched when first named.

    Args:
        roots: the certificates that are trusted, see `trusted_roots`.
        http: fetches certificates; it follows no redirects.
        clock: the present instant.
    """

    def __init__(
        self,
        roots: Sequence[x509.Certificate],
        http: httpx.AsyncClient,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store = Store(list(roots))
        self._http = http
        self._clock = clock
        self._keys: OrderedDict[str, tuple[rsa.RSAPublicKey, datetime]] = OrderedDict()
        self._lock = asyncio.Lock()

    async def check(self, body: bytes, address: str | None, signature: str | None) -> None:
        """Checks the signature over a body.

        Args:
            body: exactly as it came.
            address: header ``SignatureCertChainUrl``.
            signature: header ``Signature-256``.

        Raises:
            Forged: it is not Alexa's.
        """
        if not address or not signature:
            raise Forged("a header is missing")
        place = chain_address(address)
        try:
            signed = base64.b64decode(signature, validate=True)
        except (binascii.Error, ValueError):
            raise Forged("the signature is no base64") from None
        key = await self._key(place)
        try:
            key.verify(signed, body, padding.PKCS1v15(), SHA256())
        except InvalidSignature:
            raise Forged("the signature does not fit the body") from None

    def check_age(self, timestamp: object) -> None:
        """Checks that a request was made just now.

        Raises:
            Forged: it was not, or says no time.
        """
        try:
            made = datetime.fromisoformat(timestamp if isinstance(timestamp, str) else "")
        except ValueError:
            raise Forged("it says no time") from None
        if made.tzinfo is None or abs(self._clock() - made) > OLDEST:
            raise Forged("it is not of now")

    async def _key(self, place: str) -> rsa.RSAPublicKey:
        async with self._lock:  # a burst fetches once
            key, until = self._keys.get(place, (None, self._clock()))
            if key is None or until <= self._clock():
                key, until = self._trusted(await self._fetch(place))
                self._keys[place] = key, until
                self._keys.move_to_end(place)
                if len(self._keys) > _MOST_CHAINS:
                    self._keys.popitem(last=False)
            return key

    async def _fetch(self, place: str) -> bytes:
        content = bytearray()
        try:
            async with asyncio.timeout(_FETCH_SECONDS), self._http.stream("GET", place) as answer:
                if answer.status_code != 200:
                    raise Forged(f"the certificates answer {answer.status_code}")
                async for part in answer.aiter_bytes():
                    content += part
                    if len(content) > _LARGEST_CHAIN:
                        raise Forged("the certificates are too large")
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            raise Forged(f"the certificates cannot be fetched ({type(error).__name__})") from None
        return bytes(content)

    def _trusted(self, chain: bytes) -> tuple[rsa.RSAPublicKey, datetime]:
        """The key of a chain that is good now, and until when it may be kept."""
        now = self._clock()
        try:
            leaf, *between = x509.load_pem_x509_certificates(chain)
            policy = PolicyBuilder().store(self._store).time(now.replace(tzinfo=None))
            policy.build_server_verifier(x509.DNSName(_NAME)).verify(leaf, between)
        except (ValueError, VerificationError) as error:
            raise Forged(f"the certificates are not good: {error}") from None
        key = leaf.public_key()
        if not isinstance(key, rsa.RSAPublicKey):
            raise Forged("the certificate's key is not RSA")
        return key, min(now + _KEEP, leaf.not_valid_after_utc)


def chain_address(address: str) -> str:
    """Where the certificates may be fetched from: in its plain form.

    Raises:
        Forged: the address is not one of Amazon's for this.
    """
    if not address.isascii() or not address.isprintable() or set(address) & set("%\\ ?#@"):
        raise Forged("the certificates' address is not plain")
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise Forged("the certificates' address is none") from None
    path = posixpath.normpath(parts.path)
    right = (
        parts.scheme == "https"
        and parts.hostname == _HOST
        and port in (None, 443)
        and path.startswith(_PATH)
        and not parts.path.startswith("//")
    )
    if not right:
        raise Forged("the certificates' address is not Amazon's")
    return f"https://{_HOST}{path}"


def trusted_roots(file: Path | None) -> list[x509.Certificate]:
    """The roots in a PEM file; those of Mozilla's list (certifi) without one.

    Raises:
        BadInput: the file cannot be read or holds no certificates.
    """
    path = Path(certifi.where()) if file is None else file
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError) as error:
        raise BadInput("PENNY_ALEXA_ROOTS is no readable file of certificates (PEM).") from error
