from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from finance_core.errors import BadInput, BankRejected, NotFound
from finance_core.model import Transaction
from finance_core.money import Money
from finance_core.services import people, sync
from finance_core.services.core import Core
from finance_core.store import connections, corrections, ledger, queries
from finance_core.store.vault import open_vault
from tests.finance_core.services.fake_bank import FakeBank, at_bank

TODAY = date(2026, 3, 2)


@pytest.fixture
def bank() -> FakeBank:
    return FakeBank()


@pytest.fixture
def penny(core: Core, bank: FakeBank) -> Core:
    return at_bank(core, fake=bank)


@pytest.fixture
def ada(core: Core) -> str:
    return people.add(core, "Ada")[0].id


def stored(core: Core, person_id: str) -> list[Transaction]:
    with core.sessions() as session:
        return queries.transactions(session, person_id)


def as_counted(rows) -> Counter:
    return Counter((r.posted_on, r.amount.minor, r.description, r.pending) for r in rows)


def day(back: int) -> date:
    return TODAY - timedelta(days=back)


def test_connecting_brings_accounts_and_movements(penny, bank, ada):
    bank.book("a", -1250, day(3), "TESCO STORES 2041")
    bank.book("b", 200_000, day(1), "ACME PAYROLL")
    info = sync.connect(penny, ada, "fake", "token", TODAY)
    assert info.error is None
    assert info.institution == "Fake Bank"
    assert [account.name for account in info.accounts] == ["Current", "Savings"]
    assert info.accounts[0].current == Money.of("1000.00", "GBP")
    assert info.accounts[0].institution == "Fake Bank"
    rows = stored(penny, ada)
    assert [row.amount.minor for row in rows] == [-1250, 200_000]
    assert all(row.merchant and row.category for row in rows)


def test_the_second_sync_brings_only_what_is_new(penny, bank, ada):
    bank.book("a", -1250, day(3))
    sync.connect(penny, ada, "fake", "token", TODAY)
    assert sync.refresh(penny, ada, TODAY).connections[0].new == 0
    bank.book("b", -300, day(2))
    bank.book("a", -1260, day(3))
    (report,) = sync.refresh(penny, ada, TODAY).connections
    assert (report.new, report.changed, report.removed, report.error) == (1, 1, 0, None)
    bank.drop("b")
    assert sync.refresh(penny, ada, TODAY).connections[0].removed == 1
    assert as_counted(stored(penny, ada)) == as_counted(bank.rows.values())


@pytest.mark.parametrize("linked", [True, False])
@pytest.mark.parametrize("style", ["feed", "snapshot"])
def test_pending_that_posts_under_another_id_is_replaced(core, ada, style, linked):
    bank = FakeBank(style=style)
    penny = at_bank(core, fake=bank)
    bank.book("p", -900, day(2), "COFFEE", pending=True)
    sync.connect(penny, ada, "fake", "token", TODAY)
    (before,) = stored(penny, ada)
    bank.settle("p", "q", linked=linked)
    sync.refresh(penny, ada, TODAY)
    (after,) = stored(penny, ada)
    assert before.pending
    assert not after.pending
    assert (after.id == before.id) is linked


def test_both_forms_of_a_movement_in_one_batch_are_one_row(penny, bank, ada):
    bank.book("p", -900, day(2), pending=True)
    bank.book("q", -900, day(1), pending_external_id="p")
    sync.connect(penny, ada, "fake", "token", TODAY)
    (row,) = stored(penny, ada)
    assert not row.pending


def test_a_pending_row_left_beside_its_posted_one_goes_when_the_bank_links_them(penny, bank, ada):
    bank.book("p", -900, day(2), pending=True)
    bank.book("q", -900, day(1))
    sync.connect(penny, ada, "fake", "token", TODAY)
    assert len(stored(penny, ada)) == 2
    bank.book("q", -900, day(1), pending_external_id="p")
    sync.refresh(penny, ada, TODAY)
    (row,) = stored(penny, ada)
    assert not row.pending


def test_a_snapshot_withdraws_only_inside_its_days(core, ada):
    bank = FakeBank(style="snapshot")
    penny = at_bank(core, fake=bank)
    bank.book("old", -100, day(200))
    bank.book("new", -200, day(5), pending=True)
    sync.connect(penny, ada, "fake", "token", TODAY)
    bank.drop("new")
    bank.drop("old")
    (report,) = sync.refresh(penny, ada, TODAY).connections
    assert report.removed == 1
    assert [row.posted_on for row in stored(penny, ada)] == [day(200)]


