"""Moving money: proposed, confirmed, carried out once, undone if wanted.

A proposal moves proposed → executing → done → undoing → undone by compare-and-set, and
both idempotency keys are stored before the bank is first asked. Whoever asks holds a
lease, so a second yes meanwhile asks nobody. When the outcome is not known (no answer,
a crash) the proposal stays executing or undoing, and the next yes or ``resume`` asks
the bank again with the same key, which pays once however often it is sent.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from finance_core.connectors.base import PaymentConnector
from finance_core.errors import (
    BadInput,
    BankRejected,
    BankUnavailable,
    PennyError,
    Refused,
)
from finance_core.model import Account, Fact, Proposal, ProposalStatus, TransferOrder
from finance_core.money import Money
from finance_core.services import people, sync
from finance_core.services.core import Core
from finance_core.store import audit, connections, proposals, queries
from finance_core.store.proposals import StoredProposal

_LEASE = timedelta(minutes=3)  # longer than any one request to a bank may take
_SHOWN_TO_BANK = "Penny transfer"
_UNKNOWN_YET = (
    "The bank did not answer, so I don't know yet whether the money moved. "
    "I will ask again; it cannot happen twice."
)

PROPOSED = ProposalStatus.PROPOSED
EXECUTING = ProposalStatus.EXECUTING
DONE = ProposalStatus.DONE
UNDOING = ProposalStatus.UNDOING
UNDONE = ProposalStatus.UNDONE
CANCELLED = ProposalStatus.CANCELLED
EXPIRED = ProposalStatus.EXPIRED
FAILED = ProposalStatus.FAILED

logger = logging.getLogger(__name__)


def propose(  # noqa: PLR0917
    core: Core,
    person_id: str,
    from_account_id: str,
    to_account_id: str,
    amount: Money,
    reason: str,
    now: datetime,
    channel: str,
    facts: Sequence[Fact] = (),
) -> Proposal:
    """Writes down a transfer that waits for a yes; nothing moves.

    It takes the place of an earlier one that still waits: a yes means the latest.

    Raises:
        NotFound: an account is not known, or somebody else's.
        BadInput: the amount is not positive, or in another currency than the accounts.
        Refused: it cannot be done: not enough money, or no bank that could.
    """
    with core.sessions() as session:
        source = queries.account(session, person_id, from_account_id)
        target = queries.account(session, person_id, to_account_id)
    _check(source, target, amount)
    _bank(core, person_id, source, target)
    expires_at = now + timedelta(minutes=core.settings.proposal_minutes)
    with core.writes.begin() as session:
        for earlier in proposals.in_status(session, {PROPOSED}, person_id):
            _drop(session, earlier, now, channel, why="a newer proposal took its place")
        proposal_id = proposals.add(
            session,
            person_id,
            from_account_id=source.id,
            to_account_id=target.id,
            amount=amount,
            reason=reason,
            facts=facts,
            channel=channel,
            now=now,
            expires_at=expires_at,
        )
        _audit(session, proposals.lock(session, person_id, proposal_id), now, channel, why=reason)
        return proposals.get(session, person_id, proposal_id)


def pending(core: Core, person_id: str, now: datetime) -> Proposal | None:
    """The proposal that waits for the person's yes, if one still does."""
    with core.sessions() as session:
        found = proposals.newest(session, person_id, {PROPOSED})
        if found is None or found.expires_at <= now:
            return None
        return proposals.get(session, person_id, found.id)


def confirm(core: Core, person_id: str, proposal_id: str, now: datetime, channel: str) -> Proposal:
    """Carries a proposal out, once, however often and by however many it is confirmed.

    Returns:
        The proposal, done; still executing when another confirmation is at it.

    Raises:
        NotFound: no such proposal, or somebody else's.
        Refused: it has expired, was cancelled or failed.
        BankUnavailable: the outcome is not known yet; confirming again is safe.
        BankError: the bank said no; nothing moved.
    """
    stored, mine = _begin(core, person_id, proposal_id, now, channel)
    if stored.status is EXPIRED:
        raise Refused("That offer has expired. Ask me again and I will look at it afresh.")
    if stored.status in (CANCELLED, FAILED):
        raise Refused(f"That transfer was {_WORDS[stored.status]}. Ask me again if you want it.")
    if mine:
        _execute(core, stored, now, channel)
    return _get(core, person_id, proposal_id)


