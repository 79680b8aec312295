"""Sending a hand-over: by a signed webhook, or by mail.

A webhook request carries ``X-Penny-Timestamp`` (unix seconds) and ``X-Penny-Signature``
(``sha256=`` and the HMAC-SHA256, in hexadecimal, of the timestamp, a dot and the body, with
``PENNY_HANDOFF_SECRET``), and an ``Idempotency-Key`` that stays the same at every attempt. So
does a mail's ``Message-ID``.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import smtplib
import ssl
import time
from dataclasses import asdict, dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

import httpx

from finance_core.errors import BadInput, PennyError
from finance_core.settings import CoreSettings

_SECONDS = 20.0
_PORTS = {"smtp": 25, "smtps": 465}
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class NotTaken(PennyError):
    """The receiver did not take it; worth trying again."""


@dataclass(frozen=True, slots=True)
class Message:
    """What is handed over. ``key`` is the same at every attempt."""

    reference: str
    key: str
    at: datetime
    person: str
    topics: tuple[str, ...]
    answers: tuple[str, ...]


def is_configured(settings: CoreSettings) -> bool:
    """Whether a webhook with its key, or an address with a mail server, is set."""
    return bool(_has_webhook(settings) or (settings.handoff_email and settings.smtp_url))


def send(settings: CoreSettings, message: Message) -> None:
    """Hands a message over, to the webhook when one is set, else by mail.

    Raises:
        NotTaken: it did not arrive, or nobody can tell; send it again with the same key.
        BadInput: the settings cannot be used.
    """
    if _has_webhook(settings):
        _post(settings, message)
    else:
        _mail(settings, message)


def signature(secret: str, stamp: str, body: bytes) -> str:
    """What ``X-Penny-Signature`` has to be."""
    mac = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256)
    return f"sha256={mac.hexdigest()}"


def _has_webhook(settings: CoreSettings) -> bool:
    return bool(settings.handoff_webhook and settings.handoff_secret)


def _post(settings: CoreSettings, message: Message) -> None:
    assert settings.handoff_secret and settings.handoff_webhook  # noqa: S101 (asked before)
    body = json.dumps({**asdict(message), "at": message.at.isoformat()}).encode()
    stamp = str(int(time.time()))
    headers = {
        "Content-Type": "application/json",
        "Idempotency-Key": message.key,
        "X-Penny-Timestamp": stamp,
        "X-Penny-Signature": signature(settings.handoff_secret.get_secret_value(), stamp, body),
    }
    try:
        answer = httpx.post(
            settings.handoff_webhook, content=body, headers=headers, timeout=_SECONDS
        )
    except (httpx.HTTPError, httpx.InvalidURL) as err:
        # The address may carry a key, so it stays out of the sentence.
        raise NotTaken("The hand-over webhook does not answer.") from err
    if not answer.is_success:
        raise NotTaken(f"The hand-over webhook answered with status {answer.status_code}.")


def _mail(settings: CoreSettings, message: Message) -> None:
    assert settings.smtp_url and settings.handoff_email  # noqa: S101 (asked before)
    url = urlsplit(settings.smtp_url.get_secret_value())
    if url.scheme not in _PORTS or not url.hostname:
        raise BadInput("PENNY_SMTP_URL has to look like smtp://user:password@host:587.")
    mail = _letter(settings, message)
    try:
        with _connected(url.scheme, url.hostname, url.port or _PORTS[url.scheme]) as server:
            if url.username:
                server.login(unquote(url.username), unquote(url.password or ""))
            server.send_message(mail)
    except (OSError, smtplib.SMTPException) as err:
        raise NotTaken("The mail server did not take the hand-over.") from err


def _connected(scheme: str, host: str, port: int) -> smtplib.SMTP:
    """A connection that is encrypted, unless the server is on this very machine."""
    context = ssl.create_default_context()
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port, timeout=_SECONDS, context=context)
    server = smtplib.SMTP(host, port, timeout=_SECONDS)
    try:
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=context)
            server.ehlo()
        elif host not in _LOOPBACK:
            raise NotTaken("The mail server offers no encryption.")
    except BaseException:
        server.close()
        raise
    return server


def _letter(settings: CoreSettings, message: Message) -> EmailMessage:
    mail = EmailMessage()
    mail["Subject"] = f"Penny: {message.person} asks for a person ({message.reference})"
    mail["From"] = settings.handoff_from or settings.handoff_email
    mail["To"] = settings.handoff_email
    mail["Date"] = format_datetime(message.at)
    mail["Message-ID"] = f"<{message.key}@penny.invalid>"
    topics = "\n".join(f"- {topic}" for topic in message.topics) or "- nothing before it"
    answers = "\n\n".join(message.answers) or "(none)"
    mail.set_content(
        f"{message.person} asked Penny for a person on {message.at:%-d %B %Y at %H:%M} (UTC).\n"
        f"Reference: {message.reference}\n\n"
        f"What the conversation was about:\n{topics}\n\n"
        f"Penny's last answers:\n{answers}\n"
    )
    return mail
