"""Rows of proposed transfers, moved from state to state by compare-and-set."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from finance_core.errors import NotFound
from finance_core.model import Fact, Proposal, ProposalStatus
from finance_core.money import Money
from finance_core.store import payees, queries
from finance_core.store.tables import AccountRow, ProposalRow, new_id


@dataclass(frozen=True, slots=True)
class StoredProposal:
    """A proposal with what only the bank needs to know of it."""

    id: str
    person_id: str
    from_account_id: str
    to_account_id: str | None
    payee_id: str | None
    amount: Money
    status: ProposalStatus
    idempotency_key: str
    reversal_key: str
    bank_transfer_id: str | None
    expires_at: datetime
    lease_until: datetime | None
    error: str | None


def add(
    session: Session,
    person_id: str,
    *,
    from_account_id: str,
    to_account_id: str | None = None,
    payee_id: str | None = None,
    amount: Money,
    reason: str,
    facts: Sequence[Fact] = (),
    channel: str,
    now: datetime,
    expires_at: datetime,
    status: ProposalStatus = ProposalStatus.PROPOSED,
    idempotency_key: str | None = None,
    lease_until: datetime | None = None,
) -> str:
    """Adds a proposal, to an own account or to a payee, with fresh keys; its id."""
    row = ProposalRow(
        id=new_id(),
        person_id=person_id,
        from_account_id=from_account_id,
        to_account_id=to_account_id,
        payee_id=payee_id,
        amount_minor=amount.minor,
        currency=amount.currency,
        reason=reason,
        facts=[asdict(fact) for fact in facts],
        status=status.value,
        channel=channel,
        idempotency_key=idempotency_key or new_id(),
        reversal_key=new_id(),
        created_at=now,
        expires_at=expires_at,
        lease_until=lease_until,
    )
    session.add(row)
    session.flush()
    return row.id


def get(session: Session, person_id: str, proposal_id: str) -> Proposal:
    """A proposal with its accounts as they are now.

    Raises:
        NotFound: there is none of this id, or it is somebody else's.
    """
    row = _row(session, person_id, proposal_id)
    return Proposal(
        id=row.id,
        person_id=row.person_id,
        from_account=queries.account_of_record(session, person_id, row.from_account_id),
        to_account=queries.account_of_record(session, person_id, row.to_account_id)
        if row.to_account_id
        else None,
        amount=Money.from_minor(row.amount_minor, row.currency),
        reason=row.reason,
        status=ProposalStatus(row.status),
        created_at=row.created_at,
        expires_at=row.expires_at,
        facts=tuple(Fact(**fact) for fact in row.facts),
        payee=payees.get(session, person_id, row.payee_id).payee if row.payee_id else None,
        channel=row.channel,
    )


def lock(session: Session, person_id: str, proposal_id: str) -> StoredProposal:
    """A proposal that nobody else can move until the session's transaction ends.

    Raises:
        NotFound: there is none of this id, or it is somebody else's.
    """
    return _stored(_row(session, person_id, proposal_id, locked=True))


def newest(
    session: Session, person_id: str, statuses: Collection[ProposalStatus]
) -> StoredProposal | None:
    """The person's latest proposal in one of ``statuses``."""
    row = session.scalar(
        select(ProposalRow)
        .where(ProposalRow.person_id == person_id, ProposalRow.status.in_(statuses))
        .order_by(ProposalRow.id.desc())
        .limit(1)
    )
    return None if row is None else _stored(row)


def last_done_at(session: Session, person_id: str) -> datetime | None:
    """When the latest transfer that is done, or is being undone, was done."""
    standing = (ProposalStatus.DONE, ProposalStatus.UNDOING)
    return session.scalar(
        select(ProposalRow.done_at)
        .where(ProposalRow.person_id == person_id, ProposalRow.status.in_(standing))
        .order_by(ProposalRow.done_at.desc())
        .limit(1)
    )


def in_status(
    session: Session, statuses: Collection[ProposalStatus], person_id: str | None = None
) -> list[StoredProposal]:
    """Proposals in one of ``statuses``, oldest first; everybody's when no person is given."""
    query = select(ProposalRow).where(ProposalRow.status.in_(statuses)).order_by(ProposalRow.id)
    if person_id is not None:
        query = query.where(ProposalRow.person_id == person_id)
    return [_stored(row) for row in session.scalars(query)]


def under_way(session: Session, person_id: str) -> bool:
    """Whether the bank is at work on a transfer of the person's, or on one of their accounts."""
    accounts = select(AccountRow.id).where(AccountRow.person_id == person_id)
    found = session.scalar(
        select(ProposalRow.id)
        .where(
            ProposalRow.status.in_((ProposalStatus.EXECUTING, ProposalStatus.UNDOING)),
            or_(
                ProposalRow.person_id == person_id,
                ProposalRow.from_account_id.in_(accounts),
                ProposalRow.to_account_id.in_(accounts),
            ),
        )
        .limit(1)
    )
    return found is not None


def move(
    session: Session,
    proposal_id: str,
    before: Collection[ProposalStatus],
    after: ProposalStatus,
    **values: str | datetime | None,
) -> bool:
    """Moves a proposal if it still is in one of the states ``before``; whether it did.

    Args:
        session: an open session that writes.
        proposal_id: which.
        before: states it may come from.
        after: state it goes to.
        values: further columns to set; the lease is given up unless set.
    """
    moved = session.scalar(
        update(ProposalRow)
        .where(ProposalRow.id == proposal_id, ProposalRow.status.in_(before))
        .values(**{"lease_until": None, **values, "status": after.value})
        .returning(ProposalRow.id)
        .execution_options(synchronize_session=False)
    )
    return moved is not None


def take_lease(session: Session, proposal: StoredProposal, now: datetime, until: datetime) -> bool:
    """Becomes the one who asks the bank, unless somebody else is at it."""
    taken = session.scalar(
        update(ProposalRow)
        .where(
            ProposalRow.id == proposal.id,
            ProposalRow.status == proposal.status.value,
            or_(ProposalRow.lease_until.is_(None), ProposalRow.lease_until <= now),
        )
        .values(lease_until=until)
        .returning(ProposalRow.id)
        .execution_options(synchronize_session=False)
    )
    return taken is not None


def _row(
    session: Session, person_id: str, proposal_id: str, *, locked: bool = False
) -> ProposalRow:
    query = (
        select(ProposalRow)
        .where(ProposalRow.person_id == person_id, ProposalRow.id == proposal_id)
        .execution_options(populate_existing=True)  # ``move`` goes past the session's own copy
    )
    row = session.scalar(query.with_for_update() if locked else query)
    if row is None:
        raise NotFound("I don't know that proposal.")
    return row


def _stored(row: ProposalRow) -> StoredProposal:
    return StoredProposal(
        id=row.id,
        person_id=row.person_id,
        from_account_id=row.from_account_id,
        to_account_id=row.to_account_id,
        payee_id=row.payee_id,
        amount=Money.from_minor(row.amount_minor, row.currency),
        status=ProposalStatus(row.status),
        idempotency_key=row.idempotency_key,
        reversal_key=row.reversal_key,
        bank_transfer_id=row.bank_transfer_id,
        expires_at=row.expires_at,
        lease_until=row.lease_until,
        error=row.error,
    )
