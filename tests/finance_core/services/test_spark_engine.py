"""Spark writes exactly what one process writes."""

from __future__ import annotations

import os
import random
import shutil
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, text

from finance_core.errors import BadInput
from finance_core.services import forecast_runs, imports, people, spark_engine
from finance_core.services.core import Core
from finance_core.services.daily_forecasts import Job
from finance_core.store.forecast_tables import AccountForecastRow
from finance_core.store.parts import Part
from tests.finance_core.services.household import NOW, TODAY

needs_spark = pytest.mark.skipif(
    not (os.environ.get("JAVA_HOME") or shutil.which("java")),
    reason="Spark needs Java 17, and there is none on this machine",
)


@pytest.fixture
def town(core: Core) -> Core:
    """Twelve people with an account each, of different lengths; the last one's is broken."""
    dice = random.Random(5)
    for number in range(12):
        person, _ = people.add(core, f"Person {number}", "UTC", "EUR")
        rows = ["account,date,amount,currency,description,balance"]
        for day in range(5 + 15 * number, -1, -1):
            amount = 900 if day % 14 == 3 else -dice.randint(1, 9000) / 100
            on = TODAY - timedelta(days=day)
            rows.append(f"Main,{on},{amount},EUR,SHOP {day % 5},{1000 + day}")
        imports.import_content(core, person.id, "\n".join(rows).encode(), name="x.csv")
    with core.writes.begin() as session:
        broken = "UPDATE accounts SET currency = 'QQQ' WHERE id = (SELECT max(id) FROM accounts)"
        session.execute(text(broken))
    return core


def taken(core: Core) -> list[dict]:
    """The stored forecasts, which are gone afterwards."""
    table = AccountForecastRow.__table__
    with core.writes.begin() as session:
        rows = session.execute(select(table).order_by(table.c.account_id)).mappings().all()
        session.execute(delete(table))
    return [dict(row) for row in rows]


@needs_spark
@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
@pytest.mark.timeout(300)
def test_spark_and_processes_write_the_same(town, monkeypatch):
    monkeypatch.setattr(forecast_runs, "PART_SIZE", 4)
    alone = forecast_runs.run(town, NOW, workers=1)
    first = taken(town)
    together = forecast_runs.run(town, NOW, workers=2)
    second = taken(town)
    spark = forecast_runs.run(town, NOW, engine="spark", workers=2)
    third = taken(town)
    assert first == second == third
    assert len(first) == alone.done == 10
    for report in (alone, together, spark):
        assert report.accounts == 12
        assert report.skipped == {"not_enough_history": 1}
        assert set(report.failed.values()) == {"BadInput"}


def test_a_cluster_cannot_reach_a_file(tmp_path):
    job = Job("sqlite:////home/penny/penny.db", tmp_path, NOW)
    with pytest.raises(BadInput, match="cluster cannot reach a SQLite file"):
        spark_engine.run(job, [Part("a", "b")], "spark://host:7077")


def test_without_java_a_sentence_says_so(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(BadInput, match="needs Java 17"):
        spark_engine.run(Job("sqlite://", tmp_path, NOW), [Part("a", "b")], "local[1]")


def test_without_spark_a_sentence_says_so(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyspark.sql", None)
    with pytest.raises(BadInput, match="extra `spark`"):
        spark_engine.run(Job("sqlite://", tmp_path, NOW), [Part("a", "b")], "local[1]")