def test_rows_keep_the_banks_order_within_a_day(penny, bank, ada):
    for number in range(5):
        bank.book(f"r{number}", -100 - number, day(1))
    sync.connect(penny, ada, "fake", "token", TODAY)
    bank.book("r5", -105, day(1))
    bank.book("r0", -90, day(1))
    sync.refresh(penny, ada, TODAY)
    assert [r.amount.minor for r in stored(penny, ada)] == [-90, -101, -102, -103, -104, -105]


def test_one_failing_bank_stops_no_other(core, ada):
    good, bad = FakeBank(prefix="good "), FakeBank(prefix="bad ")
    penny = at_bank(core, good=good, bad=bad)
    sync.connect(penny, ada, "bad", "token", TODAY)
    sync.connect(penny, ada, "good", "token", TODAY)
    good.book("a", -1, day(0))
    bad.faults.append("fetch")
    failed, fine = sync.refresh(penny, ada, TODAY).connections
    assert failed.error == "The bank is not answering right now."
    assert failed.synced_at is not None
    assert (fine.error, fine.new) == (None, 1)
    with penny.sessions() as session:
        kept = [c.last_error for c in connections.of_person(session, ada)]
    assert kept == ["The bank is not answering right now.", None]
    assert all(c.error is None for c in sync.refresh(penny, ada, TODAY).connections)


def test_a_defect_while_reading_shows_the_person_no_internals(penny, bank, ada, monkeypatch):
    sync.connect(penny, ada, "fake", "token", TODAY)
    monkeypatch.setattr(FakeBank, "fetch", lambda *_: {}["access for token"])
    (report,) = sync.refresh(penny, ada, TODAY).connections
    assert report.error.startswith("Something went wrong")
    assert "token" not in report.error


def test_a_connection_is_kept_when_only_the_first_fetch_fails(penny, bank, ada):
    bank.book("a", -100, day(1))
    bank.faults.append("fetch")
    info = sync.connect(penny, ada, "fake", "token", TODAY)
    assert info.error is not None
    assert info.accounts == ()
    assert sync.refresh(penny, ada, TODAY).connections[0].new == 1


def test_a_refused_secret_leaves_nothing_behind(penny, ada):
    with pytest.raises(BankRejected):
        sync.connect(penny, ada, "fake", "wrong", TODAY)
    assert sync.refresh(penny, ada, TODAY).connections == ()


def test_connecting_for_nobody(penny):
    with pytest.raises(NotFound):
        sync.connect(penny, "0" * 32, "fake", "token", TODAY)


def test_connecting_the_same_bank_again_renews_the_connection(penny, bank, ada):
    bank.book("a", -100, day(3))
    bank.book("b", -200, day(2))
    first = sync.connect(penny, ada, "fake", "token 1", TODAY)
    bank.drop("b")
    second = sync.connect(penny, ada, "fake", "token 2", TODAY)
    assert second.id == first.id
    assert [a.id for a in second.accounts] == [a.id for a in first.accounts]
    assert as_counted(stored(penny, ada)) == as_counted(bank.rows.values())
    with penny.sessions() as session:
        (connection,) = connections.of_person(session, ada)
    assert penny.vault.open(connection.credentials) == "access for token 2"


def test_another_bank_with_the_same_protocol_is_no_renewal(core, ada):
    one, two = FakeBank(), FakeBank(prefix="joint ")
    sync.connect(at_bank(core, fake=one), ada, "fake", "token 1", TODAY)
    sync.connect(at_bank(core, fake=two), ada, "fake", "token 2", TODAY)
    with core.sessions() as session:
        assert len(queries.accounts(session, ada)) == 4


def test_credentials_are_unreadable_in_the_database(penny, ada):
    sync.connect(penny, ada, "fake", "token", TODAY)
    with penny.sessions() as session:
        (blob,) = session.scalars(text("SELECT credentials FROM connections"))
    assert b"access" not in bytes(blob)


