"""Everything that belongs to one person, found by walking the tables.

A table belongs to a person when it points at one, or at a table that does. So a table that
is added later is exported, counted and erased without a word about it here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, func, select
from sqlalchemy.orm import Session

from finance_core.money import Money
from finance_core.store import (  # walked
    forecast_tables,  # noqa: F401
    identity_tables,  # noqa: F401
    payment_tables,  # noqa: F401
    plan_tables,  # noqa: F401
    rights_tables,  # noqa: F401
)
from finance_core.store.tables import Base, PersonRow

_SECRETS = frozenset(
    {"hash", "credentials", "cursor", "idempotency_key", "reversal_key", "name_key"}
)
_NUMBERS = frozenset({"iban", "account_number", "number", "routing_number", "sort_code"})
_SHOWN_DIGITS = 4


def counts(session: Session, person_id: str) -> dict[str, int]:
    """How many rows there are of a person, by table; those without any are left out."""
    found = {}
    for table, own in _tables(person_id):
        number = session.scalar(select(func.count()).select_from(table).where(own)) or 0
        if number:
            found[table.name] = number
    return found


def rows(session: Session, person_id: str) -> dict[str, list[dict[str, Any]]]:
    """All rows of a person as plain JSON values, by table.

    Secrets are left out, account numbers show their last four digits, and amounts are
    decimal text in the currency of their row.
    """
    return {
        table.name: [_plain(row) for row in session.execute(select(table).where(own)).mappings()]
        for table, own in _tables(person_id)
    }


def erase(session: Session, person_id: str) -> bool:
    """Deletes a person with all that hangs on them; False when there is no such person."""
    gone = session.scalar(
        delete(PersonRow).where(PersonRow.id == person_id).returning(PersonRow.id)
    )
    return gone is not None


def _tables(person_id: str) -> Iterator[tuple[Table, ColumnElement[bool]]]:
    """The tables that hold something of a person, and which rows are theirs."""
    known: dict[str, ColumnElement[bool]] = {}
    for table in Base.metadata.sorted_tables:  # those pointed at come first
        own = _own(table, person_id, known)
        if own is not None:
            known[table.name] = own
            yield table, own


def _own(
    table: Table, person_id: str, known: Mapping[str, ColumnElement[bool]]
) -> ColumnElement[bool] | None:
    if table is PersonRow.__table__:
        return table.c.id == person_id
    if "person_id" in table.c and table.c.person_id.foreign_keys:
        return table.c.person_id == person_id
    for key in sorted(table.foreign_keys, key=lambda key: key.parent.name):
        parent = key.column.table
        if parent.name in known:
            return key.parent.in_(select(key.column).where(known[parent.name]))
    return None


def _plain(row: Mapping[Any, Any]) -> dict[str, Any]:
    currency = row.get("currency")
    plain = {}
    for column, value in row.items():
        name = str(column)
        if name in _SECRETS or isinstance(value, bytes | bytearray | memoryview):
            continue
        if name.endswith("_minor") and currency and value is not None:
            plain[name.removesuffix("_minor")] = str(Money.from_minor(value, currency).amount)
        elif name in _NUMBERS and value:
            plain[name] = masked(str(value))
        else:
            plain[name] = value.isoformat() if isinstance(value, date | datetime) else value
    return plain


def masked(number: str) -> str:
    """An account number of which only the end can be read."""
    compact = "".join(letter for letter in number if letter.isalnum())
    return f"…{compact[-_SHOWN_DIGITS:]}" if len(compact) > _SHOWN_DIGITS else "…"
