from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finance_core.errors import (
    BadInput,
    BankConsentExpired,
    BankError,
    BankRejected,
    BankUnavailable,
    NotFound,
    PennyError,
    Refused,
)
from finance_core.model import Account, Fact, Proposal, ProposalStatus, TransferReceipt
from finance_core.money import Money
from finance_core.services import people, sync, transfers
from finance_core.services.core import Core
from finance_core.store import audit, queries
from tests.finance_core.services.fake_bank import FakeBank, at_bank

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
TODAY = NOW.date()
FIFTY = Money.of("50.00", "GBP")


@pytest.fixture
def bank() -> FakeBank:
    return FakeBank()


@pytest.fixture
def penny(core: Core, bank: FakeBank) -> Core:
    return at_bank(core, fake=bank, readonly=FakeBank(prefix="other "))


@pytest.fixture
def ada(penny: Core) -> str:
    person, _ = people.add(penny, "Ada", "Pacific/Auckland", "GBP")
    sync.connect(penny, person.id, "fake", "token", TODAY)
    return person.id


def accounts(core: Core, person_id: str) -> dict[str, Account]:
    with core.sessions() as session:
        return {account.name: account for account in queries.accounts(session, person_id)}


def propose(core: Core, person_id: str, amount: Money = FIFTY, now: datetime = NOW) -> Proposal:
    own = accounts(core, person_id)
    return transfers.propose(
        core,
        person_id,
        own["Current"].id,
        own["Savings"].id,
        amount,
        "You can spare it.",
        now,
        "web",
        facts=(Fact("amount", "50.00", "GBP"),),
    )


def confirm(core: Core, proposal: Proposal, now: datetime = NOW) -> Proposal:
    return transfers.confirm(core, proposal.person_id, proposal.id, now, "web")


def status(core: Core, proposal: Proposal) -> ProposalStatus:
    with core.sessions() as session:
        return transfers.proposals.get(session, proposal.person_id, proposal.id).status


def test_a_proposal_moves_nothing_and_says_all(penny, bank, ada):
    proposal = propose(penny, ada)
    assert proposal.status is ProposalStatus.PROPOSED
    assert (proposal.from_account.name, proposal.to_account.name) == ("Current", "Savings")
    assert proposal.amount == FIFTY
    assert proposal.reason == "You can spare it."
    assert proposal.facts == (Fact("amount", "50.00", "GBP"),)
    assert proposal.expires_at == NOW + timedelta(minutes=30)
    assert bank.asked == []
    assert transfers.pending(penny, ada, NOW) == proposal


def test_a_yes_pays_and_the_balances_are_right_at_once(penny, bank, ada):
    done = confirm(penny, propose(penny, ada))
    assert done.status is ProposalStatus.DONE
    (order,) = [order for order, _ in bank.paid.values()]
    assert (order.from_external_id, order.to_external_id) == ("current", "savings")
    assert order.amount == FIFTY
    assert done.from_account.current == Money.of("950.00", "GBP")
    assert done.to_account.current == Money.of("50.00", "GBP")
    assert transfers.pending(penny, ada, NOW) is None


def test_a_second_yes_changes_nothing(penny, bank, ada):
    proposal = propose(penny, ada)
    first = confirm(penny, proposal)
    assert confirm(penny, proposal) == first
    assert len(bank.asked) == 1


def test_ten_yeses_at_once_pay_once(penny, reopen, bank, ada):
    """From two processes, which share nothing but the database."""
    bank.delay = 0.05
    proposal = propose(penny, ada)
    cores = (penny, at_bank(reopen(), fake=bank))
    start = threading.Barrier(10)

    def yes(number: int) -> ProposalStatus:
        start.wait()
        return confirm(cores[number % 2], proposal).status

    with ThreadPoolExecutor(10) as pool:
        seen = list(pool.map(yes, range(10)))
    assert len(bank.asked) == 1
    assert bank.balances["savings"] == 5000
    assert set(seen) <= {ProposalStatus.DONE, ProposalStatus.EXECUTING}
    assert ProposalStatus.DONE in seen
    assert status(penny, proposal) is ProposalStatus.DONE


