from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.understanding.amounts import find_amount, find_amounts
from actions.understanding.periods import without_dates
from finance_core.errors import BadInput
from finance_core.money import Money


@pytest.mark.parametrize(
    ("said", "amount", "currency"),
    [
        ("can I afford 400 on Friday", "400", "GBP"),
        ("two grand", "2000", "GBP"),
        ("a grand", "1000", "GBP"),
        ("€1.200,50", "1200.50", "EUR"),
        ("$1,200.50", "1200.50", "USD"),
        ("1 200,50 kč", "1200.50", "CZK"),
        ("1,200", "1200", "GBP"),
        ("12,5", "12.5", "GBP"),
        ("twenty five pounds", "25", "GBP"),
        ("a hundred quid", "100", "GBP"),
        ("a hundred and fifty dollars", "150", "USD"),
        ("1.2k", "1200", "GBP"),
        ("5000 yen", "5000", "JPY"),
        ("2 hundred", "200", "GBP"),
        ("yes but only 50", "50", "GBP"),
        ("10 million dollars", "10000000", "USD"),
        ("half a million", "500000", "GBP"),
        ("two and a half thousand", "2500", "GBP"),
        ("what was that 23.18 payment?", "23.18", "GBP"),
        ("can I afford a payment of 2000", "2000", "GBP"),
        ("over 100 between 1 and 10 May", "100", "GBP"),
    ],
)
def test_amounts(said, amount, currency):
    assert find_amount(without_dates(said), "GBP") == Money.of(amount, currency)


def test_several_amounts_keep_their_order():
    assert [m.minor for m in find_amounts("between 20 and 50", "GBP")] == [2000, 5000]


@pytest.mark.parametrize("said", ["-5", "minus five", "zero dollars", "$-5", "0", "spend -5 on it"])
def test_amounts_that_cannot_be_are_refused(said):
    with pytest.raises(BadInput, match="more than zero"):
        find_amounts(said, "GBP")


@pytest.mark.parametrize(
    "said", ["the second one", "in 3 days", "50%", "25 april", "my last 5 payments", "15-20 May"]
)
def test_numbers_that_are_no_amount(said):
    assert find_amounts(without_dates(said), "GBP") == []


@given(st.integers(1, 10**11), st.sampled_from(["GBP", "USD", "EUR", "CZK", "JPY", "KWD"]))
def test_an_amount_as_penny_writes_it_is_read_back(minor, currency):
    money = Money.from_minor(minor, currency)
    if currency == "KWD" and money.amount != int(money.amount):
        return
    assert find_amount(f"{money.amount:f} {currency}", currency) == money


@given(st.text(max_size=60))
def test_any_text_gives_amounts_or_a_plain_refusal(text):
    try:
        found = find_amounts(text, "EUR")
    except BadInput:
        return
    assert all(money.amount > Decimal(0) for money in found)
