from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.understanding.periods import without_dates
from actions.understanding.ranges import AmountRange, find_amount_range
from finance_core.errors import BadInput
from finance_core.money import Money


def gbp(amount):
    return Money.of(amount, "GBP") if amount is not None else None


def asked(text):
    return find_amount_range(without_dates(text), "GBP")


@pytest.mark.parametrize(
    ("said", "low", "high"),
    [
        ("100 to 200", 100, 200),
        ("between 20 and 40", 20, 40),
        ("payments of £20-£40", 20, 40),
        ("from 40 up to 20", 20, 40),
        ("1 to 2k", 1000, 2000),
        ("500 to 2k", 500, 2000),
        ("at least 30 in May", 30, None),
        ("50 or more", 50, None),
        ("50+", 50, None),
        ("no less than 10", 10, None),
        ("not more than 50", None, 50),
        ("up to 20", None, 20),
        ("100 or less", None, 100),
        ("around 300", 270, 330),
        ("300ish", 270, 330),
        ("the 45 one on the 3rd", 45, 45),
    ],
)
def test_bounds_that_fit_themselves(said, low, high):
    assert asked(said) == AmountRange(gbp(low), gbp(high))


@pytest.mark.parametrize(
    ("said", "low", "high"),
    [
        ("over 50", 50, None),
        ("more than a thousand pounds", 1000, None),
        ("less than 20", None, 20),
        ("anything under a tenner", None, 10),
        ("over 20 but under 50", 20, 50),
    ],
)
def test_bounds_that_do_not(said, low, high):
    assert asked(said) == AmountRange(gbp(low), gbp(high), low is None, high is None)


def test_a_currency_said_once_holds_for_both_ends():
    euros = AmountRange(Money.of(20, "EUR"), Money.of(40, "EUR"))
    assert asked("between 20 and 40 euros") == asked("€20 to 40") == euros


def test_two_currencies_make_no_range():
    with pytest.raises(BadInput, match="one currency"):
        asked("between $20 and £40")


@pytest.mark.parametrize("said", ["last 3 days", "between 3 and 9 May", "the second one", ""])
def test_words_without_an_amount(said):
    assert asked(said) is None


@settings(deadline=None)
@given(st.integers(1, 10**7), st.integers(1, 10**7), st.integers(1, 10**7))
def test_a_range_holds_what_lies_between_its_ends(first, second, money):
    found = asked(f"between £{Decimal(first) / 100} and £{Decimal(second) / 100}")
    low, high = sorted((first, second))
    assert (Money.from_minor(money, "GBP") in found) == (low <= money <= high)


@settings(deadline=None)
@given(st.integers(1, 10**7))
def test_open_bounds_leave_the_figure_itself_out(minor):
    money = Money.from_minor(minor, "GBP")
    assert money not in asked(f"over {money}")
    assert money not in asked(f"under {money}")
    assert money in asked(f"at least {money}")
    assert money in asked(f"up to {money}")


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_gives_a_range_or_a_plain_refusal(text):
    try:
        found = find_amount_range(text, "EUR")
    except BadInput:
        return
    assert found is None or found.low is None or found.high is None or found.low <= found.high