def test_a_lost_key_is_reported_and_keeps_the_figures(penny, bank, ada, core, settings):
    bank.book("a", -100, day(1))
    sync.connect(penny, ada, "fake", "token", TODAY)
    (settings.home / "secret.key").unlink()
    (report,) = sync.refresh(replace(penny, vault=open_vault(settings)), ada, TODAY).connections
    assert "earlier key back" in report.error
    assert len(stored(penny, ada)) == 1


def test_an_account_that_changes_its_currency_is_refused_whole(penny, bank, ada):
    bank.book("a", -100, day(1))
    sync.connect(penny, ada, "fake", "token", TODAY)
    bank.currency = "EUR"
    bank.book("b", -100, day(1))
    (report,) = sync.refresh(penny, ada, TODAY).connections
    assert "EUR" in report.error
    assert as_counted(stored(penny, ada)) == {(day(1), -100, "SHOP", False): 1}


def test_a_movement_of_an_account_nobody_listed_is_refused_whole(penny, bank, ada):
    bank.book("a", -100, day(1), account_external_id="elsewhere")
    info = sync.connect(penny, ada, "fake", "token", TODAY)
    assert info.error is not None
    assert info.accounts == ()
    assert stored(penny, ada) == []


def test_characters_a_database_cannot_keep_do_not_stop_a_sync(penny, bank, ada):
    bank.book("a", -100, day(1), "CAF\x00\u00c9 \U0001f600 " + "x" * 5000)
    assert sync.connect(penny, ada, "fake", "token", TODAY).error is None
    assert stored(penny, ada)[0].description.startswith("CAF\u00c9 \U0001f600")


def test_people_see_only_their_own_banks(penny, bank, ada):
    bank.book("a", -100, day(1))
    info = sync.connect(penny, ada, "fake", "token", TODAY)
    bob = people.add(penny, "Bob")[0].id
    assert sync.refresh(penny, bob, TODAY).connections == ()
    assert stored(penny, bob) == []
    with pytest.raises(NotFound):
        sync.refresh_one(penny, bob, info.id, TODAY)
    with penny.sessions() as session:
        theirs = [account.id for account in queries.accounts(session, ada)]
        assert queries.transactions(session, bob, account_ids=theirs) == []
        with pytest.raises(NotFound):
            queries.account(session, bob, theirs[0])


def test_a_correction_changes_old_rows_and_new_ones(penny, bank, ada):
    bank.book("a", -100, day(9), "ZORGLUB WORKSHOP")
    sync.connect(penny, ada, "fake", "token", TODAY)
    (row,) = stored(penny, ada)
    with penny.writes.begin() as session:
        assert corrections.correct(session, ada, row.merchant, "hobbies", penny.clock()) == 1
    bank.book("b", -200, day(1), "ZORGLUB WORKSHOP")
    sync.refresh(penny, ada, TODAY)
    assert [r.category for r in stored(penny, ada)] == ["hobbies", "hobbies"]


def test_syncs_of_one_connection_at_once_apply_each_change_once(penny, reopen, bank, ada):
    """Also from two processes, which share no lock."""
    for number in range(40):
        bank.book(f"r{number}", -number - 1, day(number % 9))
    sync.connect(penny, ada, "fake", "token", TODAY)
    for number in range(40, 80):
        bank.book(f"r{number}", -number - 1, day(number % 9))
    bank.delay = 0.02
    other = at_bank(reopen(), fake=bank)

    def refresh(number: int):
        return sync.refresh((penny, other)[number % 2], ada, TODAY).connections[0]

    with ThreadPoolExecutor(8) as pool:
        reports = list(pool.map(refresh, range(8)))
    assert [report.error for report in reports] == [None] * 8
    assert sum(report.new for report in reports) == 40
    assert as_counted(stored(penny, ada)) == as_counted(bank.rows.values())


def test_a_batch_that_was_overtaken_is_fetched_again(penny, reopen, bank, ada, monkeypatch):
    """A slow process must not write back what a faster one has already seen withdrawn."""
    bank.book("a", -100, day(3))
    sync.connect(penny, ada, "fake", "token", TODAY)
    bank.book("b", -200, day(2))
    faster = at_bank(reopen(), fake=FakeBank(rows=bank.rows, log=bank.log))
    fetch = bank.fetch
    overtaken = []

    def slow(*args):
        batch = fetch(*args)
        if not overtaken:
            bank.drop("b")
            overtaken.append(sync.refresh(faster, ada, TODAY))
        return batch

    monkeypatch.setattr(bank, "fetch", slow)
    (report,) = sync.refresh(penny, ada, TODAY).connections
    assert report.error is None
    assert as_counted(stored(penny, ada)) == as_counted(bank.rows.values())
    with penny.sessions() as session:
        (connection,) = connections.of_person(session, ada)
    assert connection.cursor == str(len(bank.log))


