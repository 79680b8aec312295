"""How the daily forecasts grow: with the accounts, with the cores, and on Spark.

Generates accounts into a store of its own (half a year, about 80 movements each: wages, rent,
bills, shopping), runs ``penny forecast`` on them for every number of accounts, workers and
engine, and prints a table, or JSON with ``--json``. Start-up is part of every time. The stored
rows are compared: all engines have to write the same.

    python benchmarks/forecast_scale.py --accounts 1000 10000 100000
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from sqlalchemy import Integer, Select, String, cast, delete, func, insert, select
from sqlalchemy.orm import Session

from finance_core.store import database
from finance_core.store.forecast_tables import AccountForecastRow
from finance_core.store.tables import AccountRow, Base, PersonRow, TransactionRow

TODAY = date(2026, 6, 15)
NOW = datetime(2026, 6, 15, 6, tzinfo=UTC)
DAYS = 182
LIVES = 1_000
PENNY = Path(sys.executable).with_name("penny")

COLUMNS = {
    "accounts": ("accounts", 8),
    "engine": ("engine", 8),
    "workers": ("workers", 8),
    "seconds": ("seconds", 8),
    "accounts_per_second": ("a second", 9),
    "cpu_seconds": ("cpu s", 8),
    "memory_mb": ("MB", 6),
    "load_before": ("load", 6),
}

# merchant, category, day of the month, amounts in minor units from … to
MONTHLY = (
    ("Acme Ltd", "income_salary", 1, 180_000, 420_000),
    ("Homes Letting", "rent", 3, -140_000, -60_000),
    ("City Power", "utilities", 12, -16_000, -6_000),
    ("Fonecom", "phone", 18, -4_000, -1_500),
    ("Streamly", "streaming", 23, -1_600, -800),
)
SHOPS = (
    ("Corner Grocer", "groceries"),
    ("Fuel Stop", "fuel"),
    ("Noodle Bar", "dining"),
    ("Book Nook", "shopping"),
)


def main() -> None:
    """Measures what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--accounts", type=int, nargs="+", default=[1_000, 3_000, 10_000])
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--engines", nargs="+", default=["process", "spark"])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--out", type=Path, help="write the JSON here too, after each run")
    chosen = parser.parse_args()
    runs: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(prefix="penny-scale-") as home:
        store = Path(home) / "penny.db"
        database.upgrade(f"sqlite:///{store}")
        present = 0
        for accounts in sorted(chosen.accounts):
            began = time.perf_counter()
            generate(f"sqlite:///{store}", present, accounts)
            present = accounts
            told(f"{accounts} accounts generated in {time.perf_counter() - began:.0f} s")
            for engine in chosen.engines:
                for workers in chosen.workers:
                    runs.append(measure(Path(home), engine, workers))
                    told(row(runs[-1]))
                    if chosen.out:
                        chosen.out.write_text(json.dumps(summary(runs), indent=2) + "\n")
    print(json.dumps(summary(runs), indent=2) if chosen.json else table(runs))  # noqa: T201


