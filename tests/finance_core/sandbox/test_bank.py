from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from finance_core.errors import BadInput
from finance_core.sandbox.bank import Bank
from finance_core.sandbox.records import Fate, State
from finance_core.sandbox.settings import SandboxSettings

from .conftest import TODAY


def everything(bank: Bank) -> dict[str, object]:
    return {
        row.id: row
        for household in bank.ledger.households()
        for account in bank.ledger.accounts(household.name)
        for row in bank.ledger.rows(account.id)
    }


def test_catching_up_days_later_equals_having_lived_them(bank: Bank, tmp_path: Path) -> None:
    later = TODAY + timedelta(days=11)
    at_once = Bank(SandboxSettings(home=tmp_path / "other", sandbox_today=later))
    bank.advance(4)
    bank.advance(7)
    assert bank.today() == later
    assert everything(bank) == everything(at_once)
    at_once.close()


def test_a_restart_changes_nothing_and_never_goes_back(bank: Bank, home: Path) -> None:
    bank.advance(3)
    before = everything(bank)
    bank.close()
    again = Bank(SandboxSettings(home=home, sandbox_today=TODAY, sandbox_seed=99))
    assert again.today() == TODAY + timedelta(days=3)
    assert everything(again) == before
    again.close()


def test_a_restart_days_later_catches_up(bank: Bank, home: Path) -> None:
    count = len(everything(bank))
    bank.close()
    again = Bank(SandboxSettings(home=home, sandbox_today=TODAY + timedelta(days=5)))
    assert again.today() == TODAY + timedelta(days=5)
    assert len(everything(again)) > count
    again.close()


def test_reset_gives_the_same_lives_again(bank: Bank) -> None:
    before = everything(bank)
    bank.advance(2)
    bank.add_row("amelia-main", -100, "BY HAND", pending=False)
    bank.reset()
    assert everything(bank) == before


@pytest.mark.parametrize("days", [0, -1, 100_000])
def test_impossible_advances_are_refused(bank: Bank, days: int) -> None:
    with pytest.raises(BadInput):
        bank.advance(days)


def test_pending_rows_post_under_another_id_or_vanish(bank: Bank) -> None:
    row = bank.add_row("amelia-main", -1_234, "CORNER SHOP", pending=True)
    assert row.state is State.PENDING
    amelia = [bank.ledger.household("amelia")]
    assert bank.settle_pending(Fate.POST, amelia) >= 1
    posted = bank.ledger.row_or_successor(row.id)
    assert posted is not None
    assert (posted.state, posted.pending_id, posted.amount) == (State.BOOKED, row.id, -1_234)
    gone = bank.add_row("amelia-main", -999, "CORNER SHOP", pending=True)
    bank.settle_pending(Fate.VANISH, amelia)
    assert bank.ledger.row_or_successor(gone.id) is None
