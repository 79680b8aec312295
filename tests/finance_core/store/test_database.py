from __future__ import annotations

import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import func, inspect, select, text
from sqlalchemy.exc import StatementError

from finance_core.errors import BadInput
from finance_core.services.core import Core
from finance_core.store import database, people
from finance_core.store.tables import Base, PersonRow

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_head_is_the_newest_migration():
    config = Config()
    config.set_main_option("script_location", str(database.MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [database.HEAD]


def test_migrations_make_exactly_the_tables_of_the_code(empty_url):
    database.upgrade(empty_url)
    opened = database.connect(empty_url)
    with opened.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    opened.close()


def test_upgrading_again_changes_nothing(empty_url):
    database.upgrade(empty_url)
    opened = database.connect(empty_url)
    with opened.writes.begin() as session:
        people.add(session, "Ada", "UTC", "EUR", NOW)
    database.upgrade(empty_url)
    with opened.sessions() as session:
        assert people.by_name(session, "ada") is not None
    opened.close()


def test_processes_that_start_at_once_migrate_once(empty_url):
    start = threading.Barrier(6)

    def begin(_: int) -> None:
        start.wait()
        database.upgrade(empty_url)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(begin, range(6)))
    opened = database.connect(empty_url)
    with opened.sessions() as session:
        assert session.scalar(text("SELECT count(*) FROM alembic_version")) == 1
    assert set(Base.metadata.tables) < set(inspect(opened.engine).get_table_names())
    opened.close()


def test_a_database_of_a_newer_penny_is_refused(empty_url):
    database.upgrade(empty_url)
    opened = database.connect(empty_url)
    with opened.writes.begin() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    opened.close()
    with pytest.raises(BadInput, match="newer Penny"):
        database.upgrade(empty_url)


@pytest.mark.parametrize("url", ["nonsense", "mysql://root@localhost/penny", ""])
def test_other_databases_are_refused(url):
    with pytest.raises(BadInput):
        database.upgrade(url)


def test_a_folder_that_is_not_there_gives_a_sentence(tmp_path):
    with pytest.raises(BadInput, match="can't use my database"):
        database.upgrade(f"sqlite:///{tmp_path / 'missing' / 'penny.db'}")


def test_sqlite_file_is_private_and_waits_for_nobody(tmp_path):
    path = tmp_path / "penny.db"
    database.upgrade(f"sqlite:///{path}")
    opened = database.connect(f"sqlite:///{path}")
    with opened.sessions() as session:
        assert session.scalar(text("PRAGMA journal_mode")) == "wal"
        assert session.scalar(text("PRAGMA foreign_keys")) == 1
        assert session.scalar(text("PRAGMA synchronous")) == 2
    opened.close()
    assert stat.S_IMODE(Path(path).stat().st_mode) == 0o600


def test_plain_postgresql_urls_are_understood():
    opened = database.connect("postgresql://ada@localhost/penny")
    assert opened.engine.url.drivername == "postgresql+psycopg"
    opened.close()


def test_writers_queue_instead_of_failing(core: Core):
    """Each adds to what it read; none of the additions may be lost."""
    with core.writes.begin() as session:
        person = people.add(session, "Ada", "UTC", "EUR", NOW)

    def lengthen(_: int) -> None:
        for _ in range(5):
            with core.writes.begin() as session:
                row = session.scalar(
                    select(PersonRow).where(PersonRow.id == person.id).with_for_update()
                )
                row.timezone += "x"

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lengthen, range(8)))
    with core.sessions() as session:
        assert session.scalar(select(func.length(PersonRow.timezone))) == len("UTC") + 40


def test_readers_see_what_was_committed_while_a_writer_writes(core: Core):
    with core.writes.begin() as session:
        people.add(session, "Ada", "UTC", "EUR", NOW)
        session.flush()
        with core.sessions() as other:
            assert people.by_name(other, "Ada") is None


def test_instants_keep_their_moment(core: Core):
    there = datetime(2026, 3, 2, 23, 30, tzinfo=timezone(timedelta(hours=-8)))
    with core.writes.begin() as session:
        person = people.add(session, "Ada", "UTC", "EUR", there)
    with core.sessions() as session:
        stored = session.get(PersonRow, person.id).created_at
    assert stored == there
    assert stored.utcoffset() == timedelta()


def test_naive_instants_are_refused(core: Core):
    with pytest.raises(StatementError, match="time zone"), core.writes.begin() as session:
        people.add(session, "Ada", "UTC", "EUR", datetime(2026, 3, 2))
