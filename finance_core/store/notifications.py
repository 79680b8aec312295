"""What a person wants to be told unasked, one row each.

``choices`` holds ``kinds`` (a list of names), ``low_balance_minor``, ``large_payment_minor``
(in the person's currency) and ``quiet`` (two times of day, ``HH:MM``, or None).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from finance_core.store.rights_tables import NotificationRow


def of_person(session: Session, person_id: str) -> dict[str, Any] | None:
    """A person's choices; None when they never made any."""
    row = session.get(NotificationRow, person_id)
    return None if row is None else dict(row.choices)


def put(
    session: Session, person_id: str, payload: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """Keeps ``payload["choices"]``, or nothing when that is None.

    Returns:
        What there was before, in the same form.
    """
    row = session.get(NotificationRow, person_id)
    before = {"choices": dict(row.choices) if row else None}
    choices = payload["choices"]
    if choices is None:
        if row:
            session.delete(row)
        return before
    session.merge(NotificationRow(person_id=person_id, choices=dict(choices), updated_at=now))
    return before


def restore(
    session: Session,
    person_id: str,
    payload: Mapping[str, Any],
    before: Mapping[str, Any],
    now: datetime,
) -> None:
    """Brings back the choices that ``put`` replaced."""
    put(session, person_id, before, now)
