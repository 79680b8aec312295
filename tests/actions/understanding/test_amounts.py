from decimal import Decimal

import pytest
from hypothesis import given, settings
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
        ("a couple hundred", "200", "GBP"),
        ("a couple of grand", "2000", "GBP"),
        ("1.5k", "1500", "GBP"),
        ("fifty pence", "0.50", "GBP"),
        ("that was 99p", "0.99", "GBP"),
        ("a tenner", "10", "GBP"),
        ("12 quid", "12", "GBP"),
        ("$5", "5", "USD"),
        ("5 dollars and 30 cents", "5.30", "USD"),
        ("five pounds thirty", "5.30", "GBP"),
        ("£5 and 50p", "5.50", "GBP"),
        ("it was twelve fifty", "12.50", "GBP"),
        ("nine oh five", "9.05", "GBP"),
        ("£1,200.5", "1200.5", "GBP"),
        ("₹1,23,456.50", "123456.50", "INR"),
        ("CHF 1’234.50", "1234.50", "CHF"),
        ("one thousand three hundred and twenty bucks", "1320", "USD"),
        ("fifteen hundred", "1500", "GBP"),
        ("£5 per week", "5", "GBP"),
        ("put aside 40 per month", "40", "GBP"),
        ("groceries - 50", "50", "GBP"),
        ("send 320 at 15 to 6 a.m.", "320", "GBP"),
        ("make it 3880 euros at 20 past 4", "3880", "EUR"),
        ("1.200 KWD", "1.200", "KWD"),
        ("1,200 KWD", "1200", "KWD"),
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
    "said",
    [
        "the second one",
        "in 3 days",
        "50%",
        "25 april",
        "my last 5 payments",
        "15-20 May",
        "one of my cards",
        "a few hundred",
        "the card ending in 4421",
        "10 per cent",
        "three quarters",
        "at 10 45",
        "invoice 20231",
    ],
)
def test_numbers_that_are_no_amount(said):
    assert find_amounts(without_dates(said), "GBP") == []


@pytest.mark.parametrize(
    ("said", "own", "currency"),
    [
        ("20 dollars", "AUD", "AUD"),
        ("$20", "GBP", "USD"),
        ("us$20", "AUD", "USD"),
        ("20 crowns", "SEK", "SEK"),
        ("20 kr", "DKK", "DKK"),
        ("20 pounds", "USD", "GBP"),
        ("30 cents", "EUR", "EUR"),
    ],
)
def test_a_shared_sign_means_the_own_currency_where_it_can(said, own, currency):
    assert find_amount(said, own).currency == currency


def test_cents_of_nobody_knows_which_currency_are_no_amount():
    assert find_amounts("30 cents", "GBP") == []


_MARKS = {  # between thousands, before decimals
    "english": (",", "."),
    "german": (".", ","),
    "french": ("\u202f", ","),
    "czech": ("\xa0", ","),
    "typed": (" ", ","),
    "swiss": ("'", "."),
    "plain": ("", "."),
    "plain with a comma": ("", ","),
}


@settings(deadline=None)
@given(
    st.integers(1, 10**11),
    st.sampled_from(["GBP", "USD", "EUR", "CZK", "JPY", "INR", "PLN"]),
    st.sampled_from(sorted(_MARKS)),
    st.booleans(),
)
def test_what_is_written_in_any_convention_is_read_back(minor, currency, convention, before):
    money, (group, point) = Money.from_minor(minor, currency), _MARKS[convention]
    whole, _, cents = f"{money.amount:,f}".partition(".")
    written = whole.replace(",", group) + (point + cents if cents else "")
    said = f"{currency} {written}" if before else f"{written} {currency}"
    assert find_amounts(f"send {said} please", "GBP") == [money]


@settings(deadline=None)
@given(st.integers(1, 10**11), st.sampled_from(["GBP", "USD", "EUR", "CZK", "JPY"]))
def test_what_penny_shows_is_read_back(minor, currency):
    money = Money.from_minor(minor, currency)
    assert find_amounts(str(money), currency) == [money]


@settings(deadline=None)
@given(st.integers(1, 10**11), st.sampled_from(["GBP", "USD", "EUR", "CZK", "JPY", "KWD"]))
def test_an_amount_as_penny_writes_it_is_read_back(minor, currency):
    money = Money.from_minor(minor, currency)
    if currency == "KWD" and money.amount != int(money.amount):
        return
    assert find_amount(f"{money.amount:f} {currency}", currency) == money


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_gives_amounts_or_a_plain_refusal(text):
    try:
        found = find_amounts(text, "EUR")
    except BadInput:
        return
    assert all(money.amount > Decimal(0) for money in found)
