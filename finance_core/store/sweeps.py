"""Savings moves, offered or made by themselves, and how a person wants to save."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from finance_core.model import Account, Period, ProposalStatus
from finance_core.money import Money
from finance_core.store import queries
from finance_core.store.payment_tables import SavingStyleRow, SweepRow
from finance_core.store.tables import ProposalRow

_MADE = (ProposalStatus.EXECUTING, ProposalStatus.DONE, ProposalStatus.UNDOING)
_RULE = "rule"


class SweepKind(StrEnum):
    """An offer waits for a yes; a save and what comes back are made by themselves."""

    OFFER = "offer"
    SAVE = "save"
    BACK = "back"


class SweepStatus(StrEnum):
    """announced → moving → done, failed; or skipped by the person, dropped by the guard."""

    ANNOUNCED = "announced"
    MOVING = "moving"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"
    DROPPED = "dropped"
    OFFERED = "offered"


@dataclass(frozen=True, slots=True)
class StoredSweep:
    """A savings move as stored; see ``payment_tables.SweepRow``."""

    id: str
    person_id: str
    day: date
    kind: SweepKind
    status: SweepStatus
    from_account: Account
    to_account: Account
    amount: Money
    idempotency_key: str
    proposal_id: str | None
    why: str | None
    told_at: datetime | None
    moves_at: datetime | None


def style(session: Session, person_id: str) -> tuple[str, bool] | None:
    """A person's mood and whether saves are automatic; None when they never chose."""
    row = session.get(SavingStyleRow, person_id)
    return None if row is None else (row.mood, row.automatic)


