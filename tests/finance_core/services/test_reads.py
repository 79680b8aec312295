"""What is read from a ledger equals what stands in it, to the minor unit."""

import csv
import io
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finance_core.errors import NotFound
from finance_core.model import Period
from finance_core.money import Money
from finance_core.services import balances, imports, income, people, search, spending, vocabulary

TODAY = date(2022, 7, 25)
JULY = Period(date(2022, 7, 1), TODAY)
JUNE = Period(date(2022, 6, 1), date(2022, 6, 30))

LEDGER = """\
account,date,amount,currency,description,category
Current,2022-06-01,2500.00,GBP,ACME LTD SALARY,salary
Current,2022-06-03,-40.10,GBP,TESCO STORES 3345 LONDON,groceries
Current,2022-06-10,-60.20,GBP,TESCO STORES 3345 LONDON,groceries
Current,2022-06-12,-12.00,GBP,SAINSBURYS S/MKTS,groceries
Current,2022-06-14,20.20,GBP,TESCO STORES 3345 LONDON,groceries
Current,2022-06-20,-300.00,GBP,TO SAVINGS,transfer to savings
Savings,2022-06-20,300.00,GBP,FROM CURRENT,transfer to savings
Current,2022-07-01,2500.00,GBP,ACME LTD SALARY,salary
Current,2022-07-04,-33.33,GBP,TESCO STORES 3345 LONDON,groceries
Travel,2022-07-05,-15.00,EUR,CAFE DE FLORE PARIS,eating out
"""


@pytest.fixture
def person(core):
    found, _ = people.add(core, "Reader", "Europe/London", "GBP")
    imports.import_content(core, found.id, LEDGER.encode(), name="ledger.csv")
    return found


def account_id(core, person, name):
    return next(a.id for a in vocabulary.accounts(core, person.id) if a.name == name)


def test_balances_are_the_sums_of_the_rows(core, person):
    found = balances.balances(core, person.id, TODAY)
    assert {entry.account.name: entry.balance for entry in found.accounts} == {
        "Current": Money.of("4574.57", "GBP"),
        "Savings": Money.of("300.00", "GBP"),
        "Travel": Money.of("-15.00", "EUR"),
    }
    assert found.totals == {
        "GBP": Money.of("4874.57", "GBP"),
        "EUR": Money.of("-15.00", "EUR"),
    }


def test_a_past_day_shows_what_the_ledger_said_then(core, person):
    found = balances.balances(core, person.id, date(2022, 6, 12))
    current = next(entry for entry in found.accounts if entry.account.name == "Current")
    assert current.balance == Money.of("2387.70", "GBP")


def test_spending_leaves_out_transfers_and_income_and_takes_off_refunds(core, person):
    (report,) = spending.report(core, person.id, JUNE)
    assert (report.total, report.gross, report.refunds) == (
        Money.of("92.10", "GBP"),
        Money.of("112.30", "GBP"),
        Money.of("20.20", "GBP"),
    )
    assert (report.count, report.refund_count) == (3, 1)
    assert [line.key for line in report.by_category] == ["groceries"]


def test_spending_of_two_currencies_is_never_added(core, person):
    reports = spending.report(core, person.id, JULY)
    assert sorted(str(report.total) for report in reports) == ["£33.33", "€15.00"]


def test_spending_at_a_merchant_and_from_an_account(core, person):
    (report,) = spending.report(core, person.id, JUNE, merchants=["Tesco"])
    assert report.total == Money.of("80.10", "GBP")
    travel = account_id(core, person, "Travel")
    assert spending.report(core, person.id, JUNE, account_id=travel) == ()


def test_income_is_by_source(core, person):
    (report,) = income.report(core, person.id, JUNE)
    assert (report.total, report.count) == (Money.of("2500.00", "GBP"), 1)


def test_search_pages_newest_first(core, person):
    query = search.SearchQuery(merchants=("Tesco",))
    first = search.transactions(core, person.id, query, TODAY, limit=3)
    rest = search.transactions(core, person.id, query, TODAY, limit=3, offset=3)
    assert first.count == 4
    days = [row.posted_on for row in (*first.rows, *rest.rows)]
    assert days == sorted(days, reverse=True)
    assert first.totals == {"GBP": Money.of("-113.43", "GBP")}


def test_search_by_amount_ignores_other_currencies(core, person):
    query = search.SearchQuery(at_least=Money.of("12", "GBP"), at_most=Money.of("40.10", "GBP"))
    found = search.transactions(core, person.id, query, TODAY, limit=10)
    assert sorted(row.amount.minor for row in found.rows) == [-4010, -3333, -1200, 2020]


def test_somebody_else_sees_nothing(core, person):
    other, _ = people.add(core, "Other", "UTC", "GBP")
    assert spending.report(core, other.id, JUNE) == ()
    assert search.transactions(core, other.id, search.SearchQuery(), TODAY).count == 0
    with pytest.raises(NotFound):
        balances.balances(core, other.id, TODAY)
    with pytest.raises(NotFound):
        balances.balances(core, other.id, TODAY, account_id(core, person, "Current"))


rows = st.lists(
    st.tuples(
        st.sampled_from(["A", "B"]),
        st.integers(0, 60),
        st.integers(-50_000, 50_000).filter(bool),
        st.sampled_from(["groceries", "rent", "salary"]),
    ),
    min_size=1,
    max_size=30,
)


@given(rows)
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_ledger_adds_up(core, entries):
    person, _ = people.add(core, f"P{id(entries)}-{hash(str(entries))}", "UTC", "EUR")
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(["account", "date", "amount", "currency", "description", "category"])
    sums, spent = defaultdict(Decimal), Decimal(0)
    for account, back, minor, category in entries:
        amount = Decimal(minor) / 100
        writer.writerow([account, TODAY - timedelta(back), amount, "EUR", "Row", category])
        sums[account] += amount
        spent -= amount if category != "salary" else 0
    imports.import_content(core, person.id, file.getvalue().encode(), name="x.csv")
    found = balances.balances(core, person.id, TODAY)
    assert {e.account.name: e.balance.amount for e in found.accounts} == dict(sums)
    everything = Period(TODAY - timedelta(60), TODAY)
    reports = spending.report(core, person.id, everything)
    assert sum(report.total.amount for report in reports) == spent
