"""What the figures of the answer suites have to be, from the ledgers alone.

Knows nothing of Penny: only ``csv``, ``decimal`` and ``yaml``. Every figure of a
suite says in ``from`` how it follows from its ledger, and this module computes it:

``spent: PERIOD``      what went out less what was refunded, without income and own moves
``gross: PERIOD``      what went out
``refunds: PERIOD``    what came back
``received: PERIOD``   what came in as income
``moved: PERIOD``      what went out to an own account
``payments: PERIOD``   how many rows went out
``sources: PERIOD``    how many rows came in as income
``rows: PERIOD``       how many rows there are
``sum: PERIOD``        their signed sum
``size: PERIOD``       the size of the one row that is there
``last: PERIOD``       the size of the newest row
``balance: ACCOUNT``   booked balance (``all``, a name or a list) at the end of day ``at``
``is: WORDS``          nothing to compute: the person said it, or it is the calendar's

A PERIOD is ``2026-05``, ``2026``, a day, ``2026-05-01/2026-05-15`` or ``all``. Narrowed by
``category``, ``like`` (part of the description, any case, or a list), ``account``,
``currency``, ``at_least``, ``at_most`` and ``direction`` (``in``, ``out``). ``ledger`` names
another ledger, ``plus`` adds an amount, ``times`` multiplies, and ``minus`` takes off another
figure, itself given in this way.

``derived.py`` has those made from other figures, such as medians and shares.

``python tests/conversations/expect.py SUITE …`` writes the figures anew.
"""

from __future__ import annotations

import csv
import os
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
import derived  # noqa: E402

SHARED = Path(os.environ.get("PENNY_SHARED_DATA") or HERE.parents[2] / "shared" / "data")
_PLACES = {"JPY": 0}
_INCOME = {"salary", "interest", "income"}
_MOVES = {"transfer to savings", "transfer from savings", "transfer", "card payment", "opening"}


@dataclass(frozen=True)
class Row:
    """One line of a ledger; ``category`` is the file's, or that of the labels beside it."""

    account: str
    day: str
    amount: Decimal
    currency: str
    description: str
    category: str
    pending: bool
    balance: Decimal | None


def period(text: str) -> tuple[str, str]:
    """First and last day of a period, as ISO texts that compare like days."""
    if text == "all":
        return "0000", "9999"
    first, _, last = text.partition("/")
    last = last or first
    return first, last + "-99" if len(last) < 10 else last


@cache
def ledger(name: str, account: str = "") -> tuple[Row, ...]:
    """The rows of a ledger file; the one account asked for of the Berka data."""
    path = SHARED / "berka/transactions.csv" if name == "berka" else HERE / name
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    if name == "berka":
        return tuple(_berka(line) for line in lines if line["account_id"] == account)
    labels = _labels(path.stem)
    return tuple(_row(line, labels) for line in lines)


def _labels(stem: str) -> list[tuple[str, str]]:
    """Part of a description → category, in order, for ledgers without categories."""
    path = HERE / "labels" / f"{stem}.yml"
    if not path.exists():
        return []
    found = yaml.safe_load(path.read_text("utf-8"))
    return [(part, category) for category, parts in found.items() for part in parts]


def _row(line: dict[str, str], labels: list[tuple[str, str]]) -> Row:
    text = line["description"]
    category = line.get("category") or ""
    if labels:
        category = next((name for part, name in labels if part.lower() in text.lower()), category)
    return Row(
        line["account"],
        line["date"],
        Decimal(line["amount"]),
        line["currency"],
        text,
        _PLAIN.get(category, category).lower(),
        line.get("pending") == "yes",
        Decimal(line["balance"]) if line.get("balance") else None,
    )


