"""Rows of what is still to be erased, and of the receipts that remain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from finance_core.errors import NotFound
from finance_core.store.rights_tables import DeletionRow, ReceiptRow


@dataclass(frozen=True, slots=True)
class Receipt:
    """That somebody's data was erased.

    Attributes:
        counts: what was erased, by table.
        outstanding: place that could not be reached yet → why; empty when all is done.
        completed_at: when the last place was erased.
    """

    id: str
    at: datetime
    counts: Mapping[str, int]
    outstanding: Mapping[str, str]
    completed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Deletion:
    """What is left to erase of a person whose rows are gone.

    Attributes:
        steps: place → the last trouble there.
        banks: ``protocol``, ``url`` and sealed ``credentials`` of each connection.
    """

    receipt_id: str
    person_id: str
    steps: Mapping[str, str]
    banks: Sequence[Mapping[str, Any]]
    erased_at: datetime


def ask(
    session: Session, person_id: str, payload: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """The first of two yeses: nothing is erased yet, so there is nothing to write."""
    return {}


def withdraw(
    session: Session,
    person_id: str,
    payload: Mapping[str, Any],
    before: Mapping[str, Any],
    now: datetime,
) -> None:
    """Takes the first yes back; there is nothing to restore."""


def add(
    session: Session,
    receipt_id: str,
    person_id: str,
    counts: Mapping[str, int],
    steps: Sequence[str],
    banks: Sequence[Mapping[str, Any]],
    now: datetime,
) -> None:
    """Writes the receipt, and down what is left to do."""
    left = dict.fromkeys(steps, "")
    session.add(
        DeletionRow(
            receipt_id=receipt_id,
            person_id=person_id,
            steps=left,
            banks=[dict(bank) for bank in banks],
            erased_at=now,
        )
    )
    session.add(ReceiptRow(id=receipt_id, at=now, counts=dict(counts), outstanding=left))


def waiting(session: Session, step: str) -> list[Deletion]:
    """Deletions of which ``step`` is left to do, oldest first."""
    rows = session.scalars(select(DeletionRow).order_by(DeletionRow.erased_at))
    return [_plain(row) for row in rows if step in row.steps]


def finish(session: Session, receipt_id: str, step: str, now: datetime) -> None:
    """Takes a step off; with the last one nothing remains that names the person."""
    row = _locked(session, receipt_id)
    if row is None:
        return
    steps = {name: trouble for name, trouble in row.steps.items() if name != step}
    _tell(session, receipt_id, steps, None if steps else now)
    if steps:
        row.steps = steps
    else:
        session.delete(row)


def note(session: Session, receipt_id: str, step: str, trouble: str) -> None:
    """Keeps why a step could not be done yet."""
    row = _locked(session, receipt_id)
    if row is not None and step in row.steps:
        row.steps = {**row.steps, step: trouble}
        _tell(session, receipt_id, row.steps, None)


def keep_banks(session: Session, receipt_id: str, banks: Sequence[Mapping[str, Any]]) -> None:
    """Keeps only the banks whose access could not be given back yet."""
    row = _locked(session, receipt_id)
    if row is not None:
        row.banks = [dict(bank) for bank in banks]


def receipt(session: Session, receipt_id: str) -> Receipt:
    """The receipt of that id.

    Raises:
        NotFound: there is none.
    """
    row = session.get(ReceiptRow, receipt_id)
    if row is None:
        raise NotFound("I don't know that receipt.")
    return Receipt(row.id, row.at, row.counts, row.outstanding, row.completed_at)


def _locked(session: Session, receipt_id: str) -> DeletionRow | None:
    return session.scalar(
        select(DeletionRow).where(DeletionRow.receipt_id == receipt_id).with_for_update()
    )


def _tell(
    session: Session, receipt_id: str, steps: Mapping[str, str], completed_at: datetime | None
) -> None:
    row = session.get(ReceiptRow, receipt_id)
    if row is not None:
        row.outstanding, row.completed_at = dict(steps), completed_at


def _plain(row: DeletionRow) -> Deletion:
    return Deletion(row.receipt_id, row.person_id, row.steps, row.banks, row.erased_at)
