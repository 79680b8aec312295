"""What the bank knows: households, accounts, movements and the stream of their changes.

A balance is never stored: it is always the opening balance plus the booked rows.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import date

from finance_core.errors import NotFound
from finance_core.model import AccountKind
from finance_core.sandbox.database import Database
from finance_core.sandbox.records import (
    Balance,
    BankAccount,
    Change,
    Fate,
    Household,
    Row,
    State,
)

_COLUMNS = tuple(field.name for field in fields(Row))
_COLUMN_LIST = ", ".join(_COLUMNS)
_CHUNK = 500  # ids per query, under SQLite's limit of variables


class Ledger:
    """Reads and writes the bank's books."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # --- remembered values --------------------------------------------------------

    def remember(self, key: str, value: str) -> None:
        """Keeps a setting of the bank itself."""
        with self._database.transaction() as sql:
            sql.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def recall(self, key: str) -> str | None:
        """A value kept earlier."""
        with self._database.transaction() as sql:
            found = sql.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return found["value"] if found else None

    # --- households and accounts ---------------------------------------------------

    def households(self) -> list[Household]:
        """All customers, in the order they came."""
        with self._database.transaction() as sql:
            return [
                _household(row) for row in sql.execute("SELECT * FROM household ORDER BY rowid")
            ]

    def household(self, name: str) -> Household:
        """One customer; NotFound."""
        with self._database.transaction() as sql:
            row = sql.execute("SELECT * FROM household WHERE name = ?", (name,)).fetchone()
        if row is None:
            raise NotFound(f"This bank has no household {name!r}.")
        return _household(row)

    def put_household(self, household: Household) -> None:
        """Takes a customer in, or updates what is known of them."""
        with self._database.transaction() as sql:
            sql.execute(
                "INSERT INTO household VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET"
                " title = excluded.title, currency = excluded.currency,"
                " institution = excluded.institution, today = excluded.today",
                (
                    household.name,
                    household.title,
                    household.currency,
                    household.institution_id,
                    household.institution,
                    household.today and household.today.isoformat(),
                ),
            )

    def accounts(self, household: str) -> list[BankAccount]:
        """A household's accounts, in the order they were opened."""
        with self._database.transaction() as sql:
            found = sql.execute(
                "SELECT * FROM account WHERE household = ? ORDER BY rowid", (household,)
            )
            return [_account(row) for row in found]

    def account(self, account_id: str) -> BankAccount:
        """One account; NotFound."""
        with self._database.transaction() as sql:
            row = sql.execute("SELECT * FROM account WHERE id = ?", (account_id,)).fetchone()
        if row is None:
            raise NotFound("This bank has no such account.")
        return _account(row)

    def put_account(self, account: BankAccount) -> None:
        """Opens an account, or corrects its opening balance."""
        with self._database.transaction() as sql:
            sql.execute(
                "INSERT INTO account VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
                " opening = excluded.opening, overdraft = excluded.overdraft",
                (
                    account.id,
                    account.household,
                    account.name,
                    account.kind,
                    account.currency,
                    account.opening,
                    account.limit,
                ),
            )

    def drop_account(self, account_id: str) -> None:
        """Closes an account and tells that its rows are gone."""
        self.apply([Change("removed", row) for row in self.rows(account_id)])
        with self._database.transaction() as sql:
            sql.execute("DELETE FROM account WHERE id = ?", (account_id,))

    def balance(self, account: BankAccount) -> Balance:
        """Opening plus booked rows, and what is pending."""
        with self._database.transaction() as sql:
            sums = dict(
                sql.execute(
                    "SELECT state, SUM(amount) FROM movement WHERE account_id = ? GROUP BY state",
                    (account.id,),
                ).fetchall()
            )
        return Balance(account.opening + sums.get("booked", 0), sums.get("pending", 0))

    def available(self, account: BankAccount) -> int:
        """What can be spent now: booked, less what waits; with the credit line on a card."""
        balance = self.balance(account)
        line = account.limit if account.kind is AccountKind.CREDIT else 0
        return balance.booked + min(balance.pending, 0) + line

    # --- movements --------------------------------------------------------------------

    def rows(
        self,
        account_id: str,
        start: date | None = None,
        end: date | None = None,
        *,
        pending: bool = True,
    ) -> list[Row]:
        """What the account shows from ``start`` until before ``end``; pending rows last."""
        states = (State.BOOKED, State.PENDING) if pending else (State.BOOKED,)
        with self._database.transaction() as sql:
            found = sql.execute(
                f"SELECT {_COLUMN_LIST} FROM movement WHERE account_id = ?"  # noqa: S608
                f" AND state IN ({_marks(states)}) AND day >= ? AND day < ?"
                " ORDER BY state, day, number",
                (account_id, *states, str(start or date.min), str(end or date.max)),
            )
            return [_row(row) for row in found]

    def waiting(self, household: str) -> list[Row]:
        """Pending and scheduled rows of a household, oldest first."""
        with self._database.transaction() as sql:
            found = sql.execute(
                f"SELECT {', '.join('m.' + name for name in _COLUMNS)} FROM movement m"  # noqa: S608
                " JOIN account a ON a.id = m.account_id"
                " WHERE a.household = ? AND m.state IN ('pending', 'scheduled') ORDER BY m.number",
                (household,),
            )
            return [_row(row) for row in found]

    def rows_by_id(self, ids: Sequence[str]) -> dict[str, Row]:
        """The rows of ``ids`` that exist."""
        found: dict[str, Row] = {}
        with self._database.transaction() as sql:
            for first in range(0, len(ids), _CHUNK):
                part = ids[first : first + _CHUNK]
                rows = sql.execute(
                    f"SELECT {_COLUMN_LIST} FROM movement WHERE id IN ({_marks(part)})",  # noqa: S608
                    part,
                )
                found.update((row["id"], _row(row)) for row in rows)
        return found

    def row_or_successor(self, row_id: str) -> Row | None:
        """The row of this id, or the one it was posted as."""
        with self._database.transaction() as sql:
            row = sql.execute(
                f"SELECT {_COLUMN_LIST} FROM movement WHERE id = ? OR pending_id = ?",  # noqa: S608
                (row_id, row_id),
            ).fetchone()
        return _row(row) if row else None

    def apply(self, changes: Iterable[Change]) -> int:
        """Enters changes into the books and the stream, as one; rows that came and went
        in between are never seen. Returns how many rows became visible or changed.
        """
        final = _folded(changes)
        with self._database.transaction() as sql:
            homes = {
                key: sql.execute("SELECT household FROM account WHERE id = ?", (key,)).fetchone()[0]
                for key in {change.row.account_id for change in final.values()}
            }
            kept = [change for change in final.values() if change.kind != "removed"]
            gone = [change for change in final.values() if change.kind == "removed"]
            sql.executemany("DELETE FROM movement WHERE id = ?", [(c.row.id,) for c in gone])
            sql.executemany(_UPSERT, [_values(c.row) for c in kept])
            sql.executemany(
                "INSERT INTO event (household, account_id, movement_id, kind) VALUES (?, ?, ?, ?)",
                [
                    (homes[c.row.account_id], c.row.account_id, c.row.id, c.kind)
                    for c in final.values()
                    if c.row.state is not State.SCHEDULED
                ],
            )
        return sum(change.row.state is not State.SCHEDULED for change in kept)

    # --- the stream of changes -----------------------------------------------------------

    def newest_event(self, household: str) -> int:
        """Number of the household's latest change; 0 when there is none."""
        with self._database.transaction() as sql:
            number: int = sql.execute(
                "SELECT COALESCE(MAX(number), 0) FROM event WHERE household = ?", (household,)
            ).fetchone()[0]
        return number

    def net_changes(self, household: str, after: int, until: int) -> list[tuple[str, str, str]]:
        """What became of each row between two events: (kind, row id, account id)."""
        first: dict[str, str] = {}
        last: dict[str, tuple[str, str]] = {}
        with self._database.transaction() as sql:
            for row_id, account_id, kind in sql.execute(
                "SELECT movement_id, account_id, kind FROM event"
                " WHERE household = ? AND number > ? AND number <= ? ORDER BY number",
                (household, after, until),
            ):
                first.setdefault(row_id, kind)
                last.pop(row_id, None)
                last[row_id] = (kind, account_id)
        return [
            (kind, row_id, account_id)
            for row_id, (end, account_id) in last.items()
            if (kind := _net(first[row_id], end))
        ]


