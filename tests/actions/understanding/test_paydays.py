"""Days counted to the next payday."""

from __future__ import annotations

from datetime import date

import pytest

from actions.understanding.paydays import counts_to_payday, to_payday
from finance_core.model import Period

TODAY, PAYDAY = date(2026, 11, 23), date(2026, 11, 27)


@pytest.mark.parametrize(
    ("said", "end"),
    [
        ("will I run out of money before payday?", date(2026, 11, 26)),
        ("how much can I spend until I get paid", date(2026, 11, 26)),
        ("what bills are due before I’m paid", date(2026, 11, 26)),
        ("up to my next paycheck", date(2026, 11, 26)),
        ("how much will I have on payday", PAYDAY),
        ("what will my balance be next payday", PAYDAY),
        ("how much is left by my salary", PAYDAY),
    ],
)
def test_a_time_that_ends_with_payday(said: str, end: date) -> None:
    assert counts_to_payday(said)
    assert to_payday(said, TODAY, PAYDAY) == Period(TODAY, end)


@pytest.mark.parametrize("said", ["since payday", "when is payday", "what is my salary", "paid"])
def test_what_counts_to_no_payday(said: str) -> None:
    assert not counts_to_payday(said)


def test_payday_itself_is_not_left_out_of_nothing() -> None:
    assert to_payday("before payday", PAYDAY, PAYDAY) == Period(PAYDAY, PAYDAY)
