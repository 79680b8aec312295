"""Writing what a bank or a file reported into a person's ledger.

Everything here is a function of the stored rows and the batch alone, so applying the
same batch again changes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import batched
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from finance_core.errors import BankRejected
from finance_core.model import AccountRecord, SyncBatch, TransactionRecord
from finance_core.store.tables import (
    AccountRow,
    PersonRow,
    TransactionRow,
    new_id,
)

Names = Sequence[tuple[str, str]]
"""Merchant and category of each record of a batch, in the batch's order."""

_CHUNK = 500  # values in one IN (...), below every database's limit
_ENRICHED_FROM = ("description", "amount_minor", "merchant_hint", "category_hint", "mcc")


@dataclass(frozen=True, slots=True)
class Changes:
    """How many rows a batch added, altered and took away."""

    new: int = 0
    changed: int = 0
    removed: int = 0


def apply(
    session: Session, person_id: str, connection_id: str, batch: SyncBatch, names: Names
) -> Changes:
    """Applies one fetch of a bank connection.

    Raises:
        BankRejected: the batch contradicts itself or the stored accounts.
    """
    account_ids = _save_accounts(session, person_id, connection_id, batch.accounts)
    listed = {record.external_id: account_ids[record.external_id] for record in batch.accounts}
    changes = save_movements(session, account_ids, batch.upserts, names, withdrawn=batch.removed)
    removed = _remove(session, account_ids.values(), batch.removed)
    if batch.snapshot_from is not None:
        removed += _remove_missing(session, listed, batch)
    changes = Changes(changes.new, changes.changed, changes.removed + removed)
    if changes != Changes():
        mark_changed(session, person_id)
    return changes


def save_movements(
    session: Session,
    account_ids: Mapping[str, str],
    records: Sequence[TransactionRecord],
    names: Names,
    *,
    withdrawn: Collection[str] = (),
) -> Changes:
    """Adds new movements and alters those that differ.

    A record that names the pending movement it settles takes over that row, so the
    movement keeps its id and is never there twice.

    Args:
        session: an open session that writes.
        account_ids: stored account id by the bank's account id.
        records: movements as reported; the last word on an id counts.
        names: merchant and category of each.
        withdrawn: ids that are gone and must not be added.

    Raises:
        BankRejected: a record belongs to an account that is not known.
    """
    wanted = _by_key(account_ids, records, names, withdrawn)
    stored = _stored(session, wanted)
    inserts: list[dict[str, Any]] = []
    updates: list[dict[str, Any]] = []
    superseded: list[str] = []
    for key, (record, (merchant, category)) in wanted.items():
        account_id = key[0]
        row = stored.pop(key, None)
        if record.pending_external_id is not None:
            earlier = stored.pop((account_id, record.pending_external_id), None)
            if row is None:
                row = earlier
            elif earlier is not None:
                superseded.append(earlier["id"])
        values = {**_values(record), "external_id": record.external_id}
        named = {"merchant": _plain(merchant), "category": _plain(category)}
        if row is None:
            inserts.append({"id": new_id(), "account_id": account_id, **values, **named})
        elif difference := {name: new for name, new in values.items() if row[name] != new}:
            again = not difference.keys().isdisjoint(_ENRICHED_FROM)
            updates.append({"id": row["id"], **values, **(named if again else {})})
    _delete(session, superseded)
    _update(session, updates)
    _insert(session, inserts)
    return Changes(len(inserts), len(updates), len(superseded))


def lock_person(session: Session, person_id: str) -> None:
    """Makes writers of this person's ledger queue until the session's transaction ends.

    Whoever changes a ledger takes this lock first, so that none wait for each other.
    """
    session.execute(
        select(PersonRow.id).where(PersonRow.id == person_id).with_for_update(key_share=True)
    )


def mark_changed(session: Session, person_id: str) -> None:
    """Counts a change of the person's movements."""
    session.execute(
        update(PersonRow)
        .where(PersonRow.id == person_id)
        .values(ledger_version=PersonRow.ledger_version + 1)
        .execution_options(synchronize_session=False)
    )


def _save_accounts(
    session: Session, person_id: str, connection_id: str, records: Iterable[AccountRecord]
) -> dict[str, str]:
    """Adds or alters the accounts; ids of all accounts of the connection by the bank's ids."""
    rows = session.scalars(select(AccountRow).where(AccountRow.connection_id == connection_id))
    stored = {row.external_id: row for row in rows}
    for record in records:
        row = stored.get(record.external_id)
        if row is None:
            row = AccountRow(
                id=new_id(),
                person_id=person_id,
                connection_id=connection_id,
                external_id=record.external_id,
                currency=record.current.currency,
            )
            session.add(row)
            stored[record.external_id] = row
        report_balance(row, record)
    session.flush()
    return {external_id: row.id for external_id, row in stored.items()}


