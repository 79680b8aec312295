"""Who may see which household: items (one consent each) and the tokens that open them.

Only digests of tokens are kept.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from secrets import token_urlsafe

from finance_core.errors import NotSignedIn
from finance_core.sandbox.database import Database
from finance_core.sandbox.records import digest


@dataclass(frozen=True, slots=True)
class Item:
    """One consent. ``expired``: the person has to agree again before it opens anything."""

    id: str
    household: str
    protocol: str
    expired: bool
    made_at: datetime


class Consents:
    """Gives out, checks and withdraws consents."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def grant(self, household: str, protocol: str, kind: str) -> tuple[str, Item]:
        """A new consent, with a one-time token of ``kind`` (``setup`` or ``public``) for it."""
        made_at = datetime.now(UTC)
        item = Item(f"item-{token_urlsafe(12)}", household, protocol, False, made_at)
        with self._database.transaction() as sql:
            sql.execute(
                "INSERT INTO item (id, household, protocol, made_at) VALUES (?, ?, ?, ?)",
                (item.id, household, protocol, made_at.isoformat()),
            )
            return self._token(sql, kind, item.id), item

    def claim(self, token: str, kind: str, access_kind: str) -> tuple[str, Item]:
        """Trades a one-time token for lasting access, once; NotSignedIn afterwards."""
        with self._database.transaction() as sql:
            used = sql.execute(
                "UPDATE token SET used = 1 WHERE digest = ? AND kind = ? AND used = 0",
                (_sealed(token), kind),
            )
            if used.rowcount != 1:
                raise NotSignedIn("This token was used before, or never existed.")
            item = self._opened(sql, token, kind)
            return self._token(sql, access_kind, item.id), item

    def open(self, token: str, kind: str) -> Item:
        """The item a lasting token stands for; NotSignedIn."""
        with self._database.transaction() as sql:
            return self._opened(sql, token, kind)

    def item(self, item_id: str) -> Item:
        """An item by id; NotSignedIn when it is gone."""
        with self._database.transaction() as sql:
            found = sql.execute("SELECT * FROM item WHERE id = ?", (item_id,)).fetchone()
        if found is None:
            raise NotSignedIn("This consent was withdrawn.")
        return _item(found)

    def remove(self, item_id: str) -> None:
        """Withdraws a consent for good."""
        with self._database.transaction() as sql:
            sql.execute("DELETE FROM token WHERE item_id = ?", (item_id,))
            sql.execute("DELETE FROM item WHERE id = ?", (item_id,))

    def expire(
        self, *, expired: bool, item_id: str | None = None, household: str | None = None
    ) -> int:
        """Lets consents run out, or restores them; returns how many."""
        with self._database.transaction() as sql:
            return sql.execute(
                "UPDATE item SET expired = ? WHERE id = COALESCE(?, id)"
                " AND household = COALESCE(?, household)",
                (expired, item_id, household),
            ).rowcount

    def _token(self, sql: sqlite3.Connection, kind: str, item_id: str) -> str:
        token = f"{kind}-sandbox-{token_urlsafe(24)}"
        sql.execute(
            "INSERT INTO token (digest, kind, item_id) VALUES (?, ?, ?)",
            (_sealed(token), kind, item_id),
        )
        return token

    def _opened(self, sql: sqlite3.Connection, token: str, kind: str) -> Item:
        found = sql.execute(
            "SELECT item.* FROM item JOIN token ON token.item_id = item.id"
            " WHERE token.digest = ? AND token.kind = ?",
            (_sealed(token), kind),
        ).fetchone()
        if found is None:
            raise NotSignedIn("This token opens nothing.")
        return _item(found)


def request_id() -> str:
    """A fresh id of one request, for its log and its caller."""
    return digest(token_urlsafe(12))[:15]


def _sealed(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _item(found: sqlite3.Row) -> Item:
    return Item(
        found["id"],
        found["household"],
        found["protocol"],
        bool(found["expired"]),
        datetime.fromisoformat(found["made_at"]),
    )
