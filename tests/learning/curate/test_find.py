"""Why a turn is worth a label, and what it may have meant."""

import pytest

from learning.curate import find
from learning.curate.clean import humans
from learning.curate.turns import from_rows

GOOD, BAD = 0.95, 0.4


def first(rows):
    return next(find.judged(humans(from_rows(rows)[0])[0]))


@pytest.mark.parametrize(
    ("turns", "reason", "suggestion"),
    [
        ([("what is left", "check_balance", GOOD)], None, None),
        ([("what is left", "check_balance", BAD)], "unsure", "check_balance"),
        ([("what is left", "check_balance", 0.8)], "unconfirmed", "check_balance"),
        ([("my pension pot", "nlu_fallback", BAD)], "fallback", None),
        (
            [
                ("what is left", "check_balance", GOOD),
                ("no, I meant by payday", "safe_to_spend", GOOD),
            ],
            "corrected",
            "safe_to_spend",
        ),
        (
            [
                ("what is left", "check_balance", GOOD),
                ("no that's not what I asked", "feedback_negative", GOOD),
            ],
            "corrected",
            None,
        ),
        (
            [
                ("what is left", "check_balance", GOOD),
                ("rubbish", "feedback_negative", GOOD),
            ],
            "negative",
            None,
        ),
        (
            [
                ("wots dosh left", "nlu_fallback", BAD),
                ("what dosh is left", "check_balance", GOOD),
            ],
            "rephrased",
            "check_balance",
        ),
        (
            [
                ("how much did I spend on food", "spending_report", GOOD),
                ("how much did I spend on fuel", "spending_report", GOOD),
            ],
            None,
            None,
        ),
        ([("yes", "affirm", GOOD), ("no I meant fuel", "inform", GOOD)], None, None),
    ],
)
def test_reason_and_suggestion(talk, turns, reason, suggestion):
    found = first(talk(*turns))
    assert (found.reason, found.suggestion) == (reason, suggestion)


def test_saying_it_again_an_hour_later_is_a_new_question(talk):
    turns = ("what is left", "check_balance", GOOD), ("what is left", "check_balance", GOOD)
    assert first(talk(*turns)).reason == "rephrased"
    assert first(talk(*turns, gap=3600)).reason is None


def test_another_conversation_is_no_answer(talk):
    rows = talk(("what is left", "check_balance", GOOD), who="a-1")
    rows += talk(("rubbish", "feedback_negative", GOOD), who="a-2")
    assert first(rows).reason is None
