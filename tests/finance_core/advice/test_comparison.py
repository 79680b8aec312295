"""What two periods differ by is shared out without a rest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance_core.advice.comparison import Tally, compare
from finance_core.errors import BadInput, CurrencyMismatch
from finance_core.money import Money, total


def gbp(amount):
    return Money.of(str(amount), "GBP")


def tally(gross, count, refunds="0"):
    return Tally(gbp(gross), gbp(refunds), count)


def test_dearer_payments_and_more_of_them():
    found = compare({"Pub": tally(40, 4)}, {"Pub": tally(90, 6)}, "GBP")
    assert found.difference == gbp(50)
    assert found.share == 1.25
    # two more at the mean of 10 and 15; 5 dearer at the mean of 4 and 6
    assert (found.by_count, found.by_price) == (gbp(25), gbp(25))
    assert (found.before.average, found.after.average) == (gbp(10), gbp(15))


def test_as_many_payments_differ_by_price_alone():
    found = compare({"Pub": tally("31.37", 7)}, {"Pub": tally("50.01", 7)}, "GBP")
    assert (found.by_count, found.by_price) == (gbp(0), gbp("18.64"))


def test_one_price_differs_by_number_alone():
    found = compare({"Bus": tally("9.99", 9)}, {"Bus": tally("3.33", 3)}, "GBP")
    assert (found.by_count, found.by_price) == (gbp("-6.66"), gbp(0))


def test_what_is_new_gone_more_and_less():
    before = {"A": tally(10, 1), "B": tally(20, 2), "C": tally(5, 1), "D": tally(7, 1)}
    after = {"A": tally(30, 2), "B": tally(15, 1), "D": tally(7, 2), "E": tally(60, 1, "1.50")}
    found = compare(before, after, "GBP")
    assert [(part.key, part.kind, part.change) for part in found.parts] == [
        ("E", "new", gbp("58.50")),
        ("A", "more", gbp(20)),
        ("B", "less", gbp(-5)),
        ("C", "gone", gbp(-5)),
    ]
    assert found.by_refunds == gbp("-1.50")


def test_from_nothing_there_is_no_percentage():
    found = compare({}, {"A": tally(10, 1)}, "GBP")
    assert found.share is None
    assert (found.by_count, found.by_price) == (gbp(10), gbp(0))
    refunded = compare({"A": tally(0, 0, 5)}, {"A": tally(10, 1)}, "GBP")
    assert refunded.share is None
    assert refunded.parts[0].kind == "more"
    assert compare({}, {}, "GBP").difference == gbp(0)


def test_what_cannot_be():
    with pytest.raises(BadInput):
        compare({"A": tally(-1, 1)}, {}, "GBP")
    with pytest.raises(BadInput):
        compare({}, {"A": tally(1, 0)}, "GBP")
    with pytest.raises(CurrencyMismatch):
        compare({"A": tally(1, 1)}, {}, "EUR")


counts = st.integers(1, 400)
minors = st.integers(0, 10**9)
currencies = st.sampled_from(["GBP", "JPY", "KWD"])


@st.composite
def sides(draw):
    currency = draw(currencies)

    def one():
        paid = draw(st.booleans())
        return Tally(
            Money.from_minor(draw(minors) if paid else 0, currency),
            Money.from_minor(draw(minors), currency),
            draw(counts) if paid else 0,
        )

    keys = st.lists(st.sampled_from("ABCDEFG"), unique=True)
    return currency, {key: one() for key in draw(keys)}, {key: one() for key in draw(keys)}


@given(sides())
def test_the_parts_add_up_to_the_difference(given_sides):
    currency, before, after = given_sides
    found = compare(before, after, currency)
    net = [sum(t.net.minor for t in side.values()) for side in (before, after)]
    assert found.difference.minor == net[1] - net[0]
    assert found.by_count + found.by_price + found.by_refunds == found.difference
    assert total([part.change for part in found.parts], currency) == found.difference
    if found.before.count and found.after.count:
        more = found.after.count - found.before.count
        assert found.by_count.minor * more >= 0, "more payments never account for less"


@given(sides())
def test_turned_round_it_is_the_same_with_other_signs(given_sides):
    currency, before, after = given_sides
    there, back = compare(before, after, currency), compare(after, before, currency)
    assert there.difference == -back.difference
    assert there.by_count == -back.by_count
    assert there.by_price == -back.by_price
    assert there.by_refunds == -back.by_refunds
