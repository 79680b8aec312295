from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finance_core.errors import BadInput, NotFound
from finance_core.money import Money
from finance_core.services import imports, people, sync
from finance_core.services.core import Core
from finance_core.store import audit, queries
from tests.finance_core.services.fake_bank import FakeBank, at_bank

HEAD = "account,date,amount,currency,description\n"
BALANCED = "account,date,amount,currency,description,balance\n"


@pytest.fixture
def ada(core: Core) -> str:
    return people.add(core, "Ada", currency="GBP")[0].id


def read(core: Core, person_id: str, text: str, **more) -> imports.ImportReport:
    return imports.import_content(core, person_id, text.encode(), name="export.csv", **more)


def balance(core: Core, person_id: str, name: str = "Current") -> Money:
    with core.sessions() as session:
        (found,) = [a for a in queries.accounts(session, person_id) if a.name == name]
    return found.current


def rows(core: Core, person_id: str) -> list[tuple[date, int]]:
    with core.sessions() as session:
        return [(r.posted_on, r.amount.minor) for r in queries.transactions(session, person_id)]


def test_a_file_is_imported_once(core, ada, tmp_path):
    path = tmp_path / "export.csv"
    path.write_text(
        HEAD
        + "Current,2026-02-27,2000.00,GBP,ACME PAYROLL\n"
        + "Current,2026-03-01,-12.50,GBP,TESCO STORES\n"
        + "Current,2026-03-01,-12.50,GBP,TESCO STORES\n"
        + "Savings,2026-03-01,100.00,GBP,FROM CURRENT\n"
    )
    first = imports.import_file(core, ada, path)
    assert (first.new, first.duplicate, first.rejected) == (4, 0, ())
    assert [account.name for account in first.accounts] == ["Current", "Savings"]
    assert first.accounts[0].connection_id is None
    again = imports.import_file(core, ada, str(path))
    assert (again.new, again.duplicate) == (0, 4)
    assert [a.id for a in again.accounts] == [a.id for a in first.accounts]
    assert balance(core, ada) == Money.of("1975.00", "GBP")
    assert len(rows(core, ada)) == 4


def test_bad_rows_are_reported_by_line_and_the_rest_is_kept(core, ada):
    report = read(
        core,
        ada,
        HEAD
        + "Current,2026-03-01,-1.00,GBP,FINE\n"
        + "Current,2026-02-31,-1.00,GBP,NO SUCH DAY\n"
        + "Current,2026-03-02,abc,GBP,NO AMOUNT\n"
        + "Current,2026-03-03,-2.00,GBP,FINE TOO\n",
    )
    assert report.new == 2
    assert [row.line for row in report.rejected] == [3, 4]
    assert all(row.reason for row in report.rejected)
    assert "NO SUCH DAY" in report.rejected[0].text


def test_overlapping_exports_add_only_what_is_new(core, ada):
    lines = [f"Current,2026-03-0{n},-{n}.00,GBP,SHOP {n}\n" for n in range(1, 7)]
    assert read(core, ada, HEAD + "".join(lines[:4])).new == 4
    report = read(core, ada, HEAD + "".join(lines[2:]))
    assert (report.new, report.duplicate) == (2, 2)
    assert balance(core, ada) == Money.of("-21.00", "GBP")


def test_a_stated_balance_counts_and_later_rows_are_added_to_it(core, ada):
    read(core, ada, BALANCED + "Current,2026-03-05,-5.00,GBP,B,495.00\n")
    assert balance(core, ada) == Money.of("495.00", "GBP")
    read(core, ada, HEAD + "Current,2026-03-07,-10.00,GBP,C\n")
    assert balance(core, ada) == Money.of("485.00", "GBP")
    read(core, ada, BALANCED + "Current,2026-03-01,-1.00,GBP,A,500.00\n")
    assert balance(core, ada) == Money.of("485.00", "GBP")
    with core.sessions() as session:
        assert queries.accounts(session, ada)[0].as_of.date() == date(2026, 3, 7)


