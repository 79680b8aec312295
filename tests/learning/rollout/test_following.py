"""A rollout as several processes see it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import pytest

from learning.errors import RolloutRefused, StoreUnavailable
from learning.registry import Card, Registry, State
from learning.rollout import plan, steps
from learning.rollout.following import CANDIDATE, CHAMPION, Following, keep_up
from learning.rollout.plan import Tally
from tests.learning.memory_store import MemoryStore

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
CARD = Card("new", "0" * 64, 1, "rasa-id", "data", "code", "", "old", {}, NOW.isoformat())
BAD = Tally(turns=60, fallback=30)


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def registry(store) -> Registry:
    return Registry(store)


def begun(registry: Registry, stage: int = 2) -> str:
    registry.change(partial(steps.started, card=CARD, now=NOW, stage=stage, unjudged=True))
    rollout = registry.state().rollout
    assert rollout
    return rollout.id


def process(registry: Registry, name: str) -> Following:
    following = Following(lambda: registry, name)
    following.refresh()
    return following


def test_without_a_rollout_everybody_has_the_champion(registry):
    following = process(registry, "a")
    following.record("none", CANDIDATE, BAD)
    assert following.status() is None
    assert following.group_of("anybody") == CHAMPION


def test_processes_add_up_what_they_count(registry):
    on = begun(registry)
    first, second = process(registry, "a"), process(registry, "b")
    first.record(on, CHAMPION, Tally(turns=70, fallback=3))
    second.record(on, CHAMPION, Tally(turns=30, fallback=2))
    first.record(on, CANDIDATE, Tally(turns=10))
    for one in (first, second, first):
        one.refresh()
    wanted = {CHAMPION: Tally(turns=100, fallback=5), CANDIDATE: Tally(turns=10)}
    assert first.tallies() == second.tallies() == wanted
    restarted = process(registry, "c")
    assert restarted.tallies() == wanted


def test_a_bad_candidate_is_left_at_once_and_then_by_all(registry, store):
    on = begun(registry, stage=3)
    first, second = process(registry, "a"), process(registry, "b")
    first.record(on, CHAMPION, Tally(turns=500, fallback=25))
    store.down = True
    first.record(on, CANDIDATE, BAD)
    assert first.group_of("anybody") == CHAMPION
    assert not keep_up(first)
    assert second.group_of("anybody") == CANDIDATE
    store.down = False
    first.refresh()
    assert first.rollout.status == plan.ROLLED_BACK
    second.refresh()
    assert second.group_of("anybody") == CHAMPION
    state = registry.state()
    assert state.rollout.status == plan.ROLLED_BACK
    assert "fallback 50.0% against 5.0%" in state.history[-1]["why"]
    first.refresh()
    assert len(registry.state().history) == len(state.history)


def test_a_good_candidate_goes_on_to_everybody_stage_by_stage(registry):
    on = begun(registry, stage=0)
    one = process(registry, "a")
    one.record(on, CHAMPION, Tally(turns=5000, fallback=250))
    shares = []
    for _ in range(30):
        shares.append(one.rollout.share)
        if one.rollout.status != plan.ON:
            break
        one.record(on, CANDIDATE, Tally(turns=50, fallback=2))
        one.refresh()
    assert shares == sorted(shares)
    assert set(shares) == set(plan.SHARES)
    assert one.rollout.status == plan.PROMOTING
    assert one.tallies()[CANDIDATE].turns == sum(plan.LEAST_TURNS)
    done = registry.change(partial(steps.replaced, rollout_id=on, now=NOW))
    assert (done.champion, done.rollout.status) == ("new", plan.PROMOTED)


def test_a_stage_is_taken_once_however_many_processes_see_it(registry):
    on = begun(registry, stage=0)
    first, second = process(registry, "a"), process(registry, "b")
    first.record(on, CHAMPION, Tally(turns=500))
    first.record(on, CANDIDATE, Tally(turns=50))
    first.look()
    second.look()
    first.refresh()
    second.refresh()
    assert registry.state().rollout.stage == 1


def test_counts_that_are_damaged_are_passed_over(registry, store):
    on = begun(registry)
    store.put(f"registry/rollouts/{on}/broken.json", b"[1")
    store.put(f"registry/rollouts/{on}/odd.json", b'{"champion": 3}')
    assert process(registry, "a").tallies()[CHAMPION] == Tally()


def test_a_store_that_is_down_changes_nothing(registry, store):
    begun(registry, stage=3)
    one = process(registry, "a")
    store.down = True
    with pytest.raises(StoreUnavailable):
        one.refresh()
    assert one.group_of("anybody") == CANDIDATE


def test_what_may_follow_what(registry):
    state = State(champion="old")
    with pytest.raises(RolloutRefused, match="not let through"):
        steps.started(state, CARD, NOW)
    with pytest.raises(RolloutRefused, match="champion already"):
        steps.started(replace(state, champion="new"), CARD, NOW)
    with pytest.raises(RolloutRefused, match="stages 1 to 4"):
        steps.started(state, CARD, NOW, stage=4, unjudged=True)
    passed = steps.judged(state, "new", True, "better", NOW)
    on = steps.started(passed, CARD, NOW)
    with pytest.raises(RolloutRefused, match="stop it first"):
        steps.started(on, CARD, NOW)
    back = steps.stopped(on, NOW, back=True, why="worse")
    with pytest.raises(RolloutRefused, match="No rollout is on"):
        steps.promoting(back, NOW, "by hand")
    with pytest.raises(RolloutRefused, match="not let through"):
        steps.started(back, CARD, NOW)
    again = steps.started(steps.stopped(on, NOW, back=False, why="later"), CARD, NOW)
    assert again.rollout.going
    assert [step["what"] for step in again.history] == [
        "let through", "rollout began", "stopped", "rollout began",
    ]  # fmt: skip
    turned_down = steps.judged(passed, "new", False, "worse", NOW)
    assert turned_down.passed is None
