"""How nudges grow with the people: planning, finding that nothing changed, and the queue.

Generates people with half a year of movements each into a store of its own (those of
``forecast_scale.py``), who want to hear everything at any hour. Then, for each number of people:
plans for everybody, asks everybody's mark as the worker does when nothing has changed, plans
once more, and empties the queue with nobody at the other end of it. Prints a table, or JSON.

    python benchmarks/nudges.py --people 1000 3000 10000
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import delete, insert, select

from benchmarks.forecast_scale import generate
from finance_core.services import notifications, nudge_queue, nudges
from finance_core.services.core import Core, open_core
from finance_core.settings import CoreSettings
from finance_core.store.nudge_tables import NudgeRow
from finance_core.store.rights_tables import NotificationRow
from finance_core.store.tables import PersonRow

NOW = datetime(2026, 6, 15, 9, tzinfo=UTC)
COLUMNS = {
    "people": 8,
    "plan_seconds": 13,
    "plan_ms": 8,
    "plan_cpu_ms": 12,
    "planned": 8,
    "mark_ms": 8,
    "again_ms": 9,
    "sent": 7,
    "sent_per_second": 16,
    "memory_mb": 10,
    "load": 6,
}


def main() -> None:
    """Measures what the command line asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--people", type=int, nargs="+", default=[300, 1_000, 3_000, 10_000])
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    runs: list[dict[str, Any]] = []
    with (
        tempfile.TemporaryDirectory(prefix="penny-nudges-") as home,
        open_core(CoreSettings(home=Path(home), database_url=None)) as core,
    ):
        present = 0
        for number in sorted(chosen.people):
            generate(core.settings.database, present, number)
            present = number
            runs.append(measure(core))
            print(row(runs[-1]), flush=True)  # noqa: T201
    print(json.dumps(runs, indent=2) if chosen.json else table(runs))  # noqa: T201


def measure(core: Core) -> dict[str, Any]:
    """One round of everything for all people of a store."""
    load = os.getloadavg()[0]
    people = wishes(core)
    cpu = time.process_time()
    plan = timed(lambda: [nudges.plan(core, one, NOW) for one in people])
    cpu = time.process_time() - cpu
    mark = timed(lambda: [nudges.mark(core, one, NOW) for one in people])
    again = timed(lambda: [nudges.plan(core, one, NOW) for one in people])
    sent, seconds = emptied(core)
    return {
        "people": len(people),
        "plan_seconds": round(plan, 1),
        "plan_ms": round(plan / len(people) * 1000, 1),
        "plan_cpu_ms": round(cpu / len(people) * 1000, 1),
        "planned": planned(core),
        "mark_ms": round(mark / len(people) * 1000, 2),
        "again_ms": round(again / len(people) * 1000, 1),
        "sent": sent,
        "sent_per_second": round(sent / seconds, 1) if seconds else 0,
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "load": round(load, 1),
    }


def wishes(core: Core) -> list[str]:
    """Has everybody want everything at any hour, with nothing planned yet; their ids."""
    everything = notifications.Choices(frozenset(notifications.NUDGES), quiet=None)
    with core.writes.begin() as session:
        session.execute(delete(NudgeRow))
        session.execute(delete(NotificationRow))
        people = list(session.scalars(select(PersonRow.id).order_by(PersonRow.id)))
        payload = {"kinds": sorted(everything.on), "quiet": None}
        session.execute(
            insert(NotificationRow),
            [{"person_id": one, "choices": payload, "updated_at": NOW} for one in people],
        )
    return people


def planned(core: Core) -> int:
    """How many nudges there are."""
    with core.sessions() as session:
        return len(list(session.scalars(select(NudgeRow.id))))


def emptied(core: Core) -> tuple[int, float]:
    """Sends what is due until nothing is, to nobody; how many in how many seconds."""
    began, sent = time.perf_counter(), 0
    soon = NOW + timedelta(seconds=1)
    while True:
        claimed, dropped = nudge_queue.claim(core, soon, limit=100)
        if not claimed and not dropped:
            return sent, time.perf_counter() - began
        for one in claimed:
            sent += nudge_queue.sent(core, one, "web", soon, shown=True)


def timed(work: Callable[[], object]) -> float:
    """How many seconds something takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def row(run: dict[str, Any]) -> str:
    """A run as a line of the table."""
    return " ".join(f"{run[name]:>{width}}" for name, width in COLUMNS.items())


def table(runs: list[dict[str, Any]]) -> str:
    """All runs, with a head."""
    head = " ".join(f"{name:>{width}}" for name, width in COLUMNS.items())
    return "\n".join([head, *map(row, runs)])


if __name__ == "__main__":
    main()
