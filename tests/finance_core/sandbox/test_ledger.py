from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from finance_core.errors import NotFound
from finance_core.model import AccountKind
from finance_core.sandbox.bank import Bank
from finance_core.sandbox.database import Database
from finance_core.sandbox.ledger import Ledger
from finance_core.sandbox.records import BankAccount, Change, Fate, Household, Row, State, settle

DAY = date(2026, 1, 1)
MINOR = st.integers(-10_000, 10_000)


class Books(RuleBasedStateMachine):
    """Any changes: the balance adds up, and reading the stream gives the books again."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.database = Database(Path(self.folder.name) / "bank.db")
        self.ledger = Ledger(self.database)
        self.ledger.put_household(Household("h", "H", "EUR", "ins_h", "H"))
        self.account = BankAccount("h-main", "h", "Main", AccountKind.CHECKING, "EUR", 500)
        self.ledger.put_account(self.account)
        self.rows: dict[str, Row] = {}
        self.read: dict[str, Row] = {}
        self.reached = 0
        self.made = 0

    def teardown(self) -> None:
        self.database.close()
        self.folder.cleanup()

    @rule(amount=MINOR, state=st.sampled_from(State), fate=st.sampled_from(Fate))
    def add(self, amount: int, state: State, fate: Fate) -> None:
        self.made += 1
        row = Row(f"r{self.made}", "h-main", DAY, amount, "text", DAY, state=state)
        if state is not State.BOOKED:
            row = replace(row, due=DAY + timedelta(days=1), fate=fate)
        self.apply([Change("added", row)])

    @precondition(lambda self: self.waiting())
    @rule(data=st.data())
    def settle(self, data: st.DataObject) -> None:
        row = data.draw(st.sampled_from(self.waiting()))
        self.apply(settle(row, DAY + timedelta(days=1)))

    @rule(amount=MINOR)
    def come_and_go(self, amount: int) -> None:
        self.made += 1
        row = Row(f"r{self.made}", "h-main", DAY, amount, "text", DAY)
        self.apply([Change("added", row), Change("modified", row), Change("removed", row)])

    @rule()
    def read_on(self) -> None:
        newest = self.ledger.newest_event("h")
        changes = self.ledger.net_changes("h", self.reached, newest)
        rows = self.ledger.rows_by_id([row_id for _, row_id, _ in changes])
        for kind, row_id, _ in changes:
            assert (row_id in self.read) is (kind != "added")
            self.read.pop(row_id, None)
            if kind != "removed":
                self.read[row_id] = rows[row_id]
        self.reached = newest
        visible = {k: r for k, r in self.rows.items() if r.state is not State.SCHEDULED}
        assert self.read == visible

    @invariant()
    def books_agree(self) -> None:
        booked = sum(row.amount for row in self.rows.values() if row.state is State.BOOKED)
        pending = sum(row.amount for row in self.rows.values() if row.state is State.PENDING)
        balance = self.ledger.balance(self.account)
        assert (balance.booked, balance.pending) == (500 + booked, pending)

    def waiting(self) -> list[Row]:
        return [row for row in self.rows.values() if row.state is not State.BOOKED]

    def apply(self, changes: list[Change]) -> None:
        self.ledger.apply(changes)
        for change in changes:
            self.rows.pop(change.row.id, None)
            if change.kind != "removed":
                self.rows[change.row.id] = change.row


TestBooks = Books.TestCase
TestBooks.settings = settings(max_examples=12, stateful_step_count=25, deadline=None)


def test_balances_of_all_households_are_opening_plus_booked(bank: Bank) -> None:
    for household in bank.ledger.households():
        for account in bank.ledger.accounts(household.name):
            booked = bank.ledger.rows(account.id, pending=False)
            total = account.opening + sum(row.amount for row in booked)
            assert bank.ledger.balance(account).booked == total


def test_a_failed_block_leaves_no_trace(bank: Bank) -> None:
    before = bank.ledger.balance(bank.ledger.account("amelia-main"))
    row = Row("lost", "amelia-main", DAY, 100, "text", DAY)
    with pytest.raises(RuntimeError), bank.reading():
        bank.ledger.apply([Change("added", row)])
        raise RuntimeError
    assert bank.ledger.balance(bank.ledger.account("amelia-main")) == before
    assert bank.ledger.rows_by_id(["lost"]) == {}


def test_unknown_names_are_not_found(bank: Bank) -> None:
    with pytest.raises(NotFound):
        bank.ledger.household("nobody")
    with pytest.raises(NotFound):
        bank.ledger.account("nobody-main")
