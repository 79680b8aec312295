"""A person's data as files: complete, theirs alone, short-lived, and readable again."""

from __future__ import annotations

import csv
import io
import json
import stat
import zipfile
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance_core.errors import NotFound
from finance_core.model import Account, AccountKind, Period, Transaction
from finance_core.money import Money
from finance_core.services import changes, export, imports, people, search
from finance_core.services.core import Core
from finance_core.services.export_files import ledger, plain_cell
from finance_core.store import personal
from finance_core.store.tables import Base
from tests.finance_core.services.household import NOW, TODAY


def opened(core: Core, person_id: str, token: str, now: datetime = NOW) -> zipfile.ZipFile:
    path = export.find(core, person_id, token, now)
    return zipfile.ZipFile(io.BytesIO(path.read_bytes()))


def sums(core: Core, person_id: str) -> tuple[int, dict[str, Money]]:
    found = search.transactions(core, person_id, search.SearchQuery(), TODAY, limit=9_999)
    return found.count, found.totals


def test_the_ledger_can_be_imported_again(penny, ada):
    made = export.make(penny, ada, NOW)
    content = opened(penny, ada, made.token).read("ledger.csv")
    bob, _ = people.add(penny, "Bob", "UTC", "GBP")
    report = imports.import_content(penny, bob.id, content, name="ledger.csv")
    assert report.rejected == ()
    assert report.new == made.counts["transactions"]
    assert sums(penny, bob.id) == sums(penny, ada)
    with penny.sessions() as session:
        before, after = (
            {row["name"]: row["current"] for row in personal.rows(session, one)["accounts"]
             if row["name"] == "Current"}
            for one in (ada, bob.id)
        )  # fmt: skip
    assert before == after


def test_everything_else_is_in_it_and_no_secret(penny, ada):
    people.link_code(penny, ada)
    change = changes.propose(
        penny, ada, "budget.set", {"category": "dining", "minor": 5000, "currency": "GBP"},
        summary="set a budget", done_text="Done.", now=NOW, channel="web",
    )  # fmt: skip
    changes.confirm(penny, ada, change.id, NOW, "web")
    made = export.make(penny, ada, NOW)
    held = opened(penny, ada, made.token)
    text = held.read("data.json").decode()
    data = json.loads(text)
    assert data["person"]["name"] == "Ada"
    assert data["budgets"] == [
        {"person_id": ada, "category": "dining", "amount": "50.00", "currency": "GBP",
         "updated_at": NOW.isoformat()}
    ]  # fmt: skip
    assert {row["name"] for row in data["accounts"]} == {"Current", "Savings"}
    assert data["connections"][0]["institution"] == "Fake Bank"
    assert {entry["action"] for entry in data["audit_entries"]} >= {"bank.connected"}
    assert "credentials" not in text
    assert "access for token" not in text
    assert "hash" not in text
    assert "data.json" in held.read("README.txt").decode()


def test_every_table_of_a_person_is_known(penny, ada):
    """A table nobody is behind has to be named here, so that none is forgotten by mistake."""
    with penny.sessions() as session:
        own = set(personal.rows(session, ada))
    nobodys = {"deletions", "deletion_receipts", "inbound", "leases", "link_clients"}
    nobodys |= {"spent_assertions"}
    assert own | nobodys == set(Base.metadata.tables)


def test_only_a_period(penny, ada):
    period = Period(date(2026, 2, 1), date(2026, 2, 28))
    made = export.make(penny, ada, NOW, period=period)
    held = opened(penny, ada, made.token)
    assert set(held.namelist()) == {"README.txt", "ledger.csv"}
    days = [row["date"] for row in csv.DictReader(io.StringIO(held.read("ledger.csv").decode()))]
    assert len(days) == made.counts["transactions"] > 0
    assert all(day.startswith("2026-02") for day in days)
    with pytest.raises(NotFound, match="no transactions"):
        export.make(penny, ada, NOW, period=Period(date(2001, 1, 1), date(2001, 1, 2)))


def test_the_file_is_private_and_its_name_tells_nothing(penny, ada):
    made = export.make(penny, ada, NOW)
    path = export.find(penny, ada, made.token, NOW)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert made.token not in path.name
    assert len(made.token) >= 43


def test_only_its_owner_gets_it_for_a_day(penny, ada):
    bob, _ = people.add(penny, "Bob", "UTC", "GBP")
    made = export.make(penny, ada, NOW)
    for person, token, when in (
        (bob.id, made.token, NOW),
        (ada, made.token + "x", NOW),
        (ada, "", NOW),
        (ada, "../../secret", NOW),
        (ada, made.token, NOW + export.LIFETIME),
    ):
        with pytest.raises(NotFound):
            export.find(penny, person, token, when)
    path = export.find(penny, ada, made.token, NOW)
    assert export.expire(penny, NOW + timedelta(hours=23)) == 0
    assert path.exists()
    assert export.expire(penny, NOW + export.LIFETIME) == 1
    assert not path.exists()


def test_a_new_one_takes_the_place_of_the_old_one(penny, ada):
    first = export.make(penny, ada, NOW)
    second = export.make(penny, ada, NOW)
    with pytest.raises(NotFound):
        export.find(penny, ada, first.token, NOW)
    assert len(list((penny.settings.home / "exports").iterdir())) == 1
    assert opened(penny, ada, second.token)


def test_what_other_rooms_keep_is_added_once(penny, ada):
    made = export.make(penny, ada, NOW)
    (waiting,) = export.waiting(penny, NOW)
    export.add(penny, waiting.id, {"transcripts.jsonl": b'{"text": "hello"}\n'}, NOW)
    held = opened(penny, ada, made.token)
    assert held.read("transcripts.jsonl") == b'{"text": "hello"}\n'
    assert {"README.txt", "ledger.csv", "data.json"} < set(held.namelist())
    assert export.waiting(penny, NOW) == []


TEXTS = st.text(
    st.characters(codec="utf-8", exclude_characters="\x00", exclude_categories=("Cs",)), max_size=30
)


@given(TEXTS)
def test_no_cell_is_a_formula(text):
    cell = plain_cell(text)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert cell.removeprefix("'") == text.removeprefix("'") or cell == text
    assert plain_cell(cell) == cell


@given(st.lists(st.tuples(st.integers(-(10**9), 10**9), st.booleans(), TEXTS), max_size=12))
def test_running_balances_end_at_the_account(rows):
    account = Account(
        "a", "p", "=Main", AccountKind.CHECKING, Money.from_minor(12_345, "EUR"), None,
        datetime(2026, 3, 2, tzinfo=UTC),
    )  # fmt: skip
    movements = [
        Transaction(str(n), "a", TODAY, Money.from_minor(minor, "EUR"), text, "", "other", pending)
        for n, (minor, pending, text) in enumerate(rows)
    ]
    read = list(csv.DictReader(io.StringIO(ledger([account], movements).decode(), newline="")))
    assert [row["account"] for row in read] == ["'=Main"] * len(rows)
    booked = [Decimal(row["balance"]) for row in read if row["balance"]]
    assert len(booked) == sum(not pending for _, pending, _ in rows)
    if booked:
        assert booked[-1] == Decimal("123.45")
    steps = [Decimal(row["amount"]) for row in read if row["balance"]]
    assert all(b - a == step for a, b, step in zip(booked, booked[1:], steps[1:], strict=False))
