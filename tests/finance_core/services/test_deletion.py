"""Erasing a person: whole, never half, with a receipt that names nobody."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from finance_core.errors import NotFound, NotSignedIn, Refused
from finance_core.model import ProposalStatus
from finance_core.services import deletion, export, people, savings, sync, transfers
from finance_core.services.core import Core
from finance_core.store.rights_tables import DeletionRow
from finance_core.store.tables import Base
from tests.finance_core.services.fake_bank import FakeBank, at_bank
from tests.finance_core.services.household import NOW, TODAY, lived_in

LATER = NOW + deletion.SETTLED_AFTER
ELSEWHERE = (deletion.CHATS, deletion.TALKS, deletion.EVENTS, deletion.TRANSCRIPTS)


def names_of(core: Core, person_id: str) -> set[str]:
    """The tables in which a person's id stands anywhere, whatever the column."""
    found = set()
    with core.sessions() as session:
        for table in Base.metadata.sorted_tables:
            for row in session.execute(select(table)):
                if person_id in map(str, row):
                    found.add(table.name)
    return found


def test_nothing_is_left_but_a_receipt(penny, ada):
    _, token = people.add(penny, "Bob", "UTC", "GBP")
    hers = people.issue_token(penny, ada, "phone")
    people.link_chat(penny, people.link_code(penny, ada), "telegram", "7")
    export.make(penny, ada, NOW)
    before = deletion.counts(penny, ada)
    done = deletion.erase(penny, ada, NOW)
    assert done.receipt.counts == before
    assert set(done.receipt.outstanding) == set(ELSEWHERE)
    assert names_of(penny, ada) == {"deletions"}
    with pytest.raises(NotSignedIn):
        people.by_token(penny, hers)
    assert people.by_chat(penny, "telegram", "7") is None
    assert list((penny.settings.home / "exports").iterdir()) == []
    for step in ELSEWHERE:
        deletion.done(penny, done.receipt.id, step, LATER)
    assert names_of(penny, ada) == set()
    receipt = deletion.receipt(penny, done.receipt.id.lower())
    assert receipt.completed_at == LATER
    assert receipt.outstanding == {}
    assert people.by_token(penny, token).name == "Bob"


@pytest.mark.parametrize("backend", ["sqlite"])  # PostgreSQL's own vacuum does it there
def test_no_byte_is_left_in_the_database(penny, ada, backend):
    path = Path(str(penny.database.engine.url.database))

    def left() -> int:
        files = path.parent.glob(path.name + "*")
        return sum(file.read_bytes().count(b"TESCO STORES 3345") for file in files)

    assert left() > 0
    number = deletion.erase(penny, ada, NOW).receipt.id
    for step in ELSEWHERE:
        deletion.done(penny, number, step, LATER)
    assert left() == 0


def test_somebody_who_reads_holds_the_scrubbing_up_for_a_while_only(penny, ada, reopen):
    reader = reopen()
    with reader.sessions() as session:
        session.execute(select(DeletionRow)).all()
        deletion.erase(penny, ada, NOW)
    deletion.resume_all(penny, LATER)
    assert penny.database.scrub()


def test_access_to_the_bank_is_given_back(penny, ada, household):
    deletion.erase(penny, ada, NOW)
    assert household.revoked == ["access for token"]


def test_a_bank_that_is_down_is_asked_again(penny, ada, household):
    household.faults += ["revoke", "revoke"]
    done = deletion.erase(penny, ada, NOW)
    assert "not answering" in done.receipt.outstanding[deletion.BANKS]
    deletion.resume_all(penny, LATER)
    assert household.revoked == []
    deletion.resume_all(penny, LATER)
    assert household.revoked == ["access for token"]
    assert deletion.BANKS not in deletion.receipt(penny, done.receipt.id).outstanding
    deletion.resume_all(penny, LATER)
    assert household.revoked == ["access for token"]


