from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finance_core.store import corrections, parts, queries
from tests.finance_core.store.test_queries import DAY, NOW, account, person, row, save


@pytest.fixture
def town(core) -> list[str]:
    """Three people with three, none and two accounts."""
    people = [person(core, name) for name in ("Ada", "Bob", "Cyd")]
    for owner, names in ((people[0], ("A", "B", "C")), (people[2], ("D", "E"))):
        rows = [
            row(f"{name}{n}", -100 * n - 1, DAY - timedelta(days=9 * n), on=name)
            for name in names
            for n in range(6)
        ]
        save(core, owner, [account(name) for name in names], rows)
    return people


@given(size=st.integers(1, 9))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_every_account_is_in_one_part_of_at_most_that_size(core, town, size):
    with core.sessions() as session:
        found = [
            [one.account_id for one in parts.ledgers(session, part, date.min)]
            for part in parts.parts(session, size)
        ]
        wanted = sorted(a.id for owner in town for a in queries.accounts(session, owner))
    assert [one for part in found for one in part] == wanted
    assert all(0 < len(part) <= size for part in found)
    assert len(found) == -(-5 // size)


def test_a_part_reads_what_its_owner_would_read(core, town):
    since = DAY - timedelta(days=20)
    with core.writes.begin() as session:
        corrections.correct(session, town[0], "Shop", "hobby", NOW)
    with core.sessions() as session:
        (part,) = parts.parts(session, 100)
        read = [one.read() for one in parts.ledgers(session, part, since)]
        for one in read:
            rows = queries.transactions(
                session, one.person.id, account_ids=[one.account.id], start=since
            )
            assert list(one.movements) == rows
            assert one.account == queries.account(session, one.person.id, one.account.id)
            assert {m.category for m in rows} == {
                "hobby" if one.person.id == town[0] else "groceries"
            }
    assert sum(len(one.movements) for one in read) == 5 * 3
