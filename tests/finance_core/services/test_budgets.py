"""Budgets against a real ledger, on both databases."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from finance_core.errors import BadInput
from finance_core.model import Period
from finance_core.money import Money
from finance_core.services import budgets, changes, imports, people
from tests.finance_core.services.household import NOW, TODAY

MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))
FEBRUARY = Period(date(2026, 2, 1), date(2026, 2, 28))


def gbp(amount):
    return Money.of(amount, "GBP")


def put(core, person_id, category, minor, currency="GBP"):
    payload = {"category": category, "minor": minor, "currency": currency}
    change = changes.propose(
        core, person_id, "budget.set", payload,
        summary="set it", done_text="Set.", now=NOW, channel="web",
    )  # fmt: skip
    return changes.confirm(core, person_id, change.id, NOW, "web")


def undo(core, person_id, change):
    return changes.undo(core, person_id, change.id, NOW, "web")


def spent_by_hand(bank, period, text):
    rows = [
        row for row in bank.rows.values() if row.posted_on in period and text in row.description
    ]
    return -sum(row.amount.minor for row in rows)


def test_a_budget_is_kept_changed_removed_and_comes_back(penny, ada):
    first = put(penny, ada, "groceries", 30_000)
    assert budgets.of_person(penny, ada) == {"groceries": gbp(300)}
    second = put(penny, ada, "groceries", 25_000)
    assert budgets.of_person(penny, ada) == {"groceries": gbp(250)}
    undo(penny, ada, second)
    assert budgets.of_person(penny, ada) == {"groceries": gbp(300)}
    gone = put(penny, ada, "groceries", None)
    assert budgets.of_person(penny, ada) == {}
    undo(penny, ada, gone)
    assert budgets.of_person(penny, ada) == {"groceries": gbp(300)}
    undo(penny, ada, first)
    assert budgets.of_person(penny, ada) == {}


def test_budgets_are_a_persons_own(penny, ada):
    put(penny, ada, "groceries", 30_000)
    other, _ = people.add(penny, "Bob", "UTC", "GBP")
    assert budgets.of_person(penny, other.id) == {}
    assert budgets.check(penny, other.id, TODAY, MARCH) == ()


def test_a_past_month_is_what_was_spent_in_it(penny, ada, household):
    put(penny, ada, "groceries", 30_000)
    [report] = budgets.check(penny, ada, TODAY, FEBRUARY)
    expected = spent_by_hand(household, FEBRUARY, "TESCO")
    assert expected > 0
    assert report.status.spent == Money.from_minor(expected, "GBP")
    assert report.status.expected is None


def test_the_rest_of_this_month_is_the_middle_of_the_last_three(penny, ada, household):
    put(penny, ada, "groceries", 30_000)
    [report] = budgets.check(penny, ada, TODAY, MARCH)
    rests = sorted(
        spent_by_hand(household, Period(date(2026, m, TODAY.day + 1), end), "TESCO")
        for m, end in ((1, date(2026, 1, 31)), (2, date(2026, 2, 28)))
    )
    december = spent_by_hand(household, Period(date(2025, 12, 3), date(2025, 12, 31)), "TESCO")
    middle = sorted([*rests, december])[1]
    spent = spent_by_hand(household, Period(MARCH.start, TODAY), "TESCO")
    assert report.status.expected == Money.from_minor(spent + middle, "GBP")


def test_all_spending_is_a_budget_too(penny, ada, household):
    put(penny, ada, budgets.EVERYTHING, 100_000)
    [report] = budgets.check(penny, ada, TODAY, FEBRUARY)
    tesco, rent = (spent_by_hand(household, FEBRUARY, text) for text in ("TESCO", "RENT"))
    assert report.status.spent == Money.from_minor(tesco + rent, "GBP")


def test_only_the_categories_asked_for(penny, ada):
    put(penny, ada, "groceries", 30_000)
    put(penny, ada, "rent", 95_000)
    assert [r.category for r in budgets.check(penny, ada, TODAY, MARCH)] == ["groceries", "rent"]
    [only] = budgets.check(penny, ada, TODAY, MARCH, ["rent"])
    assert only.category == "rent"
    assert budgets.check(penny, ada, TODAY, MARCH, ["pets"]) == ()


def test_other_currencies_are_told_apart(penny, ada):
    head = "account,date,amount,currency,description,category"
    rows = f"{head}\nTrip,2026-02-03,-9.50,EUR,LIDL,Groceries\n"
    imports.import_content(penny, ada, rows.encode(), name="x.csv")
    put(penny, ada, "groceries", 30_000)
    [report] = budgets.check(penny, ada, TODAY, FEBRUARY)
    assert report.elsewhere == (Money.of("9.50", "EUR"),)
    assert report.status.spent.currency == "GBP"


def test_a_month_to_come_is_refused(penny, ada):
    put(penny, ada, "groceries", 30_000)
    with pytest.raises(BadInput, match="not begun"):
        budgets.check(penny, ada, TODAY, Period(date(2026, 4, 1), date(2026, 4, 30)))


def test_a_suggestion_is_drawn_from_whole_months_that_are_known(penny, ada, household):
    months = [
        Period(date(2025, 12, 1), date(2025, 12, 31)),
        Period(date(2026, 1, 1), date(2026, 1, 31)),
        FEBRUARY,
    ]
    middle = sorted(spent_by_hand(household, month, "TESCO") for month in months)[1]
    found = budgets.suggest(penny, ada, TODAY, "groceries", "GBP")
    assert (found.median, found.months) == (Money.from_minor(middle, "GBP"), 3)
    assert budgets.first_suggestion(penny, ada, TODAY, "GBP") == ("groceries", found)
    assert budgets.suggest(penny, ada, TODAY, "pets", "GBP") is None
    assert budgets.suggest(penny, ada, TODAY, "groceries", "EUR") is None
    begun = min(row.posted_on for row in household.rows.values())
    assert budgets.suggest(penny, ada, begun + timedelta(days=3), "groceries", "GBP") is None


def test_nobody_without_a_ledger_gets_a_suggestion(penny):
    person, _ = people.add(penny, "New", "UTC", "GBP")
    assert budgets.first_suggestion(penny, person.id, TODAY, "GBP") is None