def generate(url: str, first: int, last: int) -> None:
    """Adds the accounts numbered ``first`` up to ``last``; the same ones every time.

    The first thousand lead a life of their own; every further thousand is a copy of them with
    all amounts scaled.
    """
    opened = database.connect(url)
    with opened.writes.begin() as session:
        fresh = range(first, min(last, LIVES))
        if fresh:
            session.execute(insert(PersonRow), [person(number) for number in fresh])
            session.execute(insert(AccountRow), [account(number) for number in fresh])
            rows = [one for number in fresh for one in life(number)]
            session.execute(insert(TransactionRow), rows)
        for begin in range(max(first, LIVES) // LIVES * LIVES, last, LIVES):
            copy(session, begin, max(first - begin, 0), min(last - begin, LIVES))
    opened.close()


def copy(session: Session, shift: int, low: int, high: int) -> None:
    """Copies the accounts numbered ``low`` up to ``high`` to numbers greater by ``shift``.

    SQLite does that faster than rows can be handed to it.
    """
    number = cast(AccountRow.external_id, Integer)
    chosen = number.between(low, high - 1)
    key, percent = func.printf("%032x", number + shift), 90 + shift // LIVES % 21
    name = func.printf("person %d", number + shift)
    owned = select(PersonRow).join(AccountRow).where(chosen)
    add(session, PersonRow, owned, id=key, name=name, name_key=name)
    scaled = AccountRow.current_minor * percent // 100
    accounts = select(AccountRow).where(chosen)
    same = cast(number + shift, String)
    add(
        session, AccountRow, accounts, id=key, person_id=key, external_id=same, current_minor=scaled
    )
    rows = select(TransactionRow).join(AccountRow).where(chosen)
    row_key = func.printf("%024x%08x", number + shift, TransactionRow.sequence)
    scaled = TransactionRow.amount_minor * percent // 100
    add(session, TransactionRow, rows, id=row_key, account_id=key, amount_minor=scaled)


def add(session: Session, table: type[Base], rows: Select[Any], **changed: Any) -> None:
    """Adds rows that exist once more, with some columns changed."""
    columns = {c.name: changed.get(c.name, c) for c in table.__table__.c}
    session.execute(
        insert(table).from_select([*columns], rows.with_only_columns(*columns.values()))
    )


def person(number: int) -> dict[str, Any]:
    """The row of one person."""
    name = f"Person {number}"
    return {
        "id": f"{number:032x}",
        "name": name,
        "name_key": name.casefold(),
        "currency": "EUR",
        "timezone": "Europe/Paris",
        "ledger_version": 1,
        "created_at": NOW,
    }


def account(number: int) -> dict[str, Any]:
    """The row of that person's account."""
    return {
        "id": f"{number:032x}",
        "person_id": f"{number:032x}",
        "external_id": str(number),
        "name": "Main",
        "kind": "checking",
        "currency": "EUR",
        "current_minor": 50_000 + 37 * number % 400_000,
        "as_of": NOW,
    }


def life(number: int) -> Iterator[dict[str, Any]]:
    """Half a year of movements of one account, oldest first."""
    dice = np.random.default_rng(number)
    levels = [dice.integers(low, high) for *_, low, high in MONTHLY]
    sequence = 0
    for back in range(DAYS, -1, -1):
        day = TODAY - timedelta(days=back)
        for (merchant, category, due, *_), level in zip(MONTHLY, levels, strict=True):
            if day.day == due:
                varied = int(level * (dice.normal(1, 0.1) if category == "utilities" else 1))
                sequence += 1
                yield movement(number, sequence, day, varied, merchant, category)
        if dice.random() < 2 / 7:
            merchant, category = SHOPS[dice.integers(len(SHOPS))]
            sequence += 1
            spent = -int(dice.lognormal(7.8, 0.7))
            yield movement(number, sequence, day, spent, merchant, category)


def movement(
    number: int, sequence: int, day: date, minor: int, merchant: str, category: str
) -> dict[str, Any]:
    """The row of one movement."""
    return {
        "id": f"{number:024x}{sequence:08x}",
        "account_id": f"{number:032x}",
        "external_id": str(sequence),
        "posted_on": day,
        "amount_minor": minor,
        "description": merchant.upper(),
        "merchant": merchant,
        "category": category,
        "sequence": sequence,
    }


def measure(home: Path, engine: str, workers: int) -> dict[str, Any]:
    """One run of ``penny forecast`` on an empty table of forecasts."""
    url = f"sqlite:///{home / 'penny.db'}"
    opened = database.connect(url)
    with opened.writes.begin() as session:
        session.execute(delete(AccountForecastRow))
    mine = {name: value for name, value in os.environ.items() if not name.startswith("PENNY_")}
    command = [PENNY, "forecast", "--engine", engine, "--workers", str(workers), "--json"]
    load = os.getloadavg()[0]
    began = time.perf_counter()
    running = subprocess.Popen(
        [*command, "--as-of", TODAY.isoformat()],
        env={**mine, "PENNY_HOME": str(home), "PENNY_DATABASE_URL": url},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    watch = Watch(running.pid)
    out, err = running.communicate()
    seconds = time.perf_counter() - began
    if running.returncode:
        raise SystemExit(f"penny forecast ended with {running.returncode}:\n{err}")
    report = json.loads(out)
    found = {
        "engine": engine,
        "workers": workers,
        "accounts": report["accounts"],
        "done": report["done"],
        "seconds": round(seconds, 2),
        "accounts_per_second": round(report["accounts"] / seconds, 1),
        **watch.figures(),
        "load_before": round(load, 2),
        "digest": digest(opened),
    }
    opened.close()
    return found


class Watch(threading.Thread):
    """Watches a process and its children: memory they have to themselves, and processor time."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._process = psutil.Process(pid)
        self._peak = 0
        self._used: dict[int, float] = {}
        self.start()

    def run(self) -> None:
        """Looks twice a second until the process is gone."""
        while self._process.is_running() and self._process.status() != psutil.STATUS_ZOMBIE:
            memory = 0
            for one in (self._process, *self._process.children(recursive=True)):
                try:
                    memory += one.memory_full_info().uss
                    times = one.cpu_times()
                except (psutil.NoSuchProcess, psutil.ZombieProcess):
                    continue
                self._used[one.pid] = times.user + times.system
            self._peak = max(self._peak, memory)
            time.sleep(0.5)

    def figures(self) -> dict[str, float]:
        """The most memory at once, in MB, and the processor time of all, in seconds."""
        self.join()
        return {"memory_mb": self._peak // 2**20, "cpu_seconds": round(sum(self._used.values()), 1)}


def digest(opened: database.Database) -> str:
    """Of all stored forecasts, but for the instant they were made."""
    columns = [c for c in AccountForecastRow.__table__.c if c.name != "made_at"]
    total = hashlib.sha256()
    with opened.sessions() as session:
        rows = session.execute(
            select(*columns).order_by(AccountForecastRow.account_id),
            execution_options={"yield_per": 1000},
        )
        for one in rows:
            total.update(repr(tuple(one)).encode())
    return total.hexdigest()[:16]


def summary(runs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The runs, and whether all engines wrote the same for the same accounts."""
    found: dict[int, set[str]] = {}
    for one in runs:
        found.setdefault(one["accounts"], set()).add(one["digest"])
    return {
        "cores": os.cpu_count(),
        "runs": list(runs),
        "equal": all(len(d) == 1 for d in found.values()),
    }


def table(runs: Sequence[dict[str, Any]]) -> str:
    """The runs as text."""
    head = " ".join(f"{title:>{width}}" for title, width in COLUMNS.values())
    equal = "equal" if summary(runs)["equal"] else "NOT EQUAL"
    return "\n".join([head, *(row(one) for one in runs), f"rows written: {equal}"])


def row(one: dict[str, Any]) -> str:
    """One run as a line."""
    return " ".join(f"{one[name]:>{width}}" for name, (_, width) in COLUMNS.items())


def told(line: str) -> None:
    """Progress, for people who wait."""
    print(line, file=sys.stderr, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