def _berka(line: dict[str, str]) -> Row:
    kind, amount = line["k_symbol"] or line["operation"], Decimal(line["amount"])
    category = {
        "statement_fee": "fees",
        "overdraft_interest": "fees",
        "loan": "loan",
        "insurance": "insurance",
        "household": "household",
        "cash_out": "cash",
        "interest": "interest",
    }.get(kind, "income" if amount > 0 else "other")
    text = " ".join(line[key] for key in ("operation", "k_symbol", "counter_bank") if line[key])
    balance = Decimal(line["balance"])
    return Row(line["account_id"], line["date"], amount, "CZK", text, category, False, balance)


def value(source: dict[str, Any], suite: dict[str, Any]) -> str | None:
    """The figure that ``source`` stands for, as a suite writes it; None for ``is``."""
    source = dict(source)
    if "is" in source:
        return None
    if set(source) & derived.FIGURES:
        return derived.value(source, str(suite["today"]), lambda part: value(part, suite))
    bank = suite.get("bank") or {}
    name = source.pop("ledger", None) or suite.get("ledger") or "berka"
    rows = ledger(name, str((bank.get("accounts") or [""])[0]))
    minus = source.pop("minus", None)
    less = Decimal(value(minus, suite) or 0) if minus else Decimal(0)
    plus, times = Decimal(str(source.pop("plus", 0))), Decimal(str(source.pop("times", 1)))
    what, when = next((key, str(source[key])) for key in source if key in (*_FIGURES, "balance"))
    narrow = {key: source[key] for key in source if key != what}
    if what == "balance":
        found, currency = _balance(rows, source["balance"], narrow, suite)
    else:
        rows = tuple(_narrowed(rows, when, narrow))
        currency = rows[0].currency if rows else "EUR"
        if len({row.currency for row in rows}) > 1 and what not in _COUNTS:
            raise ValueError(f"{source} is about several currencies")
        found = _FIGURES[what](rows)
    if what in _COUNTS:
        return str(found)
    return f"{found * times + plus - less:.{_PLACES.get(currency, 2)}f}"


def _narrowed(rows: tuple[Row, ...], when: str, narrow: dict[str, Any]) -> Iterator[Row]:
    unknown = set(narrow) - {
        "category", "like", "account", "currency", "at_least", "at_most", "direction"
    }  # fmt: skip
    if unknown:
        raise ValueError(f"cannot narrow by {unknown}")
    first, last = period(when)
    parts = _list(narrow.get("like", ""))
    for row in rows:
        size = abs(row.amount)
        if (
            first <= row.day <= last
            and any(part.lower() in row.description.lower() for part in parts)
            and row.category
            in [name.lower() for name in _list(narrow.get("category", row.category))]
            and narrow.get("account", row.account) == row.account
            and narrow.get("currency", row.currency) == row.currency
            and Decimal(str(narrow.get("at_least", size))) <= size
            and size <= Decimal(str(narrow.get("at_most", size)))
            and narrow.get("direction", _direction(row)) == _direction(row)
        ):
            yield row


def _direction(row: Row) -> str:
    return "in" if row.amount > 0 else "out"


def _list(found: Any) -> list[str]:
    return [str(part) for part in found] if isinstance(found, list) else [str(found)]


def _balance(
    rows: tuple[Row, ...], accounts: Any, narrow: dict[str, Any], suite: dict[str, Any]
) -> tuple[Decimal, str]:
    """Booked balance: the last one the file states by then, else the sum of its rows."""
    day = str(narrow.get("at") or suite["today"])
    wanted = {row.account for row in rows} if accounts == "all" else set(_list(accounts))
    missing = wanted - {row.account for row in rows}
    if missing:
        raise ValueError(f"no account {missing}")
    currency = narrow.get("currency")
    rows = tuple(r for r in rows if r.account in wanted and currency in (None, r.currency))
    if len({row.currency for row in rows}) > 1:
        raise ValueError(f"{accounts} have several currencies")
    found = Decimal(0)
    for account in {row.account for row in rows}:
        booked = [r for r in rows if r.account == account and not r.pending and r.day <= day]
        stated = [row.balance for row in booked if row.balance is not None]
        if suite.get("bank") and "csv" in suite["bank"]:  # it tells the newest balance only
            later = sum((row.amount for row in rows if row.day > day), Decimal(0))
            found += [row.balance for row in rows if row.balance is not None][-1] - later
        else:
            found += stated[-1] if stated else sum((row.amount for row in booked), Decimal(0))
    return found, rows[0].currency


