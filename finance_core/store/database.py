"""Opening the database and bringing its tables up to date.

SQLite is the default and PostgreSQL the other one supported; nothing above this
module knows which. On SQLite a transaction that writes takes the write lock when it
begins (``BEGIN IMMEDIATE``), so two writers queue instead of failing half-way, and
every commit reaches the disk: a transfer's key must outlive a power cut.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from finance_core.errors import BadInput

HEAD = "0007"
"""Revision the code expects; a test keeps it equal to the newest migration."""

MIGRATIONS = Path(__file__).parent / "migrations"

_BUSY_SECONDS = 30.0
_SCRUB_MILLISECONDS = 1000  # writers wait meanwhile
_UPGRADE_LOCK = 0x50454E4E  # any number all Pennies of a PostgreSQL database agree on


@dataclass(frozen=True, slots=True)
class Database:
    """An open database.

    Attributes:
        sessions: sessions that read.
        writes: sessions that write; use ``with database.writes.begin() as session``.
    """

    engine: Engine
    sessions: sessionmaker[Session]
    writes: sessionmaker[Session]

    def scrub(self) -> bool:
        """Leaves nothing that was deleted in SQLite's write-ahead log.

        The log keeps old pages until it is full. PostgreSQL looks after its own.

        Returns:
            Whether it is done; not while somebody is reading what the log has.
        """
        if self.engine.dialect.name != "sqlite":
            return True
        with self.engine.connect() as connection:
            raw = cast("sqlite3.Connection", connection.connection.driver_connection)
            raw.execute(f"PRAGMA busy_timeout = {_SCRUB_MILLISECONDS}")
            try:
                busy, _log, _moved = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            except sqlite3.OperationalError:
                busy = 1
            finally:
                raw.execute(f"PRAGMA busy_timeout = {int(_BUSY_SECONDS * 1000)}")
        return not busy

    def close(self) -> None:
        """Closes all connections."""
        self.engine.dispose()


def connect(url: str) -> Database:
    """Opens the database at ``url``, up to date or not; see ``upgrade``."""
    engine = _engine(_normal(url))
    return Database(
        engine=engine,
        sessions=sessionmaker(engine, expire_on_commit=False),
        writes=sessionmaker(engine.execution_options(writes=True), expire_on_commit=False),
    )


def upgrade(url: str) -> None:
    """Creates or migrates the tables at ``url``; quick when there is nothing to do.

    Any number of processes may call it at once: one migrates, the others wait.

    Raises:
        BadInput: the database cannot be used.
    """
    parsed = _normal(url)
    engine = _engine(parsed)
    try:
        if parsed.get_backend_name() == "sqlite":
            _use_wal(parsed)
        if _revision(engine) != HEAD:
            _migrate(engine)
    except (SQLAlchemyError, sqlite3.Error, OSError) as err:
        raise BadInput(
            "I can't use my database. Check PENNY_DATABASE_URL, or that the folder in "
            "PENNY_HOME can be written to."
        ) from err
    finally:
        engine.dispose()


def _normal(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as err:
        raise BadInput("PENNY_DATABASE_URL is not the address of a database.") from err
    if parsed.get_backend_name() not in ("sqlite", "postgresql", "postgres"):
        raise BadInput("Penny keeps its data in SQLite or PostgreSQL only.")
    if parsed.drivername in ("postgresql", "postgres"):
        return parsed.set(drivername="postgresql+psycopg")
    return parsed


def _engine(url: URL) -> Engine:
    # Parameters are people's figures: they stay out of errors, and so out of logs.
    common: dict[str, Any] = {"pool_size": 10, "max_overflow": 20, "hide_parameters": True}
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True, **common)
    engine = create_engine(url, connect_args={"timeout": _BUSY_SECONDS}, **common)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin on its own: _begin_sqlite does
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA secure_delete = ON")  # what a person had erased is overwritten


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _use_wal(url: URL) -> None:
    """Readers then never wait for a writer. The file remembers the mode."""
    if not url.database or url.database == ":memory:":
        return
    connection = sqlite3.connect(url.database, timeout=_BUSY_SECONDS)
    try:
        Path(url.database).chmod(0o600)
        deadline = time.monotonic() + _BUSY_SECONDS
        while True:
            try:  # switching ignores the busy time-out, and a sibling may be switching too
                connection.execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.01)
    finally:
        connection.close()


def _revision(engine: Engine) -> str | None:
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        revision = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return None if revision is None else str(revision)


def _migrate(engine: Engine) -> None:
    from alembic import command  # noqa: PLC0415 (slow to import, and seldom needed)
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    with _alone(engine) as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", MIGRATIONS.as_posix().replace("%", "%%"))
        try:
            command.upgrade(config, "head")
        except CommandError as err:
            raise BadInput("A newer Penny has used this database; this one is too old.") from err


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """A transaction that no other migration runs beside; all of it happens or nothing."""
    with engine.execution_options(writes=True).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADE_LOCK})
        yield connection