def test_yes_no_and_undo_at_once_end_in_one_consistent_state(penny, bank, ada):
    bank.delay = 0.01
    for _ in range(5):
        before = bank.balances["savings"]
        proposal = propose(penny, ada)
        calls: list[Callable[[], Any]] = [
            lambda p=proposal: confirm(penny, p),
            lambda p=proposal: transfers.cancel(penny, ada, p.id, NOW, "web"),
            lambda p=proposal: transfers.undo(penny, ada, NOW, "web", p.id),
        ] * 3
        with ThreadPoolExecutor(9) as pool:
            list(pool.map(quietly, calls))
        moved = bank.balances["savings"] - before
        assert (status(penny, proposal), moved) in {
            (ProposalStatus.DONE, 5000),
            (ProposalStatus.UNDONE, 0),
            (ProposalStatus.CANCELLED, 0),
        }


def quietly(call: Callable[[], Any]) -> None:
    with suppress(PennyError):
        call()


def test_undo_pays_back_once(penny, bank, ada):
    done = confirm(penny, propose(penny, ada))
    undone = transfers.undo(penny, ada, NOW, "telegram")
    assert undone.id == done.id
    assert undone.status is ProposalStatus.UNDONE
    assert undone.from_account.current == Money.of("1000.00", "GBP")
    with pytest.raises(Refused, match="undone already"):
        transfers.undo(penny, ada, NOW, "telegram")
    with pytest.raises(Refused, match="undone already"):
        transfers.undo(penny, ada, NOW, "telegram", done.id)
    assert len(bank.returned) == 1
    assert list(bank.paid) != list(bank.returned)


def test_undoing_twice_does_not_reach_an_earlier_transfer(penny, bank, ada):
    confirm(penny, propose(penny, ada))
    confirm(penny, propose(penny, ada))
    bank.delay = 0.02
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(quietly, [lambda: transfers.undo(penny, ada, NOW, "web")] * 6))
    assert bank.balances["savings"] == 5000
    assert len(bank.returned) == 1


def test_an_earlier_transfer_can_be_undone_by_its_id(penny, bank, ada):
    first = confirm(penny, propose(penny, ada))
    confirm(penny, propose(penny, ada, Money.of("7.00", "GBP")))
    assert transfers.undo(penny, ada, NOW, "web", first.id).status is ProposalStatus.UNDONE
    assert bank.balances["savings"] == 700


def test_nothing_to_undo(penny, ada):
    with pytest.raises(Refused, match="nothing to undo"):
        transfers.undo(penny, ada, NOW, "web")
    proposal = propose(penny, ada)
    with pytest.raises(Refused, match="nothing to undo"):
        transfers.undo(penny, ada, NOW, "web")
    with pytest.raises(Refused, match="cancel"):
        transfers.undo(penny, ada, NOW, "web", proposal.id)


def test_a_no_drops_it_for_good(penny, bank, ada):
    proposal = propose(penny, ada)
    assert transfers.cancel(penny, ada, proposal.id, NOW, "web").status is ProposalStatus.CANCELLED
    assert transfers.cancel(penny, ada, proposal.id, NOW, "web").status is ProposalStatus.CANCELLED
    with pytest.raises(Refused, match="cancelled"):
        confirm(penny, proposal)
    assert bank.asked == []


def test_a_no_after_a_yes_is_told_so(penny, ada):
    proposal = propose(penny, ada)
    confirm(penny, proposal)
    with pytest.raises(Refused, match="undo"):
        transfers.cancel(penny, ada, proposal.id, NOW, "web")


def test_a_late_yes_is_refused(penny, bank, ada):
    proposal = propose(penny, ada)
    later = NOW + timedelta(minutes=30)
    assert transfers.pending(penny, ada, later) is None
    for _ in range(2):
        with pytest.raises(Refused, match="expired"):
            confirm(penny, proposal, later)
    assert bank.asked == []


