"""``penny worker``: what happens between conversations.

Every few minutes it fetches what is new at the banks, finishes transfers that a crash
left half-done, trains the forecasts whose data has changed, and stores transcripts of
people who agreed. Each job stands alone: one that fails is logged and tried again.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from signal import SIGINT, SIGTERM, signal
from zoneinfo import ZoneInfo

import typer

from cli.core import open_core
from cli.transcripts import collect_new
from finance_core.errors import PennyError
from finance_core.services import forecasts, people, sync, transfers
from finance_core.services.core import Core
from learning.errors import LearningError

_ROUND_SECONDS = 60.0
_NICENESS = 15  # whoever talks with Penny comes first
_SYNC_ROUNDS = 60  # banks are asked once an hour
log = logging.getLogger(__name__)


def register(app: typer.Typer) -> None:
    """Adds this command to ``app``."""
    app.command()(worker)


def worker() -> None:
    """Fetch, train and store in the background; runs until it is stopped."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s: %(message)s", force=True)
    os.nice(_NICENESS)
    stopping = threading.Event()
    for sig in (SIGINT, SIGTERM):
        signal(sig, lambda *_: stopping.set())
    with open_core() as core:
        rounds = 0
        while not stopping.is_set():
            for job in jobs(core, with_sync=rounds % _SYNC_ROUNDS == _SYNC_ROUNDS - 1):
                if not stopping.is_set():
                    _attempt(job)
            rounds += 1
            stopping.wait(_ROUND_SECONDS)


def jobs(core: Core, *, with_sync: bool) -> list[Callable[[], object]]:
    """One round's jobs, in order."""
    now = datetime.now(UTC)
    known = people.everybody(core)
    found: list[Callable[[], object]] = [lambda: transfers.resume(core, now)]
    for person in known:
        today = now.astimezone(ZoneInfo(person.timezone)).date()
        if with_sync:
            found.append(lambda p=person, t=today: sync.refresh(core, p.id, t))  # type: ignore[misc]
        found.append(lambda p=person, t=today: forecasts.train(core, p.id, t))  # type: ignore[misc]
    found.append(lambda: collect_new(core))
    return found


def _attempt(job: Callable[[], object]) -> None:
    try:
        job()
    except (PennyError, LearningError) as error:
        log.info("%s", error)
    except Exception:
        log.exception("a job failed")
