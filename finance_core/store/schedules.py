"""Payments to be made on a day, moved from state to state by compare-and-set."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from finance_core.errors import NotFound, Refused
from finance_core.model import Account, Payee
from finance_core.money import Money
from finance_core.store import payees, queries
from finance_core.store.payment_tables import ScheduleRow
from finance_core.store.tables import new_id


class ScheduleStatus(StrEnum):
    """Life of a scheduled payment: waiting → paying → done, failed; waiting → cancelled."""

    WAITING = "waiting"
    PAYING = "paying"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Schedule:
    """A payment to be made on a day.

    Attributes:
        to_account: the own account that gets it; None when ``payee`` does.
        label: what it is for, as the person says it.
        proposal_id: the transfer it has become, once its day has come.
        why: the reason it failed.
    """

    id: str
    person_id: str
    from_account: Account
    to_account: Account | None
    payee: Payee | None
    amount: Money
    label: str
    due_on: date
    status: ScheduleStatus
    idempotency_key: str
    proposal_id: str | None
    why: str | None

    @property
    def to_name(self) -> str:
        """Who or what gets the money."""
        receiver = self.to_account or self.payee
        return receiver.name if receiver else ""


def add(
    session: Session, person_id: str, payload: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """Schedules a payment; the bank's key is stored with it.

    Args:
        session: an open session that writes.
        person_id: whose.
        payload: ``from_account_id``, ``to_account_id`` or ``payee_id``, ``minor``,
            ``currency``, ``label`` and ``due_on`` (ISO).
        now: when.

    Returns:
        The new ``id``.
    """
    if payload.get("payee_id") and payees.get(session, person_id, payload["payee_id"]).removed:
        raise Refused("That payee has been removed.")
    row = ScheduleRow(
        person_id=person_id,
        from_account_id=payload["from_account_id"],
        to_account_id=payload.get("to_account_id"),
        payee_id=payload.get("payee_id"),
        amount_minor=payload["minor"],
        currency=payload["currency"],
        label=payload["label"],
        due_on=date.fromisoformat(payload["due_on"]),
        status=ScheduleStatus.WAITING.value,
        idempotency_key=new_id(),
        created_at=now,
    )
    session.add(row)
    session.flush()
    return {"id": row.id}


def call_off(
    session: Session,
    person_id: str,
    payload: Mapping[str, Any],
    before: Mapping[str, Any],
    now: datetime,
) -> None:
    """Undoes ``add``: cancels the schedule, unless it is too late."""
    _cancel(session, person_id, before["id"])


def cancel(
    session: Session, person_id: str, payload: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """Cancels the schedule with the payload's ``id``.

    Raises:
        Refused: it has been paid, or is being paid, or will not be anyway.
    """
    _cancel(session, person_id, payload["id"])
    return {}


def revive(
    session: Session,
    person_id: str,
    payload: Mapping[str, Any],
    before: Mapping[str, Any],
    now: datetime,
) -> None:
    """Undoes ``cancel``."""
    get(session, person_id, payload["id"])  # the person's own
    if not move(session, payload["id"], ScheduleStatus.CANCELLED, ScheduleStatus.WAITING):
        raise Refused("That payment can no longer be scheduled again.")


def get(session: Session, person_id: str, schedule_id: str) -> Schedule:
    """A schedule.

    Raises:
        NotFound: there is none of this id, or it is somebody else's.
    """
    row = session.scalar(
        select(ScheduleRow)
        .where(ScheduleRow.person_id == person_id, ScheduleRow.id == schedule_id)
        .execution_options(populate_existing=True)  # ``move`` goes past the session's own copy
    )
    if row is None:
        raise NotFound("I don't know that scheduled payment.")
    return _plain(session, row)


def in_status(
    session: Session, person_id: str, statuses: Collection[ScheduleStatus]
) -> list[Schedule]:
    """A person's schedules in one of ``statuses``, by day."""
    rows = session.scalars(
        select(ScheduleRow)
        .where(ScheduleRow.person_id == person_id, ScheduleRow.status.in_(statuses))
        .order_by(ScheduleRow.due_on, ScheduleRow.id)
    )
    return [_plain(session, row) for row in rows]


def due(session: Session, person_id: str, today: date) -> list[Schedule]:
    """Those whose day has come, and those that are being paid."""
    open_ones = in_status(session, person_id, {ScheduleStatus.WAITING, ScheduleStatus.PAYING})
    return [schedule for schedule in open_ones if schedule.due_on <= today]


def untold(session: Session, person_id: str) -> list[Schedule]:
    """Those with an outcome the person has not heard of, oldest first."""
    rows = session.scalars(
        select(ScheduleRow)
        .where(
            ScheduleRow.person_id == person_id,
            ScheduleRow.status.in_((ScheduleStatus.DONE, ScheduleStatus.FAILED)),
            ScheduleRow.told_at.is_(None),
        )
        .order_by(ScheduleRow.due_on, ScheduleRow.id)
    )
    return [_plain(session, row) for row in rows]


def tell(session: Session, schedule_id: str, now: datetime) -> bool:
    """Notes that the person hears of the outcome now; whether they had not before."""
    told = session.scalar(
        update(ScheduleRow)
        .where(ScheduleRow.id == schedule_id, ScheduleRow.told_at.is_(None))
        .values(told_at=now)
        .returning(ScheduleRow.id)
        .execution_options(synchronize_session=False)
    )
    return told is not None


def move(
    session: Session,
    schedule_id: str,
    before: ScheduleStatus,
    after: ScheduleStatus,
    **values: str | None,
) -> bool:
    """Moves a schedule on if it still is in state ``before``; whether it did."""
    moved = session.scalar(
        update(ScheduleRow)
        .where(ScheduleRow.id == schedule_id, ScheduleRow.status == before.value)
        .values(**values, status=after.value)
        .returning(ScheduleRow.id)
        .execution_options(synchronize_session=False)
    )
    return moved is not None


def _cancel(session: Session, person_id: str, schedule_id: str) -> None:
    schedule = get(session, person_id, schedule_id)
    if not move(session, schedule_id, ScheduleStatus.WAITING, ScheduleStatus.CANCELLED):
        raise Refused(_TOO_LATE.get(schedule.status, "That payment is cancelled already."))


_TOO_LATE = {
    ScheduleStatus.PAYING: "That payment is on its way already.",
    ScheduleStatus.DONE: "That payment has been made already.",
    ScheduleStatus.FAILED: "That payment did not go through, so there is nothing to cancel.",
}


def _plain(session: Session, row: ScheduleRow) -> Schedule:
    person_id = row.person_id
    return Schedule(
        id=row.id,
        person_id=person_id,
        from_account=queries.account(session, person_id, row.from_account_id),
        to_account=queries.account(session, person_id, row.to_account_id)
        if row.to_account_id
        else None,
        payee=payees.get(session, person_id, row.payee_id).payee if row.payee_id else None,
        amount=Money.from_minor(row.amount_minor, row.currency),
        label=row.label,
        due_on=row.due_on,
        status=ScheduleStatus(row.status),
        idempotency_key=row.idempotency_key,
        proposal_id=row.proposal_id,
        why=row.why,
    )
