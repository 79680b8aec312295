"""Rows of proposed changes of Penny's own records, moved from state to state."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from finance_core.errors import NotFound
from finance_core.model import Change, Fact, ProposalStatus
from finance_core.store.tables import ChangeRow


def add(
    session: Session,
    person_id: str,
    kind: str,
    payload: Mapping[str, Any],
    *,
    summary: str,
    done_text: str,
    facts: Sequence[Fact],
    channel: str,
    now: datetime,
    expires_at: datetime,
) -> Change:
    """Adds a change that waits for a yes."""
    row = ChangeRow(
        person_id=person_id,
        kind=kind,
        payload=dict(payload),
        summary=summary,
        done_text=done_text,
        facts=[asdict(fact) for fact in facts],
        status=ProposalStatus.PROPOSED.value,
        channel=channel,
        created_at=now,
        expires_at=expires_at,
    )
    session.add(row)
    session.flush()
    return _plain(row)


def get(session: Session, person_id: str, change_id: str, *, locked: bool = False) -> Change:
    """A change; with ``locked`` nobody else can move it until the transaction ends.

    Raises:
        NotFound: there is none of this id, or it is somebody else's.
    """
    return _plain(_row(session, person_id, change_id, locked=locked))


def newest(session: Session, person_id: str, statuses: Collection[ProposalStatus]) -> Change | None:
    """The person's latest change in one of ``statuses``: by when it was made, else offered."""
    row = session.scalar(
        select(ChangeRow)
        .where(ChangeRow.person_id == person_id, ChangeRow.status.in_(statuses))
        .order_by(ChangeRow.done_at.desc().nulls_last(), ChangeRow.id.desc())
        .limit(1)
    )
    return None if row is None else _plain(row)


def settle(
    session: Session,
    person_id: str,
    change_id: str,
    status: ProposalStatus,
    *,
    done_at: datetime | None = None,
    before: Mapping[str, Any] | None = None,
) -> Change:
    """Moves a locked change on; ``done_at`` and ``before`` are kept unless given."""
    row = _row(session, person_id, change_id, locked=True)
    row.status = status.value
    row.done_at = done_at or row.done_at
    row.before = dict(before) if before is not None else row.before
    session.flush()
    return _plain(row)


def replaced_by(session: Session, person_id: str, change_id: str) -> dict[str, Any]:
    """What a change replaced when it was made; empty when that was nothing."""
    return dict(_row(session, person_id, change_id).before or {})


def _row(session: Session, person_id: str, change_id: str, *, locked: bool = False) -> ChangeRow:
    query = select(ChangeRow).where(ChangeRow.person_id == person_id, ChangeRow.id == change_id)
    row = session.scalar(query.with_for_update() if locked else query)
    if row is None:
        raise NotFound("I don't know that change.")
    return row


def _plain(row: ChangeRow) -> Change:
    return Change(
        id=row.id,
        person_id=row.person_id,
        kind=row.kind,
        payload=row.payload,
        summary=row.summary,
        done_text=row.done_text,
        status=ProposalStatus(row.status),
        created_at=row.created_at,
        expires_at=row.expires_at,
        done_at=row.done_at,
        facts=tuple(Fact(**fact) for fact in row.facts),
    )
