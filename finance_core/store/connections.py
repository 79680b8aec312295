"""Rows of bank connections."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from finance_core.errors import NotFound
from finance_core.model import SyncBatch
from finance_core.store.tables import AccountRow, ConnectionRow, new_id


@dataclass(frozen=True, slots=True)
class StoredConnection:
    """A bank connection as stored.

    Attributes:
        credentials: encrypted; only the vault opens them.
        version: how many batches have been applied.
    """

    id: str
    person_id: str
    protocol: str
    institution: str | None
    base_url: str | None
    credentials: bytes
    cursor: str | None
    version: int
    last_synced_at: datetime | None
    last_error: str | None
    institution_url: str | None = None


def add(
    session: Session,
    person_id: str,
    protocol: str,
    *,
    base_url: str | None,
    credentials: bytes,
    now: datetime,
) -> str:
    """Adds a connection that has not been synced yet; its id."""
    row = ConnectionRow(
        id=new_id(),
        person_id=person_id,
        protocol=protocol,
        base_url=base_url,
        credentials=credentials,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row.id


def of_person(session: Session, person_id: str) -> list[StoredConnection]:
    """A person's connections, oldest first."""
    rows = session.scalars(
        select(ConnectionRow)
        .where(ConnectionRow.person_id == person_id)
        .order_by(ConnectionRow.created_at, ConnectionRow.id)
    )
    return [_connection(row) for row in rows]


def get(session: Session, person_id: str, connection_id: str) -> StoredConnection:
    """One connection.

    Raises:
        NotFound: there is none of this id, or it is somebody else's.
    """
    row = session.scalar(
        select(ConnectionRow).where(
            ConnectionRow.person_id == person_id, ConnectionRow.id == connection_id
        )
    )
    if row is None:
        raise NotFound("I don't know that bank connection.")
    return _connection(row)


def advance(
    session: Session,
    connection: StoredConnection,
    *,
    cursor: str | None,
    institution: str | None,
    now: datetime,
) -> bool:
    """Claims the right to apply a batch that was fetched from ``connection``'s state.

    False when another batch has been applied since; nothing may be written then.
    """
    claimed = session.scalar(
        update(ConnectionRow)
        .where(ConnectionRow.id == connection.id, ConnectionRow.version == connection.version)
        .values(
            version=connection.version + 1,
            cursor=cursor,
            institution=institution or connection.institution,
            last_synced_at=now,
            last_error=None,
        )
        .returning(ConnectionRow.id)
        .execution_options(synchronize_session=False)
    )
    return claimed is not None


def note_failure(session: Session, connection_id: str, message: str) -> None:
    """Keeps why the last sync failed, in words for the person."""
    session.execute(
        update(ConnectionRow).where(ConnectionRow.id == connection_id).values(last_error=message)
    )


def note_page(session: Session, connection_id: str, url: str) -> None:
    """Keeps the address of the bank's own web page."""
    session.execute(
        update(ConnectionRow).where(ConnectionRow.id == connection_id).values(institution_url=url)
    )


def twin(
    session: Session, connection: StoredConnection, batch: SyncBatch
) -> StoredConnection | None:
    """An older connection that ``connection`` is a renewal of.

    That is one of the same person, protocol and address whose accounts are those of the
    batch: one set contains the other, with equal names and currencies where they meet.
    """
    reported = {
        record.external_id: (record.name, record.current.currency) for record in batch.accounts
    }
    for other in of_person(session, connection.person_id):
        if other.id == connection.id or (other.protocol, other.base_url) != (
            connection.protocol,
            connection.base_url,
        ):
            continue
        stored = {
            external_id: (name, currency)
            for external_id, name, currency in session.execute(
                select(AccountRow.external_id, AccountRow.name, AccountRow.currency).where(
                    AccountRow.connection_id == other.id
                )
            )
        }
        shared = stored.items() & reported.items()
        if shared and len(shared) == min(len(stored), len(reported)):
            return other
    return None


def renew(session: Session, old: StoredConnection, new: StoredConnection) -> None:
    """Lets ``old`` go on with the credentials of ``new``, which is dropped."""
    session.execute(
        update(ConnectionRow).where(ConnectionRow.id == old.id).values(credentials=new.credentials)
    )
    session.execute(delete(ConnectionRow).where(ConnectionRow.id == new.id))


def _connection(row: ConnectionRow) -> StoredConnection:
    return StoredConnection(
        id=row.id,
        person_id=row.person_id,
        protocol=row.protocol,
        institution=row.institution,
        base_url=row.base_url,
        credentials=row.credentials,
        cursor=row.cursor,
        version=row.version,
        last_synced_at=row.last_synced_at,
        last_error=row.last_error,
        institution_url=row.institution_url,
    )


def behind(
    session: Session, person_id: str, account_id: str
) -> tuple[StoredConnection | None, str]:
    """The connection an account came by, if any, and the bank's id of the account.

    Raises:
        NotFound: there is no such account, or it is somebody else's.
    """
    found = session.execute(
        select(AccountRow.connection_id, AccountRow.external_id).where(
            AccountRow.person_id == person_id, AccountRow.id == account_id
        )
    ).one_or_none()
    if found is None:
        raise NotFound("I don't know that account.")
    connection_id, external_id = found
    if connection_id is None:
        return None, external_id
    return get(session, person_id, connection_id), external_id