def test_a_newer_proposal_takes_the_place_of_the_waiting_one(penny, bank, ada):
    old = propose(penny, ada)
    new = propose(penny, ada, Money.of("20.00", "GBP"))
    assert transfers.pending(penny, ada, NOW) == new
    with pytest.raises(Refused):
        confirm(penny, old)
    assert bank.asked == []


def test_a_bank_that_says_no_fails_it_and_moves_nothing(penny, bank, ada):
    proposal = propose(penny, ada)
    bank.faults.append("transfer lost no")
    with pytest.raises(BankRejected):
        confirm(penny, proposal)
    assert status(penny, proposal) is ProposalStatus.FAILED
    with pytest.raises(Refused, match="did not go through"):
        confirm(penny, proposal)
    assert bank.balances["savings"] == 0


def test_consent_that_has_run_out_fails_it(penny, bank, ada, monkeypatch):
    proposal = propose(penny, ada)

    def expired(*_: object) -> TransferReceipt:
        raise BankConsentExpired("Please connect the bank again.")

    monkeypatch.setattr(bank, "transfer", expired)
    with pytest.raises(BankConsentExpired):
        confirm(penny, proposal)
    assert status(penny, proposal) is ProposalStatus.FAILED


def test_consent_that_runs_out_while_the_outcome_is_open_leaves_it_open(
    penny, bank, ada, monkeypatch
):
    proposal = propose(penny, ada)
    bank.faults.append("transfer silent")
    with pytest.raises(BankUnavailable):
        confirm(penny, proposal)

    def expired(*_: object) -> TransferReceipt:
        raise BankConsentExpired("Please connect the bank again.")

    with monkeypatch.context() as patched:
        patched.setattr(bank, "transfer", expired)
        with pytest.raises(BankUnavailable):
            confirm(penny, proposal)
        assert status(penny, proposal) is ProposalStatus.EXECUTING
    assert confirm(penny, proposal).status is ProposalStatus.DONE
    assert bank.balances["savings"] == 5000


@pytest.mark.parametrize("fault", ["transfer silent", "transfer lost"])
@pytest.mark.parametrize("way", ["another yes", "resume after a restart"])
def test_a_silent_bank_is_asked_again_and_pays_once(penny, reopen, bank, ada, fault, way):
    proposal = propose(penny, ada)
    bank.faults.append(fault)
    with pytest.raises(BankUnavailable, match="cannot happen twice"):
        confirm(penny, proposal)
    assert status(penny, proposal) is ProposalStatus.EXECUTING
    with pytest.raises(Refused, match="on its way"):
        transfers.undo(penny, ada, NOW, "web")
    if way == "another yes":
        assert confirm(penny, proposal).status is ProposalStatus.DONE
    else:
        (finished,) = transfers.resume(at_bank(reopen(), fake=bank), NOW)
        assert finished.status is ProposalStatus.DONE
    assert len(set(bank.asked)) == 1
    assert bank.balances["savings"] == 5000


@pytest.mark.parametrize("fault", ["reverse silent", "reverse lost"])
def test_a_silent_bank_is_asked_again_to_pay_back(penny, reopen, bank, ada, fault):
    confirm(penny, propose(penny, ada))
    bank.faults.append(fault)
    with pytest.raises(BankUnavailable):
        transfers.undo(penny, ada, NOW, "web")
    (finished,) = transfers.resume(at_bank(reopen(), fake=bank), NOW)
    assert finished.status is ProposalStatus.UNDONE
    assert bank.balances == {"current": 100_000, "savings": 0}


def test_an_undo_the_bank_refuses_leaves_the_transfer_standing(penny, bank, ada):
    done = confirm(penny, propose(penny, ada))
    bank.faults.append("reverse lost no")
    with pytest.raises(BankRejected):
        transfers.undo(penny, ada, NOW, "web")
    assert status(penny, done) is ProposalStatus.DONE
    assert transfers.undo(penny, ada, NOW, "web").status is ProposalStatus.UNDONE