_UPSERT = (
    f"INSERT INTO movement ({_COLUMN_LIST}) VALUES ({', '.join('?' * len(_COLUMNS))})"  # noqa: S608
    f" ON CONFLICT (id) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS if name != "id")
)


def _folded(changes: Iterable[Change]) -> dict[str, Change]:
    """The last change of each row; nothing of rows that came and went."""
    final: dict[str, Change] = {}
    for change in changes:
        before = final.pop(change.row.id, None)
        came = before is not None and before.kind == "added"
        if not came:
            final[change.row.id] = change
        elif change.kind != "removed":
            final[change.row.id] = Change("added", change.row)
    return final


def _net(first: str, last: str) -> str | None:
    """One word for all that happened to a row, by its first and last event."""
    if last == "removed":
        return None if first == "added" else "removed"
    return "added" if first == "added" else "modified"


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))


def _values(row: Row) -> tuple[object, ...]:
    values = (getattr(row, name) for name in _COLUMNS)
    return tuple(value.isoformat() if isinstance(value, date) else value for value in values)


def _row(found: sqlite3.Row) -> Row:
    return Row(
        id=found["id"],
        account_id=found["account_id"],
        day=date.fromisoformat(found["day"]),
        amount=found["amount"],
        description=found["description"],
        made_on=date.fromisoformat(found["made_on"]),
        merchant=found["merchant"],
        category=found["category"],
        mcc=found["mcc"],
        state=State(found["state"]),
        due=date.fromisoformat(found["due"]) if found["due"] else None,
        fate=Fate(found["fate"]) if found["fate"] else None,
        final=found["final"],
        pending_id=found["pending_id"],
    )


def _household(found: sqlite3.Row) -> Household:
    today = found["today"]
    return Household(
        found["name"],
        found["title"],
        found["currency"],
        found["institution_id"],
        found["institution"],
        date.fromisoformat(today) if today else None,
    )


def _account(found: sqlite3.Row) -> BankAccount:
    return BankAccount(
        found["id"],
        found["household"],
        found["name"],
        AccountKind(found["kind"]),
        found["currency"],
        found["opening"],
        found["overdraft"],
    )
