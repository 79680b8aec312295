"""Amounts made coarse, surrogates for placeholders, user names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import settings as profile
from hypothesis import strategies as st

from learning.anonymize import Anonymizer, anonymize_records, parallel
from learning.anonymize.amounts import bucketed, nearest
from learning.anonymize.recognizers import iban, payment_card, username
from learning.anonymize.surrogates import dressed


@pytest.mark.parametrize(
    ("text", "coarse"),
    [
        ("pay £43.20 now", "pay £50 now"),
        ("1,234.56 EUR", "1000 EUR"),
        ("12,50 €", "10 €"),
        ("send 640 to savings", "send 500 to savings"),
        ("0.37 pounds", "0.5 pounds"),
        ("in 2024 on 31/03/2026 at 10:30, 3rd of 12", "in 2024 on 31/03/2026 at 10:30, 3rd of 12"),
        ("a 20 minute call", "a 20 minute call"),
    ],
)
def test_amounts_become_coarse_and_dates_stay(text: str, coarse: str) -> None:
    assert bucketed(text) == coarse


@given(st.text(alphabet="0123456789.,£$ €EUR/:-ab", max_size=24))
def test_making_amounts_coarse_again_changes_nothing(text: str) -> None:
    assert bucketed(bucketed(text)) == bucketed(text)


@given(st.floats(0.01, 1e7))
def test_the_nearest_step_is_within_a_factor_of_two(value: float) -> None:
    assert 0.6 < nearest(value) / value < 1.6


def test_amounts_are_made_coarse_around_masked_parts_only() -> None:
    masked = Anonymizer(amounts="bucket").anonymize(
        "card 4111 1111 1111 1111 paid £43.20 <KNOWN_7>"
    )
    assert masked.text == "card <CARD_1> paid £50 <KNOWN_7>"


def test_surrogates_are_the_same_inside_a_conversation() -> None:
    records = [
        {"conversation": "a", "text": "I am Tamara Jones, mail tam@example.net"},
        {"conversation": "a", "text": "ask Judy, not TAMARA JONES"},
        {"conversation": "b", "text": "I am Judy"},
    ]
    first, second, other = (row["text"] for row in anonymize_records(records, with_surrogates=True))
    assert first == "I am Robin Keller, mail person1@example.org"
    assert second == "ask Maria Okafor, not Robin Keller"
    assert other == "I am Robin Keller"


def test_surrogate_numbers_are_valid_in_form() -> None:
    for number in range(1, 9):
        assert list(payment_card.find(dressed(f"card <CARD_{number}>")))
        assert list(iban.find(dressed(f"<IBAN_{number}>")))


@given(st.text(alphabet="<>PERSONTK_0123 ", max_size=30))
@profile(max_examples=50)
def test_kinds_without_a_surrogate_stay(text: str) -> None:
    assert dressed(f"{text}<TOKEN_1>").endswith("<TOKEN_1>")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("send it to @jo_bloggs.", "@jo_bloggs"),
        ("my username is jo.bloggs42", "jo.bloggs42"),
        ("paypal: jo_b", "jo_b"),
        ("user name: kat99, thanks", "kat99"),
    ],
)
def test_user_names_are_found_whole(text: str, value: str) -> None:
    assert [text[s.start : s.end] for s in username.find(text)] == [value]


@pytest.mark.parametrize("text", ["meet @ noon", "jo@example.org", "my username is wrong", "a@b"])
def test_what_is_no_user_name_is_left(text: str) -> None:
    assert list(username.find(text)) == []


def test_another_process_masks_like_this_one() -> None:
    records = [{"conversation": n % 3, "text": f"I am Tamara Jones, card {n}"} for n in range(9)]
    assert list(anonymize_records(records, processes=2)) == list(anonymize_records(records))


def test_batches_keep_the_order_and_the_numbering(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("Tamara", "Judy", "Petra")
    records = [{"conversation": n % 2, "text": f"{n} to {names[n % 3]} Jones"} for n in range(12)]
    at_once = list(anonymize_records(records))
    monkeypatch.setattr(parallel, "AT_ONCE", 5)
    assert list(anonymize_records(records)) == at_once
