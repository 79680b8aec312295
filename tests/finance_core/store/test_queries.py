from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from finance_core.errors import NotFound
from finance_core.model import AccountKind, AccountRecord, SyncBatch, TransactionRecord
from finance_core.money import Money
from finance_core.services.core import Core
from finance_core.store import connections, corrections, ledger, people, queries

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = date(2026, 3, 2)


def person(core: Core, name: str) -> str:
    with core.writes.begin() as session:
        return people.add(session, name, "UTC", "EUR", NOW).id


def account(name: str, currency: str = "EUR") -> AccountRecord:
    return AccountRecord(
        external_id=name,
        name=name,
        kind=AccountKind.CHECKING,
        current=Money.of("10", currency),
        available=Money.of("8", currency),
        as_of=NOW,
    )


def row(key: str, minor: int, day: date, currency: str = "EUR", on: str = "Main", **more):
    return TransactionRecord(key, on, day, Money.from_minor(minor, currency), f"row {key}", **more)


def save(core: Core, person_id: str, accounts, rows, names=None) -> None:
    names = names or [("Shop", "groceries")] * len(rows)
    with core.writes.begin() as session:
        connection = connections.add(
            session, person_id, "fake", base_url=None, credentials=b"x", now=NOW
        )
        ledger.apply(session, person_id, connection, SyncBatch(tuple(accounts), tuple(rows)), names)


@pytest.fixture
def ada(core: Core) -> str:
    return person(core, "Ada")


def test_accounts_are_as_reported_and_by_name(core, ada):
    save(core, ada, [account("zebra"), account("Main")], [])
    with core.sessions() as session:
        found = queries.accounts(session, ada)
        assert queries.account(session, ada, found[0].id) == found[0]
    assert [a.name for a in found] == ["Main", "zebra"]
    assert found[0].current == Money.of("10", "EUR")
    assert found[0].available == Money.of("8", "EUR")
    assert found[0].as_of == NOW
    assert found[0].person_id == ada


def test_rows_come_by_day_and_order_within_the_days_asked(core, ada):
    rows = [
        row("c", -3, DAY),
        row("a", -1, DAY - timedelta(days=2), pending=True),
        row("d", -4, DAY),
        row("b", -2, DAY - timedelta(days=1)),
    ]
    save(core, ada, [account("Main")], rows)

    def minors(**limits) -> list[int]:
        with core.sessions() as session:
            return [r.amount.minor for r in queries.transactions(session, ada, **limits)]

    assert minors() == [-1, -2, -3, -4]
    assert minors(start=DAY - timedelta(days=1)) == [-2, -3, -4]
    assert minors(end=DAY - timedelta(days=1)) == [-1, -2]
    assert minors(start=DAY, end=DAY) == [-3, -4]
    assert minors(account_ids=[]) == []
    assert minors(account_ids=["0" * 32]) == []
    with core.sessions() as session:
        first = queries.transactions(session, ada)[0]
        own = queries.accounts(session, ada)[0]
        assert queries.newest_day(session, ada) == DAY
    assert first.pending is True
    assert first.account_id == own.id
    assert (first.merchant, first.category, first.description) == ("Shop", "groceries", "row a")


def test_booked_after_sums_what_is_booked_by_account(core, ada):
    rows = [
        row("a", 100, DAY - timedelta(days=1)),
        row("b", 20, DAY),
        row("c", 3, DAY + timedelta(days=1)),
        row("d", 5000, DAY + timedelta(days=1), pending=True),
        row("e", 7, DAY, "JPY", on="Yen"),
    ]
    save(core, ada, [account("Main"), account("Yen", "JPY"), account("Quiet")], rows)
    with core.sessions() as session:
        ids = {a.name: a.id for a in queries.accounts(session, ada)}
        after = queries.booked_after(session, ada, DAY - timedelta(days=1))
        assert after == {ids["Main"]: Money.of("0.23", "EUR"), ids["Yen"]: Money.of("7", "JPY")}
        assert queries.booked_after(session, ada, DAY + timedelta(days=9)) == {}


