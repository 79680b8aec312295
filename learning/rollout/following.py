"""A rollout as one process sees it: the state kept at hand, and what it counts itself.

Every process that serves people counts its own turns and stores the counts in an object of
its own under ``registry/rollouts/ID/``; all of them read each other's, and whichever sees
first that a step is due takes it. A rollback is obeyed here at once, before it is stored.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from learning.errors import LearningError, StoreError
from learning.objects import ObjectStore
from learning.registry import Registry
from learning.rollout import plan, steps
from learning.rollout.plan import Rollout, Tally
from learning.settings import LearningSettings

log = logging.getLogger(__name__)

CHAMPION, CANDIDATE = "champion", "candidate"
GROUPS = (CHAMPION, CANDIDATE)
_COUNTS = "registry/rollouts/"
Tallies = dict[str, Tally]


class Following:
    """Keeps up with the registry; what it gives comes from memory.

    Args:
        opened: gives the registry; called at the first refresh, as connecting takes a while.
        process: a name no other process has.
    """

    def __init__(self, opened: Callable[[], Registry], process: str) -> None:
        self._opened = opened
        self._process = process
        self._lock = threading.Lock()
        self._rollout: Rollout | None = None
        self._own = _nothing()
        self._others = _nothing()
        self._unsaved = False
        self._end_stored = False
        self._read = ""

    @classmethod
    def in_home(cls, home: Path, process: str) -> Following:
        """One that follows the registry in the bucket that the settings name."""
        return cls(lambda: Registry(ObjectStore(LearningSettings(home=home))), process)

    @property
    def rollout(self) -> Rollout | None:
        """The rollout that is on, or the one that ended last."""
        return self._rollout

    def group_of(self, person_id: str) -> str:
        """Which model a person gets when nothing of theirs is open."""
        rollout = self._rollout
        return CANDIDATE if rollout and plan.gets_candidate(rollout, person_id) else CHAMPION

    def tallies(self) -> Tallies:
        """The turns of all processes so far, by group."""
        with self._lock:
            return _sum(self._own, self._others)

    def record(self, rollout_id: str, group: str, turn: Tally) -> None:
        """Counts something of a turn, and stops a candidate that this shows to be worse.

        Args:
            rollout_id: the rollout it was served in; what belongs to another is dropped.
            group: ``champion`` or ``candidate``.
            turn: what to add.
        """
        with self._lock:
            rollout = self._rollout
            if rollout is None or rollout.id != rollout_id or not rollout.going:
                return
            self._own[group] = self._own[group].plus(turn)
            self._unsaved = True
            if group == CANDIDATE and rollout.status == plan.ON:
                self._rollout = _stopped_if_worse(rollout, _sum(self._own, self._others))

    def refresh(self) -> None:
        """Keeps up with the registry, and takes the step that is due.

        Blocks for as long as the object store does.

        Raises:
            LearningError: the object store or the registry cannot be used now; what is at
                hand stays in force.
        """
        self.look()
        rollout, both = self._rollout, self.tallies()
        if rollout is None:
            return
        if rollout.status == plan.ROLLED_BACK:  # perhaps only here, so far
            decision = plan.Decision("back", rollout.why)
        else:
            decision = plan.decide(rollout, both[CHAMPION], both[CANDIDATE])
        if decision.action != "hold" and not (rollout.ended_at and self._end_stored):
            turns, now = both[CANDIDATE].turns, datetime.now(UTC)
            step = partial(steps.taken, seen=rollout, decision=decision, turns=turns, now=now)
            self._follow(self._registry.change(step).rollout)

    def look(self) -> None:
        """Reads the state and what others counted, and stores what was counted here.

        Raises:
            LearningError: the object store or the registry cannot be used now.
        """
        self._follow(self._registry.state().rollout)
        rollout = self._rollout
        if rollout is None:
            return
        self._save(rollout)
        if rollout.going or rollout.id != self._read:
            others = self._read_others(rollout)
            with self._lock:
                self._others = others
            self._read = rollout.id

    def status(self) -> dict[str, Any] | None:
        """All there is to show of the rollout; None when there never was one."""
        rollout, both = self._rollout, self.tallies()
        if rollout is None:
            return None
        decision = plan.decide(rollout, both[CHAMPION], both[CANDIDATE])
        return plan.as_json(rollout, both[CHAMPION], both[CANDIDATE], decision)

    @cached_property
    def _registry(self) -> Registry:
        return self._opened()

    def _follow(self, stored: Rollout | None) -> None:
        with self._lock:
            here = self._rollout
            if here is None or stored is None or here.id != stored.id:
                self._own, self._others, self._unsaved = _nothing(), _nothing(), False
            elif here.status == plan.ROLLED_BACK and stored.status == plan.ON:
                self._end_stored = False  # stopped here, and not stored yet
                return
            self._rollout = stored
            self._end_stored = bool(stored and stored.ended_at)

    def _save(self, rollout: Rollout) -> None:
        with self._lock:
            if not self._unsaved:
                return
            body = {group: asdict(tally) for group, tally in self._own.items()}
            self._unsaved = False
        try:
            self._registry.store.put(
                f"{_COUNTS}{rollout.id}/{self._process}.json", json.dumps(body).encode()
            )
        except StoreError:
            self._unsaved = True
            raise

    def _read_others(self, rollout: Rollout) -> Tallies:
        found = _nothing()
        for entry in self._registry.store.list(f"{_COUNTS}{rollout.id}/"):
            if entry.key.endswith(f"/{self._process}.json"):
                continue
            try:
                body = json.loads(self._registry.store.get(entry.key))
                found = _sum(found, {group: plan.read_tally(body[group]) for group in GROUPS})
            except (ValueError, KeyError, TypeError, AttributeError):
                log.warning("The counts of another process are damaged: %s", entry.key)
        return found


def keep_up(following: Following) -> bool:
    """Refreshes once; False, and a line in the log, when the store cannot be used now."""
    try:
        following.refresh()
    except LearningError as error:
        log.debug("The registry cannot be read now: %s", error)
        return False
    return True


def _stopped_if_worse(rollout: Rollout, both: Tallies) -> Rollout:
    decision = plan.decide(rollout, both[CHAMPION], both[CANDIDATE])
    if decision.action != "back":
        return rollout
    log.warning("The candidate is rolled back: %s", decision.why)
    now = datetime.now(UTC)
    over = plan.ended(rollout, plan.ROLLED_BACK, decision.why, now)
    return over


def _nothing() -> Tallies:
    return {group: Tally() for group in GROUPS}


def _sum(first: Tallies, second: Tallies) -> Tallies:
    return {group: first[group].plus(second[group]) for group in GROUPS}
