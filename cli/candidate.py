"""The Rasa of a rollout: started beside the champion's, and the champion's model replaced.

``penny run`` looks at the registry every few seconds. While a rollout is on, a second Rasa
serves the candidate on a port of its own, with the same conversations. When everybody has it,
the champion's Rasa is told to load it (``PUT /model``), which it does while the other one
answers; then the rollout is over. The second Rasa goes on for a while after a rollback, so
that what was begun with it can be finished.
"""

from __future__ import annotations

import logging
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import httpx

from cli import champion, training
from cli.stack import Stack, processes, start_process, stop
from learning.errors import LearningError
from learning.registry import Registry
from learning.rollout import plan, steps
from learning.rollout.plan import Rollout

_LOOKS_EVERY = 5.0
_RESTARTS_AFTER = 30.0
_MOST_STARTS = 3
_LOAD_SECONDS = 120.0
_GOES_ON = {plan.PROMOTED: timedelta(seconds=30)}
_LONGEST = timedelta(minutes=10)
_NAME = "candidate"
log = logging.getLogger(__name__)


class Candidate:
    """Keeps the second Rasa as the registry wants it.

    Args:
        stack: the running stack.
        registry: the registry of models.
    """

    def __init__(self, stack: Stack, registry: Registry) -> None:
        self._stack = stack
        self._registry = registry
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._version: str | None = None
        self._started = 0.0
        self._starts = 0

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Looks again and again in the background; the second Rasa ends with it."""
        over = threading.Event()

        def look() -> None:
            while not over.wait(_LOOKS_EVERY):
                try:
                    self.tend()
                except (LearningError, OSError) as error:
                    log.info("The candidate cannot be looked after now: %s", error)
                except Exception:
                    log.exception("The candidate cannot be looked after.")

        thread = threading.Thread(target=look, name="candidate", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join(_LOOKS_EVERY)
            stop(self._running)

    def tend(self) -> None:
        """Brings the second Rasa, and the champion's model, to where the registry wants them.

        Raises:
            LearningError: the registry cannot be used now.
        """
        state, now = self._registry.state(), datetime.now(UTC)
        rollout = state.rollout
        if rollout and _needed(rollout, now):
            self._serve(rollout, now)
        else:
            self._end()
        everybody = rollout if rollout and rollout.status == plan.PROMOTING else None
        wanted = everybody.candidate if everybody else state.champion
        if wanted and wanted != champion.pinned_version(self._stack.home):
            self._replace(wanted)
        if everybody and champion.pinned_version(self._stack.home) == everybody.candidate:
            self._registry.change(partial(steps.replaced, rollout_id=everybody.id, now=now))

    def _serve(self, rollout: Rollout, now: datetime) -> None:
        """Starts the second Rasa where it does not run; one that always ends is given up."""
        version, process = rollout.candidate, self._running.get(_NAME)
        if version != self._version:
            self._end()
        elif (process and process.poll() is None) or self._just_started():
            return
        elif self._starts >= _MOST_STARTS:
            if rollout.going:
                why = "the second Rasa ends again and again"
                self._registry.change(partial(steps.stopped, now=now, back=True, why=why))
            return
        model = self._registry.fetch(version, champion.folder(self._stack.home))
        variables = {
            **self._stack.environment,
            "PENNY_RASA_PORT": str(self._stack.ports.candidate),
            "PENNY_RASA_MODEL": str(model.resolve()),
        }
        command = processes()["rasa"]
        self._running[_NAME] = start_process(_NAME, command, self._stack.logs, variables)
        self._version, self._started, self._starts = version, time.monotonic(), self._starts + 1

    def _just_started(self) -> bool:
        return time.monotonic() - self._started < _RESTARTS_AFTER

    def _end(self) -> None:
        stop(self._running)
        self._running.clear()
        self._version, self._starts = None, 0

    def _replace(self, version: str) -> None:
        """Has the champion's Rasa load a version; it stays with its own when it cannot."""
        home, card = self._stack.home, self._registry.card(version)
        if card.code != training.code_fingerprint():
            return  # made with other rules than those that run here
        model = self._registry.fetch(version, champion.folder(home))
        if serves(self._stack.environment) == card.model_id or load(self._stack.environment, model):
            champion.pin(home, version, card.code)


def serves(variables: Mapping[str, str]) -> str | None:
    """Rasa's id of the model that the champion's Rasa has loaded; None if it does not say."""
    try:
        answer = httpx.get(
            f"{variables['PENNY_RASA_URL']}/status",
            params={"token": variables["PENNY_RASA_TOKEN"]},
            timeout=5.0,
            trust_env=False,
        )
        return str(answer.raise_for_status().json()["model_id"])
    except (httpx.HTTPError, ValueError, KeyError, TypeError):
        return None


def load(variables: Mapping[str, str], model: Path) -> bool:
    """Tells the champion's Rasa to load a model file; whether it did."""
    try:
        answer = httpx.put(
            f"{variables['PENNY_RASA_URL']}/model",
            params={"token": variables["PENNY_RASA_TOKEN"]},
            json={"model_file": str(model.resolve())},
            timeout=_LOAD_SECONDS,
            trust_env=False,
        )
    except httpx.HTTPError as error:
        log.warning("The champion's model was not replaced: %s", type(error).__name__)
        return False
    if not answer.is_success:
        log.warning("The champion's model was not replaced: status %s", answer.status_code)
    return answer.is_success


def _needed(rollout: Rollout, now: datetime) -> bool:
    """Whether people may still be talking with the candidate."""
    if rollout.going or rollout.ended_at is None:
        return rollout.going
    longest = _GOES_ON.get(rollout.status, _LONGEST)
    return now - datetime.fromisoformat(rollout.ended_at) < longest
