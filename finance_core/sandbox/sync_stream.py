"""Plaid's change feed: a cursor marks how far a client has read.

A cursor names a window of the stream (``base`` to ``high``) and how much of it was
handed out. While a client is within a window nothing new may come; otherwise it has to
begin the window anew.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import asdict, dataclass, replace
from random import Random

from finance_core.sandbox.faults import Strike
from finance_core.sandbox.ledger import Ledger
from finance_core.sandbox.plaid_errors import PlaidRefusal

_MUTATION = "TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION"


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a client stands. ``offset``: None between windows; ``mix``: seed of the order."""

    household: str
    base: int = 0
    high: int = 0
    offset: int | None = None
    mix: int | None = None

    def text(self) -> str:
        """As the client keeps it."""
        return base64.urlsafe_b64encode(json.dumps(asdict(self)).encode()).decode()

    @classmethod
    def read(cls, text: str, household: str) -> Cursor:
        """A client's cursor; PlaidRefusal when it is not one of this household's."""
        if not text:
            return cls(household)
        try:
            cursor = cls(**json.loads(base64.urlsafe_b64decode(text)))
            numbers = (cursor.base, cursor.high, cursor.offset or 0)
        except (binascii.Error, ValueError, TypeError):
            raise PlaidRefusal("INVALID_FIELD", "cursor is not valid") from None
        if cursor.household != household or not all(isinstance(n, int) for n in numbers):
            raise PlaidRefusal("INVALID_FIELD", "cursor is not associated with access_token")
        return cursor


@dataclass(frozen=True, slots=True)
class Page:
    """Some of a window's changes, (kind, row id, account id), and where to go on."""

    changes: list[tuple[str, str, str]]
    next_cursor: Cursor
    has_more: bool


def page(ledger: Ledger, cursor: Cursor, count: int, strike: Strike | None) -> Page:
    """The next ``count`` changes after ``cursor``; PlaidRefusal when the feed moved on."""
    newest = ledger.newest_event(cursor.household)
    if cursor.offset is None:
        mix = strike.seed if strike and strike.shapes("reorder") else None
        cursor = Cursor(cursor.household, cursor.high, newest, 0, mix)
    elif newest != cursor.high:
        raise PlaidRefusal(_MUTATION, "Underlying transaction data changed since last page.")
    if strike and strike.shapes("mutation"):
        raise PlaidRefusal(_MUTATION, "Underlying transaction data changed since last page.")
    changes = ledger.net_changes(cursor.household, cursor.base, cursor.high)
    if cursor.mix is not None:
        Random(cursor.mix).shuffle(changes)  # noqa: S311 - reproducible on purpose
    offset = cursor.offset or 0
    shown = changes[offset : offset + count]
    if strike and strike.shapes("repeat_page"):
        return Page(shown, cursor, has_more=True)
    if offset + count < len(changes):
        return Page(shown, replace(cursor, offset=offset + count), has_more=True)
    return Page(shown, Cursor(cursor.household, cursor.base, cursor.high), has_more=False)