class Crash(BaseException):
    """The process dies here."""


@pytest.mark.parametrize("moment", ["before the bank", "after the bank"])
def test_a_crash_between_yes_and_outcome_is_finished_after_the_restart(
    penny, reopen, bank, ada, monkeypatch, moment
):
    proposal = propose(penny, ada)
    pay = bank.transfer

    def dies(credentials, order):
        if moment == "after the bank":
            pay(credentials, order)
        raise Crash

    with monkeypatch.context() as patched:
        patched.setattr(bank, "transfer", dies)
        with pytest.raises(Crash):
            confirm(penny, proposal)
    restarted = at_bank(reopen(), fake=bank)
    assert status(restarted, proposal) is ProposalStatus.EXECUTING
    assert confirm(restarted, proposal).status is ProposalStatus.EXECUTING  # the lease holds
    (finished,) = transfers.resume(restarted, NOW)
    assert finished.status is ProposalStatus.DONE
    assert transfers.resume(restarted, NOW) == ()
    assert bank.balances["savings"] == 5000
    assert len(bank.paid) == 1


def test_without_resume_a_yes_after_the_lease_finishes_it(penny, bank, ada, monkeypatch):
    proposal = propose(penny, ada)
    with monkeypatch.context() as patched:
        patched.setattr(bank, "transfer", lambda *_: (_ for _ in ()).throw(Crash))
        with pytest.raises(Crash):
            confirm(penny, proposal)
    later = NOW + timedelta(minutes=5)
    assert confirm(penny, proposal, later).status is ProposalStatus.DONE


def test_resuming_while_the_bank_is_still_silent_leaves_it_open(penny, bank, ada):
    proposal = propose(penny, ada)
    bank.faults += ["transfer lost", "transfer lost"]
    with pytest.raises(BankUnavailable):
        confirm(penny, proposal)
    (left,) = transfers.resume(penny, NOW)
    assert left.status is ProposalStatus.EXECUTING
    (finished,) = transfers.resume(penny, NOW)
    assert finished.status is ProposalStatus.DONE


def test_a_transfer_stands_though_the_balances_cannot_be_read(penny, bank, ada):
    proposal = propose(penny, ada)
    bank.faults.append("fetch")
    done = confirm(penny, proposal)
    assert done.status is ProposalStatus.DONE
    assert done.from_account.current == Money.of("1000.00", "GBP")
    sync.refresh(penny, ada, TODAY)
    assert accounts(penny, ada)["Current"].current == Money.of("950.00", "GBP")


@pytest.mark.parametrize("amount", ["0.00", "-5.00"])
def test_amounts_have_to_be_positive(penny, ada, amount):
    with pytest.raises(BadInput):
        propose(penny, ada, Money.of(amount, "GBP"))


def test_more_than_there_is_is_refused(penny, ada):
    assert propose(penny, ada, Money.of("1000.00", "GBP"))
    with pytest.raises(Refused, match=r"only £1,000\.00"):
        propose(penny, ada, Money.of("1000.01", "GBP"))


def test_another_currency_is_refused(penny, ada):
    with pytest.raises(BadInput, match="GBP"):
        propose(penny, ada, Money.of("5.00", "EUR"))


def between(core: Core, person_id: str, source: str, target: str) -> Proposal:
    return transfers.propose(core, person_id, source, target, FIFTY, "", NOW, "web")


def test_the_same_account_twice_is_refused(penny, ada):
    current = accounts(penny, ada)["Current"].id
    with pytest.raises(BadInput, match="same account"):
        between(penny, ada, current, current)


def test_banks_that_cannot_pay_are_told_in_a_sentence(penny, ada):
    sync.connect(penny, ada, "readonly", "token", TODAY)
    own = accounts(penny, ada)
    with pytest.raises(Refused, match="no way to move money"):
        between(penny, ada, own["Other Current"].id, own["Other Savings"].id)
    with pytest.raises(Refused, match="one connected bank"):
        between(penny, ada, own["Current"].id, own["Other Savings"].id)


