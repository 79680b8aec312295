"""``penny worker``: what happens between conversations.

Every few minutes it fetches what is new at the banks, finishes transfers that a crash
left half-done, makes scheduled payments whose day has come, carries out savings rules and
automatic saves, plans what people are to be told, stores transcripts of people who agreed,
sends what people are to be handed, erases what is left of those who are gone, and forecasts
accounts whose day has begun, a few at a time. The shared model is trained beside that. Each job
stands alone: one that fails is logged and tried again.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Hashable
from datetime import UTC, datetime, timedelta
from functools import partial
from signal import SIGINT, SIGTERM, signal

import typer

from cli import erasing
from cli.core import open_core
from cli.export import complete_waiting
from cli.transcripts import collect_new
from finance_core.errors import PennyError
from finance_core.services import (
    autosaves,
    daily_forecasts,
    export,
    handoff,
    nudges,
    people,
    rules,
    schedules,
    shared_models,
    sync,
    transfers,
)
from finance_core.services.core import Core
from learning.errors import LearningError

_ROUND_SECONDS = 60.0
_SYNC_ROUNDS = 60  # banks are asked once an hour
_PLAN_EVERY = timedelta(hours=6)
_TRAIN_EVERY = timedelta(hours=12)
log = logging.getLogger(__name__)


def register(app: typer.Typer) -> None:
    """Adds this command to ``app``."""
    app.command()(worker)


def worker() -> None:
    """Fetch, train and store in the background; runs until it is stopped."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s: %(message)s", force=True)
    stopping = threading.Event()
    for sig in (SIGINT, SIGTERM):
        signal(sig, lambda *_: stopping.set())
    with open_core() as core:
        planning, training, rounds = Planning(core), Training(core), 0
        while not stopping.is_set():
            with_sync = rounds % _SYNC_ROUNDS == 0
            for job in (*jobs(core, with_sync=with_sync), planning.round, training.next):
                if not stopping.is_set():
                    _attempt(job)
            rounds += 1
            stopping.wait(_ROUND_SECONDS)


def jobs(core: Core, *, with_sync: bool) -> list[Callable[[], object]]:
    """One round's quick jobs, in order."""
    now = datetime.now(UTC)
    found: list[Callable[[], object]] = [partial(transfers.resume, core, now)]
    if with_sync:
        found.append(partial(_refresh_all, core, now))
    found.append(partial(_for_each, core, partial(schedules.run_due, core, now=now)))
    if with_sync:  # after the refresh, so that rules see what is new
        found.append(partial(_for_each, core, partial(rules.run, core, now=now)))
        found.append(partial(_for_each, core, partial(autosaves.run, core, now=now)))
    return [
        *found,
        partial(handoff.deliver, core, now),
        partial(collect_new, core),
        partial(complete_waiting, core),
        partial(export.expire, core, now),
        partial(erasing.sweep, core, now),
        partial(daily_forecasts.catch_up, core, now),
    ]


def _refresh_all(core: Core, now: datetime) -> None:
    for person in people.everybody(core):
        _attempt(partial(sync.refresh, core, person.id, person.today(now)))


def _for_each(core: Core, job: Callable[[str], object]) -> None:
    for person in people.everybody(core):
        _attempt(partial(job, person.id))


class Planning:
    """Plans what people are to be told, for those of whom anything has changed.

    A person's nudges follow from their ledger, their choices and the day. That these are the
    same is known at once; working out what follows takes far longer.
    """

    def __init__(self, core: Core) -> None:
        self._core = core
        self._planned: dict[str, tuple[Hashable, datetime]] = {}

    def round(self) -> None:
        """Plans for everybody who has changed, or was not looked at for hours."""
        now = datetime.now(UTC)
        everybody = people.everybody(self._core)
        for person in everybody:
            _attempt(partial(self._plan, person.id, now))
        gone = self._planned.keys() - {person.id for person in everybody}
        for person_id in gone:
            del self._planned[person_id]
        nudges.prune(self._core, now)

    def _plan(self, person_id: str, now: datetime) -> None:
        mark = nudges.mark(self._core, person_id, now)
        before, at = self._planned.get(person_id, (None, now))
        if mark != before or not timedelta(0) <= now - at < _PLAN_EVERY:
            nudges.plan(self._core, person_id, now)
            self._planned[person_id] = (mark, now)


class Training:
    """Trains the shared model beside the rounds: it takes minutes, they must not wait.

    Whether it is due, and whether there are people enough to learn from, is asked twice a day.
    """

    def __init__(self, core: Core) -> None:
        self._core = core
        self._tried = datetime.min.replace(tzinfo=UTC)
        self._running: threading.Thread | None = None

    def next(self) -> None:
        """Trains if it is time, unless that is still going on."""
        now = datetime.now(UTC)
        if now - self._tried <= _TRAIN_EVERY or (self._running and self._running.is_alive()):
            return
        self._tried = now
        job = partial(shared_models.train, self._core, now)
        # The worker may be stopped meanwhile: a model is written whole or not at all.
        self._running = threading.Thread(target=_attempt, args=(job,), daemon=True)
        self._running.start()


def _attempt(job: Callable[[], object]) -> None:
    try:
        job()
    except (PennyError, LearningError) as error:
        log.info("%s", error)
    except Exception:
        log.exception("a job failed")