def test_of_two_banks_only_the_one_that_was_down_is_asked_again(core, household):
    other = lived_in(FakeBank(prefix="o-"))
    penny = at_bank(core, fake=household, other=other)
    person, _ = people.add(penny, "Ada", "UTC", "GBP")
    sync.connect(penny, person.id, "fake", "token", TODAY)
    sync.connect(penny, person.id, "other", "token two", TODAY)
    household.faults.append("revoke")
    deletion.erase(penny, person.id, NOW)
    deletion.resume_all(penny, LATER)
    assert (household.revoked, other.revoked) == (["access for token"], ["access for token two"])


@pytest.mark.parametrize("how", ["unwilling", "refuses"])
def test_a_bank_that_knows_no_way_is_named_and_not_asked_again(penny, ada, household, how):
    household.revocable = False
    if how == "refuses":
        household.faults.append("revoke no")
    done = deletion.erase(penny, ada, NOW)
    assert done.kept_by_bank == ("Fake Bank",)
    assert deletion.BANKS not in done.receipt.outstanding


def test_credentials_outlive_the_person_only_sealed(penny, ada, household):
    household.faults.append("revoke")
    deletion.erase(penny, ada, NOW)
    with penny.sessions() as session:
        (row,) = session.scalars(select(DeletionRow))
    assert "access for token" not in str(row.banks)


@pytest.mark.parametrize("status", [ProposalStatus.EXECUTING, ProposalStatus.UNDOING])
def test_nothing_is_erased_while_money_moves(penny, ada, household, status):
    advice = savings.propose(penny, ada, TODAY, NOW, "web")
    if status is ProposalStatus.EXECUTING:
        household.faults.append("transfer lost")
        with pytest.raises(Exception, match="answer"):
            transfers.confirm(penny, ada, advice.proposal.id, NOW, "web")
    else:
        transfers.confirm(penny, ada, advice.proposal.id, NOW, "web")
        household.faults.append("reverse lost")
        with pytest.raises(Exception, match="answer"):
            transfers.undo(penny, ada, NOW, "web")
    before = deletion.counts(penny, ada)
    for refuses in (deletion.refuse_while_moving, lambda c, p: deletion.erase(c, p, NOW)):
        with pytest.raises(Refused, match="still working on a transfer"):
            refuses(penny, ada)
    assert deletion.counts(penny, ada) == before
    assert household.revoked == []


def test_the_rest_waits_until_the_turn_is_over(penny, ada):
    deletion.erase(penny, ada, NOW)
    soon = LATER - timedelta(seconds=1)
    assert deletion.due(penny, deletion.CHATS, soon) == []
    (one,) = deletion.due(penny, deletion.CHATS, LATER)
    assert one.person_id == ada
    deletion.trouble(penny, one.receipt_id, deletion.CHATS, "The disk is full.")
    left = deletion.receipt(penny, one.receipt_id).outstanding
    assert left[deletion.CHATS] == "The disk is full."
    assert deletion.due(penny, deletion.CHATS, LATER)


def test_done_twice_is_done_once(penny, ada):
    done = deletion.erase(penny, ada, NOW)
    for step in (*ELSEWHERE, *ELSEWHERE):
        deletion.done(penny, done.receipt.id, step, LATER)
    deletion.trouble(penny, done.receipt.id, deletion.CHATS, "too late")
    assert deletion.receipt(penny, done.receipt.id).outstanding == {}


def test_nobody_is_erased_twice(penny, ada):
    deletion.erase(penny, ada, NOW)
    with pytest.raises(NotFound):
        deletion.erase(penny, ada, NOW)
    with pytest.raises(NotFound):
        deletion.receipt(penny, "R-NOTTHERE")


def test_results_in_memory_go_too(penny, ada):
    deletion.counts(penny, ada)
    penny.recent(("movements", ada), lambda: "hers")
    deletion.erase(penny, ada, NOW)
    assert penny.recent(("movements", ada), lambda: "nothing") == "nothing"


def test_an_id_used_as_a_pattern_matches_nobody_else(penny, ada):
    """Ids go into file names and patterns elsewhere: plain letters and digits only."""
    with penny.sessions() as session:
        ids = session.scalars(text("SELECT id FROM people"))
        assert all(one.isalnum() for one in ids)