def report_balance(row: AccountRow, record: AccountRecord) -> None:
    """Writes what was reported about an account into its row.

    Raises:
        BankRejected: the account was in another currency so far.
    """
    if row.currency != record.current.currency:
        raise BankRejected(
            f"The bank reports {record.name} in {record.current.currency}, "
            f"but so far it was in {row.currency}."
        )
    row.name = _plain(record.name)
    row.kind = record.kind.value
    row.current_minor = record.current.minor
    row.available_minor = None if record.available is None else record.available.minor
    row.as_of = record.as_of
    row.institution = None if record.institution is None else _plain(record.institution)


type _Key = tuple[str, str]  # (stored account id, the bank's id of the movement)
type _Named = tuple[TransactionRecord, tuple[str, str]]


def _by_key(
    account_ids: Mapping[str, str],
    records: Sequence[TransactionRecord],
    names: Names,
    withdrawn: Collection[str],
) -> dict[_Key, _Named]:
    """Records by key, without those withdrawn, or settled by another one of the batch."""
    gone = set(withdrawn)
    found: dict[_Key, _Named] = {}
    settled: set[_Key] = set()
    for record, name in zip(records, names, strict=True):
        account_id = account_ids.get(record.account_external_id)
        if account_id is None:
            raise BankRejected("The bank sent a movement of an account it does not list.")
        if record.external_id in gone:
            continue
        found[account_id, record.external_id] = (record, name)
        if record.pending_external_id not in (None, record.external_id):
            settled.add((account_id, str(record.pending_external_id)))
    return {key: value for key, value in found.items() if key not in settled}


def _stored(session: Session, wanted: Mapping[_Key, _Named]) -> dict[_Key, dict[str, Any]]:
    """The rows that already exist, also those a record settles."""
    account_ids = {account_id for account_id, _ in wanted}
    ids = {external_id for _, external_id in wanted}
    ids |= {r.pending_external_id for r, _ in wanted.values() if r.pending_external_id is not None}
    found: dict[_Key, dict[str, Any]] = {}
    for chunk in _chunks(ids):
        rows = session.execute(
            select(TransactionRow.__table__).where(
                TransactionRow.external_id.in_(chunk), TransactionRow.account_id.in_(account_ids)
            )
        ).mappings()
        found |= {(row["account_id"], row["external_id"]): dict(row) for row in rows}
    return found


def _values(record: TransactionRecord) -> dict[str, Any]:
    return {
        "posted_on": record.posted_on,
        "amount_minor": record.amount.minor,
        "description": _plain(record.description),
        "pending": record.pending,
        "merchant_hint": record.merchant_hint and _plain(record.merchant_hint),
        "category_hint": record.category_hint and _plain(record.category_hint),
        "mcc": record.mcc,
    }


def _insert(session: Session, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    account_ids = {row["account_id"] for row in rows}
    last = dict(
        session.execute(
            select(TransactionRow.account_id, func.max(TransactionRow.sequence))
            .where(TransactionRow.account_id.in_(account_ids))
            .group_by(TransactionRow.account_id)
        ).all()
    )
    for row in rows:
        row["sequence"] = last[row["account_id"]] = last.get(row["account_id"], 0) + 1
    session.execute(insert(TransactionRow), rows)


def _update(session: Session, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        session.execute(
            update(TransactionRow)
            .where(TransactionRow.id == row["id"])
            .values({name: value for name, value in row.items() if name != "id"})
            .execution_options(synchronize_session=False)
        )


def _remove(session: Session, account_ids: Iterable[str], external_ids: Collection[str]) -> int:
    accounts = list(account_ids)
    doomed: list[str] = []
    for chunk in _chunks(external_ids):
        doomed += session.scalars(
            select(TransactionRow.id).where(
                TransactionRow.account_id.in_(accounts), TransactionRow.external_id.in_(chunk)
            )
        )
    return _delete(session, doomed)


def _remove_missing(session: Session, account_ids: Mapping[str, str], batch: SyncBatch) -> int:
    """Removes what a snapshot no longer contains."""
    reported = {
        (account_ids.get(record.account_external_id), record.external_id)
        for record in batch.upserts
    }
    since: date | None = batch.snapshot_from
    rows = session.execute(
        select(TransactionRow.id, TransactionRow.account_id, TransactionRow.external_id).where(
            TransactionRow.account_id.in_(account_ids.values()), TransactionRow.posted_on >= since
        )
    )
    missing = [row_id for row_id, account, external in rows if (account, external) not in reported]
    return _delete(session, missing)


def _delete(session: Session, ids: Collection[str]) -> int:
    for chunk in _chunks(ids):
        session.execute(
            delete(TransactionRow)
            .where(TransactionRow.id.in_(chunk))
            .execution_options(synchronize_session=False)
        )
    return len(ids)


def _chunks(values: Collection[str]) -> Iterator[tuple[str, ...]]:
    return batched(values, _CHUNK)


def _plain(text: str) -> str:
    """Text without the one character that PostgreSQL cannot keep."""
    return text.replace("\0", "")
