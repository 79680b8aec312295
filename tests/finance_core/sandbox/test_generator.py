from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finance_core.model import AccountKind
from finance_core.sandbox.bank import Bank
from finance_core.sandbox.generator import Life
from finance_core.sandbox.households import HOUSEHOLDS
from finance_core.sandbox.records import Balance, Row, State, account_id

START = date(2025, 3, 31)
SEEDS = st.integers(0, 2**32)
NAMES = st.sampled_from(sorted(HOUSEHOLDS))


def live(name: str, seed: int, days: int, pause: int | None = None) -> dict[str, Row]:
    """All rows after ``days``; at ``pause`` the life is put down and taken up again."""
    plan = HOUSEHOLDS[name]
    opening = {account_id(name, a.key): a.opening for a in plan.accounts}
    rows: dict[str, Row] = {}
    life = Life(plan, seed, START, _balances(opening, rows), [])
    for n in range(1, days + 1):
        for change in life.live(START + timedelta(days=n)):
            rows.pop(change.row.id, None)
            if change.kind != "removed":
                rows[change.row.id] = change.row
        if n == pause:
            waiting = [row for row in rows.values() if row.state is not State.BOOKED]
            life = Life(plan, seed, START, _balances(opening, rows), waiting)
    return rows


def _balances(opening: dict[str, int], rows: dict[str, Row]) -> dict[str, Balance]:
    sums: dict[tuple[str, State], int] = defaultdict(int)
    for row in rows.values():
        sums[row.account_id, row.state] += row.amount
    return {
        account: Balance(first + sums[account, State.BOOKED], sums[account, State.PENDING])
        for account, first in opening.items()
    }


@given(NAMES, SEEDS, st.integers(1, 59))
@settings(max_examples=15, deadline=None)
def test_same_seed_same_life_wherever_it_is_paused(name, seed, pause):
    assert live(name, seed, 60) == live(name, seed, 60, pause)


@given(NAMES, SEEDS)
@settings(max_examples=10, deadline=None)
def test_another_seed_is_another_life(name, seed):
    assert live(name, seed, 40) != live(name, seed + 1, 40)


@given(NAMES, SEEDS)
@settings(max_examples=5, deadline=None)
def test_no_account_is_ever_absurdly_negative(name, seed):
    balances = {account_id(name, a.key): a.opening for a in HOUSEHOLDS[name].accounts}
    limits = {account_id(name, a.key): a.limit for a in HOUSEHOLDS[name].accounts}
    rows = [row for row in live(name, seed, 400).values() if row.state is State.BOOKED]
    by_day = defaultdict(list)
    for row in rows:
        by_day[row.day].append(row)
    for day in sorted(by_day):
        for row in by_day[day]:
            balances[row.account_id] += row.amount
        assert all(balance >= -limits[key] for key, balance in balances.items()), day


@pytest.mark.parametrize("name", sorted(HOUSEHOLDS))
def test_two_years_hold_what_a_life_holds(bank: Bank, name: str) -> None:
    accounts = bank.ledger.accounts(name)
    rows = [row for account in accounts for row in bank.ledger.rows(account.id)]
    booked = [row for row in rows if row.state is State.BOOKED]
    assert {AccountKind.CHECKING, AccountKind.SAVINGS} <= {a.kind for a in accounts}
    assert min(row.day for row in rows) <= date(2024, 1, 7)
    assert max(row.day for row in rows) >= date(2026, 1, 18)
    assert len({row.merchant for row in rows}) >= 25
    refunds = [r for r in booked if r.amount > 0 and r.merchant and r.mcc]
    assert refunds, "no refund"
    charges = defaultdict(int)
    for row in booked:
        if row.mcc and row.amount < 0:
            charges[row.description, row.made_on, row.amount] += 1
    assert max(charges.values()) >= 2, "no duplicate charge"


@pytest.mark.parametrize(
    ("name", "merchant"),
    [("amelia", "Netflix"), ("marcus", "Hulu"), ("harper", "Netflix"), ("priya", "Disney Plus")],
)
def test_a_subscription_gets_dearer_and_stays_so(bank: Bank, name: str, merchant: str) -> None:
    paid = [
        (row.day, -row.amount)
        for account in bank.ledger.accounts(name)
        for row in bank.ledger.rows(account.id)
        if row.merchant == merchant and row.amount < 0
    ]
    amounts = [amount for _, amount in sorted(paid)]
    assert len(set(amounts)) == 2
    assert amounts == sorted(amounts)


@pytest.mark.parametrize(
    ("name", "merchant"),
    [
        ("amelia", "TV Licence"),
        ("marcus", "Ohio BMV"),
        ("elena", "Allianz"),
        ("priya", "16-25 Railcard"),
        ("harper", "St Louis County"),
    ],
)
def test_an_annual_bill_comes_each_year(bank: Bank, name: str, merchant: str) -> None:
    days = sorted(
        row.day
        for account in bank.ledger.accounts(name)
        for row in bank.ledger.rows(account.id)
        if row.merchant == merchant
    )
    assert len(days) in (2, 3)
    assert all(358 <= (b - a).days <= 373 for a, b in pairwise(days))


@pytest.mark.parametrize("name", ["amelia", "harper"])
def test_salary_and_couple_leave_room_to_save(bank: Bank, name: str) -> None:
    """The lowest balance of each of the last six months stays well over 200."""
    account = bank.ledger.accounts(name)[0]
    day_balances, balance = {}, account.opening
    for row in bank.ledger.rows(account.id, pending=False):
        balance += row.amount
        day_balances[row.day] = balance
    recent = [amount for day, amount in day_balances.items() if day > date(2025, 7, 20)]
    assert min(recent) > 30_000


def test_spending_has_a_weekly_rhythm(bank: Bank) -> None:
    made = defaultdict(int)
    for row in bank.ledger.rows("amelia-main"):
        if row.category == "FOOD_AND_DRINK_RESTAURANT":
            made[row.made_on.weekday()] += 1
    assert made[4] + made[5] > 2 * (made[0] + made[1])


def test_card_rows_are_pending_first_and_then_post_or_vanish(bank: Bank) -> None:
    fates = defaultdict(int)
    for _ in range(20):
        pending = {r.id: r for r in bank.ledger.rows("amelia-main") if r.state is State.PENDING}
        bank.advance(1)
        now = {row.id: row for row in bank.ledger.rows("amelia-main")}
        successors = {row.pending_id for row in now.values() if row.pending_id}
        for row_id in pending:
            if row_id in now:
                fates[now[row_id].state] += 1
            else:
                fates["posted" if row_id in successors else "vanished"] += 1
    assert fates["posted"] > 10
    assert fates[State.PENDING] > 0


def test_moves_between_own_accounts_name_the_right_account(bank: Bank) -> None:
    """Elena's go both ways; both sides appear on the same day."""
    moved = {
        name: {
            (r.day, r.amount, r.description)
            for r in bank.ledger.rows(f"elena-{name}")
            if r.description.startswith("UMBUCHUNG")
        }
        for name in ("main", "savings")
    }
    assert {(amount < 0, text) for _, amount, text in moved["main"]} == {
        (True, "UMBUCHUNG AUF TAGESGELD"),
        (False, "UMBUCHUNG VON TAGESGELD"),
    }
    assert {(amount < 0, text) for _, amount, text in moved["savings"]} == {
        (True, "UMBUCHUNG AUF GIROKONTO"),
        (False, "UMBUCHUNG VON GIROKONTO"),
    }
    assert {(day, -amount) for day, amount, _ in moved["main"]} == {
        (day, amount) for day, amount, _ in moved["savings"]
    }
