"""A rollout through the whole stack: a second Rasa, the same conversations, a champion replaced."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import httpx
import pytest

from cli import champion, training
from cli.candidate import Candidate, serves
from cli.rehearsal.spoiled import altered
from cli.rolling import model_id
from cli.stack import Stack
from learning.objects import ObjectStore
from learning.registry import Registry
from learning.rollout import plan, steps
from learning.settings import LearningSettings

pytestmark = pytest.mark.stack
_WITHIN = 90.0


def wait(until: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _WITHIN
    while not until():
        assert time.monotonic() < deadline
        time.sleep(0.2)


@pytest.fixture
def registry(stack: Stack) -> Registry:
    return Registry(ObjectStore(LearningSettings(home=stack.home)))


@pytest.fixture
def tended(stack: Stack, registry: Registry) -> Iterator[Candidate]:
    keeper = Candidate(stack, registry)
    yield keeper
    keeper._end()


def answering(stack: Stack) -> bool:
    try:
        return httpx.get(f"{stack.environment['PENNY_CANDIDATE_URL']}/").is_success
    except httpx.HTTPError:
        return False


def test_a_candidate_serves_beside_the_champion_and_takes_its_place(
    stack, registry, tended, person, tmp_path
):
    model = Path(stack.environment["PENNY_RASA_MODEL"])
    altered(model, tmp_path / "candidate.tar.gz")
    other = model_id(tmp_path / "candidate.tar.gz")
    now = datetime.now(UTC)
    card = registry.add(
        tmp_path / "candidate.tar.gz",
        model_id=other,
        data="d",
        code=training.code_fingerprint(),
        revision="",
        parent=None,
        metrics={},
        now=now,
    )
    robin = person("amelia")
    assert "form" not in robin.text("hello")
    asked = robin.text("can I afford it?")  # a question is open now, with the champion
    assert asked
    registry.change(partial(steps.started, card=card, now=now, stage=3, unjudged=True))
    tended.tend()
    wait(lambda: answering(stack))
    wait(lambda: "penny_rollout_share 1.0" in httpx.get(f"{stack.url}/metrics").text)
    assert models_used(stack) == {model_id(model)}
    assert robin.text("50 pounds")  # answers it, and so does the champion
    assert models_used(stack) == {model_id(model)}
    sam = person("amelia")
    assert "£" in sam.text("what's my balance?")
    assert models_used(stack) == {model_id(model), other}

    registry.change(partial(steps.promoting, now=now, why="test"))
    tended.tend()
    state = registry.state()
    assert (state.champion, state.rollout.status) == (card.version, plan.PROMOTED)
    assert serves(stack.environment) == other
    assert champion.pinned_version(stack.home) == card.version
    assert "£" in sam.text("what's my balance?")


def models_used(stack: Stack) -> set[str]:
    """The models that have understood something, by what Rasa wrote down."""
    events = (stack.home / "events" / "conversations.jsonl").read_text().splitlines()
    bodies = [json.loads(line) for line in events if line.strip()]
    return {b["metadata"]["model_id"] for b in bodies if b["event"] == "user"}