def test_the_account_is_found_whatever_the_case_of_its_name(core, ada):
    text = "date,amount,description\n2026-03-01,-1.00,SHOP\n"
    first = read(core, ada, text, account="Everyday")
    again = read(core, ada, text, account="EVERYDAY")
    assert (again.new, again.duplicate) == (0, 1)
    assert again.accounts == first.accounts
    assert first.accounts[0].name == "Everyday"
    assert first.accounts[0].currency == "GBP"


def test_a_file_in_another_currency_is_refused_whole(core, ada):
    read(core, ada, HEAD + "Current,2026-03-01,-1.00,GBP,A\n")
    with pytest.raises(BadInput, match="EUR"):
        read(core, ada, HEAD + "Current,2026-03-02,-1.00,EUR,B\n")
    assert len(rows(core, ada)) == 1


def test_an_account_that_a_bank_keeps_takes_no_files(core, ada):
    penny = at_bank(core, fake=FakeBank())
    sync.connect(penny, ada, "fake", "token", date(2026, 3, 2))
    with pytest.raises(BadInput, match="your bank"):
        read(core, ada, HEAD + "current,2026-03-01,-1.00,GBP,A\n")
    assert rows(core, ada) == []


def test_people_have_accounts_of_the_same_name(core, ada):
    bob = people.add(core, "Bob", currency="GBP")[0].id
    text = HEAD + "Current,2026-03-01,-1.00,GBP,A\n"
    assert read(core, ada, text).new == 1
    assert read(core, bob, text).new == 1
    assert balance(core, bob) == Money.of("-1.00", "GBP")


def test_the_same_file_from_many_at_once_is_imported_once(core, ada):
    text = HEAD + "".join(f"Current,2026-03-01,-{n}.00,GBP,SHOP {n}\n" for n in range(1, 30))
    with ThreadPoolExecutor(6) as pool:
        reports = list(pool.map(lambda _: read(core, ada, text), range(6)))
    assert sum(report.new for report in reports) == 29
    assert len(rows(core, ada)) == 29
    assert len({report.accounts[0].id for report in reports}) == 1


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02\xff" * 50, b"hello", HEAD.encode()])
def test_what_is_no_export_is_refused(core, ada, content):
    with pytest.raises(BadInput):
        imports.import_content(core, ada, content, name="x")


def test_too_large_files_are_refused(core, ada, tmp_path, monkeypatch):
    path = tmp_path / "big.csv"
    path.write_text(HEAD + "Current,2026-03-01,-1.00,GBP,A\n")
    monkeypatch.setattr(imports, "LARGEST_FILE", 50)
    with pytest.raises(BadInput, match="larger"):
        imports.import_file(core, ada, path)


def test_files_that_are_not_there(core, ada, tmp_path):
    with pytest.raises(BadInput, match=r"missing\.csv"):
        imports.import_file(core, ada, tmp_path / "missing.csv")
    with pytest.raises(BadInput):
        imports.import_file(core, ada, tmp_path)


def test_for_nobody(core):
    with pytest.raises(NotFound):
        read(core, "0" * 32, HEAD)


def test_imports_are_in_the_audit_log(core, ada):
    read(core, ada, HEAD + "Current,2026-03-01,-1.00,GBP,A\n", channel="cli")
    with core.sessions() as session:
        entry = audit.entries(session, ada)[-1]
    assert (entry.action, entry.channel, entry.subject) == ("file.imported", "cli", "export.csv")
    assert entry.details == {"new": 1, "rejected": 0}


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    amounts=st.lists(st.integers(-9999, 9999).filter(bool), min_size=1, max_size=20),
    cuts=st.lists(st.tuples(st.integers(0, 19), st.integers(1, 20)), max_size=4),
)
def test_exports_in_any_order_and_overlap_end_in_one_ledger(core, amounts, cuts):
    """Whole days each, since an export that cuts a day in half can't be told from two."""
    owner = people.add(core, f"P {core.clock().timestamp()}", currency="GBP")[0].id
    lines = [
        f"Current,2026-03-{n + 1:02d},{minor / 100:.2f},GBP,SHOP\n"
        for n, minor in enumerate(amounts)
    ]
    for start, length in [*cuts, (0, len(lines))]:
        if lines[start : start + length]:
            read(core, owner, HEAD + "".join(lines[start : start + length]))
    assert [minor for _, minor in rows(core, owner)] == amounts
    assert balance(core, owner).minor == sum(amounts)
