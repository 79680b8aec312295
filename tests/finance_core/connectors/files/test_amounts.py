from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finance_core.connectors.files.amounts import decimal_mark, parse_amount
from finance_core.errors import BadInput

AMOUNTS = st.decimals(-(10**12), 10**12, places=2)


@pytest.mark.parametrize(
    ("text", "decimal", "value"),
    [
        ("12", ".", "12"),
        ("-12.50", ".", "-12.50"),
        ("+12.50", ".", "12.50"),
        ("1,234,567.89", ".", "1234567.89"),
        ("1 234,50", ",", "1234.50"),
        ("1\u00a0234,50", ",", "1234.50"),
        ("1.234,50", ",", "1234.50"),
        ("1'234.50", ".", "1234.50"),
        ("(12.00)", ".", "-12.00"),
        ("12.00-", ".", "-12.00"),
        ("\u221212.00", ".", "-12.00"),
        ("-£3.20", ".", "-3.20"),
        ("£-3.20", ".", "-3.20"),
        ("$1,000.00", ".", "1000.00"),
        ("EUR 5,00", ",", "5.00"),
        ("5,00 €", ",", "5.00"),
        ("-1 200,00 Kč", ",", "-1200.00"),
        (".50", ".", "0.50"),
        ("5.", ".", "5"),
    ],
)
def test_reads_the_ways_banks_write_amounts(text: str, decimal: str, value: str) -> None:
    assert parse_amount(text, decimal) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    [
        *("", "  ", "NaN", "NAN", "inf", "-Infinity", "1e5", "=1+1", "--5", "-(5)", "1.2.3"),
        *("12,34", "1,23,456.00", "abc", "0x10", "5 5", "-", ".", "£", "1" * 60, "١٢", "1_000"),
    ],
)
def test_refuses_what_is_no_amount(text: str) -> None:
    with pytest.raises(BadInput):
        parse_amount(text, ".")


@given(AMOUNTS)
@settings(deadline=None)
def test_any_amount_survives_both_notations(value: Decimal) -> None:
    english = f"{value:,.2f}"
    german = english.translate(str.maketrans(",.", ".,"))
    assert parse_amount(english, ".") == value
    assert parse_amount(german, ",") == value
    assert parse_amount(f"{value:.2f}", ".") == value


@given(st.text(max_size=50))
@settings(deadline=None)
def test_any_text_is_an_amount_or_bad_input(text: str) -> None:
    for mark in ".,":
        with suppress(BadInput):
            assert parse_amount(text, mark).is_finite()


@given(st.lists(AMOUNTS, min_size=1))
@settings(deadline=None)
def test_the_decimal_mark_is_told_by_the_column(values: list[Decimal]) -> None:
    english = [f"{value:,.2f}" for value in values]
    assert decimal_mark(english) == "."
    assert decimal_mark(text.translate(str.maketrans(",.", ".,")) for text in english) == ","
