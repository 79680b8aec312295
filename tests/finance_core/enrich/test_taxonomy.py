"""Categories by the words people, files and banks use."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance_core.enrich.taxonomy import taxonomy


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("groceries", "groceries"),
        ("Eating Out", "dining"),
        ("takeaway", "dining"),
        ("restaurants", "dining"),
        ("gas station", "fuel"),
        ("electricity", "utilities"),
        ("pay", "income_salary"),
        ("income_salary", "income_salary"),
        ("FOOD_AND_DRINK", "dining"),
        ("FOOD_AND_DRINK_GROCERIES", "groceries"),
        ("food_and_drink_groceries", "groceries"),
        ("TRANSFER_OUT_SAVINGS", "transfer_savings"),
        ("Food & Drink > Groceries", "groceries"),
        ("Bills: Mobile Phone", "phone_internet"),
        ("model railways", None),
        ("", None),
    ],
)
def test_resolve(said: str, code: str | None) -> None:
    assert taxonomy().resolve(said) == code


def test_every_code_and_name_resolves_to_itself() -> None:
    for category in taxonomy().categories:
        assert taxonomy().resolve(category.code) == category.code
        assert taxonomy().resolve(category.name) == category.code
        assert taxonomy().kind(category.code) == category.kind


def test_an_unknown_category_of_a_file_is_kept_as_the_persons_own() -> None:
    assert taxonomy().adopt("  Model  Railways ") == "model railways"
    assert taxonomy().kind("model railways") == "spending"
    assert taxonomy().name("model railways") == "Model railways"


@pytest.mark.parametrize("empty", ["", "  ", "N/A", "null"])
def test_no_category_is_no_category(empty: str) -> None:
    assert taxonomy().adopt(empty) in (None, "other")


@pytest.mark.parametrize(
    ("mcc", "code"),
    [
        ("5411", "groceries"),
        ("5812", "dining"),
        ("5541", "fuel"),
        ("0742", "pets"),
        ("742", "pets"),
        ("3005", "travel"),
        ("4900", "utilities"),
        ("6011", "cash"),
        ("0001", None),
        ("abcd", None),
        ("²", None),
    ],
)
def test_merchant_category_codes(mcc: str, code: str | None) -> None:
    assert taxonomy().of_mcc(mcc) == code


@given(st.text(max_size=40))
def test_adopting_is_idempotent(text: str) -> None:
    own = taxonomy().adopt(text)
    assert own is None or taxonomy().adopt(own) == own
