"""People and companies a person has saved to pay; their accounts are kept sealed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from finance_core.errors import NotFound, Refused
from finance_core.model import Payee
from finance_core.store.payment_tables import PayeeRow


@dataclass(frozen=True, slots=True)
class StoredPayee:
    """A payee with the sealed account number; only the vault opens it."""

    payee: Payee
    sealed: bytes
    removed: bool


def of_person(session: Session, person_id: str) -> list[Payee]:
    """The payees that can be paid, by name."""
    rows = session.scalars(
        select(PayeeRow)
        .where(PayeeRow.person_id == person_id, PayeeRow.removed_at.is_(None))
        .order_by(PayeeRow.name, PayeeRow.id)
    )
    return [_plain(row) for row in rows]


def get(session: Session, person_id: str, payee_id: str) -> StoredPayee:
    """A payee, removed ones too.

    Raises:
        NotFound: there is none of this id, or it is somebody else's.
    """
    row = _row(session, person_id, payee_id)
    return StoredPayee(_plain(row), row.sealed, row.removed_at is not None)


def add(
    session: Session, person_id: str, payload: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """Saves a payee.

    Args:
        session: an open session that writes.
        person_id: whose.
        payload: ``name``, ``scheme``, ``tail``, and ``sealed``, the encrypted number as text.
        now: when.

    Returns:
        The new ``id``.

    Raises:
        Refused: there is one of that name.
    """
    if any(
        known.name.casefold() == payload["name"].casefold()
        for known in of_person(session, person_id)
    ):
        raise Refused(f"There is a payee called {payload['name']} already.")
    row = PayeeRow(
        person_id=person_id,
        name=payload["name"],
        scheme=payload["scheme"],
        tail=payload["tail"],
        sealed=payload["sealed"].encode(),
        created_at=now,
    )
    session.add(row)
    session.flush()
    return {"id": row.id}


def forget(
    session: Session,
    person_id: str,
    payload: Mapping[str, Any],
    before: Mapping[str, Any],
    now: datetime,
) -> None:
    """Takes the payee that ``add`` saved away again."""
    _row(session, person_id, before["id"]).removed_at = now


def remove(
    session: Session, person_id: str, payload: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """Takes the payee with the payload's ``id`` away."""
    _row(session, person_id, payload["id"]).removed_at = now
    return {}


def bring_back(
    session: Session,
    person_id: str,
    payload: Mapping[str, Any],
    before: Mapping[str, Any],
    now: datetime,
) -> None:
    """Undoes ``remove``."""
    _row(session, person_id, payload["id"]).removed_at = None


def _row(session: Session, person_id: str, payee_id: str) -> PayeeRow:
    row = session.scalar(
        select(PayeeRow).where(PayeeRow.person_id == person_id, PayeeRow.id == payee_id)
    )
    if row is None:
        raise NotFound("I don't know that payee.")
    return row


def _plain(row: PayeeRow) -> Payee:
    return Payee(row.id, row.name, row.scheme, row.tail)