def cancel(core: Core, person_id: str, proposal_id: str, now: datetime, channel: str) -> Proposal:
    """Drops a proposal that waits; cancelling one that no longer does changes nothing.

    Raises:
        NotFound: no such proposal, or somebody else's.
        Refused: it was confirmed already.
    """
    with core.writes.begin() as session:
        stored = proposals.lock(session, person_id, proposal_id)
        if stored.status is PROPOSED:
            _drop(session, stored, now, channel, why="the person said no")
    if stored.status in (EXECUTING, DONE, UNDOING):
        raise Refused("That transfer was confirmed already. You can undo it.")
    return _get(core, person_id, proposal_id)


def undo(
    core: Core, person_id: str, now: datetime, channel: str, proposal_id: str | None = None
) -> Proposal:
    """Moves the money of a transfer back: of the given one, or of the latest.

    Returns:
        The proposal, undone; still undoing when another request is at it.

    Raises:
        NotFound: no such proposal, or somebody else's.
        Refused: there is nothing to undo, or it is undone already.
        BankUnavailable: the outcome is not known yet; asking again is safe.
        BankError: the bank said no; the transfer stands.
    """
    stored, mine = _begin_undo(core, person_id, now, channel, proposal_id)
    if mine:
        _reverse(core, stored, now, channel)
    return _get(core, person_id, stored.id)


def resume(core: Core, now: datetime) -> tuple[Proposal, ...]:
    """Finishes what a crash or a silent bank left half-done; to be called at start-up.

    Returns:
        The transfers that were executing or undoing, as they are now. Where the bank
        still does not answer they stay as they were.
    """
    with core.sessions() as session:
        stuck = proposals.in_status(session, {EXECUTING, UNDOING})
    for stored in stuck:
        step = _execute if stored.status is EXECUTING else _reverse
        try:
            step(core, stored, now, "system")
        except PennyError as err:
            logger.warning("transfer %s could not be finished", stored.id, exc_info=err)
    return tuple(_get(core, stored.person_id, stored.id) for stored in stuck)


_WORDS = {CANCELLED: "cancelled", FAILED: "refused by the bank"}


@dataclass(frozen=True, slots=True)
class _Bank:
    """Who can move the money, and what it calls the two accounts."""

    payments: PaymentConnector
    credentials: str
    connection_id: str
    from_external_id: str
    to_external_id: str


def _check(source: Account, target: Account, amount: Money) -> None:
    if source.id == target.id:
        raise BadInput("That is the same account twice.")
    if amount.amount <= 0:
        raise BadInput("The amount has to be more than zero.")
    for account in (source, target):
        if account.currency != amount.currency:
            raise BadInput(f"{account.name} is kept in {account.currency}.")
    spendable = source.current if source.available is None else source.available
    if amount > spendable:
        raise Refused(f"There is only {spendable} in {source.name}.")


def _bank(core: Core, person_id: str, source: Account, target: Account) -> _Bank:
    """The bank that can carry the transfer out.

    Raises:
        Refused: there is none.
    """
    with core.sessions() as session:
        connection, from_id = connections.behind(session, person_id, source.id)
        other, to_id = connections.behind(session, person_id, target.id)
    if connection is None or other is None or connection.id != other.id:
        raise Refused(
            f"I can't move money from {source.name} to {target.name}: "
            "they are not both accounts of one connected bank."
        )
    try:
        payments = core.payments(connection.protocol, connection.base_url)
    except BankRejected as err:
        raise Refused(f"I can't move money from {source.name}: {err}") from err
    return _Bank(payments, core.vault.open(connection.credentials), connection.id, from_id, to_id)


def _begin(
    core: Core, person_id: str, proposal_id: str, now: datetime, channel: str
) -> tuple[StoredProposal, bool]:
    """Takes on the execution if it is to be had: the proposal, and whether it is ours."""
    until = now + _LEASE
    with core.writes.begin() as session:
        stored = proposals.lock(session, person_id, proposal_id)
        if stored.status is EXECUTING:
            return stored, proposals.take_lease(session, stored, now, until)
        if stored.status is not PROPOSED:
            return stored, False
        if stored.expires_at <= now:
            proposals.move(session, stored.id, {PROPOSED}, EXPIRED)
        else:
            proposals.move(session, stored.id, {PROPOSED}, EXECUTING, lease_until=until)
        taken = proposals.lock(session, person_id, proposal_id)
        _audit(session, taken, now, channel, why="the person said yes")
        return taken, taken.status is EXECUTING


