import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.understanding.periods import without_dates
from actions.understanding.relative import relative_amount, relative_to
from finance_core.errors import BadInput, CurrencyMismatch
from finance_core.money import Money

BASE = Money.of("401.01", "GBP")


@pytest.mark.parametrize(
    ("said", "amount"),
    [
        ("half of it", "200.50"),
        ("half my balance", "200.50"),
        ("a third of it", "133.67"),
        ("two thirds of that", "267.34"),
        ("three quarters of the balance", "300.75"),
        ("10 percent of my salary", "40.10"),
        ("ten per cent of my wages", "40.10"),
        ("2.5% of it", "10.02"),
        ("all of it", "401.01"),
        ("everything", "401.01"),
        ("the rest", "401.01"),
        ("what's left", "401.01"),
        ("the same again", "401.01"),
        ("everything but 100", "301.01"),
        ("all but a tenner", "391.01"),
        ("everything except for £50", "351.01"),
        ("leave 50 in there", "351.01"),
        ("double it", "802.02"),
        ("3 times that", "1203.03"),
        ("20 more", "421.01"),
        ("50 more than that", "451.01"),
        ("another 20", "421.01"),
        ("50 less", "351.01"),
        ("take off 20", "381.01"),
    ],
)
def test_amounts_that_hang_on_another(said, amount):
    assert relative_amount(said, BASE) == Money.of(amount, "GBP")


@pytest.mark.parametrize(
    "said",
    [
        "half past 5", "first half of march", "half a grand", "last quarter", "a quarter of a year",
        "more than 50", "less than 20", "50", "how many times did I go", "and a half", "",
    ],
)  # fmt: skip
def test_amounts_that_stand_alone(said):
    assert relative_amount(without_dates(said), BASE) is None
    assert relative_to(without_dates(said)) is None


@pytest.mark.parametrize(
    ("said", "base"),
    [
        ("10 percent of my salary", "income"),
        ("half of my paycheck", "income"),
        ("half of my savings", "balance"),
        ("everything but 100", "balance"),
        ("half of it", "last"),
        ("20 more", "last"),
        ("double that", "last"),
    ],
)
def test_what_they_hang_on(said, base):
    assert relative_to(said) == base


@pytest.mark.parametrize("said", ["everything but 500", "50000 less", "0% of it"])
def test_nothing_left_is_refused(said):
    with pytest.raises(BadInput, match="leaves nothing"):
        relative_amount(said, BASE)


def test_another_currency_is_refused():
    with pytest.raises(CurrencyMismatch):
        relative_amount("everything but 20 euros", BASE)


@settings(deadline=None)
@given(st.integers(1, 10**9), st.integers(1, 100), st.sampled_from(["GBP", "JPY", "KWD"]))
def test_a_share_is_never_more_than_the_whole(minor, percent, currency):
    base = Money.from_minor(minor, currency)
    try:
        share = relative_amount(f"{percent}% of it", base)
    except BadInput:
        assert minor * percent < 100
        return
    assert 0 <= base.minor * percent - share.minor * 100 < 100


@settings(deadline=None)
@given(st.integers(2, 10**7), st.data())
def test_what_is_kept_and_what_is_moved_are_all_there_was(minor, data):
    kept = Money.from_minor(data.draw(st.integers(1, minor - 1)), "EUR")
    base = Money.from_minor(minor, "EUR")
    assert relative_amount(f"everything but {kept}", base) + kept == base


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_gives_an_amount_or_a_plain_refusal(text):
    try:
        found = relative_amount(text, BASE)
    except (BadInput, CurrencyMismatch):
        return
    assert found is None or found.amount > 0
