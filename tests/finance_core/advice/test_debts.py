from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finance_core.advice.debts import Debt, payoff
from finance_core.errors import BadInput, CurrencyMismatch
from finance_core.money import Money


def usd(amount):
    return Money.of(amount, "USD")


def debt(key, owed, bps, minimum):
    return Debt(key, usd(owed), bps, usd(minimum))


CARDS = [
    debt("small", 500, 1000, 20),
    debt("dear", 3000, 2400, 60),
    debt("large", 8000, 600, 150),
]


def test_a_debt_without_interest_is_what_is_owed():
    found = payoff([debt("a", 1000, 0, 100)], usd(0), "avalanche")
    assert (found.months, found.paid, found.interest) == (10, usd(1000), usd(0))


def test_one_debt_by_hand():
    """100 at 12 %: 101 − 60 = 41; 41.41 is the last payment."""
    found = payoff([debt("a", 100, 1200, 60)], usd(0), "snowball")
    assert (found.months, found.paid, found.interest) == (2, usd("101.41"), usd("1.41"))


def test_a_loan_with_its_annuity_ends_when_its_formula_says():
    """10,000 at 6 % over 60 months is 193.33 a month (rounded up), 1,599.68 of interest."""
    found = payoff([debt("loan", 10_000, 600, "193.33")], usd(0), "avalanche")
    assert found.months == 60
    assert abs(found.interest.amount - Decimal("1599.68")) < Decimal("0.30")


def test_the_orders_differ_in_who_goes_first():
    snowball, avalanche = (payoff(CARDS, usd(200), way) for way in ("snowball", "avalanche"))
    assert [paid.key for paid in snowball.order] == ["small", "dear", "large"]
    assert [paid.key for paid in avalanche.order] == ["dear", "small", "large"]
    assert avalanche.interest < snowball.interest
    assert snowball.order[0].month < avalanche.order[0].month
    assert sum((p.interest for p in avalanche.order), usd(0)) == avalanche.interest


def test_more_each_month_is_sooner_and_cheaper():
    slow, fast = (payoff(CARDS, usd(extra), "avalanche") for extra in (0, 300))
    assert fast.months < slow.months
    assert fast.interest < slow.interest


def test_a_payment_below_the_interest_never_ends():
    card = debt("a", 4300, 2990, 50)
    assert card.first_interest == usd("107.14")
    assert card.grows
    found = payoff([card], usd(0), "snowball")
    assert (found.months, found.order) == (None, ())
    assert payoff([card], usd(60), "snowball").months is not None


def test_a_debt_that_grows_is_saved_by_what_others_free():
    cards = [debt("grows", 1000, 3000, 20), debt("other", 200, 0, 50)]
    assert cards[0].grows
    assert payoff(cards, usd(0), "avalanche").months is not None


@pytest.mark.parametrize(
    "debts",
    [
        [],
        [debt("a", 0, 100, 10)],
        [debt("a", 10, -1, 10)],
        [debt("a", 10, 100_001, 10)],
        [debt("a", 10, 100, 0)],
    ],
)
def test_impossible_debts(debts):
    with pytest.raises(BadInput):
        payoff(debts, usd(0), "avalanche")


def test_less_than_nothing_on_top():
    with pytest.raises(BadInput):
        payoff(CARDS, usd(-1), "avalanche")


def test_two_currencies_are_two_plans():
    with pytest.raises(CurrencyMismatch):
        payoff([*CARDS, Debt("b", Money.of(5, "EUR"), 0, Money.of(1, "EUR"))], usd(0), "snowball")


some_debts = st.lists(
    st.tuples(
        st.integers(1, 2_000_000),
        st.integers(0, 3_500),
        st.integers(500, 60_000),
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=150, deadline=None)
@given(rows=some_debts, extra=st.integers(0, 100_000))
def test_money_paid_is_what_was_owed_and_interest_and_avalanche_is_never_dearer(rows, extra):
    debts = [
        Debt(str(number), Money.from_minor(owed, "USD"), bps, Money.from_minor(least, "USD"))
        for number, (owed, bps, least) in enumerate(rows)
    ]
    owed = sum(row[0] for row in rows)
    found = {w: payoff(debts, Money.from_minor(extra, "USD"), w) for w in ("avalanche", "snowball")}
    for way in found.values():
        if way.months is None:
            continue
        assert way.paid.minor == owed + way.interest.minor
        assert way.interest.minor >= 0
        assert sorted(paid.key for paid in way.order) == sorted(debt.key for debt in debts)
        assert [p.month for p in way.order] == sorted(p.month for p in way.order)
        assert sum(p.interest.minor for p in way.order) == way.interest.minor
        a_month = sum(row[2] for row in rows) + extra
        assert (way.months - 1) * a_month < way.paid.minor <= way.months * a_month
    if found["snowball"].months is not None:
        assert found["avalanche"].months is not None
        # the last payment of a debt is rounded up to a cent
        slack = 2 * len(debts)
        assert found["avalanche"].interest.minor <= found["snowball"].interest.minor + slack
