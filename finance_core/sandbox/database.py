"""The bank's SQLite file: one connection, one writer at a time, every change durable."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock

_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS household (
    name TEXT PRIMARY KEY, title TEXT NOT NULL, currency TEXT NOT NULL,
    institution_id TEXT NOT NULL UNIQUE, institution TEXT NOT NULL, today TEXT);
CREATE TABLE IF NOT EXISTS account (
    id TEXT PRIMARY KEY, household TEXT NOT NULL REFERENCES household, name TEXT NOT NULL,
    kind TEXT NOT NULL, currency TEXT NOT NULL, opening INTEGER NOT NULL,
    overdraft INTEGER NOT NULL, UNIQUE (household, name));
CREATE TABLE IF NOT EXISTS movement (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
    account_id TEXT NOT NULL REFERENCES account, day TEXT NOT NULL, amount INTEGER NOT NULL,
    description TEXT NOT NULL, made_on TEXT NOT NULL, merchant TEXT, category TEXT, mcc TEXT,
    state TEXT NOT NULL, due TEXT, fate TEXT, final INTEGER, pending_id TEXT);
CREATE INDEX IF NOT EXISTS movement_of_account ON movement (account_id, state, day, amount);
CREATE INDEX IF NOT EXISTS movement_before ON movement (pending_id) WHERE pending_id IS NOT NULL;
CREATE TABLE IF NOT EXISTS event (
    number INTEGER PRIMARY KEY AUTOINCREMENT, household TEXT NOT NULL,
    account_id TEXT NOT NULL, movement_id TEXT NOT NULL, kind TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS event_of_household ON event (household, number);
CREATE TABLE IF NOT EXISTS item (
    id TEXT PRIMARY KEY, household TEXT NOT NULL, protocol TEXT NOT NULL,
    expired INTEGER NOT NULL DEFAULT 0, made_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS token (
    digest TEXT PRIMARY KEY, kind TEXT NOT NULL, item_id TEXT NOT NULL REFERENCES item,
    used INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS authorization (
    id TEXT PRIMARY KEY, client TEXT NOT NULL, idempotency_key TEXT, item_id TEXT NOT NULL,
    account_id TEXT NOT NULL, amount INTEGER NOT NULL, network TEXT NOT NULL,
    legal_name TEXT NOT NULL, refusal TEXT, made_at TEXT NOT NULL,
    type TEXT NOT NULL DEFAULT 'debit', UNIQUE (client, idempotency_key));
CREATE TABLE IF NOT EXISTS transfer (
    id TEXT PRIMARY KEY, client TEXT NOT NULL, idempotency_key TEXT, item_id TEXT NOT NULL,
    authorization_id TEXT NOT NULL UNIQUE, account_id TEXT NOT NULL, to_account_id TEXT,
    amount INTEGER NOT NULL, network TEXT NOT NULL, legal_name TEXT NOT NULL,
    description TEXT NOT NULL, metadata TEXT NOT NULL, movement_id TEXT NOT NULL,
    cancelled INTEGER NOT NULL DEFAULT 0, made_at TEXT NOT NULL,
    type TEXT NOT NULL DEFAULT 'debit', UNIQUE (client, idempotency_key));
CREATE TABLE IF NOT EXISTS refund (
    id TEXT PRIMARY KEY, client TEXT NOT NULL, idempotency_key TEXT NOT NULL,
    transfer_id TEXT NOT NULL REFERENCES transfer, amount INTEGER NOT NULL,
    made_at TEXT NOT NULL, UNIQUE (client, idempotency_key));
"""

TABLES = (
    "refund",
    "transfer",
    "authorization",
    "token",
    "item",
    "event",
    "movement",
    "account",
    "household",
    "meta",
)


class Database:
    """Serializes all access; a block that raises leaves no trace."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = RLock()
        self._open_blocks = 0
        self._connection = sqlite3.connect(
            path, check_same_thread=False, isolation_level=None, timeout=10
        )
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA foreign_keys = ON")
        self._connection.executescript(_SCHEMA)
        self._add_types()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing; blocks may be nested, the outermost one commits."""
        with self._lock:
            if self._open_blocks:
                yield self._connection
                return
            self._connection.execute("BEGIN IMMEDIATE")
            self._open_blocks = 1
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            else:
                self._connection.execute("COMMIT")
            finally:
                self._open_blocks = 0

    def _add_types(self) -> None:
        """Brings books that only knew debits up to date."""
        for table in ("authorization", "transfer"):
            columns = self._connection.execute(f"PRAGMA table_info({table})")
            if "type" not in {column["name"] for column in columns}:
                self._connection.execute(
                    f"ALTER TABLE {table} ADD COLUMN type TEXT NOT NULL DEFAULT 'debit'"
                )

    def wipe(self) -> None:
        """Deletes everything."""
        with self.transaction() as sql:
            for table in TABLES:
                sql.execute(f"DELETE FROM {table}")  # noqa: S608 - fixed names

    def close(self) -> None:
        """Closes the file."""
        with self._lock:
            self._connection.close()
