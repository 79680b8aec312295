"""The files of an export: what is in them and how they are written."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from finance_core.model import Account, Period, Person, Transaction
from finance_core.money import Money, total

COLUMNS = (
    "account",
    "date",
    "amount",
    "currency",
    "description",
    "balance",
    "category",
    "pending",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

_README = """\
What Penny keeps of {name}, written on {when} (UTC){days}.

{contents}
Texts in the CSV that a spreadsheet would take for a formula begin with an apostrophe.
Access tokens, bank credentials and other secrets are left out; account numbers of other
people show their last four digits.
"""
_CONTENTS = {
    "ledger.csv": "all transactions; `penny import ledger.csv --user NAME` reads it again",
    "data.json": "everything else in Penny's database, by table",
    "conversations.jsonl": "the latest turns of our talks, one a line",
    "transcripts.jsonl": "turns kept to learn from, masked; only if you agreed to that",
}


def ledger(
    accounts: Sequence[Account], rows: Sequence[Transaction], period: Period | None = None
) -> bytes:
    """The ledger in Penny's own CSV form, oldest first.

    Args:
        accounts: whose movements ``rows`` are.
        rows: all movements, by day; booked ones carry their account's running balance.
        period: write only those of these days.
    """
    names = _names(accounts)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for row, balance in _balanced(accounts, rows):
        if period is None or row.posted_on in period:
            writer.writerow(_cells(row, names[row.account_id], balance))
    return text.getvalue().encode()


def plain_cell(text: str) -> str:
    """``text`` for a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def data(tables: Mapping[str, Any], now: datetime) -> bytes:
    """All tables but the movements, as JSON."""
    rest = {name: rows for name, rows in tables.items() if name not in ("people", "transactions")}
    found = {"exported_at": now.isoformat(), "person": tables["people"][0], **rest}
    return json.dumps(found, ensure_ascii=False, indent=2).encode()


def readme(person: Person, names: Iterable[str], now: datetime, period: Period | None) -> bytes:
    """What is what."""
    held = list(names)
    listed = held if period else [*held, *(name for name in _CONTENTS if name not in held)]
    text = _README.format(
        name=person.name,
        when=f"{now:%-d %B %Y at %H:%M}",
        days=f",\nof {period.start} to {period.end}" if period else "",
        contents="".join(
            f"{name}: {_CONTENTS[name]}{'' if name in held else ' (where there are any)'}\n"
            for name in listed
        ),
    )
    return text.encode()


def _balanced(
    accounts: Sequence[Account], rows: Sequence[Transaction]
) -> Iterator[tuple[Transaction, Money | None]]:
    """Each row with its account's balance after it, None for what is pending."""
    reached = {}
    for account in accounts:
        booked = [r.amount for r in rows if r.account_id == account.id and not r.pending]
        reached[account.id] = account.current - total(booked, account.currency)
    for row in rows:
        if row.pending:
            yield row, None
            continue
        reached[row.account_id] += row.amount
        yield row, reached[row.account_id]


def _cells(row: Transaction, account: str, balance: Money | None) -> tuple[str, ...]:
    return (
        plain_cell(account),
        row.posted_on.isoformat(),
        str(row.amount.amount),
        row.amount.currency,
        plain_cell(row.description),
        "" if balance is None else str(balance.amount),
        plain_cell(row.category),
        "yes" if row.pending else "",
    )


def _names(accounts: Sequence[Account]) -> dict[str, str]:
    """A name for each account that no other one has."""
    taken = Counter(account.name for account in accounts)
    names: dict[str, str] = {}
    for account in accounts:
        name = account.name
        if taken[name] > 1:
            name = f"{name} ({account.institution or account.id[-4:]})"
        while name in names.values():
            name = f"{name} {account.id[-4:]}"
        names[account.id] = name
    return names
