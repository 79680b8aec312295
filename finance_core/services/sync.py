"""Connecting banks and fetching what is new.

A fetch runs outside any database transaction; what it brought is applied, together
with the new cursor, in one. Before that the connection's version is compared: of two
syncs that started from the same state only one is applied, the other fetches again.
"""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from finance_core.enrich.pipeline import enrich
from finance_core.errors import BankUnavailable, PennyError
from finance_core.model import Account, SyncBatch
from finance_core.services import people
from finance_core.services.core import Core
from finance_core.store import audit, connections, ledger, queries
from finance_core.store.connections import StoredConnection

_MOST_AT_ONCE = 4
_MOST_RACES = 5
_UNEXPECTED = "Something went wrong while I read this bank. I kept the last known figures."

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ConnectionInfo:
    """A bank connection as its owner may see it.

    Attributes:
        accounts: what came by it.
        error: why nothing could be fetched yet, in words for the person; None when all is well.
    """

    id: str
    protocol: str
    institution: str | None
    accounts: tuple[Account, ...]
    error: str | None = None


@dataclass(frozen=True, slots=True)
class ConnectionReport:
    """What one sync of one connection brought.

    Attributes:
        error: why it failed, in words for the person; the last known figures were kept.
        synced_at: when it last succeeded; None when it never has.
    """

    protocol: str
    institution: str | None
    new: int
    changed: int
    removed: int
    error: str | None
    synced_at: datetime | None


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync of all of a person's connections brought."""

    connections: tuple[ConnectionReport, ...]


def connect(
    core: Core,
    person_id: str,
    protocol: str,
    secret: str,
    today: date,
    url: str | None = None,
    *,
    channel: str = "system",
) -> ConnectionInfo:
    """Connects a bank and fetches its accounts and movements.

    Connecting a bank again that the person has connected before renews the old
    connection. When the first fetch fails the connection is kept, since its one-time
    secret is used up, and the error is in the result; the next refresh tries again.

    Args:
        core: the shared parts.
        person_id: whose bank.
        protocol: ``simplefin`` or ``plaid``.
        secret: setup token or public token.
        today: the present day.
        url: address of the bank's API, where it is not the protocol's usual one.
        channel: through which channel it was asked for.

    Raises:
        BadInput: unknown protocol, or a secret or address of the wrong form.
        BankError: the bank did not accept the secret.
        NotFound: there is no such person.
    """
    people.get(core, person_id)
    credentials = core.connector(protocol, url).claim(secret)
    now = core.clock()
    with core.writes.begin() as session:
        connection_id = connections.add(
            session,
            person_id,
            protocol,
            base_url=url,
            credentials=core.vault.seal(credentials),
            now=now,
        )
        entry = audit.AuditEntry(person_id, now, channel, "bank.connected", connection_id, protocol)
        audit.record(session, entry)
    connection_id, report = _sync(core, person_id, connection_id, today)
    if report.error is None:
        _note_page(core, protocol, url, connection_id, credentials)
    with core.sessions() as session:
        accounts = queries.accounts(session, person_id)
    return ConnectionInfo(
        id=connection_id,
        protocol=protocol,
        institution=report.institution,
        accounts=tuple(a for a in accounts if a.connection_id == connection_id),
        error=report.error,
    )


def _note_page(
    core: Core, protocol: str, url: str | None, connection_id: str, credentials: str
) -> None:
    """Keeps where the bank itself is found, for the day only the bank can help."""
    try:
        page = core.connector(protocol, url).page(credentials)
    except PennyError as err:
        logger.info("the bank of connection %s names no page", connection_id, exc_info=err)
        return
    if page:
        with core.writes.begin() as session:
            connections.note_page(session, connection_id, page)


def refresh(core: Core, person_id: str, today: date) -> SyncReport:
    """Fetches what is new from all of a person's banks; one failing stops no other."""
    with core.sessions() as session:
        ids = [connection.id for connection in connections.of_person(session, person_id)]
    if len(ids) <= 1:
        return SyncReport(tuple(refresh_one(core, person_id, one, today) for one in ids))
    with ThreadPoolExecutor(min(_MOST_AT_ONCE, len(ids))) as pool:
        reports = pool.map(lambda one: refresh_one(core, person_id, one, today), ids)
        return SyncReport(tuple(reports))


def refresh_one(core: Core, person_id: str, connection_id: str, today: date) -> ConnectionReport:
    """Fetches what is new from one bank; a failure is in the report, not raised.

    Raises:
        NotFound: there is no such connection, or it is somebody else's.
    """
    return _sync(core, person_id, connection_id, today)[1]


def _sync(
    core: Core, person_id: str, connection_id: str, today: date
) -> tuple[str, ConnectionReport]:
    """Syncs a connection; the id it goes on under, which differs when it renewed another."""
    with core.lock(f"sync {connection_id}"):
        with core.sessions() as session:
            connection = connections.get(session, person_id, connection_id)
        try:
            return _fetch_and_apply(core, connection, today)
        except PennyError as err:
            logger.warning("sync of connection %s failed", connection_id, exc_info=err)
            message = str(err)
        except Exception:
            logger.exception("sync of connection %s failed unexpectedly", connection_id)
            message = _UNEXPECTED
        with core.writes.begin() as session:
            connections.note_failure(session, connection_id, message)
        return connection_id, _report(connection, ledger.Changes(), message)


def _fetch_and_apply(
    core: Core, connection: StoredConnection, today: date
) -> tuple[str, ConnectionReport]:
    for _ in range(_MOST_RACES):
        connector = core.connector(connection.protocol, connection.base_url)
        credentials = core.vault.open(connection.credentials)
        batch = connector.fetch(credentials, connection.cursor, today)
        with core.sessions() as session:
            corrections = queries.corrections(session, connection.person_id)
        model = core.category_model() if batch.upserts else None  # slow to load
        names = enrich(batch.upserts, corrections, model)
        now = core.clock()
        with core.writes.begin() as session:
            ledger.lock_person(session, connection.person_id)
            target, batch = _renewed(session, connection, batch)
            institution = next((a.institution for a in batch.accounts if a.institution), None)
            if connections.advance(
                session, target, cursor=batch.cursor, institution=institution, now=now
            ):
                changes = ledger.apply(session, target.person_id, target.id, batch, names)
                synced = replace(
                    target, institution=institution or target.institution, last_synced_at=now
                )
                return target.id, _report(synced, changes, None)
            session.rollback()
        with core.sessions() as session:
            connection = connections.get(session, connection.person_id, connection.id)
    raise BankUnavailable("I am already reading this bank. Please look again in a moment.")


def _renewed(
    session: Session, connection: StoredConnection, batch: SyncBatch
) -> tuple[StoredConnection, SyncBatch]:
    """The connection a first batch belongs to: an older one where this renews it."""
    old = None if connection.last_synced_at else connections.twin(session, connection, batch)
    if old is None:
        return connection, batch
    connections.renew(session, old, connection)
    if batch.snapshot_from is None and batch.upserts:
        # A first fetch brings all that the bank knows; what it withdrew meanwhile is not listed.
        first = min(record.posted_on for record in batch.upserts)
        batch = replace(batch, snapshot_from=first)
    return old, batch


def _report(
    connection: StoredConnection, changes: ledger.Changes, error: str | None
) -> ConnectionReport:
    return ConnectionReport(
        protocol=connection.protocol,
        institution=connection.institution,
        new=changes.new,
        changed=changes.changed,
        removed=changes.removed,
        error=error,
        synced_at=connection.last_synced_at,
    )
