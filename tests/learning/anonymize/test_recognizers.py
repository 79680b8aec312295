"""Every recognizer: what it must find whole, and what it must leave alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.anonymize.recognizers import (
    bank_account,
    birth_date,
    email,
    iban,
    ip_address,
    known,
    national_id,
    payment_card,
    phone,
    postcode,
    routing_number,
    street_address,
    token,
    url,
)

FOUND = [
    (iban, "pay to GB29 NWBK 6016 1331 9268 19 today", "GB29 NWBK 6016 1331 9268 19"),
    (iban, "de89370400440532013000", "de89370400440532013000"),
    (iban, "CZ6508000000192000145399.", "CZ6508000000192000145399"),
    (payment_card, "my card is 4111 1111 1111 1111", "4111 1111 1111 1111"),
    (payment_card, "378282246310005!", "378282246310005"),
    (email, "write to jo.bloggs+bank@mail.example.co.uk.", "jo.bloggs+bank@mail.example.co.uk"),
    (email, "jo (at) example (dot) org", "jo (at) example (dot) org"),
    (phone, "call +44 20 7946 0958 now", "+44 20 7946 0958"),
    (phone, "(415) 555-2671", "(415) 555-2671"),
    (phone, "my number: 07700 900 123", "07700 900 123"),
    (phone, "ring 555-0199-22 x4411", "555-0199-22 x4411"),
    (bank_account, "sort code 20-00-00 account 55779911", "20-00-00 account 55779911"),
    (bank_account, "account number is 12345678", "12345678"),
    (bank_account, "to 19-2000145399/0800 please", "19-2000145399/0800"),
    (routing_number, "routing 021000021 thanks", "021000021"),
    (national_id, "my ssn 536-22-1234", "536-22-1234"),
    (national_id, "NI number AB 12 34 56 C", "AB 12 34 56 C"),
    (national_id, "130 692 544", "130 692 544"),
    (national_id, "dni 12345678Z", "12345678Z"),
    (national_id, "736028/5163", "736028/5163"),
    (national_id, "passport number X1234567", "X1234567"),
    (url, "see https://bank.example/acc?id=7, then", "https://bank.example/acc?id=7"),
    (url, "on www.example.org", "www.example.org"),
    (ip_address, "from 192.168.1.254", "192.168.1.254"),
    (ip_address, "2001:db8::ff00:42:8329 here", "2001:db8::ff00:42:8329"),
    (token, "id 123e4567-e89b-12d3-a456-426614174000", "123e4567-e89b-12d3-a456-426614174000"),
    (token, "my password is hunter22", "hunter22"),
    (birth_date, "I was born on 4 July 1976", "4 July 1976"),
    (birth_date, "dob: 01/02/85", "01/02/85"),
    (birth_date, "since 1990-05-17", "1990-05-17"),
    (postcode, "near SW1A 1AA", "SW1A 1AA"),
    (postcode, "TX 75001-1234", "TX 75001-1234"),
    (postcode, "K1A 0B1, Ottawa", "K1A 0B1"),
    (postcode, "my postcode is 8001", "8001"),
    (street_address, "moved to 12b Baker Street yesterday", "12b Baker Street"),
    (street_address, "Hauptstraße 5", "Hauptstraße 5"),
    (street_address, "77 Sunset Blvd, Apt. 4, Springfield, IL 62704", None),
    (street_address, "PO Box 991", "PO Box 991"),
    (street_address, "at 4589 40th Street", "4589 40th Street"),
    (street_address, "into ul. zorblatta and back", "ul. zorblatta"),
    (street_address, "near transversal 14a", "transversal 14a"),
]

LEFT = [
    (iban, "GB29 NWBK 6016 1331 9268 18"),
    (payment_card, "4111 1111 1111 1112"),
    (payment_card, "paid 4111.11 twice"),
    (email, "meet @ noon"),
    (phone, "spend 1,200.50 on 2026-03-05 between 10:30 and 11:45"),
    (phone, "400 on the 30th, then 12 000 000"),
    (phone, "from 01/02/2026 to 28/02/2026"),
    (bank_account, "how much is in my account on 12 May"),
    (routing_number, "021000022"),
    (national_id, "000-12-3456 or 123-00-4567 or 123-45-0000"),
    (national_id, "12345678A"),
    (national_id, "130 692 545"),
    (url, "yes.no... well,ok"),
    (ip_address, "at 10:30 or version 1.2.3"),
    (token, "transfer-to-savings"),
    (birth_date, "what did I spend on 4 July 2025"),
    (postcode, "spend 12345 and 98765"),
    (street_address, "I have 20 euros on the card"),
    (street_address, "I spent 40 on the high street, 500 for a tv"),
    (street_address, "we rue the day, via paypal"),
]


@pytest.mark.parametrize(("recognizer", "text", "value"), FOUND)
def test_found_whole(recognizer, text: str, value: str | None) -> None:
    spans = [(span.start, span.end) for span in recognizer.find(text)]
    start = text.index(value or text)
    assert (start, start + len(value or text)) in spans


@pytest.mark.parametrize(("recognizer", "text"), LEFT)
def test_left_alone(recognizer, text: str) -> None:
    assert list(recognizer.find(text)) == []


@given(st.text("0123456789", min_size=11, max_size=18))
def test_exactly_one_check_digit_satisfies_luhn(digits: str) -> None:
    assert sum(payment_card.luhn(digits + check) for check in "0123456789") == 1


@given(
    st.text("ABCDEFGHIJ0123456789", min_size=11, max_size=30), st.sampled_from(["GB", "DE", "CZ"])
)
def test_one_pair_of_check_digits_makes_an_iban(rest: str, country: str) -> None:
    right = [pair for pair in range(2, 99) if iban.is_valid(f"{country}{pair:02d}{rest}")]
    assert len(right) == 1
    text = f"{country}{right[0]:02d}{rest}"
    assert [text[span.start : span.end] for span in iban.find(f"{text}")] == [text]


@given(st.integers(0, 9), st.integers(0, 8))
def test_a_routing_number_with_one_digit_changed_is_none(digit: int, place: int) -> None:
    right = "021000021"
    changed = f"{right[:place]}{digit}{right[place + 1 :]}"
    assert routing_number.is_valid(changed) == (changed == right)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("ask JOHN   o'neill now", "JOHN   o'neill"),
        ("acct 12-34-5678.", "12-34-5678"),
        ("johno'neill", "johno'neill"),
    ],
)
def test_known_values_are_found_however_they_are_spaced(text: str, value: str) -> None:
    (span,) = known.find(text, ["John O'Neill", "12345678"])
    assert text[span.start : span.end] == value


def test_known_values_inside_other_words_are_left() -> None:
    assert list(known.find("annual fees", ["Ann", "x", ""])) == []
    assert known.survives(["the zorblattian way"], ["Zorblatt"])
    assert not known.survives(["annual fees"], ["Ann", "x"])
