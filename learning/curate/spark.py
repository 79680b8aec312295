"""Spark as the engine of curation, with the same result.

Executors read the objects themselves and deal the rows out by person, so that all turns of one
person are examined together. What is worth a label is dealt out again by the words, and near-
duplicates meet under their bands. Only candidates, links and counts come back.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from learning.curate import candidates, duplicates
from learning.curate.batch import Curated, Known, Summary, examine, finish
from learning.curate.candidates import Candidate
from learning.curate.source import Source
from learning.curate.turns import from_rows
from learning.errors import LearningError

if TYPE_CHECKING:
    from pyarrow import RecordBatch
    from pyspark.sql import DataFrame, SparkSession

_TEXT_PAIR = "key string, value string"
_COUNTS = ""  # the key of the counts among the candidates
_LOCAL = {
    "spark.driver.host": "127.0.0.1",  # nobody else may reach it
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
}


class SparkMissing(LearningError):
    """Spark or Java is not there."""


def curate(source: Source, known: Known, master: str, parts: int | None = None) -> Curated:
    """Curates what ``source`` names.

    Args:
        master: ``local[N]`` for N processes of this machine, or a cluster's address.
        parts: into how many parts the people are dealt; Spark's parallelism unless given.

    Raises:
        SparkMissing: Spark or Java is not installed.
    """
    with session(master) as spark:
        parts = parts or spark.sparkContext.defaultParallelism
        spark.conf.set("spark.sql.shuffle.partitions", parts)
        examined = _examined(spark, source, known, parts).cache()
        summary = _summary(examined)
        merged = _merged(examined.where(f"key != '{_COUNTS}'"), parts).cache()
        found = [Candidate.from_plain(json.loads(row.value)) for row in merged.collect()]
        links = [(row.id, row.first) for row in _links(merged).collect()]
        return finish(sorted(found, key=lambda one: one.id), links, summary, known)


def _examined(spark: SparkSession, source: Source, known: Known, parts: int) -> DataFrame:
    """Candidates of each part of the people by id, and the counts of each part."""
    read = source.read

    def rows(batches: Iterator[RecordBatch]) -> Iterator[RecordBatch]:
        for batch in batches:
            for key in batch.column(0).to_pylist():
                yield from _batches(
                    (str(row.get("conversation", "")).split("-", 1)[0], json.dumps(row))
                    for row in read(key)
                )

    def of_part(batches: Iterator[RecordBatch]) -> Iterator[RecordBatch]:
        lines = (line for batch in batches for line in batch.column(1).to_pylist())
        turns, broken = from_rows(map(json.loads, lines))
        summary, found = examine(turns, known)
        summary.dropped["broken"] += broken
        yield from _batches((one.id, json.dumps(one.to_plain())) for one in found)
        yield from _batches([(_COUNTS, json.dumps(_to_plain(summary)))])

    slices = max(1, min(len(source.keys), 4 * parts))
    keys = spark.createDataFrame(
        spark.sparkContext.parallelize([(key,) for key in source.keys], slices), "key string"
    )
    dealt = keys.mapInArrow(rows, _TEXT_PAIR).repartition(parts, "key")
    return dealt.mapInArrow(of_part, _TEXT_PAIR)


def _merged(examined: DataFrame, parts: int) -> DataFrame:
    """One candidate for each id, whatever part it came from, with its bands."""

    def merge(batches: Iterator[RecordBatch]) -> Iterator[RecordBatch]:
        values = (value for batch in batches for value in batch.column(1).to_pylist())
        read = (Candidate.from_plain(json.loads(value)) for value in values)
        found = list(candidates.gathered(read))
        keys = duplicates.bands([one.text for one in found])
        yield from _batches(
            (one.id, json.dumps(one.to_plain()), " ".join(own))
            for one, own in zip(found, keys, strict=True)
        )

    dealt = examined.repartition(parts, "key")
    return dealt.mapInArrow(merge, "key string, value string, bands string")


def _links(merged: DataFrame) -> DataFrame:
    """Pairs of ids that share a band, as ``duplicates.links`` finds them."""
    own = merged.selectExpr("key as id", "explode(split(bands, ' ')) as band")
    first = own.groupBy("band").agg({"id": "min"}).withColumnRenamed("min(id)", "first")
    return own.join(first, "band").where("id != first").select("id", "first").distinct()


def _summary(examined: DataFrame) -> Summary:
    total = Summary()
    for row in examined.where(f"key = '{_COUNTS}'").collect():
        total.absorb(_from_plain(json.loads(row.value)))
    return total


def _to_plain(summary: Summary) -> dict[str, Any]:
    return {
        "turns": summary.turns,
        "kept": summary.kept,
        "dropped": summary.dropped,
        "groups": list(summary.groups.items()),
        "intents": list(summary.intents.items()),
    }


def _from_plain(values: dict[str, Any]) -> Summary:
    total = Summary(values["turns"], values["kept"])
    total.dropped.update(values["dropped"])
    total.groups.update({tuple(key): count for key, count in values["groups"]})
    total.intents.update({tuple(key): count for key, count in values["intents"]})
    return total


def _batches(rows: Any, size: int = 5_000) -> Iterator[RecordBatch]:
    """Arrow batches of text columns; nothing for no rows."""
    import pyarrow as pa  # noqa: PLC0415 (only where Spark is)

    names = ("key", "value", "bands")
    waiting: list[tuple[str, ...]] = []

    def batch() -> RecordBatch:
        columns = [pa.array(column, pa.string()) for column in zip(*waiting, strict=True)]
        return pa.RecordBatch.from_arrays(columns, names=names[: len(columns)])

    for row in rows:
        waiting.append(row)
        if len(waiting) == size:
            yield batch()
            waiting.clear()
    if waiting:
        yield batch()


@contextmanager
def session(master: str) -> Iterator[SparkSession]:
    """Spark's session: the one that is open, else one for as long as this takes.

    Raises:
        SparkMissing: Spark or Java is not installed.
    """
    try:
        from pyspark.sql import SparkSession  # noqa: PLC0415 (an extra)
    except ImportError as err:
        raise SparkMissing("Spark is not installed: it comes with the extra `spark`.") from err
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        raise SparkMissing("Spark needs Java 17 or later; there is none on this machine.")
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    found = SparkSession.getActiveSession()
    builder = SparkSession.builder.master(master).appName("penny curate")
    builder = builder.config("spark.ui.showConsoleProgress", "false")
    for name, value in (_LOCAL if master.startswith("local") else {}).items():
        builder = builder.config(name, value)
    spark = found or builder.getOrCreate()
    try:
        yield spark
    finally:
        if found is None:
            spark.stop()
