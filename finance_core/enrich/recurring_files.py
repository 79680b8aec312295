"""Reading benchmark files of recurring payments: bank movements, and what is known of them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING

from finance_core.enrich.pipeline import enrich
from finance_core.errors import BadInput, NotFound
from finance_core.model import Cadence, Transaction, TransactionRecord
from finance_core.money import Money

if TYPE_CHECKING:
    from finance_core.enrich.classifier import CategoryModel

_LEAST_CARRIED_OUT = 3
_LEAST_YEARLY = 2
_MOVEMENT_COLUMNS = frozenset({"account_id", "date", "amount"})
_ORDER_COLUMNS = frozenset({"account_id", "amount", "occurrences_in_window"})
_PURPOSES = {
    "interest": "income_interest",
    "statement_fee": "fees",
    "overdraft_interest": "fees",
    "household": "home",
    "insurance": "insurance",
    "loan": "loan_payment",
    "leasing": "loan_payment",
    "pension": "income_benefits",
}
_OPERATIONS = {"cash_out": "cash", "card_out": "shopping", "transfer_out": "transfer_person"}


@dataclass(frozen=True, slots=True)
class Order:
    """A recurring payment or income that is known to exist.

    Attributes:
        amount: absolute.
        members: ids of its movements, where the file lists them.
        cadence: where the file says.
        next_on: when it really came next, where the file says; ``next_amount`` how much
            it was, absolute.
        case: what is hard about it, in the words of who made the file.
    """

    account_id: str
    amount: Decimal
    members: frozenset[str] = frozenset()
    cadence: Cadence | None = None
    next_on: date | None = None
    next_amount: Decimal | None = None
    case: str = ""


def read_orders(path: Path) -> list[Order]:
    """Known streams that occurred at least three times, or twice when yearly.

    Args:
        path: columns ``account_id,amount,occurrences_in_window``; besides, all optional,
            ``transaction_ids`` (one space apart), ``cadence``, ``next_on``,
            ``next_amount`` and ``case``.

    Raises:
        NotFound: the file is absent.
        BadInput: it lacks a column or holds a bad value; names file and line.
    """
    orders: dict[object, Order] = {}
    for line, row in _rows(path, _ORDER_COLUMNS):
        try:
            order, times = _order(row), int(row["occurrences_in_window"])
        except (ValueError, InvalidOperation):
            raise BadInput(f"{path.name}, line {line}: not an amount and a count.") from None
        yearly = order.cadence is Cadence.ANNUAL
        if times >= (_LEAST_YEARLY if yearly else _LEAST_CARRIED_OUT):
            orders[order.members or (order.account_id, order.amount)] = order
    return list(orders.values())


def _order(row: dict[str, str]) -> Order:
    next_on, next_amount = row.get("next_on"), row.get("next_amount")
    return Order(
        row["account_id"],
        abs(Decimal(row["amount"])),
        frozenset((row.get("transaction_ids") or "").split()),
        Cadence(row["cadence"]) if row.get("cadence") else None,
        date.fromisoformat(next_on) if next_on else None,
        abs(Decimal(next_amount)) if next_amount else None,
        row.get("case") or "",
    )


def read_movements(path: Path, model: CategoryModel | None = None) -> list[Transaction]:
    """Movements of a benchmark file.

    Rows with a ``description`` are named and categorised as those of any bank are; rows
    without one get a name and category from the bank's own columns.

    Args:
        path: columns ``account_id,date,amount`` and, where known, ``currency``, ``seq``,
            ``trans_id``, and ``description`` or
            ``operation,k_symbol,counter_bank,counter_account``.
        model: the classifier of descriptions; None does without.

    Raises:
        NotFound: the file is absent.
        BadInput: it lacks a column or holds a bad value; names file and line.
    """
    movements = []
    for line, row in _rows(path, _MOVEMENT_COLUMNS):
        try:
            movements.append(_movement(line, row))
        except (ValueError, BadInput) as error:
            raise BadInput(f"{path.name}, line {line}: {error}") from None
    return _named(movements, model)


def by_account(movements: Iterable[Transaction]) -> dict[str, list[Transaction]]:
    """Movements of each account in the order they were booked."""
    found: dict[str, list[Transaction]] = {}
    for movement in sorted(movements, key=lambda t: (t.posted_on, t.sequence)):
        found.setdefault(movement.account_id, []).append(movement)
    return found


def _movement(line: int, row: dict[str, str]) -> Transaction:
    operation, purpose = row.get("operation") or "", row.get("k_symbol") or ""
    account = (row.get("counter_account") or "").strip("0")
    counterparty = f"{row.get('counter_bank') or ''} {account}".strip() if account else ""
    described = (operation.replace("_", " "), purpose.replace("_", " "), counterparty)
    own = row.get("description")
    return Transaction(
        id=row.get("trans_id") or str(line),
        account_id=row["account_id"],
        posted_on=date.fromisoformat(row["date"]),
        amount=Money.of(row["amount"], row.get("currency") or "CZK"),
        description=own or " ".join(filter(None, described)),
        merchant="" if own else counterparty or purpose or operation or "Unknown",
        category=_PURPOSES.get(purpose.lower()) or _OPERATIONS.get(operation) or "other",
        sequence=int(row.get("seq") or line),
    )


def _named(movements: list[Transaction], model: CategoryModel | None) -> list[Transaction]:
    """The movements, those without a merchant named and categorised by their description."""
    unnamed = [one for one in movements if not one.merchant]
    records = [
        TransactionRecord(one.id, one.account_id, one.posted_on, one.amount, one.description)
        for one in unnamed
    ]
    names = iter(enrich(records, {}, model))
    return [one if one.merchant else _with(one, *next(names)) for one in movements]


def _with(one: Transaction, merchant: str, category: str) -> Transaction:
    return Transaction(
        one.id,
        one.account_id,
        one.posted_on,
        one.amount,
        one.description,
        merchant,
        category,
        sequence=one.sequence,
    )


def _rows(path: Path, needed: frozenset[str]) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            reader = csv.DictReader(stream)
            missing = needed.difference(reader.fieldnames or ())
            if missing:
                raise BadInput(f"{path.name} has no column {', '.join(sorted(missing))}.")
            yield from ((reader.line_num, row) for row in reader)
    except FileNotFoundError:
        raise NotFound(f"There is no file {path}.") from None
    except UnicodeDecodeError:
        raise BadInput(f"{path.name} is not UTF-8 text.") from None
