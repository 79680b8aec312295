from datetime import UTC, datetime

import pytest

from actions.understanding.debts import extra_payment, named_debts, rate_bps, said_terms
from finance_core.errors import BadInput
from finance_core.model import Account, AccountKind
from finance_core.money import Money


def account(key, name, kind):
    now = datetime(2026, 6, 15, tzinfo=UTC)
    return Account(key, "p", name, kind, Money.of(-100, "USD"), None, now)


VISA = account("v", "Visa Platinum", AccountKind.CREDIT)
AMEX = account("a", "Amex Blue", AccountKind.CREDIT)
LOAN = account("l", "Car Loan", AccountKind.LOAN)
ALL = (VISA, AMEX, LOAN)


def usd(amount):
    return Money.of(amount, "USD")


@pytest.mark.parametrize(
    ("text", "bps"),
    [("24.9%", 2490), ("24,9 percent", 2490), ("apr of 19.99", 1999), ("7 apr", 700),
     ("0%", 0), ("it is interest-free", 0), ("about 45", None), ("5000%", 500_000)],
)  # fmt: skip
def test_rates(text, bps):
    assert rate_bps(text) == bps


def test_a_rate_that_is_too_fine():
    with pytest.raises(BadInput, match="hundredth"):
        rate_bps("24.905%")


@pytest.mark.parametrize(
    ("text", "asked", "said"),
    [
        ("24.9% and at least 45", "v", {"v": (2490, usd(45))}),
        ("24.9%", "a", {"a": (2490, None)}),
        ("45", "l", {"l": (None, usd(45))}),
        ("24.9%", None, {}),
        ("visa 24.9% minimum 129 and amex 19.99% at least 40", None,
         {"v": (2490, usd(129)), "a": (1999, usd(40))}),
        ("the loan is 7.9% and 265", "v", {"l": (790, usd(265))}),
        ("with 200 extra a month", "v", {}),
        ("pay 50 more on my visa", None, {}),
    ],
)  # fmt: skip
def test_terms(text, asked, said):
    assert said_terms(text, ALL, asked) == said


def test_a_single_debt_need_not_be_named():
    assert said_terms("24.9% and 45", (VISA,), None) == {"v": (2490, usd(45))}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("with 200 extra a month", (usd(200), None)),
        ("what if I pay 50 more on my visa", (usd(50), None)),
        ("pay it off at 300 a month", (None, usd(300))),
        ("24.9% and at least 45 a month", (None, None)),
        ("clear 3000 of debt", (None, None)),
        ("debt plan", (None, None)),
    ],
)
def test_payments(text, found):
    assert extra_payment(text, "USD") == found


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("my loan", ["Car Loan"]),
        ("amex and visa", ["Amex Blue", "Visa Platinum"]),
        ("my credit card", []),
        ("my debts", []),
    ],
)
def test_debts_by_name_or_by_a_kind_there_is_one_of(text, names):
    assert [found.name for found in named_debts(text, ALL)] == names