def test_names_come_most_used_first(core, ada):
    rows = [row(str(n), -1, DAY) for n in range(4)]
    names = [
        ("Tesco", "groceries"),
        ("Uber", "transport"),
        ("Uber", "transport"),
        ("Aldi", "other"),
    ]
    save(core, ada, [account("Main")], rows, names)
    with core.sessions() as session:
        assert queries.merchant_names(session, ada) == ["Uber", "Aldi", "Tesco"]
        assert queries.category_codes(session, ada) == ["transport", "groceries", "other"]


def test_the_mark_changes_with_the_ledger_and_only_then(core, ada):
    marks = []

    def mark() -> None:
        with core.sessions() as session:
            marks.append(queries.ledger_mark(session, ada))

    def apply(*rows, **more) -> None:
        with core.writes.begin() as session:
            (connection,) = connections.of_person(session, ada)
            batch = SyncBatch((account("Main"),), rows, **more)
            ledger.apply(session, ada, connection.id, batch, [("Shop", "groceries")] * len(rows))
        mark()

    mark()
    save(core, ada, [account("Main")], [row("a", -1, DAY, pending=True), row("b", -2, DAY)])
    mark()
    apply(row("a", -1, DAY))
    apply(row("a", -1, DAY - timedelta(days=1)))
    with core.writes.begin() as session:
        corrections.correct(session, ada, "Shop", "hobby", NOW)
    mark()
    apply(removed=frozenset({"b"}))
    assert len(set(marks)) == 6
    apply(row("a", -1, DAY - timedelta(days=1)))
    assert marks[-1] == marks[-2]


def test_every_query_is_about_one_person(core, ada):
    bob = person(core, "Bob")
    save(core, ada, [account("Main")], [row("a", -1, DAY)])
    save(core, bob, [account("Main")], [row("a", -2, DAY)], [("Pub", "fun")])
    with core.writes.begin() as session:
        assert corrections.correct(session, bob, "Shop", "hobby", NOW) == 0
        assert corrections.correct(session, bob, "Pub", "hobby", NOW) == 1
    with core.sessions() as session:
        (hers,) = queries.accounts(session, ada)
        with pytest.raises(NotFound):
            queries.account(session, bob, hers.id)
        assert [r.amount.minor for r in queries.transactions(session, bob)] == [-2]
        assert queries.transactions(session, bob, account_ids=[hers.id]) == []
        assert hers.id not in queries.booked_after(session, bob, DAY - timedelta(days=1))
        assert queries.merchant_names(session, bob) == ["Pub"]
        assert queries.category_codes(session, bob) == ["hobby"]
        assert queries.corrections(session, ada) == {}
        assert queries.corrections(session, bob) == {"Shop": "hobby", "Pub": "hobby"}
        assert queries.category_codes(session, ada) == ["groceries"]
        assert queries.newest_day(session, person(core, "Eve")) is None


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    minors=st.lists(st.integers(-(2**63) + 1, 2**63 - 1), max_size=8),
    currency=st.sampled_from(["EUR", "JPY", "KWD"]),
)
def test_amounts_survive_to_the_minor_unit(core, minors, currency):
    owner = person(core, f"P {core.clock().timestamp()}")
    rows = [row(str(n), minor, DAY, currency) for n, minor in enumerate(minors)]
    save(core, owner, [account("Main", currency)], rows)
    with core.sessions() as session:
        found = queries.transactions(session, owner)
    assert [r.amount for r in found] == [Money.from_minor(minor, currency) for minor in minors]


def test_the_ledger_query_uses_the_index(core, backend):
    if backend != "sqlite":
        pytest.skip("PostgreSQL chooses a plan by the size of the table")
    with core.sessions() as session:
        plan = session.execute(
            text(
                "EXPLAIN QUERY PLAN SELECT * FROM transactions"
                " WHERE account_id IN ('a', 'b') AND posted_on >= '2026-01-01'"
            )
        ).all()
    assert "ix_transactions_account_id_posted_on" in plan[0][-1]
