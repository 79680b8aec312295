from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text

from finance_core.errors import BadInput, NotFound, NotSignedIn
from finance_core.services import people
from finance_core.services.core import Core
from finance_core.store import audit
from finance_core.store.tables import AccessTokenRow, Base, LinkCodeRow

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


def at(core: Core, after: timedelta) -> Core:
    """The same Penny, later."""
    return replace(core, clock=lambda: START + after)


@pytest.fixture
def core(core: Core) -> Core:
    return at(core, timedelta())


def test_a_new_person_can_be_found_by_name_id_and_token(core):
    person, token = people.add(core, "  Ada   Lovelace ", "Europe/London", "GBP")
    assert (person.name, person.timezone, person.currency) == (
        "Ada Lovelace",
        "Europe/London",
        "GBP",
    )
    assert people.by_name(core, "ada LOVELACE") == person
    assert people.get(core, person.id) == person
    assert people.by_token(core, token) == person


@pytest.mark.parametrize(
    ("name", "timezone", "currency"),
    [
        ("", "UTC", "EUR"),
        ("   ", "UTC", "EUR"),
        ("x" * 201, "UTC", "EUR"),
        ("A\x00da", "UTC", "EUR"),
        ("Ada", "Mars/Olympus", "EUR"),
        ("Ada", "../../etc/passwd", "EUR"),
        ("Ada", "", "EUR"),
        ("Ada", "UTC", "XXQ"),
    ],
)
def test_impossible_people_are_refused(core, name, timezone, currency):
    with pytest.raises(BadInput):
        people.add(core, name, timezone, currency)


def test_a_name_is_taken_whatever_its_case_and_the_first_token_stays_good(core):
    person, token = people.add(core, "Ada")
    with pytest.raises(BadInput, match="already"):
        people.add(core, "ADA")
    assert people.by_token(core, token) == person


def test_unknown_people(core):
    with pytest.raises(NotFound):
        people.by_name(core, "nobody")
    with pytest.raises(NotFound):
        people.get(core, "0" * 32)
    with pytest.raises(NotFound):
        people.issue_token(core, "0" * 32, "phone")
    with pytest.raises(NotFound):
        people.set_consent(core, "0" * 32, True)
    for token in ("", "penny_", "x" * 5000):
        with pytest.raises(NotSignedIn):
            people.by_token(core, token)


def test_no_token_or_code_is_stored(core):
    person, token = people.add(core, "Ada")
    code = people.link_code(core, person.id)
    with core.sessions() as session:
        stored = [*session.scalars(select(AccessTokenRow.hash))]
        stored += session.scalars(select(LinkCodeRow.hash))
    assert len(stored) == 2
    assert token not in stored
    assert code not in stored


def test_tokens_expire_and_can_be_revoked(core):
    person, first = people.add(core, "Ada")
    short = people.issue_token(core, person.id, "phone", timedelta(hours=1))
    assert people.by_token(at(core, timedelta(minutes=59)), short) == person
    with pytest.raises(NotSignedIn):
        people.by_token(at(core, timedelta(hours=1)), short)
    people.revoke_token(core, first)
    with pytest.raises(NotSignedIn):
        people.by_token(core, first)
    with pytest.raises(NotSignedIn):
        people.revoke_token(core, first)


def test_tokens_need_a_time_to_live_and_a_short_label(core):
    person, _ = people.add(core, "Ada")
    with pytest.raises(BadInput):
        people.issue_token(core, person.id, "phone", timedelta())
    with pytest.raises(BadInput):
        people.issue_token(core, person.id, "x" * 101)


def test_consent_is_kept_and_can_be_withdrawn(core):
    ada, _ = people.add(core, "Ada")
    people.add(core, "Bob")
    assert people.consented(core) == set()
    people.set_consent(core, ada.id, True)
    assert people.consented(core) == {ada.id}
    assert people.get(core, ada.id).transcripts_consent
    people.set_consent(core, ada.id, False)
    assert people.consented(core) == set()


def test_a_code_ties_one_chat_once(core):
    ada, _ = people.add(core, "Ada")
    code = people.link_code(core, ada.id)
    assert people.by_chat(core, "telegram", "42") is None
    assert people.link_chat(core, f" {code[:4].lower()}-{code[4:]}", "telegram", "42") == ada
    assert people.by_chat(core, "telegram", "42") == ada
    assert people.by_chat(core, "whatsapp", "42") is None
    with pytest.raises(NotSignedIn):
        people.link_chat(core, code, "telegram", "43")
    people.unlink_chat(core, "telegram", "42")
    people.unlink_chat(core, "telegram", "42")
    assert people.by_chat(core, "telegram", "42") is None


def test_codes_last_fifteen_minutes(core):
    ada, _ = people.add(core, "Ada")
    code = people.link_code(core, ada.id)
    with pytest.raises(NotSignedIn):
        people.link_chat(at(core, timedelta(minutes=15)), code, "telegram", "42")


@pytest.mark.parametrize("code", ["", "AAAAAAAA", "'; DROP TABLE people; --"])
def test_wrong_codes(core, code):
    with pytest.raises(NotSignedIn):
        people.link_chat(core, code, "telegram", "42")


def test_a_code_used_by_many_at_once_links_one(core):
    ada, _ = people.add(core, "Ada")
    code = people.link_code(core, ada.id)

    def use(number: int) -> bool:
        try:
            people.link_chat(core, code, "telegram", str(number))
        except NotSignedIn:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(use, range(8))) == 1


def test_a_chat_linked_again_belongs_to_the_later_person(core):
    ada, _ = people.add(core, "Ada")
    bob, _ = people.add(core, "Bob")
    people.link_chat(core, people.link_code(core, ada.id), "telegram", "42")
    people.link_chat(core, people.link_code(core, bob.id), "telegram", "42")
    assert people.by_chat(core, "telegram", "42") == bob


def test_writes_are_in_the_audit_log(core):
    ada, token = people.add(core, "Ada", channel="cli")
    people.set_consent(core, ada.id, True, channel="web")
    people.revoke_token(core, token, channel="cli")
    with core.sessions() as session:
        log = audit.entries(session, ada.id)
    assert [(entry.action, entry.channel, entry.at) for entry in log] == [
        ("person.added", "cli", START),
        ("consent.given", "web", START),
        ("token.revoked", "cli", START),
    ]


def test_deleting_a_person_deletes_all_that_is_theirs(core):
    """Every table reaches ``people`` over foreign keys that delete along."""
    tables = Base.metadata.tables
    reached = {"people"}
    while True:
        more = {
            name
            for name, table in tables.items()
            for key in table.foreign_keys
            if key.column.table.name in reached and key.ondelete == "CASCADE"
        }
        if more <= reached:
            break
        reached |= more
    # what is left to erase elsewhere, the receipt, and what the operator added
    remain = {"deletion_receipts", "deletions", "inbound", "leases", "link_clients"}
    remain |= {"spent_assertions"}
    assert reached == set(tables) - remain
    ada, _ = people.add(core, "Ada")
    people.link_code(core, ada.id)
    with core.writes.begin() as session:
        session.execute(text("DELETE FROM people"))
    with core.sessions() as session:
        counts = [session.scalar(text(f"SELECT count(*) FROM {name}")) for name in tables]
    assert sum(counts) == 0
