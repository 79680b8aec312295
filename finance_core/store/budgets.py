"""Monthly budgets, one for each category."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from finance_core.money import Money
from finance_core.store.tables import BudgetRow


def of_person(session: Session, person_id: str) -> dict[str, Money]:
    """Budget a month by category code."""
    rows = session.scalars(
        select(BudgetRow).where(BudgetRow.person_id == person_id).order_by(BudgetRow.category)
    )
    return {row.category: Money.from_minor(row.amount_minor, row.currency) for row in rows}


def put(
    session: Session, person_id: str, payload: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """Sets a category's budget, or removes it when ``minor`` is None.

    Args:
        session: an open session that writes.
        person_id: whose.
        payload: ``category``, ``minor`` and ``currency``.
        now: when.

    Returns:
        The budget there was before, in the same form.
    """
    category = payload["category"]
    row = session.get(BudgetRow, (person_id, category))
    before = {
        "category": category,
        "minor": row.amount_minor if row else None,
        "currency": row.currency if row else payload["currency"],
    }
    if payload["minor"] is None:
        if row:
            session.delete(row)
        return before
    session.merge(
        BudgetRow(
            person_id=person_id,
            category=category,
            amount_minor=payload["minor"],
            currency=payload["currency"],
            updated_at=now,
        )
    )
    return before


def restore(
    session: Session,
    person_id: str,
    payload: Mapping[str, Any],
    before: Mapping[str, Any],
    now: datetime,
) -> None:
    """Brings back the budget that ``put`` replaced."""
    put(session, person_id, before, now)