def test_nobody_reaches_somebody_elses_money(penny, bank, ada):
    proposal = propose(penny, ada)
    own = accounts(penny, ada)
    bob, _ = people.add(penny, "Bob")
    for attempt in (
        lambda: between(penny, bob.id, own["Current"].id, own["Savings"].id),
        lambda: transfers.confirm(penny, bob.id, proposal.id, NOW, "web"),
        lambda: transfers.cancel(penny, bob.id, proposal.id, NOW, "web"),
        lambda: transfers.undo(penny, bob.id, NOW, "web", proposal.id),
        lambda: transfers.confirm(penny, ada, "0" * 32, NOW, "web"),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert transfers.pending(penny, bob.id, NOW) is None
    assert status(penny, proposal) is ProposalStatus.PROPOSED
    assert bank.asked == []


def test_every_step_is_in_the_audit_log(penny, ada):
    proposal = propose(penny, ada)
    transfers.confirm(penny, ada, proposal.id, NOW, "telegram")
    transfers.undo(penny, ada, NOW + timedelta(minutes=1), "voice")
    with penny.sessions() as session:
        log = [e for e in audit.entries(session, ada) if e.subject == proposal.id]
    assert [(e.action, e.channel) for e in log] == [
        ("transfer.proposed", "web"),
        ("transfer.executing", "telegram"),
        ("transfer.done", "telegram"),
        ("transfer.undoing", "voice"),
        ("transfer.undone", "voice"),
    ]
    assert log[0].why == "You can spare it."
    assert log[0].at == NOW
    assert log[2].details["amount"] == "50.00"


FAULTS = ["transfer lost", "transfer silent", "transfer lost no"]
FAULTS += ["reverse lost", "reverse silent", "reverse lost no", "fetch"]
actions = st.lists(
    st.one_of(
        st.sampled_from(["propose", "yes", "yes", "no", "undo", "resume", "late yes"]),
        st.sampled_from(FAULTS),
    ),
    max_size=30,
)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(actions=actions)
def test_whatever_is_said_and_fails_each_proposal_pays_at_most_once(core, actions):
    bank = FakeBank()
    penny = at_bank(core, fake=bank)
    ada = people.add(penny, f"Ada {core.clock().timestamp()}")[0].id
    sync.connect(penny, ada, "fake", "token", TODAY)
    proposals: list[Proposal] = []
    for action in actions:
        with suppress(Refused, BankError):
            act(penny, bank, ada, action, proposals)
    bank.faults.clear()
    transfers.resume(penny, NOW)
    settled = [status(penny, proposal) for proposal in proposals]
    assert not {ProposalStatus.EXECUTING, ProposalStatus.UNDOING} & set(settled)
    standing = settled.count(ProposalStatus.DONE)
    assert bank.balances == {"current": 100_000 - 100 * standing, "savings": 100 * standing}
    assert len(bank.paid) == standing + settled.count(ProposalStatus.UNDONE)
    sync.refresh(penny, ada, TODAY)
    assert {a.name.lower(): a.current.minor for a in accounts(penny, ada).values()} == bank.balances


def act(
    penny: Core, bank: FakeBank, person_id: str, action: str, proposals: list[Proposal]
) -> None:
    if action == "propose":
        proposals.append(propose(penny, person_id, Money.of("1.00", "GBP")))
    elif action == "yes" and proposals:
        confirm(penny, proposals[-1])
    elif action == "late yes" and proposals:
        confirm(penny, proposals[-1], NOW + timedelta(hours=2))
    elif action == "no" and proposals:
        transfers.cancel(penny, person_id, proposals[-1].id, NOW, "web")
    elif action == "undo":
        transfers.undo(penny, person_id, NOW, "web")
    elif action == "resume":
        transfers.resume(penny, NOW)
    elif action in FAULTS:
        bank.faults.append(action)
