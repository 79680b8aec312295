"""Forecasts made in advance: what a worker does with its part of all accounts.

It reads the part from the store, works each account out by a pure function of its history
alone, and writes the results back in one transaction, so doing a part twice changes nothing.
``services/forecast_runs.py`` hands the parts out.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from finance_core import forecasting
from finance_core.errors import NotEnoughData, NotFound
from finance_core.forecasting import ForecastModel
from finance_core.model import BalanceForecast, Transaction
from finance_core.money import total
from finance_core.services import balances
from finance_core.services.core import Core
from finance_core.services.streams import LOOKED_AT, active_in
from finance_core.store import database, forecasts, parts
from finance_core.store.forecasts import AccountForecast
from finance_core.store.parts import AccountLedger, Part

HORIZON = 45
"""Days ahead: the shortest horizon a turn asks for, see ``services/forecasts.py``."""

STALE_AFTER = timedelta(days=HORIZON)
"""An account the bank has not reported for so long is left out."""

PART_SIZE = 64
"""Accounts in one part: what one process holds in memory at once."""

DONE = "done"
TOO_SHORT = "not_enough_history"
STALE = "not_reported_lately"
GONE = "deleted_meanwhile"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """All that a worker needs to know; plain values that travel between processes.

    Attributes:
        database: address of the store.
        models_folder: where people's trained models lie.
        now: the present instant; each person's own day follows from it.
        as_of: the day to look ahead from instead, for everybody.
    """

    database: str
    models_folder: Path
    now: datetime
    as_of: date | None = None


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


def run_part(job: Job, part: Part) -> list[Tally]:
    """Reads, forecasts and writes one part; an account that fails stops no other.

    Raises:
        SQLAlchemyError: the database cannot be used.
    """
    store = database.connect(job.database)
    try:
        made, outcomes, failed = _work_out(store, job, part)
        with store.writes.begin() as session:
            written = forecasts.replace(session, made, job.now)
    finally:
        store.close()
    outcomes += Counter({DONE: len(written), GONE: len(made) - len(written)})
    return [*(Tally(*entry) for entry in outcomes.items()), *failed]


def _work_out(
    store: database.Database, job: Job, part: Part
) -> tuple[list[AccountForecast], Counter[str], list[Tally]]:
    made: list[AccountForecast] = []
    outcomes: Counter[str] = Counter()
    failed: list[Tally] = []
    for account_id, read in _stored(store, job, part):
        try:
            found = outlook(read(), job)
        except SQLAlchemyError:
            raise
        except Exception as error:
            logger.warning("no forecast of account %s", account_id, exc_info=error)
            failed.append(Tally(type(error).__name__, 1, account_id))
            continue
        if isinstance(found, str):
            outcomes[found] += 1
        else:
            made.append(found)
    return made, outcomes, failed


type _Read = Callable[[], AccountLedger]


def _stored(store: database.Database, job: Job, part: Part) -> list[tuple[str, _Read]]:
    """Ids of a part's accounts, each with what reads its ledger."""
    day = job.as_of or job.now.date() - timedelta(days=1)  # somewhere it is still yesterday
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


def outlook(ledger: AccountLedger, job: Job) -> AccountForecast | str:
    """The forecast of one account, or why there is none.

    A pure function of the rows up to the day looked from, and of the model that was trained
    on exactly these. It says what ``services/forecasts.py`` answers for the account.
    """
    today = job.as_of or ledger.person.today(job.now)
    known = [m for m in ledger.movements if today - LOOKED_AT <= m.posted_on <= today]
    if today - balances.reported_on(ledger.person, ledger.account) > STALE_AFTER:
        return STALE
    mark = forecasting.fingerprint(known)
    try:
        found = _forecast(ledger, known, today, forecasting.load(job.models_folder, mark))
    except NotEnoughData:
        return TOO_SHORT
    return AccountForecast(ledger.account.id, mark, found)


def stored(core: Core, person_id: str, account_id: str, today: date) -> AccountForecast | None:
    """What was forecast for an account today; its fingerprint says from which movements."""
    with core.sessions() as session:
        return forecasts.of_day(session, person_id, account_id, today)


def _forecast(
    ledger: AccountLedger, known: Sequence[Transaction], today: date, model: ForecastModel | None
) -> BalanceForecast:
    later = [m.amount for m in ledger.movements if m.posted_on > today and not m.pending]
    start = ledger.account.current - total(later, ledger.account.currency)
    streams = active_in(known, today)
    return forecasting.forecast(model, known, start, streams, today, HORIZON)
