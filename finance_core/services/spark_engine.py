"""Spark as the engine of the daily forecasts.

A table with one row for each part is spread over the executors; each maps its rows to what
became of the part, as Arrow batches (``DataFrame.mapInArrow``). The accounts' rows do not pass
through Spark: an executor reads them from the store and writes them back. A part that Spark
tries again, or runs twice, is written twice the same.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING

from finance_core.errors import BadInput
from finance_core.services.daily_forecasts import Job, Tally, run_part
from finance_core.store.parts import Part

if TYPE_CHECKING:
    from pyarrow import RecordBatch
    from pyspark.sql import SparkSession

_SCHEMA = "outcome string, accounts int, account_id string"

_LOCAL = {
    "spark.driver.host": "127.0.0.1",  # nobody else may reach it
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.enabled": "false",
    # Java has next to nothing to do: compiling it well took a third of the processor time.
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
}


def run(job: Job, todo: Sequence[Part], master: str) -> list[Tally]:
    """Has every part done by Spark.

    Args:
        job: what to do.
        todo: the parts.
        master: ``local[N]`` for N processes of this machine, or a cluster's address.

    Raises:
        BadInput: Spark or Java is not there, or the store cannot be reached from a cluster.
    """
    if not master.startswith("local") and job.database.startswith("sqlite"):
        raise BadInput(
            "A Spark cluster cannot reach a SQLite file. Set PENNY_DATABASE_URL to a "
            "PostgreSQL database, or run Spark on this machine alone."
        )
    if not todo:
        return []

    def work(batches: Iterator[RecordBatch]) -> Iterator[RecordBatch]:
        import pyarrow as pa  # noqa: PLC0415 (only where Spark is)

        columns = {"outcome": pa.string(), "accounts": pa.int32(), "account_id": pa.string()}
        for batch in batches:
            for number in batch.column(0).to_pylist():
                rows = [asdict(tally) for tally in run_part(job, todo[number])]
                yield pa.RecordBatch.from_pylist(rows, schema=pa.schema(columns))

    with _session(master) as spark:
        numbers = spark.range(len(todo), numPartitions=len(todo))
        rows = numbers.mapInArrow(work, _SCHEMA).collect()
    return [Tally(row.outcome, row.accounts, row.account_id) for row in rows]


@contextmanager
def _session(master: str) -> Iterator[SparkSession]:
    """Spark's session: the one that is open, else one for as long as this takes."""
    try:
        from pyspark.sql import SparkSession  # noqa: PLC0415 (an extra)
    except ImportError as err:
        raise BadInput("Spark is not installed: it comes with Penny's extra `spark`.") from err
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        raise BadInput("Spark needs Java 17 or later; there is none on this machine.")
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    found = SparkSession.getActiveSession()
    builder = SparkSession.builder.master(master).appName("penny forecast")
    builder = builder.config("spark.ui.showConsoleProgress", "false")
    for name, value in (_LOCAL if master.startswith("local") else {}).items():
        builder = builder.config(name, value)
    spark = found or builder.getOrCreate()
    try:
        yield spark
    finally:
        if found is None:
            spark.stop()
