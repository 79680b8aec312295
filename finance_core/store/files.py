"""Writing what a file held into a person's ledger."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, time

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from finance_core.errors import BadInput
from finance_core.model import AccountRecord, SyncBatch
from finance_core.store import ledger
from finance_core.store.tables import AccountRow, TransactionRow, new_id

_NOON = time(12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import wrote, and into which accounts (ids, in the file's order)."""

    changes: ledger.Changes
    account_ids: tuple[str, ...]


def known_as(session: Session, person_id: str, name: str) -> str:
    """The name under which files brought this account before, whatever its case now."""
    row = _match(_accounts(session, person_id), name)
    return name if row is None or row.connection_id else row.external_id


def save(
    session: Session,
    person_id: str,
    batch: SyncBatch,
    names: ledger.Names,
    stated: Collection[str],
) -> Imported:
    """Adds what is new in a file; saving the same file again changes nothing.

    Args:
        session: an open session that writes.
        person_id: whose ledger.
        batch: accounts and movements of the file.
        names: merchant and category of each movement.
        stated: external ids of the accounts whose balance the file states.

    Raises:
        BadInput: an account of that name is kept by a bank, or has another currency.
    """
    ledger.lock_person(session, person_id)
    known = _accounts(session, person_id)
    rows: dict[str, AccountRow] = {}
    for record in batch.accounts:
        row = _match(known, record.external_id) or _match(known, record.name)
        if row is None:
            row = _new(person_id, record)
            session.add(row)
            known.append(row)
        _check(row, record)
        rows[record.external_id] = row
    session.flush()
    account_ids = {external_id: row.id for external_id, row in rows.items()}
    changes = ledger.save_movements(session, account_ids, batch.upserts, names)
    if changes != ledger.Changes():
        ledger.mark_changed(session, person_id)
    for record in batch.accounts:
        row = rows[record.external_id]
        if record.external_id in stated:
            _keep_balance(row, record)
        _settle(session, row, record)
    return Imported(changes, tuple(dict.fromkeys(account_ids.values())))


def _accounts(session: Session, person_id: str) -> list[AccountRow]:
    return list(session.scalars(select(AccountRow).where(AccountRow.person_id == person_id)))


def _match(rows: list[AccountRow], name: str) -> AccountRow | None:
    """The account of that name; one from files rather than one from a bank."""
    key = name.casefold()
    named = [row for row in rows if key in (row.name.casefold(), _file_key(row))]
    return min(named, key=lambda row: row.connection_id is not None, default=None)


def _file_key(row: AccountRow) -> str | None:
    return None if row.connection_id else row.external_id.casefold()


def _new(person_id: str, record: AccountRecord) -> AccountRow:
    return AccountRow(
        id=new_id(),
        person_id=person_id,
        external_id=record.external_id,
        name=record.name,
        kind=record.kind.value,
        currency=record.current.currency,
        current_minor=0,
        as_of=record.as_of,
        institution=record.institution,
    )


def _check(row: AccountRow, record: AccountRecord) -> None:
    if row.connection_id is not None:
        raise BadInput(
            f"{row.name} is kept up to date by your bank, so I import no file into it. "
            "Give the file's account another name."
        )
    if row.currency != record.current.currency:
        raise BadInput(
            f"{row.name} is kept in {row.currency}, but the file is in {record.current.currency}."
        )


def _keep_balance(row: AccountRow, record: AccountRecord) -> None:
    """Notes a stated balance unless a later one is known."""
    day = record.as_of.date()
    if row.stated_on is None or day >= row.stated_on:
        row.stated_on = day
        row.stated_minor = record.current.minor
        row.available_minor = None if record.available is None else record.available.minor


def _settle(session: Session, row: AccountRow, record: AccountRecord) -> None:
    """Sets the balance: the latest one stated, and all that was booked after it."""
    booked = select(
        func.sum(TransactionRow.amount_minor), func.max(TransactionRow.posted_on)
    ).where(TransactionRow.account_id == row.id, TransactionRow.pending.is_(False))
    if row.stated_on is not None:
        booked = booked.where(TransactionRow.posted_on > row.stated_on)
    moved, newest = session.execute(booked).one()
    row.current_minor = (row.stated_minor or 0) + int(moved or 0)
    days = [day for day in (newest, row.stated_on, record.as_of.date()) if day is not None]
    row.as_of = max(row.as_of, datetime.combine(max(days), _NOON))
    if newest is not None and row.stated_on is not None:
        row.available_minor = None  # it was stated before these rows
