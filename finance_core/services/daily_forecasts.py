"""Forecasts made in advance: what a worker does with its part of all accounts.

It reads the part from the store, works the accounts out (``services/account_outlooks.py``) and
writes the results back in one transaction, so doing a part twice changes nothing.
``services/forecast_runs.py`` hands out all parts; ``catch_up`` does what is due.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy.exc import SQLAlchemyError

from finance_core.errors import BadInput, NotEnoughData, NotFound
from finance_core.forecasting import SharedModel, Told
from finance_core.services import balances, shared_models
from finance_core.services.account_outlooks import Prepared, outlook, prepare, tell
from finance_core.services.core import Core
from finance_core.services.leases import holding
from finance_core.services.stored_forecasts import HORIZON
from finance_core.services.streams import LOOKED_AT
from finance_core.store import database, forecast_checks, forecasts, parts
from finance_core.store.forecast_checks import Check
from finance_core.store.forecasts import AccountForecast
from finance_core.store.parts import AccountLedger, Part

STALE_AFTER = timedelta(days=HORIZON)
"""An account the bank has not reported for so long is left out."""

PART_SIZE = 64
"""Accounts in one part: what one process holds in memory at once."""

LEASE = "daily forecasts"

DONE = "done"
TOO_SHORT = "not_enough_history"
STALE = "not_reported_lately"
GONE = "deleted_meanwhile"

_BATCH_SECONDS = 10.0
_LONGEST = timedelta(minutes=5)  # a batch that takes longer has died
_DAY = timedelta(days=1)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """All that a worker needs to know; plain values that travel between processes.

    Attributes:
        database: address of the store.
        models_folder: where trained models lie.
        now: the present instant; each person's own day follows from it.
        as_of: the day to look ahead from instead, for everybody.
        shared: mark of the shared model in force; empty when there is none.
    """

    database: str
    models_folder: Path
    now: datetime
    as_of: date | None = None
    shared: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many accounts of a part ended the same way.

    Attributes:
        outcome: ``done``, why they were skipped, or the kind of error.
        account_id: the one account that failed; None for what is no failure.
    """

    outcome: str
    accounts: int
    account_id: str | None = None


def job_of(core: Core, now: datetime, as_of: date | None = None) -> Job:
    """The job of forecasting everybody with the models there are now."""
    folder = core.settings.models_folder
    model = shared_models.in_force(folder, as_of or now.date())
    return Job(core.settings.database, folder, now, as_of, model.mark if model else "")


def catch_up(core: Core, now: datetime, seconds: float = _BATCH_SECONDS) -> int:
    """Forecasts accounts whose day has begun or whose ledger has changed, for a little while.

    Any number of workers may call it: one does the work, the others go on at once.

    Returns:
        How many accounts it looked at.
    """
    began, seen = time.monotonic(), 0
    with holding(core, LEASE, now, _LONGEST) as mine:
        while mine and time.monotonic() - began < seconds:
            job = job_of(core, now)
            with core.sessions() as session:
                ids = forecast_checks.due(session, now, job.shared, PART_SIZE)
            if not ids:
                break
            _run(core.database, job, Part.of(ids))
            seen += len(ids)
    return seen


def run_part(job: Job, part: Part) -> list[Tally]:
    """Reads, forecasts and writes one part; an account that fails stops no other.

    Raises:
        SQLAlchemyError: the database cannot be used.
        BadInput: the shared model cannot be read from here.
    """
    store = database.connect(job.database)
    try:
        return _run(store, job, part)
    finally:
        store.close()


@dataclass(slots=True)
class _Done:
    """What became of a part's accounts."""

    made: list[AccountForecast] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    failed: list[Tally] = field(default_factory=list)
    checks: dict[str, Check] = field(default_factory=dict)

    @contextmanager
    def of(self, account_id: str) -> Iterator[None]:
        """Notes why an account has no forecast instead of stopping the others."""
        try:
            yield
        except SQLAlchemyError:
            raise
        except NotEnoughData:
            self.outcomes[TOO_SHORT] += 1
        except Exception as error:
            logger.warning("no forecast of account %s", account_id, exc_info=error)
            self.failed.append(Tally(type(error).__name__, 1, account_id))


def _run(store: database.Database, job: Job, part: Part) -> list[Tally]:
    done = _work_out(store, job, part)
    with store.writes.begin() as session:
        there = forecasts.alive(session, done.checks)
        written = forecasts.replace(session, done.made, job.now)
        if job.as_of is None:
            looked_at = [check for key, check in done.checks.items() if key in there]
            forecast_checks.note(session, looked_at)
    done.outcomes += Counter({DONE: len(written), GONE: len(done.made) - len(written)})
    return [*(Tally(*entry) for entry in done.outcomes.items()), *done.failed]


def _work_out(store: database.Database, job: Job, part: Part) -> _Done:
    shared, done = _shared(job), _Done()
    ready: list[Prepared] = []
    for account_id, read in _stored(store, job, part):
        done.checks[account_id] = Check(account_id, job.now + _DAY, None, job.shared)
        with done.of(account_id):
            ledger = read()
            today = job.as_of or ledger.person.today(job.now)
            done.checks[account_id] = _check(ledger, today, job)
            if today - balances.reported_on(ledger.person, ledger.account) > STALE_AFTER:
                done.outcomes[STALE] += 1
            else:
                ready.append(prepare(ledger, today))
    told = _told_of_all(shared, ready)
    for at, one in enumerate(ready):
        with done.of(one.ledger.account.id):
            said = told[at] if told else tell(shared, [one])[0]
            done.made.append(outlook(one, shared, said))
    return done


def _shared(job: Job) -> SharedModel | None:
    """The model the job is to be done with, or one that took its place meanwhile."""
    if not job.shared:
        return None
    model = shared_models.in_force(job.models_folder, job.as_of or job.now.date())
    if model is None:
        raise BadInput(
            f"The shared model in {job.models_folder} cannot be read here; all machines that "
            "forecast need that folder."
        )
    return model


def _told_of_all(shared: SharedModel | None, ready: list[Prepared]) -> list[Told | None]:
    """What the shared model says; nothing when it has to be asked about each account alone."""
    try:
        return tell(shared, ready)
    except Exception as error:
        logger.warning("the shared model is asked account by account", exc_info=error)
        return []


def _check(ledger: AccountLedger, today: date, job: Job) -> Check:
    """Looked at; due again when the person's next day begins."""
    zone = ZoneInfo(ledger.person.timezone)
    midnight = datetime.combine(today + _DAY, datetime.min.time(), zone)
    return Check(ledger.account.id, midnight, ledger.version, job.shared)


type _Read = Callable[[], AccountLedger]


def _stored(store: database.Database, job: Job, part: Part) -> list[tuple[str, _Read]]:
    """Ids of a part's accounts, each with what reads its ledger."""
    day = job.as_of or job.now.date() - _DAY  # somewhere it is still yesterday
    since = day - LOOKED_AT

    def alone(one: Part) -> AccountLedger:
        with store.sessions() as session:
            for found in parts.ledgers(session, one, since):
                return found.read()
        raise NotFound("That account is gone.")

    with store.sessions() as session:
        try:
            return [(one.account_id, one.read) for one in parts.ledgers(session, part, since)]
        except (ValueError, TypeError):  # a value that its column cannot hold, whose is it?
            return [(one.first, partial(alone, one)) for one in parts.one_by_one(session, part)]
