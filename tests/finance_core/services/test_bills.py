"""Bills and subscriptions as read from a ledger."""

from datetime import date, timedelta

import pytest

from finance_core.model import Period
from finance_core.money import Money
from finance_core.services import bills, imports, people

TODAY = date(2026, 6, 15)
HEAD = "account,date,amount,currency,description,category\n"


def rows(months, day, amount, text, category, account="Current", currency="GBP"):
    return "".join(
        f"{account},{year}-{month:02}-{day:02},{amount},{currency},{text},{category}\n"
        for year, month in months
    )


YEAR = [(2025, month) for month in range(7, 13)] + [(2026, month) for month in range(1, 7)]
LEDGER = (
    HEAD
    + rows(YEAR, 3, "-900.00", "HOMES RENT", "rent")
    + rows(YEAR, 12, "-10.99", "NETFLIX.COM", "subscriptions")
    + rows(YEAR[:-1], 28, "2500.00", "ACME LTD SALARY", "salary")
    + rows(YEAR, 5, "-200.00", "TO SAVINGS", "transfer to savings")
    + rows(YEAR, 8, "-9.00", "ILIAD MOBILE", "phone", "Travel", "EUR")
    + rows(YEAR[:4], 20, "-30.00", "GYM CLUB", "fitness")
)


@pytest.fixture
def person(core):
    found, _ = people.add(core, "Payer", "Europe/London", "GBP")
    imports.import_content(core, found.id, LEDGER.encode(), name="ledger.csv")
    return found


def upcoming(core, person, days, **narrow):
    period = Period(TODAY, TODAY + timedelta(days=days))
    return bills.upcoming(core, person.id, TODAY, period, **narrow)


def test_bills_come_on_their_days_with_a_total_for_each_currency(core, person):
    found = upcoming(core, person, 30)
    assert [(bill.due_on, bill.amount, bill.category) for bill in found.bills] == [
        (date(2026, 7, 3), Money.of("900.00", "GBP"), "rent"),
        (date(2026, 7, 8), Money.of("9.00", "EUR"), found.bills[1].category),
        (date(2026, 7, 12), Money.of("10.99", "GBP"), "subscriptions"),
    ]
    assert found.totals == {"GBP": Money.of("910.99", "GBP"), "EUR": Money.of("9.00", "EUR")}


def test_income_own_moves_and_what_has_ended_are_no_bills(core, person):
    labels = {bill.label.casefold() for bill in upcoming(core, person, 90).bills}
    assert not any("acme" in label or "saving" in label or "gym" in label for label in labels)


def test_every_month_of_a_longer_period_counts(core, person):
    days = [bill.due_on for bill in upcoming(core, person, 90, categories=["rent"]).bills]
    assert days == [date(2026, 7, 3), date(2026, 8, 3), date(2026, 9, 3)]


def test_narrowed_to_one_payee(core, person):
    (label,) = {
        bill.label for bill in upcoming(core, person, 30, categories=["subscriptions"]).bills
    }
    found = upcoming(core, person, 30, labels=[label])
    assert [bill.label for bill in found.bills] == [label]
    assert upcoming(core, person, 30, labels=["Nobody"]).bills == ()


def test_subscriptions_tell_what_a_year_costs(core, person):
    (found,) = bills.subscriptions(core, person.id, TODAY)
    assert found.amount == Money.of("10.99", "GBP")
    assert found.per_year == Money.of("131.88", "GBP")
    assert found.next_on == date(2026, 7, 12)


def test_as_of_an_earlier_day_later_rows_are_not_known(core, person):
    """On 10 June the payment of the 12th was still to come."""
    early = date(2026, 6, 10)
    period = Period(early, early + timedelta(days=5))
    (bill,) = bills.upcoming(core, person.id, early, period).bills
    assert (bill.due_on, bill.category) == (date(2026, 6, 12), "subscriptions")


def test_bills_of_somebody_else_are_not_seen(core, person):
    other, _ = people.add(core, "Other", "UTC", "GBP")
    assert upcoming(core, other, 90).bills == ()
    assert bills.subscriptions(core, other.id, TODAY) == ()


def test_a_bill_of_the_last_day_of_the_month_stays_on_it(core):
    person, _ = people.add(core, "Late", "UTC", "GBP")
    last_days = [
        (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)) for year, month in YEAR
    ]
    content = HEAD + "".join(
        f"Current,{day},-75.00,GBP,COUNCIL TAX LEEDS,council tax\n"
        for day in last_days
        if day < date(2026, 2, 1)
    )
    imports.import_content(core, person.id, content.encode(), name="ledger.csv")
    today = date(2026, 2, 10)
    period = Period(today, date(2026, 5, 1))
    found = bills.upcoming(core, person.id, today, period)
    days = [bill.due_on for bill in found.bills]
    assert days == [date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30)]
