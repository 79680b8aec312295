"""Debts of a real ledger, on both databases."""

from __future__ import annotations

from datetime import date

import pytest

from finance_core.errors import NotFound
from finance_core.money import Money
from finance_core.services import changes, debts, imports, people
from finance_core.services.debts import Terms
from tests.finance_core.services.household import NOW

TODAY = date(2026, 6, 15)
LEDGER = """account,date,amount,currency,description,balance
Checking,2026-06-01,2100.00,USD,PAYROLL,8646.95
Visa,2026-06-02,-89.25,USD,SHELL,-4300.00
Car Loan,2026-06-05,265.00,USD,PAYMENT,-7950.60
Amex,2026-06-05,20.00,USD,OVERPAID,12.00
"""


def usd(amount):
    return Money.of(amount, "USD")


@pytest.fixture
def ben(core):
    person, _ = people.add(core, "Ben", "UTC", "USD")
    imports.import_content(core, person.id, LEDGER.encode(), name="x.csv")
    return person.id


def keep(core, person_id, said):
    change = changes.propose(
        core, person_id, "debt.terms", debts.terms_payload(said),
        summary="keep them", done_text="Kept.", now=NOW, channel="web",
    )  # fmt: skip
    return changes.confirm(core, person_id, change.id, NOW, "web")


def test_only_cards_and_loans_with_money_owed(core, ben):
    found = debts.owed(core, ben, TODAY)
    assert [(debt.account.name, debt.amount) for debt in found] == [
        ("Car Loan", usd("7950.60")),
        ("Visa", usd(4300)),
    ]
    assert all(debt.terms is None for debt in found)
    [loan] = debts.owed(core, ben, date(2026, 6, 4))[:1]
    assert loan.amount == usd("8215.60"), "before the payment"


def test_terms_are_kept_and_taken_back(core, ben):
    loan, visa = debts.owed(core, ben, TODAY)
    first = keep(core, ben, {visa.account.id: Terms(2490, usd(129))})
    keep(core, ben, {loan.account.id: Terms(0, usd(265))})
    second = keep(core, ben, {visa.account.id: Terms(1990, usd(100))})
    assert [debt.terms for debt in debts.owed(core, ben, TODAY)] == [
        Terms(0, usd(265)),
        Terms(1990, usd(100)),
    ]
    changes.undo(core, ben, second.id, NOW, "web")
    assert debts.owed(core, ben, TODAY)[1].terms == Terms(2490, usd(129))
    changes.undo(core, ben, first.id, NOW, "web")
    assert debts.owed(core, ben, TODAY)[1].terms is None


def test_nobody_sets_terms_of_another_persons_debt(core, ben):
    visa = debts.owed(core, ben, TODAY)[1]
    other, _ = people.add(core, "Eve", "UTC", "USD")
    with pytest.raises(NotFound):
        keep(core, other.id, {visa.account.id: Terms(1, usd(1))})


def test_what_was_just_said_goes_before_what_is_kept(core, ben):
    visa = debts.owed(core, ben, TODAY)[1]
    keep(core, ben, {visa.account.id: Terms(2490, usd(129))})
    said = {visa.account.id: Terms(100, usd(5))}
    assert debts.owed(core, ben, TODAY, said)[1].terms == said[visa.account.id]


def test_unknown_terms_are_assumed_and_marked(core, ben):
    plan = debts.plan(debts.owed(core, ben, TODAY), TODAY)
    assert [debt.terms for debt in plan.debts] == [
        Terms(800, usd("159.02"), assumed=True),
        Terms(2200, usd(129), assumed=True),
    ]
    assert plan.a_month == usd("288.02")
    assert plan.total == usd("12250.60")


def test_both_orders_with_money_on_top_or_a_sum_in_all(core, ben):
    loan, visa = debts.owed(core, ben, TODAY)
    said = {loan.account.id: Terms(790, usd(265)), visa.account.id: Terms(2490, usd(129))}
    found = debts.owed(core, ben, TODAY, said)
    on_top = debts.plan(found, TODAY, extra=usd(106))
    in_all = debts.plan(found, TODAY, a_month=usd(500))
    assert on_top == in_all
    assert on_top.a_month == usd(500)
    assert on_top.interest_now == usd("141.56"), "52.34 and 89.225, to the even cent"
    assert on_top.free_on["avalanche"] > TODAY
    short = debts.plan(found, TODAY, a_month=usd(100))
    assert (short.extra, short.a_month) == (usd(0), usd(394))


def test_no_accounts_at_all(core):
    person, _ = people.add(core, "New", "UTC", "USD")
    with pytest.raises(NotFound):
        debts.owed(core, person.id, TODAY)