def _is_spending(row: Row) -> bool:
    return row.category not in _INCOME | _MOVES


def _out(rows: tuple[Row, ...]) -> Decimal:
    return -sum((r.amount for r in rows if r.amount < 0 and _is_spending(r)), Decimal(0))


def _back(rows: tuple[Row, ...]) -> Decimal:
    return sum((r.amount for r in rows if r.amount > 0 and _is_spending(r)), Decimal(0))


def _income(rows: tuple[Row, ...]) -> list[Row]:
    return [row for row in rows if row.category in _INCOME and row.amount > 0]


def _only(rows: tuple[Row, ...]) -> Decimal:
    if len(rows) != 1:
        raise ValueError(f"{len(rows)} rows, not one")
    return abs(rows[0].amount)


_FIGURES: dict[str, Callable[[tuple[Row, ...]], Any]] = {
    "spent": lambda rows: _out(rows) - _back(rows),
    "gross": _out,
    "refunds": _back,
    "received": lambda rows: sum((row.amount for row in _income(rows)), Decimal(0)),
    "moved": lambda rows: -sum((r.amount for r in rows if r.category in _MOVES), Decimal(0)),
    "payments": lambda rows: sum(_is_spending(row) and row.amount < 0 for row in rows),
    "sources": lambda rows: len(_income(rows)),
    "rows": len,
    "sum": lambda rows: sum((row.amount for row in rows), Decimal(0)),
    "size": _only,
    "last": lambda rows: abs(rows[-1].amount),
}
_COUNTS = {"payments", "sources", "rows"}

_PLAIN = {
    "FOOD_AND_DRINK_GROCERIES": "groceries",
    "FOOD_AND_DRINK_COFFEE": "eating out",
    "FOOD_AND_DRINK_FAST_FOOD": "eating out",
    "FOOD_AND_DRINK_RESTAURANT": "eating out",
    "TRANSPORTATION_GAS": "fuel",
    "GENERAL_SERVICES_CHILDCARE": "childcare",
    "GENERAL_SERVICES_INSURANCE": "insurance",
    "INCOME_WAGES": "salary",
    "INCOME_INTEREST_EARNED": "interest",
    "TRANSFER_IN_SAVINGS": "transfer",
    "TRANSFER_OUT_SAVINGS": "transfer",
    "LOAN_PAYMENTS_CREDIT_CARD_PAYMENT": "card payment",
    "LOAN_PAYMENTS_MORTGAGE_PAYMENT": "mortgage",
    "GENERAL_MERCHANDISE_PET_SUPPLIES": "pets",
    "PERSONAL_CARE_HAIR_AND_BEAUTY": "personal care",
    "MEDICAL_PHARMACIES_AND_SUPPLEMENTS": "health",
}


def facts(suite: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Where, and which, for every expected fact of a suite, in the order of the file."""
    for conversation in suite["conversations"]:
        for number, turn in enumerate(conversation["turns"], 1):
            for fact in turn.get("facts") or ():
                yield f"{conversation['name']}, turn {number}", fact


def fill(path: Path) -> int:
    """Writes the figures of a suite anew; how many were other ones before."""
    text = path.read_text("utf-8")
    suite = yaml.safe_load(text)
    known = iter([(fact, value(fact["from"], suite)) for _, fact in facts(suite)])
    changed = 0

    def figure(match: re.Match[str]) -> str:
        nonlocal changed
        fact, found = next(known)
        changed += found not in (None, fact["value"])
        return match[0] if found is None else f'value: "{found}"'

    path.write_text(re.sub(r'\bvalue: "[^"]*"', figure, text), "utf-8")
    return changed


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        sys.stdout.write(f"{argument}: {fill(Path(argument))} figures written\n")
