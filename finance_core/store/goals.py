"""What people save for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from finance_core.errors import NotFound
from finance_core.money import Money
from finance_core.store.plan_tables import GoalRow
from finance_core.store.tables import AccountRow


@dataclass(frozen=True, slots=True)
class Goal:
    """Something a person saves for.

    Attributes:
        due_on: when it should be reached, if a day was said.
        account_id: the savings account whose growth since ``started_on`` counts.
        start: that account's balance at the end of the day before ``started_on``.
        contributions: what the person said they put aside for it, by day, oldest first.
    """

    id: str
    name: str
    target: Money
    due_on: date | None
    account_id: str | None
    start: Money
    started_on: date
    contributions: tuple[tuple[date, Money], ...]


def of_person(session: Session, person_id: str) -> list[Goal]:
    """A person's goals, those due first first."""
    rows = session.scalars(
        select(GoalRow)
        .where(GoalRow.person_id == person_id)
        .order_by(GoalRow.due_on.asc().nulls_last(), GoalRow.id)
    )
    return [_goal(row) for row in rows]


def create(
    session: Session, person_id: str, payload: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """Adds a goal.

    Args:
        session: an open session that writes.
        person_id: whose.
        payload: ``name``, ``minor``, ``currency``, ``due_on`` (ISO or None), ``account_id``
            (or None), ``start_minor``, ``started_on`` and ``contributions``.
        now: when.

    Returns:
        The ``id`` it got.
    """
    row = GoalRow(person_id=person_id, created_at=now)
    _fill(session, row, payload)
    session.add(row)
    session.flush()
    return {"id": row.id}


def uncreate(
    session: Session,
    person_id: str,
    payload: Mapping[str, Any],
    before: Mapping[str, Any],
    now: datetime,
) -> None:
    """Takes away the goal that ``create`` added, if it is still there."""
    row = _find(session, person_id, before["id"])
    if row:
        session.delete(row)


def change(
    session: Session, person_id: str, payload: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """Changes the fields of a goal that ``payload`` has besides its ``id``.

    Returns:
        The goal as it was.

    Raises:
        NotFound: there is no such goal (any more).
    """
    row = _get(session, person_id, payload["id"])
    before = _plain(row)
    _fill(session, row, {**before, **payload})
    return before


def drop(
    session: Session, person_id: str, payload: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """Deletes the goal of ``payload``'s ``id``; gives what it was.

    Raises:
        NotFound: there is no such goal (any more).
    """
    row = _get(session, person_id, payload["id"])
    before = _plain(row)
    session.delete(row)
    return before


def restore(
    session: Session,
    person_id: str,
    payload: Mapping[str, Any],
    before: Mapping[str, Any],
    now: datetime,
) -> None:
    """Makes a goal again what it was before ``change`` or ``drop``."""
    row = _find(session, person_id, before["id"])
    if row is None:
        row = GoalRow(id=before["id"], person_id=person_id, created_at=now)
        _fill(session, row, before)
        session.add(row)
    else:
        _fill(session, row, before)


def _fill(session: Session, row: GoalRow, values: Mapping[str, Any]) -> None:
    account_id = values["account_id"]
    account = session.get(AccountRow, account_id) if account_id else None
    row.name = values["name"]
    row.target_minor = values["minor"]
    row.currency = values["currency"]
    row.due_on = date.fromisoformat(values["due_on"]) if values["due_on"] else None
    row.account_id = account.id if account and account.person_id == row.person_id else None
    row.start_minor = values["start_minor"]
    row.started_on = date.fromisoformat(values["started_on"])
    row.contributions = list(values["contributions"])


def _plain(row: GoalRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "minor": row.target_minor,
        "currency": row.currency,
        "due_on": row.due_on.isoformat() if row.due_on else None,
        "account_id": row.account_id,
        "start_minor": row.start_minor,
        "started_on": row.started_on.isoformat(),
        "contributions": list(row.contributions),
    }


def _goal(row: GoalRow) -> Goal:
    return Goal(
        id=row.id,
        name=row.name,
        target=Money.from_minor(row.target_minor, row.currency),
        due_on=row.due_on,
        account_id=row.account_id,
        start=Money.from_minor(row.start_minor, row.currency),
        started_on=row.started_on,
        contributions=tuple(
            (date.fromisoformat(entry["on"]), Money.from_minor(entry["minor"], row.currency))
            for entry in row.contributions
        ),
    )


def _find(session: Session, person_id: str, goal_id: str) -> GoalRow | None:
    return session.scalar(
        select(GoalRow).where(GoalRow.person_id == person_id, GoalRow.id == goal_id)
    )


def _get(session: Session, person_id: str, goal_id: str) -> GoalRow:
    row = _find(session, person_id, goal_id)
    if row is None:
        raise NotFound("I don't find that goal any more.")
    return row
