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

from sqlalchemy.orm import Session

from finance_core.errors import BadInput, PennyError, Refused
from finance_core.model import Fact, Proposal, ProposalStatus, Reach
from finance_core.money import Money
from finance_core.services import funds, payees, payments, pins
from finance_core.services.core import Core
from finance_core.store import proposals, queries
from finance_core.store.proposals import StoredProposal

_LEASE = timedelta(minutes=3)  # longer than any one request to a bank may take

PROPOSED = ProposalStatus.PROPOSED
EXECUTING = ProposalStatus.EXECUTING
DONE = ProposalStatus.DONE
UNDOING = ProposalStatus.UNDOING
UNDONE = ProposalStatus.UNDONE
CANCELLED = ProposalStatus.CANCELLED
EXPIRED = ProposalStatus.EXPIRED
FAILED = ProposalStatus.FAILED

logger = logging.getLogger(__name__)


def propose(
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
        NotFound: an account is not known, or somebody else's who does not share it for that.
        BadInput: the amount is not positive, or in another currency than the accounts.
        Refused: it cannot be done: not enough money, or no bank that could.
    """
    with core.sessions() as session:
        source = queries.account(session, person_id, from_account_id, Reach.SPEND)
        target = queries.account(session, person_id, to_account_id, Reach.SEE)
    if source.id == target.id:
        raise BadInput("That is the same account twice.")
    funds.check(source, amount)
    funds.check_currency(target, amount)
    payments.bank_between(core, source, target)
    order = _Order(source.id, target.id, None, amount, reason, tuple(facts))
    return _write_down(core, person_id, order, now, channel)


def propose_payment(
    core: Core,
    person_id: str,
    from_account_id: str,
    payee_id: str,
    amount: Money,
    reason: str,
    now: datetime,
    channel: str,
    facts: Sequence[Fact] = (),
) -> Proposal:
    """Like ``propose``, for money that goes to a saved payee; it cannot be undone.

    Raises:
        NotFound: the account or payee is not known, or somebody else's.
        BadInput: the amount is not positive, or in another currency than the account.
        Refused: it cannot be done: not enough money, or no bank that could.
    """
    with core.sessions() as session:
        source = queries.account(session, person_id, from_account_id, Reach.SPEND)
    payees.check(core, person_id, payee_id, source.currency)
    funds.check(source, amount)
    payments.bank_of(core, source)
    order = _Order(source.id, None, payee_id, amount, reason, tuple(facts))
    return _write_down(core, person_id, order, now, channel)


@dataclass(frozen=True, slots=True)
class _Order:
    """What a proposal is about; it goes to one of the two."""

    from_account_id: str
    to_account_id: str | None
    payee_id: str | None
    amount: Money
    reason: str
    facts: tuple[Fact, ...]


def _write_down(core: Core, person_id: str, order: _Order, now: datetime, channel: str) -> Proposal:
    expires_at = now + timedelta(minutes=core.settings.proposal_minutes)
    with core.writes.begin() as session:
        for earlier in proposals.in_status(session, {PROPOSED}, person_id):
            _drop(session, earlier, now, channel, why="a newer proposal took its place")
        proposal_id = proposals.add(
            session,
            person_id,
            from_account_id=order.from_account_id,
            to_account_id=order.to_account_id,
            payee_id=order.payee_id,
            amount=order.amount,
            reason=order.reason,
            facts=order.facts,
            channel=channel,
            now=now,
            expires_at=expires_at,
        )
        stored = proposals.lock(session, person_id, proposal_id)
        payments.log(session, stored, now, channel, why=order.reason)
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
        NeedsPin: it was said aloud without the PIN.
    """
    pins.require()
    turn = _begin(core, person_id, proposal_id, now, channel)
    if turn.stored.status in _OVER:
        raise Refused(_OVER[turn.stored.status])
    if turn.mine:
        payments.execute(core, turn.stored, now, channel, again=turn.again)
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
        undo = "" if stored.payee_id else " You can undo it."
        raise Refused(f"That transfer was confirmed already.{undo}")
    return _get(core, person_id, proposal_id)


def undo(
    core: Core, person_id: str, now: datetime, channel: str, proposal_id: str | None = None
) -> Proposal:
    """Moves the money of a transfer back: of the given one, or of the latest.

    Returns:
        The proposal, undone; still undoing when another request is at it.

    Raises:
        NotFound: no such proposal, or somebody else's.
        Refused: there is nothing to undo, it is undone already, or it went to somebody else.
        BankUnavailable: the outcome is not known yet; asking again is safe.
        BankError: the bank said no; the transfer stands.
        NeedsPin: it was said aloud without the PIN.
    """
    pins.require()
    turn = _begin_undo(core, person_id, now, channel, proposal_id)
    if turn.mine:
        payments.reverse(core, turn.stored, now, channel, again=turn.again)
    return _get(core, person_id, turn.stored.id)


def last_done_at(core: Core, person_id: str) -> datetime | None:
    """When the latest transfer that stands was carried out."""
    with core.sessions() as session:
        return proposals.last_done_at(session, person_id)


def resume(core: Core, now: datetime) -> tuple[Proposal, ...]:
    """Finishes what a crash or a silent bank left half-done; to be called at start-up.

    Returns:
        The transfers that were executing or undoing, as they are now. Where the bank
        still does not answer they stay as they were.
    """
    with core.sessions() as session:
        stuck = proposals.in_status(session, {EXECUTING, UNDOING})
    for stored in stuck:
        finish = payments.execute if stored.status is EXECUTING else payments.reverse
        try:
            finish(core, stored, now, "system", again=True)
        except PennyError as err:
            logger.warning("transfer %s could not be finished", stored.id, exc_info=err)
    return tuple(_get(core, stored.person_id, stored.id) for stored in stuck)


_OVER = {
    EXPIRED: "That offer has expired. Ask me again and I will look at it afresh.",
    CANCELLED: "That transfer was cancelled. Ask me again if you want it.",
    FAILED: "That transfer did not go through. Ask me again if you want it.",
}
_NOT_UNDOABLE = {
    UNDONE: "The last transfer is undone already.",
    EXECUTING: "That transfer is still on its way. Try again in a moment.",
    PROPOSED: "That transfer has not happened yet. You can cancel it.",
}


_GONE = (
    "That payment has left your bank, so I can't take it back. Only the one who got it can "
    "return it; if it went wrong, ask them, or your bank, as soon as you can."
)


@dataclass(frozen=True, slots=True)
class _Turn:
    """Whether it is ours to ask the bank (``mine``), and if it may have been asked before."""

    stored: StoredProposal
    mine: bool
    again: bool = False


def _begin(core: Core, person_id: str, proposal_id: str, now: datetime, channel: str) -> _Turn:
    """Takes on the execution, if it is to be had."""
    with core.writes.begin() as session:
        stored = proposals.lock(session, person_id, proposal_id)
        if stored.status is EXECUTING:
            mine = proposals.take_lease(session, stored, now, now + _LEASE)
            return _Turn(stored, mine, again=True)
        if stored.status is not PROPOSED:
            return _Turn(stored, mine=False)
        if stored.expires_at <= now:
            _drop(session, stored, now, channel, why="the yes came too late")
            return _Turn(proposals.lock(session, person_id, proposal_id), mine=False)
        if not payments.may_be_moved(session, stored):
            _drop(session, stored, now, channel, why="the account is no longer shared")
            return _Turn(proposals.lock(session, person_id, proposal_id), mine=False)
        proposals.move(session, stored.id, {PROPOSED}, EXECUTING, lease_until=now + _LEASE)
        stored = proposals.lock(session, person_id, proposal_id)
        payments.log(session, stored, now, channel, why="the person said yes")
        return _Turn(stored, mine=True)


def _begin_undo(
    core: Core, person_id: str, now: datetime, channel: str, proposal_id: str | None
) -> _Turn:
    """Takes on the reversal, if it is to be had."""
    with core.writes.begin() as session:
        if proposal_id is None:
            latest = proposals.newest(session, person_id, {EXECUTING, DONE, UNDOING, UNDONE})
            if latest is None:
                raise Refused("There is nothing to undo.")
            proposal_id = latest.id
        stored = proposals.lock(session, person_id, proposal_id)
        if stored.status is UNDOING:
            mine = proposals.take_lease(session, stored, now, now + _LEASE)
            return _Turn(stored, mine, again=True)
        if stored.status is not DONE:
            raise Refused(_NOT_UNDOABLE.get(stored.status, "That transfer never happened."))
        if stored.payee_id:
            raise Refused(_GONE)
        if not payments.may_be_moved(session, stored):
            raise Refused("That account is no longer shared with you, so I can't move it back.")
        proposals.move(session, stored.id, {DONE}, UNDOING, lease_until=now + _LEASE)
        stored = proposals.lock(session, person_id, proposal_id)
        payments.log(session, stored, now, channel, why="the person asked to undo it")
        return _Turn(stored, mine=True)


def _drop(
    session: Session, stored: StoredProposal, now: datetime, channel: str, *, why: str
) -> None:
    after = EXPIRED if stored.expires_at <= now else CANCELLED
    if proposals.move(session, stored.id, {PROPOSED}, after):
        moved = proposals.lock(session, stored.person_id, stored.id)
        payments.log(session, moved, now, channel, why=why)


def _get(core: Core, person_id: str, proposal_id: str) -> Proposal:
    with core.sessions() as session:
        return proposals.get(session, person_id, proposal_id)
