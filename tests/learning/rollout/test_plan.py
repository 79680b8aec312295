"""Shares, stages and what the figures decide."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.errors import RolloutRefused
from learning.rollout import plan
from learning.rollout.plan import LEAST_TURNS, SHARES, Rollout, Tally

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
ON = Rollout("key", "old", "new", "id", 0, plan.ON, NOW.isoformat())
GOOD = Tally(
    10_000, fallback=500, rephrased=400, negative=100, error=10, differing=900, regretted=180
)
people = st.text("0123456789abcdef", min_size=4, max_size=32)


@given(people, people)
def test_a_person_keeps_their_model_and_never_leaves_it_at_a_later_stage(person, key):
    stages = [replace(ON, id=key, stage=stage) for stage in range(len(SHARES))]
    got = [plan.gets_candidate(rollout, person) for rollout in stages]
    assert got == [plan.gets_candidate(rollout, person) for rollout in stages]
    assert got == sorted(got)
    assert got[-1]


@pytest.mark.parametrize("stage", range(len(SHARES)))
def test_shares_are_what_they_say(stage):
    rollout = replace(ON, stage=stage)
    served = sum(plan.gets_candidate(rollout, f"{number:032x}") for number in range(20_000))
    assert served / 20_000 == pytest.approx(SHARES[stage], abs=0.01)


def test_two_rollouts_do_not_begin_with_the_same_people():
    first, second = replace(ON, stage=2), replace(ON, stage=2, id="another")
    of_first = [p for p in map(str, range(4000)) if plan.gets_candidate(first, p)]
    again = sum(plan.gets_candidate(second, person) for person in of_first)
    assert again / len(of_first) == pytest.approx(0.25, abs=0.06)


@pytest.mark.parametrize("status", [plan.ROLLED_BACK, plan.PROMOTED, plan.STOPPED])
def test_nobody_gets_the_candidate_of_a_rollout_that_is_over(status):
    over = replace(ON, stage=3, status=status)
    assert not any(plan.gets_candidate(over, str(number)) for number in range(100))
    assert over.share == 0


@pytest.mark.parametrize("stage", range(len(SHARES)))
def test_a_stage_needs_its_turns(stage):
    rollout = replace(ON, stage=stage, turns_before=1000)
    few = Tally(turns=1000 + LEAST_TURNS[stage] - 1)
    assert plan.decide(rollout, GOOD, few).action == "hold"
    enough = replace(few, turns=few.turns + 1)
    wanted = "promote" if stage == len(SHARES) - 1 else "advance"
    assert plan.decide(rollout, GOOD, enough).action == wanted


def test_without_turns_of_the_champion_nothing_goes_on_by_itself():
    assert plan.decide(ON, Tally(), Tally(turns=500)).action == "hold"


@pytest.mark.parametrize(
    ("bad", "kind"),
    [
        (Tally(turns=100, fallback=30), "fallback"),
        (Tally(turns=100, rephrased=30), "rephrased"),
        (Tally(turns=100, negative=20), "negative"),
        (Tally(turns=20, error=10), "error"),
        (Tally(turns=40, compared=30, slower=29), "slower"),
        (Tally(turns=200, differing=60, regretted=36), "regretted"),
    ],
)
def test_each_kind_of_trouble_sends_a_candidate_back(bad, kind):
    decision = plan.decide(ON, GOOD, bad)
    assert decision.action == "back"
    assert kind in decision.why


def test_one_that_gives_no_answers_goes_back_even_where_nobody_has_the_champion():
    assert plan.decide(replace(ON, stage=3), Tally(), Tally(turns=20, error=12)).action == "back"


def test_one_that_looks_worse_waits_for_more_turns():
    decision = plan.decide(ON, GOOD, Tally(turns=60, fallback=6))
    assert decision.action == "hold"
    assert "fallback 10.0% against 5.0%" in decision.why


def test_stages_only_go_up_and_end_with_everybody():
    rollout, seen = ON, []
    while rollout.status == plan.ON:
        seen.append(rollout.share)
        rollout = plan.advanced(rollout, 10, "fine")
    assert seen == sorted(SHARES) == list(SHARES)
    assert (rollout.status, rollout.share) == (plan.PROMOTING, 1.0)


def test_what_is_over_cannot_end_again():
    over = plan.ended(ON, plan.STOPPED, "why", NOW)
    with pytest.raises(RolloutRefused):
        plan.ended(over, plan.ROLLED_BACK, "why", NOW)


@given(st.dictionaries(st.sampled_from(["turns", "error", "other"]), st.integers(0, 9)))
def test_tallies_are_read_as_they_were_stored(stored):
    found = plan.read_tally(stored)
    assert (found.turns, found.error) == (stored.get("turns", 0), stored.get("error", 0))
