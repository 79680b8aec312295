"""Payments that need no new yes, since a rule or a schedule has a standing one.

They become proposals that are executing from the start, with the bank's key stored in the
same transaction that notes why they are made, and go the way of all transfers from there:
asked once, found out about after a crash or a silent bank by ``transfers.resume``.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from finance_core.errors import PennyError
from finance_core.model import ProposalStatus
from finance_core.money import Money
from finance_core.services import payments
from finance_core.services.core import Core
from finance_core.store import ledger, proposals
from finance_core.store.proposals import StoredProposal

_LEASE = timedelta(minutes=3)  # longer than any one request to a bank may take

logger = logging.getLogger(__name__)


def begin(
    session: Session,
    person_id: str,
    *,
    from_account_id: str,
    to_account_id: str | None = None,
    payee_id: str | None = None,
    amount: Money,
    why: str,
    key: str,
    now: datetime,
    channel: str,
) -> StoredProposal:
    """Writes a payment down as executing; the bank is asked after the session's commit.

    Args:
        session: an open session that writes; what the payment is for is noted in it, too.
        person_id: whose money.
        from_account_id: the account it leaves.
        to_account_id: the own account it goes to, or None when ``payee_id`` gets it.
        payee_id: who gets it.
        amount: how much.
        why: one sentence for the audit log.
        key: what the bank knows the payment by; a second one of the same key is an error.
        now: the present instant.
        channel: ``rule`` or ``schedule``.
    """
    ledger.lock_person(session, person_id)
    proposal_id = proposals.add(
        session,
        person_id,
        from_account_id=from_account_id,
        to_account_id=to_account_id,
        payee_id=payee_id,
        amount=amount,
        reason=why,
        channel=channel,
        now=now,
        expires_at=now,
        status=ProposalStatus.EXECUTING,
        idempotency_key=key,
        lease_until=now + _LEASE,
    )
    stored = proposals.lock(session, person_id, proposal_id)
    payments.log(session, stored, now, channel, why=why)
    return stored


def carry_out(core: Core, stored: StoredProposal, now: datetime, channel: str) -> StoredProposal:
    """Asks the bank for what ``begin`` wrote down; the proposal as it is then."""
    try:
        payments.execute(core, stored, now, channel, again=False)
    except PennyError as err:
        logger.info("payment %s: %s", stored.id, err)
    return outcome(core, stored.person_id, stored.id)


def outcome(core: Core, person_id: str, proposal_id: str) -> StoredProposal:
    """How a payment stands."""
    with core.writes.begin() as session:
        return proposals.lock(session, person_id, proposal_id)
