"""Alexa as she would ask: a certificate authority of our own, and signed requests."""

from __future__ import annotations

import base64
import json
import uuid
from datetime import UTC, datetime, timedelta

import httpx
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

SKILL = "amzn1.ask.skill.penny"
CHAIN_URL = "https://s3.amazonaws.com/echo.api/echo-api-cert-12.pem"
NAME = "echo-api.amazon.com"
YEAR = timedelta(days=365)


def named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


class Authority:
    """A root and what it certifies."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        now = datetime.now(UTC)
        usage = x509.KeyUsage(
            digital_signature=True, content_commitment=False, key_encipherment=False,
            data_encipherment=False, key_agreement=False, key_cert_sign=True, crl_sign=True,
            encipher_only=False, decipher_only=False,
        )  # fmt: skip
        self.root = (
            x509.CertificateBuilder()
            .subject_name(named("Root of the tests"))
            .issuer_name(named("Root of the tests"))
            .public_key(self.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - YEAR)
            .not_valid_after(now + YEAR)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(self.key.public_key()), critical=False
            )
            .sign(self.key, hashes.SHA256())
        )

    def certify(
        self,
        key: rsa.RSAPublicKey,
        name: str = NAME,
        since: timedelta = -timedelta(days=30),
        until: timedelta = timedelta(days=60),
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(named(name))
            .issuer_name(self.root.subject)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + since)
            .not_valid_after(now + until)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()),
                critical=False,
            )
            .sign(self.key, hashes.SHA256())
        )


def pem(*certificates: x509.Certificate) -> bytes:
    return b"".join(c.public_bytes(serialization.Encoding.PEM) for c in certificates)


class PlayedAlexa:
    """Signs requests, serves its certificates, and hears what it is told meanwhile."""

    def __init__(self, authority: Authority) -> None:
        self.authority = authority
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.chain = pem(authority.certify(self.key.public_key()))
        self.fetched: list[str] = []
        self.told: list[httpx.Request] = []
        self.status = 200
        self.http = httpx.AsyncClient(transport=httpx.MockTransport(self._serve))

    def _serve(self, request: httpx.Request) -> httpx.Response:
        if request.url.host.endswith("amazonalexa.com"):
            self.told.append(request)
            return httpx.Response(204)
        self.fetched.append(str(request.url))
        return httpx.Response(self.status, content=self.chain)

    def headers(self, body: bytes, url: str = CHAIN_URL) -> dict[str, str]:
        signature = self.key.sign(body, padding.PKCS1v15(), hashes.SHA256())
        return {
            "Content-Type": "application/json",
            "SignatureCertChainUrl": url,
            "Signature-256": base64.b64encode(signature).decode(),
        }

    async def ask(self, client: httpx.AsyncClient, body: dict | bytes, **headers) -> httpx.Response:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return await client.post("/alexa", content=raw, headers=self.headers(raw) | headers)


def request(kind: str = "LaunchRequest", token: str | None = None, **changes) -> dict:
    """A request's body; ``changes`` are keys of its ``request``."""
    user = {"userId": "amzn1.ask.account.X"} | ({"accessToken": token} if token else {})
    application = {"applicationId": SKILL}
    return {
        "version": "1.0",
        "session": {"new": True, "application": application, "user": user},
        "context": {
            "System": {
                "application": application,
                "user": user,
                "apiEndpoint": "https://api.eu.amazonalexa.com",
                "apiAccessToken": "for-alexa",
            }
        },
        "request": {
            "type": kind,
            "requestId": f"amzn1.echo-api.request.{uuid.uuid4()}",
            "timestamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "locale": "en-GB",
            **changes,
        },
    }


def intent(name: str, token: str | None = None, /, **slots: str) -> dict:
    filled = {slot: {"name": slot, "value": value} for slot, value in slots.items()}
    return request("IntentRequest", token, intent={"name": name, "slots": filled})
