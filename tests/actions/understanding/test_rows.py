"""Rows of a list, and pages."""

import pytest

from actions.understanding.rows import find_row, is_about_list, names_row, turns_back, turns_on


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ("the second one", 1),
        ("and the third?", 2),
        ("the last one", 4),
        ("the second last one", 3),
        ("number 4", 3),
        ("#2", 1),
        ("row three", 2),
        ("the second was groceries", 1),
        ("why is the 2nd payment in travel", 1),
        ("change the first one to gifts", 0),
        ("the first in that list", 0),
        ("number 9", None),
    ],
)
def test_a_row_by_its_place(said, place):
    assert names_row(said)
    assert find_row(said, 5) == place


@pytest.mark.parametrize(
    "said",
    [
        "my last payment",
        "show my last transactions",
        "what did I spend on the second of May",
        "payments on the 2nd",
        "the first week of may",
        "in the third quarter",
        "no more than 5",
        "",
    ],
)
def test_what_names_no_row(said):
    assert not names_row(said)
    assert find_row(said, 5) is None


def test_pages():
    assert turns_on("show more")
    assert turns_on("the next ones")
    assert turns_back("go back please")
    assert not turns_on("did I spend more than last month on groceries")
    assert not turns_on("more than 50")
    assert is_about_list("oldest first")
    assert not is_about_list("what are my balances")
