"""Forecasts of every account, once a day: by the processes of this machine, or by Spark.

Both run the same function on the same parts (``services/daily_forecasts.py``). Only counts
come back: rows go from the store to whoever has the part and back to the store.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from finance_core.services import spark_engine
from finance_core.services.core import Core
from finance_core.services.daily_forecasts import DONE, PART_SIZE, Job, Tally, job_of, run_part
from finance_core.store import parts
from finance_core.store.parts import Part

type Engine = Literal["process", "spark"]


@dataclass(frozen=True, slots=True)
class Report:
    """What a run did.

    Attributes:
        skipped: number of accounts by the reason why there is nothing to forecast.
        failed: kind of error, by the id of the account it happened with.
        seconds: wall-clock time, Spark's start included.
    """

    engine: Engine
    workers: int
    accounts: int
    done: int
    skipped: dict[str, int]
    failed: dict[str, str]
    seconds: float
    accounts_per_second: float


def run(
    core: Core,
    now: datetime,
    *,
    engine: Engine = "process",
    as_of: date | None = None,
    workers: int | None = None,
    master: str | None = None,
) -> Report:
    """Forecasts every account and writes the results to the store.

    Args:
        core: the shared parts.
        now: the present instant.
        engine: ``process`` for this machine alone, ``spark`` for Spark.
        as_of: the day to look ahead from, whose later days are not looked at; each
            person's own today when None.
        workers: processes at once on this machine; its cores when None.
        master: address of the Spark cluster; this machine when None.

    Raises:
        BadInput: Spark is not installed, or cannot reach this store.
    """
    from joblib import cpu_count  # noqa: PLC0415 (slow to import)

    began = time.perf_counter()
    job = job_of(core, now, as_of)
    workers = workers or cpu_count()
    with core.sessions() as session:
        todo = parts.parts(session, PART_SIZE)
    if engine == "spark":
        tallies = spark_engine.run(job, todo, master or f"local[{workers}]")
    else:
        tallies = _on_this_machine(job, todo, workers)
    return _report(engine, workers, tallies, time.perf_counter() - began)


def _on_this_machine(job: Job, todo: Sequence[Part], workers: int) -> list[Tally]:
    from joblib import Parallel, delayed  # noqa: PLC0415 (slow to import)

    found = Parallel(n_jobs=workers)(delayed(run_part)(job, part) for part in todo)
    return [tally for tallies in found for tally in tallies]


def _report(engine: Engine, workers: int, tallies: Iterable[Tally], seconds: float) -> Report:
    counts: Counter[str] = Counter()
    failed: dict[str, str] = {}
    for tally in tallies:
        if tally.account_id is None:
            counts[tally.outcome] += tally.accounts
        else:
            failed[tally.account_id] = tally.outcome
    accounts = counts.total() + len(failed)
    return Report(
        engine=engine,
        workers=workers,
        accounts=accounts,
        done=counts.pop(DONE, 0),
        skipped=dict(sorted(counts.items())),
        failed=failed,
        seconds=round(seconds, 3),
        accounts_per_second=round(accounts / seconds, 1),
    )
