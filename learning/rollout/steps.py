"""The steps of the registry's state: what may follow what. Pure; given to ``Registry.change``."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime

from learning.errors import RolloutRefused
from learning.registry import Card, State
from learning.rollout import plan
from learning.rollout.plan import Decision, Rollout

_NOT_ON = "No rollout is on."


def founded(state: State, version: str, now: datetime) -> State:
    """The first model of all is the champion."""
    if state.champion:
        return state
    return replace(state, champion=version).noted(now, "first champion", version)


def built(state: State, version: str, now: datetime) -> State:
    """A new candidate."""
    if version in (state.candidate, state.champion):
        return state
    return replace(state, candidate=version, passed=None).noted(now, "built", version)


def judged(state: State, version: str, promoted: bool, why: str, now: datetime) -> State:
    """A judgement of a version; one that passed may be rolled out."""
    after = state
    if promoted:
        after = replace(state, candidate=version, passed=version)
    elif state.passed == version:
        after = replace(state, passed=None)
    return after.noted(now, "let through" if promoted else "turned down", version, why)


def started(
    state: State, card: Card, now: datetime, *, stage: int = 0, unjudged: bool = False
) -> State:
    """A rollout of a candidate begins.

    Raises:
        RolloutRefused: one is on, it is the champion already, or it was not let through.
    """
    if state.rollout and state.rollout.going:
        raise RolloutRefused(f"A rollout of {state.rollout.candidate} is on; stop it first.")
    if card.version == state.champion:
        raise RolloutRefused(f"{card.version} is the champion already.")
    if card.version != state.passed and not unjudged:
        raise RolloutRefused(
            f"{card.version} was not let through by the judge: run `penny learn judge` first."
        )
    if not 0 <= stage < len(plan.SHARES):
        raise RolloutRefused(f"There are stages 1 to {len(plan.SHARES)}.")
    rollout = Rollout(
        id=secrets.token_hex(16),
        champion=state.champion,
        candidate=card.version,
        model_id=card.model_id,
        stage=stage,
        status=plan.ON,
        began_at=now.isoformat(timespec="seconds"),
    )
    after = replace(state, candidate=card.version, rollout=rollout)
    return after.noted(now, "rollout began", card.version, f"{rollout.share:.0%} of people")


def stopped(state: State, now: datetime, *, back: bool, why: str) -> State:
    """The rollout ends, everybody has the champion again.

    Args:
        state: as it is.
        now: the instant.
        back: whether the candidate was worse; else it was just stopped.
        why: the reason, in words.

    Raises:
        RolloutRefused: none is on.
    """
    rollout = _going(state)
    status = plan.ROLLED_BACK if back else plan.STOPPED
    over = plan.ended(rollout, status, why, now)
    passed = None if back else state.passed
    return replace(state, rollout=over, passed=passed).noted(now, status, rollout.candidate, why)


def promoting(state: State, now: datetime, why: str) -> State:
    """Everybody gets the candidate, and the champion is replaced as soon as it can be.

    Raises:
        RolloutRefused: no rollout is on.
    """
    rollout = _going(state)
    if rollout.status == plan.PROMOTING:
        return state
    last = replace(rollout, stage=len(plan.SHARES) - 1, status=plan.PROMOTING, why=why)
    return replace(state, rollout=last).noted(now, "for everybody", rollout.candidate, why)


def replaced(state: State, rollout_id: str, now: datetime) -> State:
    """The champion's place has been taken; the rollout is over."""
    rollout = state.rollout
    if rollout is None or rollout.id != rollout_id or rollout.status != plan.PROMOTING:
        return state
    over = plan.ended(rollout, plan.PROMOTED, rollout.why, now)
    after = replace(state, champion=rollout.candidate, candidate=None, passed=None, rollout=over)
    return after.noted(now, plan.PROMOTED, rollout.candidate, rollout.why)


def taken(state: State, seen: Rollout, decision: Decision, turns: int, now: datetime) -> State:
    """What was decided, unless somebody else has moved the rollout on meanwhile.

    Args:
        state: as it is now.
        seen: the rollout that was decided about.
        decision: what was decided.
        turns: the candidate's turns so far.
        now: the instant.
    """
    rollout = state.rollout
    if rollout is None or rollout.id != seen.id or rollout.status != plan.ON:
        return state
    if decision.action == "back":
        return stopped(state, now, back=True, why=decision.why)
    if decision.action == "hold" or rollout.stage != seen.stage:
        return state
    if decision.action == "promote":
        return promoting(state, now, decision.why)
    further = plan.advanced(rollout, turns, decision.why)
    said = f"{further.share:.0%} of people: {decision.why}"
    return replace(state, rollout=further).noted(now, "next stage", rollout.candidate, said)


def _going(state: State) -> Rollout:
    if state.rollout is None or not state.rollout.going:
        raise RolloutRefused(_NOT_ON)
    return state.rollout
