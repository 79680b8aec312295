"""What payments are kept as in the bank's tables, and read back from them."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, date, datetime
from secrets import token_urlsafe

from finance_core.sandbox.payments import Authorization, Payment, Refund
from finance_core.sandbox.records import BankAccount, Row, digest


def one(sql: sqlite3.Connection, table: str, client: str, key: str | None) -> sqlite3.Row | None:
    """What a client did under an idempotency key before."""
    found: sqlite3.Row | None = sql.execute(
        f"SELECT * FROM {table} WHERE client = ? AND idempotency_key = ?",  # noqa: S608
        (client, key),
    ).fetchone()
    return found


def text(payment: Payment) -> str:
    """A payment's metadata as it is kept."""
    return json.dumps(dict(payment.metadata))


def row(account: BankAccount, amount: int, description: str, day: date) -> Row:
    """A booked movement of today."""
    return Row(
        id=digest(account.id, token_urlsafe(16)),
        account_id=account.id,
        day=day,
        amount=amount,
        description=description.strip(),
        made_on=day,
        category="TRANSFER_IN_SAVINGS" if amount > 0 else "TRANSFER_OUT_SAVINGS",
    )


def authorization(found: sqlite3.Row) -> Authorization:
    """An authorization as kept."""
    return Authorization(
        found["id"],
        found["account_id"],
        found["amount"],
        found["network"],
        found["legal_name"],
        found["refusal"],
        found["made_at"],
        found["type"],
    )


def refund(found: sqlite3.Row) -> Refund:
    """A refund as kept."""
    return Refund(found["id"], found["transfer_id"], found["amount"], found["made_at"])


def now() -> str:
    """The present instant as Plaid writes it."""
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
