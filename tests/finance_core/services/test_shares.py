"""Shared accounts: who may see and move what, from which moment until when."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from finance_core.errors import BadInput, BankUnavailable, NotFound, NotSignedIn, Refused, TooSoon
from finance_core.model import Account, Period, ProposalStatus, Reach
from finance_core.money import Money
from finance_core.services import (
    balances,
    bills,
    deletion,
    export,
    forecasts,
    movements,
    people,
    search,
    shares,
    spending,
    sync,
    transfers,
    vocabulary,
)
from finance_core.services.attempts import Attempts
from finance_core.services.core import Core
from finance_core.store import audit, ledger, queries
from finance_core.store import shares as rows
from finance_core.store.tables import AccountRow, CorrectionRow, TransactionRow
from tests.finance_core.services.fake_bank import FakeBank
from tests.finance_core.services.household import NOW, TODAY

FIFTY = Money.of("50.00", "GBP")
MONTH = Period(TODAY - timedelta(days=40), TODAY)


@pytest.fixture
def bob(penny: Core) -> str:
    """Somebody with no accounts of his own."""
    return people.add(penny, "Bob", "UTC", "GBP")[0].id


def account(core: Core, person_id: str, name: str = "Current") -> Account:
    return next(a for a in vocabulary.accounts(core, person_id) if a.name == name)


def share(core: Core, ada: str, bob: str, rights: str = "see", name: str = "Current") -> str:
    offered, _ = shares.offer(core, ada, account(core, ada, name).id, rights, person_id=bob)
    return shares.accept(core, bob, offered.id).id


def seen(core: Core, person_id: str) -> list[str]:
    return [one.name for one in vocabulary.accounts(core.reaching(Reach.SEE), person_id)]


def actions_of(core: Core, person_id: str) -> list[tuple[str, str, str | None]]:
    with core.sessions() as session:
        entries = audit.entries(session, person_id)
    return [(e.action, e.channel, e.details.get("by")) for e in entries if "." in e.action]


def test_an_offer_shows_nothing_until_the_other_says_yes(penny, ada, bob):
    offered, _ = shares.offer(
        penny, ada, account(penny, ada).id, "see", person_id=bob, channel="web"
    )
    assert seen(penny, bob) == []
    assert [one.accepted_at for one in shares.of_person(penny, bob)] == [None]
    shares.accept(penny, bob, offered.id, channel="cli")
    assert seen(penny, bob) == ["Current (Ada’s)"]
    assert seen(penny, ada) == ["Current", "Savings"]
    assert vocabulary.accounts(penny, bob) == ()  # unless a wider reach is asked for
    for person in (ada, bob):
        told = [e for e in actions_of(penny, person) if e[0].startswith("share.")]
        assert told == [("share.offered", "web", ada), ("share.accepted", "cli", bob)]


def test_what_is_seen_is_what_its_owner_sees(penny, ada, bob):
    share(penny, ada, bob)
    wide = penny.reaching(Reach.SEE)
    current = account(penny, ada).id
    mine = balances.balances(penny, ada, TODAY, current)
    yours = balances.balances(wide, bob, TODAY)
    assert yours.totals == mine.totals
    hers = spending.payments(penny, ada, MONTH, account_id=current)
    assert hers
    assert spending.payments(wide, bob, MONTH) == hers
    query = search.SearchQuery(account_id=current)
    assert (
        search.transactions(wide, bob, query, TODAY).rows
        == search.transactions(penny, ada, query, TODAY).rows
    )
    ahead = Period(TODAY, TODAY + timedelta(days=30))
    due = bills.upcoming(wide, bob, TODAY, ahead).bills
    assert [b.label for b in due] == [
        f"{b.label}, Current (Ada’s)" for b in bills.upcoming(penny, ada, TODAY, ahead).bills
    ]
    assert due
    day = TODAY + timedelta(days=14)
    outlook = forecasts.balance_on(wide, bob, day, TODAY, current)
    assert outlook.name == "Current (Ada’s)"
    assert outlook.day == forecasts.balance_on(penny, ada, day, TODAY, current).day


def test_the_owners_categories_count_for_whoever_looks(penny, ada, bob):
    share(penny, ada, bob)
    row = spending.payments(penny, ada, MONTH)[-1]
    with penny.writes.begin() as session:
        for person, category in ((ada, "pets"), (bob, "dining")):
            session.add(
                CorrectionRow(
                    person_id=person, merchant=row.merchant, category=category, updated_at=NOW
                )
            )
            ledger.mark_changed(session, person)
    found = movements.everything(penny.reaching(Reach.SEE), bob)
    assert {one.category for one in found if one.merchant == row.merchant} == {"pets"}


def test_plans_and_worth_are_about_ones_own_accounts(penny, ada, bob):
    share(penny, ada, bob, "spend")
    for question in (
        lambda: balances.net_worth(penny, bob, TODAY),
        lambda: forecasts.pool_of(penny, bob, TODAY),
        lambda: forecasts.balance_on(
            penny.reaching(Reach.SEE), bob, TODAY + timedelta(days=9), TODAY
        ),
    ):
        with pytest.raises(NotFound):
            question()
    assert spending.report(penny, bob, MONTH) == ()
    sync.connect(penny, bob, "fake", "token", TODAY)
    own = {a.id for a in vocabulary.accounts(penny, bob)}
    pool = forecasts.pool_of(penny.reaching(Reach.SEE), bob, TODAY)
    assert {a.id for a in pool.accounts} <= own


def test_it_ends_at_once_by_either(penny, ada, bob):
    for who in (ada, bob):
        shared = share(penny, ada, bob)
        assert movements.everything(penny.reaching(Reach.SEE), bob)
        shares.end(penny, who, shared, channel="web")
        assert seen(penny, bob) == []
        assert list(movements.everything(penny.reaching(Reach.SEE), bob)) == []
        assert actions_of(penny, ada)[-1] == actions_of(penny, bob)[-1] == (
            "share.ended", "web", who
        )  # fmt: skip
        with pytest.raises(NotFound):
            shares.end(penny, who, shared)


def test_a_code_works_once_and_for_a_day(penny, ada, bob):
    eve = people.add(penny, "Eve")[0].id
    _, code = shares.offer(penny, ada, account(penny, ada).id, "see")
    with pytest.raises(Refused, match="yours"):
        shares.accept_code(penny, ada, code)
    taken = shares.accept_code(penny, bob, f" {code[:5].lower()}-{code[5:]} ")
    assert (taken.person, taken.owner, taken.account) == ("Bob", "Ada", "Current")
    for person in (eve, bob):
        with pytest.raises(NotSignedIn):
            shares.accept_code(penny, person, code)
    _, late = shares.offer(penny, ada, account(penny, ada, "Savings").id, "see")
    tomorrow = penny.clock() + timedelta(hours=25)
    with pytest.raises(NotSignedIn):
        shares.accept_code(replace(penny, clock=lambda: tomorrow), bob, late)
    assert seen(penny, eve) == []


def test_an_offer_to_one_is_no_offer_to_another(penny, ada, bob):
    eve = people.add(penny, "Eve")[0].id
    offered, code = shares.offer(penny, ada, account(penny, ada).id, "see", person_id=bob)
    with pytest.raises(NotSignedIn):
        shares.accept_code(penny, eve, code)
    for attempt in (shares.accept, shares.end):
        with pytest.raises(NotFound):
            attempt(penny, eve, offered.id)
    assert shares.of_person(penny, eve) == []
    with pytest.raises(NotFound):  # nor can its owner say the yes
        shares.accept(penny, ada, offered.id)
    assert shares.accept_code(penny, bob, code).id == offered.id


def test_guessing_codes_is_slowed_down(penny, ada, bob):
    penny.attempts = Attempts(lambda: 0.0)
    for number in range(5):
        with pytest.raises(NotSignedIn):
            shares.accept_code(penny, bob, f"AAAAAAAAA{number}")
    _, code = shares.offer(penny, ada, account(penny, ada).id, "see")
    with pytest.raises(TooSoon):
        shares.accept_code(penny, bob, code)


def test_what_cannot_be_offered(penny, ada, bob):
    current = account(penny, ada).id
    with pytest.raises(NotFound):
        shares.offer(penny, bob, current, "see")  # somebody else's
    with pytest.raises(NotFound):
        shares.offer(penny, ada, current, "see", person_id="0" * 32)
    for rights, person in (("own", bob), ("", bob), ("see", ada)):
        with pytest.raises(BadInput):
            shares.offer(penny, ada, current, rights, person_id=person)
    share(penny, ada, bob, "spend")
    with pytest.raises(NotFound):
        shares.offer(penny, bob, current, "see")  # what is shared with him is not his to share
    with pytest.raises(Refused, match="already"):
        shares.offer(penny, ada, current, "see", person_id=bob)
    _, code = shares.offer(penny, ada, current, "see")
    with pytest.raises(Refused, match="already"):
        shares.accept_code(penny, bob, code)


def move(core: Core, ada: str, bob: str, amount: Money = FIFTY) -> str:
    source, target = account(core, ada).id, account(core, ada, "Savings").id
    return transfers.propose(core, bob, source, target, amount, "asked", NOW, "web").id


def test_only_the_right_to_spend_moves_money(penny, ada, bob, household: FakeBank):
    share(penny, ada, bob, "see")
    share(penny, ada, bob, "see", "Savings")
    with pytest.raises(NotFound):
        move(penny, ada, bob)
    assert household.paid == {}


def test_a_transfer_from_a_shared_account_names_who_did_it(penny, ada, bob, household: FakeBank):
    share(penny, ada, bob, "spend")
    share(penny, ada, bob, "see", "Savings")
    proposal = move(penny, ada, bob)
    done = transfers.confirm(penny, bob, proposal, NOW, "telegram")
    assert done.status is ProposalStatus.DONE
    assert len(household.paid) == 1
    assert done.from_account.name == "Current (Ada’s)"
    assert account(penny, ada, "Savings").current == FIFTY  # fetched for its owner
    hers = [e for e in actions_of(penny, ada) if e[0].startswith("transfer.")]
    assert hers == [
        ("transfer.proposed", "web", bob),
        ("transfer.executing", "telegram", bob),
        ("transfer.done", "telegram", bob),
    ]
    his = [e for e in actions_of(penny, bob) if e[0].startswith("transfer.")]
    assert [e[:2] for e in his] == [e[:2] for e in hers]
    with pytest.raises(NotFound):
        transfers.undo(penny, ada, NOW, "web", proposal)
    assert transfers.undo(penny, bob, NOW, "web", proposal).status is ProposalStatus.UNDONE


def test_a_yes_after_the_share_has_ended_moves_nothing(penny, ada, bob, household: FakeBank):
    shared = share(penny, ada, bob, "spend")
    share(penny, ada, bob, "see", "Savings")
    proposal = move(penny, ada, bob)
    shares.end(penny, ada, shared)
    with pytest.raises(Refused, match="cancelled"):
        transfers.confirm(penny, bob, proposal, NOW, "web")
    assert household.paid == {}
    assert transfers.resume(penny, NOW) == ()
    with penny.sessions() as session:
        kept = transfers.proposals.get(session, bob, proposal)
    assert kept.status is ProposalStatus.CANCELLED
    assert kept.from_account.current.amount == 0  # what is in it is no longer told


def test_nothing_is_undone_in_an_account_that_is_no_longer_shared(
    penny, ada, bob, household: FakeBank
):
    shared = share(penny, ada, bob, "spend")
    share(penny, ada, bob, "see", "Savings")
    proposal = move(penny, ada, bob)
    transfers.confirm(penny, bob, proposal, NOW, "web")
    shares.end(penny, ada, shared)
    with pytest.raises(Refused, match="no longer shared"):
        transfers.undo(penny, bob, NOW, "web", proposal)
    assert household.returned == {}


def test_what_the_bank_was_asked_for_is_settled_whatever_was_ended_since(
    penny, ada, bob, household: FakeBank
):
    shared = share(penny, ada, bob, "spend")
    share(penny, ada, bob, "see", "Savings")
    proposal = move(penny, ada, bob)
    household.faults.append("transfer silent")
    with pytest.raises(BankUnavailable):
        transfers.confirm(penny, bob, proposal, NOW, "web")
    shares.end(penny, ada, shared)
    with pytest.raises(Refused, match="working on a transfer"):
        deletion.erase(penny, ada, NOW)
    later = NOW + timedelta(minutes=5)
    assert [p.status for p in transfers.resume(penny, later)] == [ProposalStatus.DONE]
    assert len(household.paid) == 1


def test_the_export_has_the_fact_of_a_share_and_nothing_of_the_other(penny, ada, bob):
    share(penny, ada, bob, "spend")
    held = {}
    for person in (ada, bob):
        content, counts = export.build(penny, person, NOW)
        held[person] = zipfile.ZipFile(io.BytesIO(content))
        assert counts["account_shares"] == 1
    data = json.loads(held[bob].read("data.json"))
    text = held[bob].read("data.json").decode() + held[bob].read("ledger.csv").decode()
    assert '"rights": "spend"' in text
    assert not data.get("accounts") and not data.get("transactions")
    assert "TESCO" not in text and "hash" not in text
    assert "TESCO" in held[ada].read("ledger.csv").decode()


@pytest.mark.parametrize("who", ["owner", "other"])
def test_deleting_either_ends_the_share_and_nothing_else(penny, ada, bob, who):
    share(penny, ada, bob, "spend")
    gone, left = (ada, bob) if who == "owner" else (bob, ada)
    deletion.erase(penny, gone, NOW)
    assert shares.of_person(penny, left) == []
    assert seen(penny, left) == ([] if who == "owner" else ["Current", "Savings"])


_STEPS = st.lists(
    st.tuples(
        st.integers(0, 2), st.integers(0, 2), st.integers(0, 1),
        st.sampled_from(["offer see", "offer spend", "accept", "end by owner", "end by other"]),
    ),
    max_size=12,
)  # fmt: skip


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=_STEPS)
def test_no_query_ever_returns_a_row_of_an_account_that_is_not_shared(trio, steps):
    """Three people share, accept and end at random; every read keeps to the model of it."""
    core, ids, accounts = trio
    with core.writes() as session:  # never committed: each example begins afresh
        granted = _played(session, ids, accounts, steps)
        for place, person in enumerate(ids):
            own = {accounts[place, number] for number in range(2)}
            for reach in Reach:
                may = own | {
                    accounts[owner, number]
                    for (owner, number, other), right in granted.items()
                    if other == place and reach in _REACHED[right]
                }
                _keeps_to(session, person, reach, may, set(accounts.values()) - may)


_REACHED = {"see": (Reach.SEE,), "spend": (Reach.SEE, Reach.SPEND)}


@pytest.fixture
def trio(core: Core) -> tuple[Core, list[str], dict[tuple[int, int], str]]:
    """Three people with two accounts each."""
    ids = [people.add(core, name)[0].id for name in ("Ada", "Bob", "Eve")]
    with core.writes.begin() as session:
        accounts = {
            (place, number): _account(session, person, f"a{number}")
            for place, person in enumerate(ids)
            for number in range(2)
        }
    return core, ids, accounts


def _played(
    session: Session,
    ids: list[str],
    accounts: dict[tuple[int, int], str],
    steps: list[tuple[int, int, int, str]],
) -> dict[tuple[int, int, int], str]:
    """Does the steps; the rights that are granted in the end, by owner, account and other."""
    offered: dict[tuple[int, int, int], tuple[str, str]] = {}
    granted: dict[tuple[int, int, int], tuple[str, str]] = {}
    for owner, other, number, what in steps:
        key = (owner, number, other)
        if owner == other:
            continue
        if what.startswith("offer") and key not in granted:
            right = what.split()[1]
            found = rows.offer(
                session, accounts[owner, number], ids[owner], right, uuid4().hex,
                person_id=ids[other], now=NOW, expires_at=NOW + timedelta(days=1),
            )  # fmt: skip
            offered[key] = (found, right)
        elif what == "accept" and key in offered:
            granted[key] = offered.pop(key)
            rows.accept(session, ids[other], granted[key][0], NOW)
        elif what.startswith("end") and (key in granted or key in offered):
            by = ids[owner] if what.endswith("owner") else ids[other]
            rows.end(session, by, (granted.pop(key, None) or offered.pop(key))[0])
    return {key: right for key, (_, right) in granted.items()}


def _account(session: Session, person_id: str, name: str) -> str:
    """An account with one movement that names it."""
    row = AccountRow(person_id=person_id, external_id=name, name=name, kind="checking",
                     currency="GBP", current_minor=100, as_of=NOW)  # fmt: skip
    session.add(row)
    session.flush()
    session.add(TransactionRow(account_id=row.id, external_id="t", posted_on=TODAY,
                               amount_minor=-100, description=row.id, merchant=row.id,
                               category=f"own {row.id}", sequence=1))  # fmt: skip
    return row.id


def _keeps_to(session: Session, person: str, reach: Reach, may: set[str], never: set[str]) -> None:
    before = TODAY - timedelta(days=1)
    assert {a.id for a in queries.accounts(session, person, reach)} == may
    assert {t.account_id for t in queries.transactions(session, person, reach=reach)} == may
    assert queries.transactions(session, person, account_ids=never, reach=reach) == []
    assert set(queries.booked_after(session, person, before, reach)) == may
    assert set(queries.first_days(session, person, reach)) == may
    assert set(queries.merchant_names(session, person, reach=reach)) == may
    assert set(queries.category_codes(session, person, reach)) == {f"own {a}" for a in may}
    for account_id in never:
        with pytest.raises(NotFound):
            queries.account(session, person, account_id, reach)
