"""What the judge lets through, on recorded answers of the golden set."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from learning import judging
from learning.judging import Answer, Measured, Tolerance, judge, paired

GOLDEN = Path(__file__).parents[1] / "bot" / "golden.jsonl"
ROWS = [json.loads(line) for line in GOLDEN.read_text("utf-8").splitlines()]
TURNS = {f"talk, {number}": number % 20 > 0 for number in range(60)}
pairs = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=120)


def measured(name: str, wrong: set[int] = frozenset(), ms: float = 12.0) -> Measured:
    """A model that is wrong about the rows of these numbers."""
    answers = [
        Answer(
            source, source != "golden", row["text"], row["intent"],
            "goodbye" if number in wrong else row["intent"], ms + number % 5,
        )
        for source in ("golden", "typos")
        for number, row in enumerate(ROWS)
    ]  # fmt: skip
    return Measured(name, True, tuple(answers), TURNS, 25.0, 210.0)


WEAK = set(range(0, len(ROWS), 12))  # an answer in twelve is wrong
CHAMPION = measured("old", WEAK)


def names(verdict: judging.Verdict) -> set[str]:
    return {check.name for check in verdict.checks if check.fell}


def test_a_better_one_is_let_through_and_says_why():
    verdict = judge(CHAMPION, measured("new", set(sorted(WEAK)[:6])))
    assert verdict.promoted
    assert "golden set golden" in verdict.why
    assert names(verdict) == set()


def test_the_same_again_is_not_let_through():
    verdict = judge(CHAMPION, replace(CHAMPION, version="new"))
    assert not verdict.promoted
    assert verdict.why == "Nothing is shown to be better."


def test_a_mislabelled_intent_is_stopped_although_the_rest_is_better():
    sabotaged = {n for n, row in enumerate(ROWS) if row["intent"] == "check_balance"}
    assert len(sabotaged) >= 3
    verdict = judge(CHAMPION, measured("new", sabotaged))
    assert not verdict.promoted
    assert "check_balance" in names(verdict)
    assert "intent check_balance" in verdict.why


def test_a_slow_one_is_stopped():
    verdict = judge(CHAMPION, measured("new", ms=60.0))
    assert not verdict.promoted
    assert names(verdict) == {"p50 ms", "p95 ms"}


def test_a_crashing_one_is_stopped():
    better = measured("new")
    crashed = (replace(better.answers[0], predicted=None), *better.answers[1:])
    verdict = judge(CHAMPION, replace(better, answers=crashed))
    assert not verdict.promoted
    assert "errors" in names(verdict)


def test_one_that_does_not_start_is_stopped():
    verdict = judge(CHAMPION, Measured("new", False))
    assert (verdict.promoted, verdict.why) == (False, "The candidate could not be started.")


def test_what_is_out_of_scope_has_to_stay_there():
    taken_in = {n for n, row in enumerate(ROWS) if row["intent"] == "out_of_scope"}
    assert "out_of_scope" in names(judge(CHAMPION, measured("new", taken_in)))


def test_conversations_that_get_worse_stop_it():
    fewer = {name: right and number > 4 for number, (name, right) in enumerate(TURNS.items())}
    verdict = judge(CHAMPION, replace(measured("new"), turns=fewer))
    assert names(verdict) == {"conversations"}


def test_a_slice_that_gets_worse_stops_it():
    better = measured("new")
    answers = [
        replace(one, predicted="goodbye") if one.source == "typos" and number % 9 == 0 else one
        for number, one in enumerate(better.answers)
    ]
    old = replace(CHAMPION, answers=measured("old").answers)
    verdict = judge(old, replace(better, answers=tuple(answers)))
    assert names(verdict) == {"typos"}


def test_a_model_that_needs_much_more_room_is_stopped():
    heavy = replace(measured("new"), memory=400.0, megabytes=60.0)
    assert names(judge(CHAMPION, heavy)) == {"memory MB", "model MB"}


def test_models_that_read_different_texts_cannot_be_compared():
    fewer = measured("new")
    with pytest.raises(ValueError):
        judge(CHAMPION, replace(fewer, answers=fewer.answers[1:]))
    other = (replace(fewer.answers[0], text="other"), *fewer.answers[1:])
    with pytest.raises(ValueError, match="same texts"):
        judge(CHAMPION, replace(fewer, answers=other))


@given(pairs, st.sampled_from(sorted(judging.TOLERANCES)))
def test_pairs_are_counted_and_tested_exactly(found, kind):
    check = paired("x", kind, found)
    won = sum(new and not old for old, new in found)
    lost = sum(old and not new for old, new in found)
    assert (check.won, check.lost, check.rows) == (won, lost, len(found))
    assert check.candidate - check.champion == pytest.approx((won - lost) / len(found))
    if won != lost:
        two_sided = binomtest(won, won + lost, 0.5).pvalue
        assert check.p == pytest.approx(two_sided / 2)
    assert not (check.fell and check.rose)


@given(pairs)
def test_the_mirror_image_falls_where_the_first_rose(found):
    check = paired("x", "golden set", found)
    mirrored = paired("x", "golden set", [(new, old) for old, new in found])
    if check.rose:
        assert mirrored.fell
    assert not (check.fell and mirrored.fell)


@pytest.mark.parametrize(
    ("rows", "lost", "fell"), [(200, 2, False), (200, 3, True), (20, 1, False), (20, 2, True)]
)
def test_the_tolerance_of_a_golden_set(rows, lost, fell):
    assert judging.TOLERANCES["golden set"] == Tolerance(0.01, 1, 0.05, may_rise=True)
    found = [(True, number >= lost) for number in range(rows)]
    assert paired("x", "golden set", found).fell is fell


def test_the_json_has_all_that_was_compared():
    new = measured("new", set(sorted(WEAK)[:6]))
    found = judging.as_json(judge(CHAMPION, new), CHAMPION, new)
    assert json.loads(json.dumps(found)) == found
    assert found["promoted"] is True
    kinds = {check["check"].split(":")[0] for check in found["checks"]}
    assert kinds == set(judging.TOLERANCES)
    assert {one["figure"] for one in found["figures"]} == set(judging.GROWTH)
