"""A person's own categories go before what was found, and are taken back without a trace."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finance_core.errors import NotFound
from finance_core.model import AccountKind, AccountRecord, SyncBatch, TransactionRecord
from finance_core.money import Money
from finance_core.store import connections, corrections, ledger, people, queries

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = date(2026, 3, 1)
NAMES = {"a": ("Shop", "shopping"), "b": ("Shop", "groceries"), "c": ("Pub", "dining")}


def record(external_id, minor=-100, **more):
    return TransactionRecord(
        external_id, "main", DAY, Money.from_minor(minor, "EUR"), f"text {external_id}", **more
    )


def bank(session, person_id, records, names):
    found = connections.of_person(session, person_id)
    key = (
        found[0].id
        if found
        else connections.add(session, person_id, "fake", base_url=None, credentials=b"", now=NOW)
    )
    zero = Money.zero("EUR")
    account = AccountRecord("main", "Main", AccountKind.CHECKING, zero, None, NOW)
    ledger.apply(session, person_id, key, SyncBatch((account,), tuple(records)), names)


def new_person(core, name):
    with core.writes.begin() as session:
        person_id = people.add(session, name, "UTC", "EUR", NOW).id
        bank(session, person_id, [record(one) for one in NAMES], list(NAMES.values()))
    return person_id


@pytest.fixture
def ada(core):
    return new_person(core, "Ada")


def state(core, person_id):
    with core.sessions() as session:
        return {r.description[-1]: r.category for r in queries.transactions(session, person_id)}


def ids(core, person_id):
    with core.sessions() as session:
        return {r.description[-1]: r.id for r in queries.transactions(session, person_id)}


def do(core, act, *arguments):
    with core.writes.begin() as session:
        return act(session, *arguments, NOW)


def test_one_row_and_back(core, ada):
    first = ids(core, ada)["a"]
    payload = {"transaction": first, "category": "gifts"}
    before = do(core, corrections.put_row, ada, payload)
    assert state(core, ada) == {"a": "gifts", "b": "groceries", "c": "dining"}
    do(core, corrections.restore_row, ada, payload, before)
    assert state(core, ada) == {"a": "shopping", "b": "groceries", "c": "dining"}


def test_all_of_a_merchant_and_back_to_each_its_own(core, ada):
    do(core, corrections.put_row, ada, {"transaction": ids(core, ada)["a"], "category": "gifts"})
    payload = {"merchants": ["Shop"], "category": "hobby"}
    before = do(core, corrections.put_always, ada, payload)
    assert state(core, ada) == {"a": "hobby", "b": "hobby", "c": "dining"}
    with core.sessions() as session:
        assert queries.category_codes(session, ada) == ["hobby", "dining"]
        assert queries.merchant_names(session, ada, category="hobby") == ["Shop"]
    with core.writes.begin() as session:
        bank(session, ada, [record("d")], [("Shop", "fuel")])
    assert state(core, ada)["d"] == "hobby"
    do(core, corrections.restore_always, ada, payload, before)
    assert state(core, ada) == {"a": "gifts", "b": "groceries", "c": "dining", "d": "fuel"}


def test_a_later_rule_gives_way_to_the_earlier_one(core, ada):
    do(core, corrections.put_always, ada, {"merchants": ["Shop"], "category": "hobby"})
    payload = {"merchants": ["Shop"], "category": "fuel"}
    before = do(core, corrections.put_always, ada, payload)
    do(core, corrections.restore_always, ada, payload, before)
    assert state(core, ada)["a"] == "hobby"


def test_the_bank_overwrites_no_correction(core, ada):
    row_id = ids(core, ada)["a"]
    do(core, corrections.put_row, ada, {"transaction": row_id, "category": "gifts"})
    with core.writes.begin() as session:
        bank(session, ada, [record("a", -999, mcc="5411")], [("Shop", "groceries")])
    assert state(core, ada)["a"] == "gifts"
    with core.writes.begin() as session:
        settled = record("e", -999, pending_external_id="a")
        bank(session, ada, [settled], [("Shop", "groceries")])
    assert ids(core, ada)["e"] == row_id
    assert state(core, ada)["e"] == "gifts"


def test_nobody_corrects_somebody_elses_rows(core, ada):
    eve = new_person(core, "Eve")
    with pytest.raises(NotFound):
        do(core, corrections.put_row, eve, {"transaction": ids(core, ada)["a"], "category": "x"})
    do(core, corrections.put_always, eve, {"merchants": ["Shop"], "category": "x"})
    assert state(core, ada) == {"a": "shopping", "b": "groceries", "c": "dining"}
    assert state(core, eve) == {"a": "x", "b": "x", "c": "dining"}


def test_every_correction_marks_the_ledger_as_changed(core, ada):
    def mark():
        with core.sessions() as session:
            return queries.ledger_mark(session, ada)

    marks = [mark()]
    row = {"transaction": ids(core, ada)["c"], "category": "gifts"}
    always = {"merchants": ["Pub"], "category": "fuel"}
    for apply, revert, payload in (
        (corrections.put_row, corrections.restore_row, row),
        (corrections.put_always, corrections.restore_always, always),
    ):
        before = do(core, apply, ada, payload)
        marks.append(mark())
        do(core, revert, ada, payload, before)
        marks.append(mark())
    assert len(set(marks)) == 5


steps = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c", "Shop", "Pub"]),
        st.sampled_from(["gifts", "fuel", "my own"]),
    ),
    max_size=6,
)


@given(steps)
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_undoing_in_turn_leads_back_through_every_state(core, script):
    person_id = new_person(core, f"Ada {datetime.now(UTC).timestamp()}")
    rows = ids(core, person_id)
    past = []
    for place, (what, category) in enumerate(script):
        if what in rows:
            act = (corrections.put_row, corrections.restore_row)
            payload = {"transaction": rows[what], "category": category}
        else:
            act = (corrections.put_always, corrections.restore_always)
            payload = {"merchants": [what], "category": category}
        earlier = state(core, person_id)
        with core.writes.begin() as session:
            before = act[0](session, person_id, payload, NOW + timedelta(minutes=place))
        past.append((act[1], payload, before, earlier))
    for revert, payload, before, earlier in reversed(past):
        do(core, revert, person_id, payload, before)
        assert state(core, person_id) == earlier
