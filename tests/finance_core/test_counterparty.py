from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance_core.counterparty import (
    AccountReference,
    Scheme,
    find_reference,
    read_reference,
    without_reference,
)
from finance_core.errors import BadInput

BRITISH = "GB29NWBK60161331926819"
SPANISH = "ES9121000418450200051332"


@pytest.mark.parametrize(
    ("text", "scheme", "number"),
    [
        (f"her iban is {BRITISH}", "iban", BRITISH),
        ("GB29 NWBK 6016 1331 9268 19 for anna", "iban", BRITISH),
        ("gb29-nwbk-6016-1331-9268-19", "iban", BRITISH),
        ("ES91 2100 0418 4502 0005 1332 from next week", "iban", SPANISH),
        ("NO93 8601 1117 947", "iban", "NO9386011117947"),
        ("sort code 20-00-00 account 55779911", "sort_code", "200000 55779911"),
        ("account number 55779911, sort code 200000", "sort_code", "200000 55779911"),
        ("20 00 00 / 55779911", "sort_code", "200000 55779911"),
        ("routing 021000021 account 1234567890", "routing", "021000021 1234567890"),
        ("account 12345678 and routing number 021000021", "routing", "021000021 12345678"),
    ],
)
def test_accounts_as_people_write_them(text, scheme, number):
    found = find_reference(text)
    assert found == AccountReference(Scheme(scheme), number)
    assert found.tail == number[-4:]
    assert read_reference(scheme, number) == found
    assert find_reference(without_reference(text)) is None


@pytest.mark.parametrize(
    "text",
    [
        "send me 20 pounds from savings to my current account",
        "pay anna 50",
        "transfer 1200.50 to savings on 12/06/2026",
        "send 5000 to 07700 900123",
        "",
    ],
)
def test_sentences_without_an_account(text):
    assert find_reference(text) is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("GB29NWBK60161331926818", "check digits"),
        ("GB29 NWBK 6016 1331 9268", "20 characters"),
        ("ZZ29NWBK60161331926819", "country"),
        ("routing 021000022 account 12345678", "check digit"),
        ("sort code 00-00-00 account 12345678", "can't be right"),
    ],
)
def test_mistyped_accounts_are_refused(text, problem):
    with pytest.raises(BadInput, match=problem):
        find_reference(text)


@given(st.integers(0, len(BRITISH) - 1), st.sampled_from("0123456789"))
def test_any_single_wrong_digit_of_an_iban_is_noticed(place, digit):
    if not BRITISH[place].isdigit() or BRITISH[place] == digit:
        return
    with pytest.raises(BadInput):
        find_reference(BRITISH[:place] + digit + BRITISH[place + 1 :])


@pytest.mark.parametrize("number", ["", "21000021 1", "02100002112345", "x"])
def test_kept_accounts_are_checked_again(number):
    with pytest.raises(BadInput):
        read_reference("routing", number)