def _begin_undo(
    core: Core, person_id: str, now: datetime, channel: str, proposal_id: str | None
) -> tuple[StoredProposal, bool]:
    until = now + _LEASE
    with core.writes.begin() as session:
        if proposal_id is None:
            latest = proposals.newest(session, person_id, {EXECUTING, DONE, UNDOING, UNDONE})
            if latest is None:
                raise Refused("There is no transfer to undo.")
            proposal_id = latest.id
        stored = proposals.lock(session, person_id, proposal_id)
        if stored.status is UNDOING:
            return stored, proposals.take_lease(session, stored, now, until)
        if stored.status is not DONE:
            raise Refused(_NOT_UNDOABLE.get(stored.status, "That transfer never happened."))
        proposals.move(session, stored.id, {DONE}, UNDOING, lease_until=until)
        taken = proposals.lock(session, person_id, proposal_id)
        _audit(session, taken, now, channel, why="the person asked to undo it")
        return taken, True


_NOT_UNDOABLE = {
    UNDONE: "The last transfer is undone already.",
    EXECUTING: "That transfer is still on its way. Try again in a moment.",
    PROPOSED: "That transfer has not happened yet. You can cancel it.",
}


def _execute(core: Core, stored: StoredProposal, now: datetime, channel: str) -> None:
    """Asks the bank to pay, and keeps its answer."""
    try:
        bank, order = _order(core, stored, stored.idempotency_key)
        receipt = bank.payments.transfer(bank.credentials, order)
    except BankUnavailable as err:
        _settle(core, stored, {EXECUTING}, EXECUTING, now, channel, why=str(err))
        raise BankUnavailable(_UNKNOWN_YET) from err
    except PennyError as err:
        _settle(core, stored, {EXECUTING}, FAILED, now, channel, why=str(err), error=str(err))
        raise
    # A receipt outweighs what a rival that asked at the same time may have noted.
    _settle(
        core,
        stored,
        {EXECUTING, FAILED},
        DONE,
        now,
        channel,
        bank_transfer_id=receipt.external_id,
        done_at=now,
        error=None,
    )
    _refresh(core, stored.person_id, bank.connection_id, now)


def _reverse(core: Core, stored: StoredProposal, now: datetime, channel: str) -> None:
    """Asks the bank to pay back, and keeps its answer."""
    try:
        bank, order = _order(core, stored, stored.reversal_key)
        receipt = bank.payments.reverse(bank.credentials, stored.bank_transfer_id or "", order)
    except BankUnavailable as err:
        _settle(core, stored, {UNDOING}, UNDOING, now, channel, why=str(err))
        raise BankUnavailable(_UNKNOWN_YET) from err
    except PennyError as err:
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
    _refresh(core, stored.person_id, bank.connection_id, now)


def _order(core: Core, stored: StoredProposal, key: str) -> tuple[_Bank, TransferOrder]:
    with core.sessions() as session:
        source = queries.account(session, stored.person_id, stored.from_account_id)
        target = queries.account(session, stored.person_id, stored.to_account_id)
    bank = _bank(core, stored.person_id, source, target)
    order = TransferOrder(
        from_external_id=bank.from_external_id,
        to_external_id=bank.to_external_id,
        amount=stored.amount,
        idempotency_key=key,
        description=_SHOWN_TO_BANK,
    )
    return bank, order


def _settle(  # noqa: PLR0917
    core: Core,
    stored: StoredProposal,
    before: set[ProposalStatus],
    after: ProposalStatus,
    now: datetime,
    channel: str,
    why: str = "",
    **values: str | datetime | None,
) -> None:
    """Moves the proposal on and gives up the lease; silent when somebody else did so first."""
    with core.writes.begin() as session:
        if proposals.move(session, stored.id, before, after, **values):
            moved = proposals.lock(session, stored.person_id, stored.id)
            _audit(session, moved, now, channel, why=why)


def _refresh(core: Core, person_id: str, connection_id: str, now: datetime) -> None:
    """Reads the new balances, so that the next answer is right; the transfer stands anyway."""
    zone = ZoneInfo(people.get(core, person_id).timezone)
    try:
        sync.refresh_one(core, person_id, connection_id, now.astimezone(zone).date())
    except PennyError as err:
        logger.warning("balances could not be read after a transfer", exc_info=err)


def _drop(session: Session, stored: StoredProposal, now: datetime, channel: str, why: str) -> None:
    after = EXPIRED if stored.expires_at <= now else CANCELLED
    if proposals.move(session, stored.id, {PROPOSED}, after):
        moved = proposals.lock(session, stored.person_id, stored.id)
        _audit(session, moved, now, channel, why=why)


def _get(core: Core, person_id: str, proposal_id: str) -> Proposal:
    with core.sessions() as session:
        return proposals.get(session, person_id, proposal_id)


def _audit(
    session: Session, stored: StoredProposal, now: datetime, channel: str, *, why: str
) -> None:
    """Logs the state a proposal has just reached."""
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
            "to": stored.to_account_id,
        },
    )
    audit.record(session, entry)
