"""People go on talking while a candidate is rolled out, until it is over."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from typing import Any

from cli.rehearsal.crowd import Crowd, Resident
from cli.rehearsal.house import NotRehearsed
from cli.transcripts import registry
from learning.rollout import plan
from learning.rollout.following import Following
from learning.rollout.plan import Rollout

_A_WHILE = 40  # talks between two looks
_CANARY_SHARE = 0.25  # of the talks, where fewer people than that have the candidate
_STARTS_WITHIN = 180.0
_COUNTS_STORED = 3.0  # seconds after which the last counts are there


def walk(crowd: Crowd, residents: Sequence[Resident], most_turns: int) -> dict[str, Any]:
    """Has people talk until the candidate has been promoted or taken back.

    At a share of 1 % fifty turns of the candidate would take five thousand of all people. So
    that nobody waits for them, those who have the candidate do a quarter of the talking until
    they are that many anyway; who they are, and what is compared, stays as it is.

    Returns:
        How it ended, with the turns of each group, and how long each stage took.

    Raises:
        NotRehearsed: the candidate never served anybody.
    """
    began, passed = time.monotonic(), [time.monotonic()]
    while True:
        rollout, status = _looked()
        turns = status["groups"]["candidate"]["turns"]
        passed += [time.monotonic()] * (rollout.stage + 1 - len(passed))
        if rollout.ended_at or crowd.heard.turns >= most_turns:
            time.sleep(_COUNTS_STORED)
            return _told(_looked()[1], passed)
        if not turns and time.monotonic() - began > _STARTS_WITHIN:
            raise NotRehearsed("The candidate has not answered anybody; its log may say why.")
        crowd.talk(crowd.drawn(_A_WHILE, _who(residents, rollout)))


def _looked() -> tuple[Rollout, dict[str, Any]]:
    following = Following(registry, "rehearsal")
    following.look()
    rollout, status = following.rollout, following.status()
    assert rollout is not None and status is not None  # noqa: S101 one was started
    return rollout, status


def _who(residents: Sequence[Resident], rollout: Rollout) -> Any:
    """Draws who speaks next."""
    early = [one for one in residents if plan.gets_candidate(rollout, one.id)]
    others = [one for one in residents if not plan.gets_candidate(rollout, one.id)] or early
    share = max(_CANARY_SHARE, len(early) / len(residents)) if early else 0.0

    def draw(dice: random.Random) -> Resident:
        return dice.choice(early if dice.random() < share else others)

    return draw


def _told(status: dict[str, Any], began: Sequence[float]) -> dict[str, Any]:
    """How it ended.

    Args:
        status: of the rollout.
        began: when each stage was first seen, on the monotonic clock.
    """
    ended = [*began[1:], time.monotonic()]
    shares = plan.SHARES[: len(began)]
    return {
        "status": status["status"],
        "why": status["why"],
        "turns": {group: tally["turns"] for group, tally in status["groups"].items()},
        "groups": status["groups"],
        "stages": [
            {"share": share, "seconds": round(end - begin, 1)}
            for share, begin, end in zip(shares, began, ended, strict=True)
        ],
    }