def test_connecting_twice_at_once_leaves_one_set_of_accounts_per_bank(penny, bank, ada):
    bank.book("a", -100, day(3))
    with ThreadPoolExecutor(4) as pool:
        list(
            pool.map(
                lambda n: sync.connect(penny, ada, "fake", f"token {n}", TODAY).error, range(4)
            )
        )
    sync.refresh(penny, ada, TODAY)
    assert as_counted(stored(penny, ada)) == as_counted(bank.rows.values())


class Torn(Exception):
    """Stands for a crash in the middle of writing."""


AT_THE_BANK = ["post", "hold", "settle", "settle_unlinked", "vanish", "modify", "remove"]
AT_PENNYS = ["sync", "sync", "bank_down", "torn_insert", "torn_update", "torn_delete"]
steps = st.lists(
    st.tuples(
        st.sampled_from(AT_THE_BANK + AT_PENNYS),
        st.integers(0, 25),
        st.integers(-5000, 5000).filter(bool),
    ),
    max_size=30,
)


@pytest.mark.parametrize("style", ["feed", "snapshot", "clumsy feed"])
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=steps)
def test_any_interleaving_ends_with_the_banks_ledger(core, style, steps):
    bank = FakeBank(style=style.removeprefix("clumsy "), clumsy=style.startswith("clumsy"))
    penny = at_bank(core, fake=bank)
    ada = people.add(core, f"Ada {core.clock().timestamp()}")[0].id
    sync.connect(penny, ada, "fake", "token", TODAY)
    for number, (step, back, minor) in enumerate(steps):
        happen(penny, ada, bank, step, f"m{number}", day(back), minor)
    (report,) = sync.refresh(penny, ada, TODAY).connections
    assert report.error is None
    assert as_counted(stored(penny, ada)) == as_counted(bank.rows.values())
    (again,) = sync.refresh(penny, ada, TODAY).connections
    assert (again.new, again.changed, again.removed) == (0, 0, 0)


def happen(penny: Core, person_id: str, bank: FakeBank, step: str, new_id: str, on, minor) -> None:
    """One thing that happens at the bank or to Penny."""
    pending = [key for key, row in bank.rows.items() if row.pending]
    posted = [key for key, row in bank.rows.items() if not row.pending]
    if step == "post":
        bank.book(new_id, minor, on, f"SHOP {minor % 7}")
    elif step == "hold":
        bank.book(new_id, minor, on, f"HOLD {minor % 7}", pending=True)
    elif step.startswith("settle") and pending:
        bank.settle(pending[minor % len(pending)], new_id, linked=step == "settle")
    elif step == "vanish" and pending:
        bank.drop(pending[minor % len(pending)])
    elif step == "modify" and posted:
        key = posted[minor % len(posted)]
        bank.put(replace(bank.rows[key], amount=Money.from_minor(minor, "GBP"), posted_on=on))
    elif step == "remove" and posted:
        bank.drop(posted[minor % len(posted)])
    elif step == "sync":
        assert sync.refresh(penny, person_id, TODAY).connections[0].error is None
    elif step == "bank_down":
        bank.faults.append("fetch")
        assert sync.refresh(penny, person_id, TODAY).connections[0].error
    elif step.startswith("torn"):
        torn(penny, person_id, f"_{step.removeprefix('torn_')}")


def torn(penny: Core, person_id: str, function: str) -> None:
    """A sync that breaks right after one kind of rows was written."""
    real = getattr(ledger, function)

    def breaks(*args):
        real(*args)
        raise Torn

    setattr(ledger, function, breaks)
    try:
        assert sync.refresh(penny, person_id, TODAY).connections[0].error
    finally:
        setattr(ledger, function, real)


def test_unknown_protocols_are_refused(core, ada):
    with pytest.raises(BadInput):
        sync.connect(core, ada, "carrier-pigeon", "token", TODAY)
