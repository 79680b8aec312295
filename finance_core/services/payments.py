"""Asking a bank to move money, and keeping what it said.

Only an answer of the bank settles a payment. Where there is none (silence, a crash) the
proposal stays executing or undoing, and asking again with the same key, which pays once
however often it is sent, finds out.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from finance_core.connectors.base import PaymentConnector
from finance_core.errors import BankRejected, BankUnavailable, NotFound, PennyError, Refused
from finance_core.model import Account, ProposalStatus, Reach, TransferOrder
from finance_core.services import payees, people, sync
from finance_core.services.core import Core
from finance_core.store import audit, connections, proposals, queries
from finance_core.store.proposals import StoredProposal

_SHOWN_TO_BANK = "Penny transfer"
_UNKNOWN_YET = (
    "The bank did not answer, so I don't know yet whether the money moved. "
    "I will ask again; it cannot happen twice."
)

EXECUTING = ProposalStatus.EXECUTING
DONE = ProposalStatus.DONE
UNDOING = ProposalStatus.UNDOING
UNDONE = ProposalStatus.UNDONE
FAILED = ProposalStatus.FAILED

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Bank:
    """Who can move the money, and what it calls the accounts; no target when it leaves.

    ``owner_id`` is the person who connected it.
    """

    payments: PaymentConnector
    credentials: str
    connection_id: str
    from_external_id: str
    to_external_id: str | None = None
    owner_id: str = ""


def bank_between(core: Core, source: Account, target: Account) -> Bank:
    """The bank that can move money from ``source`` to ``target``.

    Raises:
        Refused: there is none.
    """
    with core.sessions() as session:
        connection, _ = connections.behind(session, source.person_id, source.id)
        other, to_id = connections.behind(session, target.person_id, target.id)
    if connection is None or other is None or connection.id != other.id:
        raise Refused(
            f"I can't move money from {source.name} to {target.name}: "
            "they are not both accounts of one connected bank."
        )
    return replace(bank_of(core, source), to_external_id=to_id)


def bank_of(core: Core, source: Account) -> Bank:
    """The bank that can send money out of ``source``.

    Raises:
        Refused: there is none.
    """
    with core.sessions() as session:
        connection, external_id = connections.behind(session, source.person_id, source.id)
    if connection is None:
        raise Refused(f"I can't send money from {source.name}: no bank is connected to it.")
    try:
        payments = core.payments(connection.protocol, connection.base_url)
    except BankRejected as err:
        raise Refused(f"I can't move money from {source.name}: {err}") from err
    credentials = core.vault.open(connection.credentials)
    return Bank(payments, credentials, connection.id, external_id, owner_id=connection.person_id)


def execute(
    core: Core, stored: StoredProposal, now: datetime, channel: str, *, again: bool
) -> None:
    """Asks the bank to pay, and keeps its answer.

    Args:
        core: the shared parts.
        stored: a proposal that is executing.
        now: the present instant.
        channel: through which channel it was confirmed.
        again: the bank may have been asked before, so that only its own no is a no.

    Raises:
        BankUnavailable: the outcome is not known yet.
        PennyError: nothing was paid.
    """
    try:
        bank, order = _order(core, stored, stored.idempotency_key)
        receipt = bank.payments.transfer(bank.credentials, order)
    except PennyError as err:
        if _is_open(err, again=again):
            _settle(core, stored, {EXECUTING}, EXECUTING, now, channel, why=str(err))
            raise BankUnavailable(_UNKNOWN_YET) from err
        _settle(core, stored, {EXECUTING}, FAILED, now, channel, why=str(err), error=str(err))
        raise
    _settle(
        core,
        stored,
        {EXECUTING, FAILED},  # a receipt outweighs what a rival asker may have noted
        DONE,
        now,
        channel,
        bank_transfer_id=receipt.external_id,
        done_at=now,
        error=None,
    )
    _refresh(core, bank.owner_id, bank.connection_id, now)


def reverse(
    core: Core, stored: StoredProposal, now: datetime, channel: str, *, again: bool
) -> None:
    """Asks the bank to pay back, and keeps its answer; arguments as for ``execute``.

    Raises:
        BankUnavailable: the outcome is not known yet.
        PennyError: the transfer stands.
    """
    try:
        bank, order = _order(core, stored, stored.reversal_key)
        receipt = bank.payments.reverse(bank.credentials, stored.bank_transfer_id or "", order)
    except PennyError as err:
        if _is_open(err, again=again):
            _settle(core, stored, {UNDOING}, UNDOING, now, channel, why=str(err))
            raise BankUnavailable(_UNKNOWN_YET) from err
        _settle(core, stored, {UNDOING}, DONE, now, channel, why=str(err), error=str(err))
        raise
    _settle(
        core,
        stored,
        {UNDOING, DONE},
        UNDONE,
        now,
        channel,
        bank_reversal_id=receipt.external_id,
        error=None,
    )
    _refresh(core, bank.owner_id, bank.connection_id, now)


def log(session: Session, stored: StoredProposal, now: datetime, channel: str, *, why: str) -> None:
    """Writes the state a proposal has just reached into the audit log.

    The owner of an account that somebody else moved money out of is told by whom.
    """
    entry = audit.AuditEntry(
        person_id=stored.person_id,
        at=now,
        channel=channel,
        action=f"transfer.{stored.status.value}",
        subject=stored.id,
        why=why,
        details={
            "amount": str(stored.amount.amount),
            "currency": stored.amount.currency,
            "from": stored.from_account_id,
            "to": stored.to_account_id or stored.payee_id,
        },
    )
    audit.record(session, entry)
    owner_id = queries.owner(session, stored.from_account_id)
    if owner_id is not None and owner_id != stored.person_id:
        told = {**entry.details, "by": stored.person_id}
        audit.record(session, replace(entry, person_id=owner_id, details=told))


def may_be_moved(session: Session, stored: StoredProposal) -> bool:
    """Whether the person (still) has the right to what a proposal is about."""
    try:
        queries.account(session, stored.person_id, stored.from_account_id, Reach.SPEND)
        if stored.to_account_id:
            queries.account(session, stored.person_id, stored.to_account_id, Reach.SEE)
    except NotFound:
        return False
    return True


def _is_open(error: PennyError, *, again: bool) -> bool:
    """Whether money may have moved in spite of ``error``."""
    if isinstance(error, BankRejected):
        return False
    return again or isinstance(error, BankUnavailable)


def _order(core: Core, stored: StoredProposal, key: str) -> tuple[Bank, TransferOrder]:
    """Whom to ask for what. Whether it may be was settled with the yes (`may_be_moved`)."""
    person_id, target_id = stored.person_id, stored.to_account_id
    with core.sessions() as session:
        source = queries.account_of_record(session, person_id, stored.from_account_id)
        target = queries.account_of_record(session, person_id, target_id) if target_id else None
    bank = bank_between(core, source, target) if target else bank_of(core, source)
    order = TransferOrder(
        from_external_id=bank.from_external_id,
        to_external_id=bank.to_external_id,
        amount=stored.amount,
        idempotency_key=key,
        description=_SHOWN_TO_BANK,
        counterparty=None if target else payees.counterparty(core, stored),
    )
    return bank, order


def _settle(
    core: Core,
    stored: StoredProposal,
    before: set[ProposalStatus],
    after: ProposalStatus,
    now: datetime,
    channel: str,
    *,
    why: str = "",
    **values: str | datetime | None,
) -> None:
    """Moves the proposal on and gives up the lease; silent when somebody else did so first."""
    with core.writes.begin() as session:
        if proposals.move(session, stored.id, before, after, **values):
            moved = proposals.lock(session, stored.person_id, stored.id)
            log(session, moved, now, channel, why=why)


def _refresh(core: Core, person_id: str, connection_id: str, now: datetime) -> None:
    """Reads the new balances, so that the next answer is right; the transfer stands anyway."""
    try:
        today = people.get(core, person_id).today(now)
        sync.refresh_one(core, person_id, connection_id, today)
    except PennyError as err:
        logger.warning("balances could not be read after a transfer", exc_info=err)
