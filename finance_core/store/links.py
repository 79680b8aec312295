"""Rows of linked services: who may link, who has, and the secrets they hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Select, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from finance_core.errors import BadInput
from finance_core.model import Person
from finance_core.store.people import as_person, digest
from finance_core.store.tables import PersonRow
from finance_core.store.voice_tables import LinkClientRow, LinkRow, LinkSecretRow


@dataclass(frozen=True, slots=True)
class Client:
    """A service that people may link.

    Attributes:
        secret_hash: digest of its secret; None for a public client.
        redirects: the addresses it may send people back to.
    """

    id: str
    name: str
    secret_hash: str | None
    redirects: tuple[str, ...]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Link:
    """A person's consent to a service.

    Attributes:
        scope: what it may do, separated by blanks.
    """

    id: str
    person_id: str
    client_id: str
    service: str
    scope: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Secret:
    """A code or token that was shown, with its link.

    Attributes:
        used: whether it had been used before.
    """

    link: Link
    kind: str
    redirect_uri: str | None
    challenge: str | None
    expires_at: datetime
    used: bool


def add_client(session: Session, client: Client) -> None:
    """Adds a service.

    Raises:
        BadInput: there is one of that name.
    """
    session.add(
        LinkClientRow(
            id=client.id,
            name=client.name,
            secret_hash=client.secret_hash,
            redirects={"uris": list(client.redirects)},
            created_at=client.created_at,
        )
    )
    try:
        session.flush()
    except IntegrityError as err:
        raise BadInput(f"There is already a client called {client.name}.") from err


def client(session: Session, client_id: str) -> Client | None:
    """The service of that id."""
    row = session.get(LinkClientRow, client_id)
    return None if row is None else _client(row)


def clients(session: Session) -> list[Client]:
    """All services, by name."""
    return [_client(r) for r in session.scalars(select(LinkClientRow).order_by(LinkClientRow.name))]


def drop_client(session: Session, name: str) -> bool:
    """Deletes a service with all its links; False when there is none of that name."""
    gone = session.scalar(
        delete(LinkClientRow).where(LinkClientRow.name == name).returning(LinkClientRow.id)
    )
    return gone is not None


def add(session: Session, person_id: str, client_id: str, scope: str, now: datetime) -> str:
    """Keeps a consent; the id of the link."""
    row = LinkRow(person_id=person_id, client_id=client_id, scope=scope, created_at=now)
    session.add(row)
    session.flush()
    return row.id


def confirm(session: Session, link_id: str, now: datetime) -> None:
    """Notes that the service has fetched its tokens."""
    session.execute(
        update(LinkRow)
        .where(LinkRow.id == link_id, LinkRow.confirmed_at.is_(None))
        .values(confirmed_at=now)
    )


def of_person(session: Session, person_id: str) -> list[Link]:
    """A person's links that the service has taken up, oldest first."""
    rows = session.execute(
        select(LinkRow, LinkClientRow.name)
        .join(LinkClientRow, LinkClientRow.id == LinkRow.client_id)
        .where(LinkRow.person_id == person_id, LinkRow.confirmed_at.is_not(None))
        .order_by(LinkRow.created_at, LinkRow.id)
    )
    return [_link(row, name) for row, name in rows]


def drop(session: Session, link_id: str, person_id: str | None = None) -> Link | None:
    """Ends a link and all its secrets; of ``person_id`` alone where that is given."""
    query = (
        select(LinkRow, LinkClientRow.name)
        .join(LinkClientRow, LinkClientRow.id == LinkRow.client_id)
        .where(LinkRow.id == link_id)
    )
    found = session.execute(query).first()
    if found is None or person_id not in (None, found[0].person_id):
        return None
    ended = _link(found[0], found[1])
    session.execute(delete(LinkRow).where(LinkRow.id == link_id))
    return ended


def add_secret(
    session: Session,
    link_id: str,
    kind: str,
    secret: str,
    *,
    now: datetime,
    expires_at: datetime,
    redirect_uri: str | None = None,
    challenge: str | None = None,
) -> None:
    """Keeps the digest of a new code or token."""
    session.add(
        LinkSecretRow(
            hash=digest(secret),
            link_id=link_id,
            kind=kind,
            redirect_uri=redirect_uri,
            challenge=challenge,
            created_at=now,
            expires_at=expires_at,
        )
    )


def secret(session: Session, value: str, kinds: Sequence[str]) -> Secret | None:
    """What a code or token stands for, used and expired ones too."""
    found = session.execute(_found(value, kinds)).first()
    return None if found is None else _secret(found[0], found[1], found[2])


def use(session: Session, value: str, kind: str, client_id: str, now: datetime) -> Secret | None:
    """Uses a code or token up; it says whether it had been (``used``), and then is not again.

    None when it is unknown or another service's.
    """
    # Whoever finds it used ends the link, so the link is locked before its secrets.
    query = _found(value, (kind,)).with_for_update(of=LinkRow)
    found = session.execute(query).first()
    if found is None or found[1].client_id != client_id:
        return None
    first = session.scalar(
        update(LinkSecretRow)
        .where(LinkSecretRow.hash == digest(value), LinkSecretRow.used_at.is_(None))
        .values(used_at=now)
        .returning(LinkSecretRow.hash)
    )
    return replace(_secret(found[0], found[1], found[2]), used=first is None)


def person(session: Session, token: str, now: datetime) -> tuple[Person, Link] | None:
    """Who an access token speaks for, and by which link, while it lasts."""
    query = (
        select(PersonRow, LinkRow, LinkClientRow.name)
        .join(LinkRow, LinkRow.person_id == PersonRow.id)
        .join(LinkClientRow, LinkClientRow.id == LinkRow.client_id)
        .join(LinkSecretRow, LinkSecretRow.link_id == LinkRow.id)
        .where(
            LinkSecretRow.hash == digest(token),
            LinkSecretRow.kind == "access",
            LinkSecretRow.expires_at > now,
        )
    )
    found = session.execute(query).first()
    return None if found is None else (as_person(found[0]), _link(found[1], found[2]))


def prune(session: Session, before: datetime) -> None:
    """Deletes secrets that expired before then, and links that are left without any."""
    session.execute(delete(LinkSecretRow).where(LinkSecretRow.expires_at < before))
    held = select(LinkSecretRow.link_id)
    session.execute(delete(LinkRow).where(LinkRow.created_at < before, LinkRow.id.not_in(held)))


def _found(value: str, kinds: Sequence[str]) -> Select[LinkSecretRow, LinkRow, str]:
    return (
        select(LinkSecretRow, LinkRow, LinkClientRow.name)
        .join(LinkRow, LinkRow.id == LinkSecretRow.link_id)
        .join(LinkClientRow, LinkClientRow.id == LinkRow.client_id)
        .where(LinkSecretRow.hash == digest(value), LinkSecretRow.kind.in_(kinds))
    )


def _secret(row: LinkSecretRow, link: LinkRow, name: str) -> Secret:
    used = row.used_at is not None
    return Secret(
        _link(link, name), row.kind, row.redirect_uri, row.challenge, row.expires_at, used
    )


def _client(row: LinkClientRow) -> Client:
    return Client(row.id, row.name, row.secret_hash, tuple(row.redirects["uris"]), row.created_at)


def _link(row: LinkRow, service: str) -> Link:
    return Link(row.id, row.person_id, row.client_id, service, row.scope, row.created_at)
