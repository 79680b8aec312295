"""What debts cost, as their owner said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from finance_core.store import queries
from finance_core.store.plan_tables import DebtTermsRow


def of_person(session: Session, person_id: str) -> dict[str, tuple[int, int]]:
    """Yearly rate in basis points and least monthly payment in minor units, by account."""
    rows = session.scalars(select(DebtTermsRow).where(DebtTermsRow.person_id == person_id))
    return {row.account_id: (row.apr_bps, row.minimum_minor) for row in rows}


def put(
    session: Session, person_id: str, payload: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """Sets the terms of some debts.

    Args:
        session: an open session that writes.
        person_id: whose.
        payload: ``terms``, a list of ``account_id``, ``bps`` and ``minor``; None in place
            of the two figures forgets them.
        now: when.

    Returns:
        The terms there were before, in the same form.

    Raises:
        NotFound: an account is not there, or is somebody else's.
    """
    return {"terms": [_put(session, person_id, entry, now) for entry in payload["terms"]]}


def restore(
    session: Session,
    person_id: str,
    payload: Mapping[str, Any],
    before: Mapping[str, Any],
    now: datetime,
) -> None:
    """Brings back the terms that ``put`` replaced."""
    put(session, person_id, before, now)


def _put(
    session: Session, person_id: str, entry: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    account_id = queries.account(session, person_id, entry["account_id"]).id
    row = session.get(DebtTermsRow, account_id)
    before = {
        "account_id": account_id,
        "bps": row.apr_bps if row else None,
        "minor": row.minimum_minor if row else None,
    }
    if entry["bps"] is None:
        if row:
            session.delete(row)
        return before
    session.merge(
        DebtTermsRow(
            account_id=account_id,
            person_id=person_id,
            apr_bps=entry["bps"],
            minimum_minor=entry["minor"],
            updated_at=now,
        )
    )
    return before
