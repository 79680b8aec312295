"""Linked services: voice assistants that may speak for a person (OAuth 2, RFC 6749, RFC 9700).

The operator adds a service once; each person then consents to it on Penny's own page. The
service gets a code that is used once within a minute, for it a short access token and a
refresh token, and for each refresh token, once, the next pair. A code or refresh token that
is shown twice was stolen from somebody: the whole link ends. Only digests are kept.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from finance_core.errors import BadInput, NotFound, NotSignedIn
from finance_core.model import Person
from finance_core.services.core import Core
from finance_core.store import audit
from finance_core.store import links as rows
from finance_core.store.links import Client, Link, Secret
from finance_core.store.people import digest

ASK = "ask"
ACT = "act"
SCOPES = (ASK, ACT)
"""What a service may do: ask questions; say yes to what Penny offers, with the PIN."""

CODE_TTL = timedelta(minutes=1)
ACCESS_TTL = timedelta(hours=1)
REFRESH_TTL = timedelta(days=180)

CHANNEL = "oauth"

_KEPT_AFTER = timedelta(days=1)  # a used code is recognised until then
_LONGEST_NAME = 100
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

__all__ = [
    "ACCESS_TTL", "ACT", "ASK", "CHANNEL", "CODE_TTL", "REFRESH_TTL", "SCOPES", "Client", "Link",
    "Secret", "Tokens", "add_client", "by_token", "client", "clients", "consent", "find",
    "is_secret", "issue", "of_person", "redeem", "remove_client", "unlink",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a service is given, once."""

    access: str
    refresh: str


def add_client(
    core: Core, name: str, redirects: Sequence[str], *, public: bool = False
) -> tuple[Client, str | None]:
    """Adds a service; its secret is shown nowhere else, and None for a public one.

    Args:
        core: the shared parts.
        name: what people know it by.
        redirects: where it may send people back to, exactly.
        public: it cannot keep a secret, and proves itself by PKCE.

    Raises:
        BadInput: the name is taken or unusable, or an address is not https.
    """
    name = " ".join(name.split())
    if not 0 < len(name) <= _LONGEST_NAME or not name.isprintable():
        raise BadInput(f"A name needs 1 to {_LONGEST_NAME} readable characters.")
    if not redirects:
        raise BadInput("A client needs at least one address to send people back to.")
    for address in redirects:
        _check_redirect(address)
    secret = None if public else secrets.token_urlsafe(32)
    added = Client(
        f"penny-{secrets.token_hex(8)}",
        name,
        digest(secret) if secret else None,
        tuple(redirects),
        core.clock(),
    )
    with core.writes.begin() as session:
        rows.add_client(session, added)
    return added, secret


def client(core: Core, client_id: str) -> Client | None:
    """The service of that id, if there is one."""
    with core.sessions() as session:
        return rows.client(session, client_id)


def clients(core: Core) -> list[Client]:
    """All services, by name."""
    with core.sessions() as session:
        return rows.clients(session)


def remove_client(core: Core, name: str) -> None:
    """Removes a service; everybody's links with it end.

    Raises:
        NotFound: there is none of that name.
    """
    with core.writes.begin() as session:
        if not rows.drop_client(session, name):
            raise NotFound(f"I don't know a client called {name}.")


def is_secret(known: Client, secret: str) -> bool:
    """Whether that is the service's secret."""
    return known.secret_hash is not None and hmac.compare_digest(known.secret_hash, digest(secret))


def consent(
    core: Core,
    person_id: str,
    client_id: str,
    scope: str,
    *,
    redirect_uri: str,
    challenge: str | None,
) -> str:
    """Keeps a person's consent; the code that the service fetches its tokens with.

    Args:
        core: the shared parts.
        person_id: who consents.
        client_id: to which service.
        scope: what it may do.
        redirect_uri: where the code is sent to; it has to be named again with the code.
        challenge: PKCE's S256 challenge, if there is one.
    """
    code, now = secrets.token_urlsafe(32), core.clock()
    with core.writes.begin() as session:
        rows.prune(session, now - _KEPT_AFTER)
        link_id = rows.add(session, person_id, client_id, scope, now)
        rows.add_secret(
            session,
            link_id,
            "code",
            code,
            now=now,
            expires_at=now + CODE_TTL,
            redirect_uri=redirect_uri,
            challenge=challenge,
        )
        _audit(session, person_id, now, "link.consent", link_id, why=f"may {scope}")
    return code


def redeem(core: Core, kind: str, value: str, client_id: str) -> Secret | None:
    """Uses up a ``code`` or ``refresh`` token of a service; None when it is worth nothing.

    One that was used before ends its link, whoever holds tokens of it.
    """
    now = core.clock()
    with core.writes.begin() as session:
        found = rows.use(session, value, kind, client_id, now)
        if found and found.used:
            rows.drop(session, found.link.id)
            why = f"a {kind} was used twice"
            _audit(session, found.link.person_id, now, "link.ended", found.link.id, why=why)
    return found if found and not found.used and found.expires_at > now else None


def issue(core: Core, link: Link, access: str, refresh: str) -> None:
    """Keeps a new pair of tokens of a link; earlier access tokens run out by themselves."""
    now = core.clock()
    with core.writes.begin() as session:
        rows.add_secret(session, link.id, "access", access, now=now, expires_at=now + ACCESS_TTL)
        rows.add_secret(session, link.id, "refresh", refresh, now=now, expires_at=now + REFRESH_TTL)
        rows.confirm(session, link.id, now)
        _audit(session, link.person_id, now, "link.tokens", link.id, why=link.service)


def find(core: Core, value: str) -> Secret | None:
    """The access or refresh token of that value, to be revoked."""
    with core.sessions() as session:
        return rows.secret(session, value, ("access", "refresh"))


def by_token(core: Core, token: str) -> tuple[Person, Link]:
    """Who an access token speaks for.

    Raises:
        NotSignedIn: it is unknown, has run out, or its link has ended.
    """
    with core.sessions() as session:
        found = rows.person(session, token, core.clock())
    if found is None:
        raise NotSignedIn("This link is not valid any more. Please link your account again.")
    return found


def of_person(core: Core, person_id: str) -> list[Link]:
    """A person's links."""
    with core.sessions() as session:
        return rows.of_person(session, person_id)


def unlink(core: Core, link_id: str, *, channel: str, person_id: str | None = None) -> None:
    """Ends a link; of ``person_id`` alone where that is given.

    Raises:
        NotFound: there is no such link (of theirs).
    """
    now = core.clock()
    with core.writes.begin() as session:
        ended = rows.drop(session, link_id, person_id)
        if ended is None:
            raise NotFound("There is no such link.")
        entry = audit.AuditEntry(ended.person_id, now, channel, "link.ended", link_id)
        audit.record(session, entry)


def _check_redirect(address: str) -> None:
    try:
        parts = urlsplit(address)
        local = parts.scheme == "http" and parts.hostname in _LOOPBACK
    except ValueError:
        raise BadInput(f"{address} is not an address.") from None
    if not ((parts.scheme == "https" or local) and parts.hostname) or parts.fragment:
        raise BadInput(f"{address} is not an https address (without #).")
    if not address.isascii() or not address.isprintable() or set(address) & set(" \"'<>;,\\"):
        raise BadInput(f"{address} holds characters that an address should not.")


def _audit(
    session: Session, person_id: str, at: datetime, action: str, subject: str, *, why: str
) -> None:
    audit.record(session, audit.AuditEntry(person_id, at, CHANNEL, action, subject, why))