def put_style(
    session: Session, person_id: str, payload: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """Keeps ``payload["style"]`` (``mood``, ``automatic``), or nothing when that is None.

    Returns:
        What there was before, in the same form.
    """
    row = session.get(SavingStyleRow, person_id)
    before = {"style": {"mood": row.mood, "automatic": row.automatic} if row else None}
    wanted = payload["style"]
    if wanted is None:
        if row:
            session.delete(row)
        return before
    session.merge(SavingStyleRow(person_id=person_id, updated_at=now, **wanted))
    return before


def restore_style(
    session: Session,
    person_id: str,
    payload: Mapping[str, Any],
    before: Mapping[str, Any],
    now: datetime,
) -> None:
    """Brings back what ``put_style`` replaced."""
    put_style(session, person_id, before, now)


def add(
    session: Session,
    person_id: str,
    day: date,
    kind: SweepKind,
    status: SweepStatus,
    *,
    from_account_id: str,
    to_account_id: str,
    amount: Money,
    key: str,
    proposal_id: str | None = None,
    why: str | None = None,
) -> StoredSweep:
    """Notes a savings move; a second one of the same ``key`` is an error."""
    row = SweepRow(
        person_id=person_id,
        day=day,
        kind=kind.value,
        status=status.value,
        from_account_id=from_account_id,
        to_account_id=to_account_id,
        amount_minor=amount.minor,
        currency=amount.currency,
        idempotency_key=key,
        proposal_id=proposal_id,
        why=why,
    )
    session.add(row)
    session.flush()
    return _plain(session, row)


def by_key(session: Session, key: str) -> StoredSweep | None:
    """The move of that key."""
    row = session.scalar(select(SweepRow).where(SweepRow.idempotency_key == key))
    return None if row is None else _plain(session, row)


def in_status(
    session: Session, person_id: str, statuses: Collection[SweepStatus]
) -> list[StoredSweep]:
    """A person's moves in one of ``statuses``, oldest first."""
    rows = session.scalars(
        select(SweepRow)
        .where(SweepRow.person_id == person_id, SweepRow.status.in_([s.value for s in statuses]))
        .order_by(SweepRow.day, SweepRow.id)
        .execution_options(populate_existing=True)
    )
    return [_plain(session, row) for row in rows]


def last_day(session: Session, person_id: str) -> date | None:
    """When anything last moved, or was to, by itself."""
    return session.scalar(
        select(func.max(SweepRow.day)).where(
            SweepRow.person_id == person_id, SweepRow.kind != SweepKind.OFFER.value
        )
    )


def move(
    session: Session, sweep_id: str, before: SweepStatus, after: SweepStatus, **values: Any
) -> bool:
    """Moves a sweep on if it still is in ``before``; whether it did."""
    moved = session.scalar(
        update(SweepRow)
        .where(SweepRow.id == sweep_id, SweepRow.status == before.value)
        .values(**values, status=after.value)
        .returning(SweepRow.id)
        .execution_options(synchronize_session=False)
    )
    return moved is not None


def untold(session: Session, person_id: str) -> list[StoredSweep]:
    """Moves that were announced, made or failed by themselves and not told yet."""
    told = (SweepStatus.ANNOUNCED, SweepStatus.DONE, SweepStatus.FAILED)
    found = in_status(session, person_id, told)
    return [s for s in found if s.told_at is None and s.kind is not SweepKind.OFFER]


def tell(session: Session, sweep_id: str, now: datetime, moves_at: datetime | None) -> bool:
    """Notes that the person heard of it; whether nobody had told them before."""
    told = session.scalar(
        update(SweepRow)
        .where(SweepRow.id == sweep_id, SweepRow.told_at.is_(None))
        .values(told_at=now, moves_at=moves_at)
        .returning(SweepRow.id)
        .execution_options(synchronize_session=False)
    )
    return told is not None


def kept(session: Session, person_id: str, account_id: str, currency: str) -> Money:
    """What savings moves and rules took from an account, less what came back; not negative."""
    away = moved_since(session, person_id, account_id, currency, None)
    return max(away, Money.zero(currency))


def moved_since(
    session: Session, person_id: str, account_id: str, currency: str, since: datetime | None
) -> Money:
    """What savings moves and rules took from an account, less what came back.

    Negative when more came back. ``since`` leaves out what was begun before; None nothing.
    """
    swept = select(SweepRow.proposal_id).where(
        SweepRow.person_id == person_id, SweepRow.proposal_id.is_not(None)
    )
    ours = (
        ProposalRow.person_id == person_id,
        ProposalRow.currency == currency,
        ProposalRow.status.in_(_MADE),
        or_(ProposalRow.id.in_(swept), ProposalRow.channel == _RULE),
        *(() if since is None else (ProposalRow.created_at >= since,)),
    )
    total = func.coalesce(func.sum(ProposalRow.amount_minor), 0)
    away = session.scalar(select(total).where(*ours, ProposalRow.from_account_id == account_id))
    back = session.scalar(select(total).where(*ours, ProposalRow.to_account_id == account_id))
    return Money.from_minor(int(away or 0) - int(back or 0), currency)


def saved_since(session: Session, person_id: str, account_id: str, day: date, zero: Money) -> Money:
    """What savings moves took from an account from ``day`` on and that stands."""
    found = session.scalar(
        select(func.coalesce(func.sum(SweepRow.amount_minor), 0))
        .join(ProposalRow, ProposalRow.id == SweepRow.proposal_id)
        .where(
            SweepRow.person_id == person_id,
            SweepRow.from_account_id == account_id,
            SweepRow.kind != SweepKind.BACK.value,
            SweepRow.currency == zero.currency,
            SweepRow.day >= day,
            ProposalRow.status.in_(_MADE),
        )
    )
    return Money.from_minor(int(found or 0), zero.currency)


def saved_in(session: Session, person_id: str, period: Period, zero: Money) -> Money:
    """What savings moves put aside on the days of ``period`` and that stands."""
    found = session.scalar(
        select(func.coalesce(func.sum(SweepRow.amount_minor), 0))
        .join(ProposalRow, ProposalRow.id == SweepRow.proposal_id)
        .where(
            SweepRow.person_id == person_id,
            SweepRow.kind != SweepKind.BACK.value,
            SweepRow.currency == zero.currency,
            SweepRow.day.between(period.start, period.end),
            ProposalRow.status.in_(_MADE),
        )
    )
    return Money.from_minor(int(found or 0), zero.currency)


def answers_since(session: Session, person_id: str, day: date) -> tuple[int, int]:
    """Days from ``day`` on with a save that was refused and none made, and saves undone."""
    rows = session.execute(
        select(SweepRow.day, SweepRow.status, ProposalRow.status)
        .outerjoin(ProposalRow, ProposalRow.id == SweepRow.proposal_id)
        .where(
            SweepRow.person_id == person_id,
            SweepRow.day >= day,
            SweepRow.kind != SweepKind.BACK.value,
        )
    ).all()
    made = {on for on, _, then in rows if then in {s.value for s in _MADE}}
    undone = [on for on, _, then in rows if then == ProposalStatus.UNDONE.value]
    refused = {
        on
        for on, status, then in rows
        if status == SweepStatus.SKIPPED.value or then == ProposalStatus.CANCELLED.value
    }
    return len(refused - made - set(undone)), len(undone)


def _plain(session: Session, row: SweepRow) -> StoredSweep:
    return StoredSweep(
        id=row.id,
        person_id=row.person_id,
        day=row.day,
        kind=SweepKind(row.kind),
        status=SweepStatus(row.status),
        from_account=queries.account(session, row.person_id, row.from_account_id),
        to_account=queries.account(session, row.person_id, row.to_account_id),
        amount=Money.from_minor(row.amount_minor, row.currency),
        idempotency_key=row.idempotency_key,
        proposal_id=row.proposal_id,
        why=row.why,
        told_at=row.told_at,
        moves_at=row.moves_at,
    )
