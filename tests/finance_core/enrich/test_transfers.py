"""Both sides of a transfer between own accounts are found, and nothing else."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from finance_core.enrich.transfers import match_transfers
from finance_core.model import Account, AccountKind, Transaction
from finance_core.money import Money

START = date(2024, 1, 1)


def account(name: str) -> Account:
    now = datetime(2024, 1, 1, tzinfo=UTC)
    return Account(name, "p", name, AccountKind.CHECKING, Money.zero("EUR"), None, now)


ACCOUNTS = [account("a"), account("b")]


def move(key: str, where: str, day: int, amount: str, currency: str = "EUR") -> Transaction:
    money = Money.of(amount, currency)
    return Transaction(key, where, START + timedelta(days=day), money, key, key, "other")


def test_opposite_amounts_within_three_days_pair() -> None:
    rows = [move("out", "a", 0, "-50"), move("in", "b", 3, "50"), move("shop", "a", 1, "-50.01")]
    assert match_transfers(rows, ACCOUNTS) == {"out", "in"}


def test_what_does_not_pair() -> None:
    assert not match_transfers([move("o", "a", 0, "-50"), move("i", "b", 4, "50")], ACCOUNTS)
    assert not match_transfers([move("o", "a", 0, "-50"), move("i", "a", 0, "50")], ACCOUNTS)
    assert not match_transfers([move("o", "a", 0, "-50"), move("i", "z", 0, "50")], ACCOUNTS)
    assert not match_transfers([move("o", "a", 0, "-5"), move("i", "b", 0, "5", "USD")], ACCOUNTS)


def test_the_nearest_day_pairs_first_and_each_movement_once() -> None:
    rows = [
        move("out", "a", 2, "-50"),
        move("early", "b", 0, "50"),
        move("same day", "b", 2, "50"),
    ]
    assert match_transfers(rows, ACCOUNTS) == {"out", "same day"}


@given(
    st.lists(
        st.tuples(
            st.sampled_from("ab"), st.integers(0, 9), st.sampled_from(["5", "-5", "7", "-7"])
        ),
        max_size=25,
    )
)
def test_matched_movements_cancel_out(specs: list[tuple[str, int, str]]) -> None:
    rows = [move(str(n), where, day, amount) for n, (where, day, amount) in enumerate(specs)]
    matched = match_transfers(rows, ACCOUNTS)
    assert len(matched) % 2 == 0
    assert sum(row.amount.amount for row in rows if row.id in matched) == 0
