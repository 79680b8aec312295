"""How many real standing orders are found again in bank movements.

Protocol. The gold file lists the permanent orders that account holders gave their
bank: outgoing transfers, each with how often it was carried out within the
movements' window. An order counts when it was carried out at least three times.

All streams are found as on the last day of the movements. Of them, those count as
*found* that could be an order of the holder: outgoing, not cash, and not what the
bank itself books (its fees, interest), which the bank's own text tells apart; the
gold file cannot say whether those repeat. Streams of every status count, because
orders that ended within the window are in the gold file too. A found stream is right
when the same account has an order of the same amount to the minor unit; an order is
found once, and a second stream for it is wrong.

Descriptions are put together from the columns a bank would print: kind of operation,
purpose, and the counterparty's bank and account.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from finance_core.enrich.recurring import find_streams
from finance_core.errors import BadInput, NotFound
from finance_core.model import RecurringStream, Transaction
from finance_core.money import Money

_LEAST_CARRIED_OUT = 3
_MOVEMENT_COLUMNS = frozenset({"account_id", "date", "amount"})
_ORDER_COLUMNS = frozenset({"account_id", "amount", "occurrences_in_window"})
_OUT_COLUMNS = ("account_id", "label", "cadence", "amount", "first", "last", "next", "matched")
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
_BANKS_OWN = frozenset({"fees", "cash"})

Key = tuple[str, Decimal]


@dataclass(frozen=True, slots=True)
class Score:
    """Counts and shares of one comparison with the gold orders."""

    gold: int
    found: int
    precision: float
    recall: float
    f1: float

    def as_dict(self) -> dict[str, float]:
        """Plain mapping with the keys ``gold found precision recall f1``."""
        return {
            "gold": self.gold,
            "found": self.found,
            "precision": self.precision,
            "recall": self.recall,
            "f1": self.f1,
        }


def backtest(
    transactions_csv: Path | str, gold_csv: Path | str, out: Path | str | None = None
) -> dict[str, float]:
    """Scores ``find_streams`` against permanent orders; see the module for the protocol.

    Args:
        transactions_csv: columns ``account_id,date,amount`` and, where known,
            ``operation,k_symbol,counter_bank,counter_account,currency,seq,trans_id``.
        gold_csv: columns ``account_id,amount,occurrences_in_window``.
        out: where to write the found streams, as
            ``account_id,label,cadence,amount,first,last,next,matched``.

    Returns:
        ``gold found precision recall f1``.

    Raises:
        NotFound: a file is absent.
        BadInput: a file lacks a column or holds a bad value; names file and line.
    """
    movements = read_movements(Path(transactions_csv))
    orders = read_orders(Path(gold_csv))
    today = max((movement.posted_on for movement in movements), default=date.min)
    streams = [s for s in find_streams(movements, today) if _could_be_an_order(s)]
    matched = match([(s.account_id, abs(s.amount.amount)) for s in streams], orders)
    if out is not None:
        _write(Path(out), streams, matched)
    return score(matched, orders).as_dict()


def match(found: Sequence[Key], orders: Iterable[Key]) -> list[bool]:
    """For each found (account, amount): whether it is an order nobody matched before."""
    open_orders = set(orders)
    matched = []
    for key in found:
        matched.append(key in open_orders)
        open_orders.discard(key)
    return matched


def score(matched: Sequence[bool], orders: set[Key]) -> Score:
    """Precision, recall and their harmonic mean; 0 where nothing can be divided."""
    right = sum(matched)
    precision = right / len(matched) if matched else 0.0
    recall = right / len(orders) if orders else 0.0
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return Score(len(orders), len(matched), precision, recall, f1)


def read_orders(path: Path) -> set[Key]:
    """Orders carried out at least three times, as (account, absolute amount)."""
    orders: set[Key] = set()
    for line, row in _rows(path, _ORDER_COLUMNS):
        try:
            times, amount = int(row["occurrences_in_window"]), Decimal(row["amount"])
        except (ValueError, InvalidOperation):
            raise BadInput(f"{path.name}, line {line}: not an amount and a count.") from None
        if times >= _LEAST_CARRIED_OUT:
            orders.add((row["account_id"], abs(amount)))
    return orders


def read_movements(path: Path) -> list[Transaction]:
    """Movements of a benchmark file, named and categorised by the bank's own columns."""
    movements = []
    for line, row in _rows(path, _MOVEMENT_COLUMNS):
        try:
            movements.append(_movement(line, row))
        except (ValueError, BadInput) as error:
            raise BadInput(f"{path.name}, line {line}: {error}") from None
    return movements


def _movement(line: int, row: dict[str, str]) -> Transaction:
    operation, purpose = row.get("operation") or "", row.get("k_symbol") or ""
    account = (row.get("counter_account") or "").strip("0")
    counterparty = f"{row.get('counter_bank') or ''} {account}".strip() if account else ""
    described = (operation.replace("_", " "), purpose.replace("_", " "), counterparty)
    return Transaction(
        id=row.get("trans_id") or str(line),
        account_id=row["account_id"],
        posted_on=date.fromisoformat(row["date"]),
        amount=Money.of(row["amount"], row.get("currency") or "CZK"),
        description=" ".join(filter(None, described)),
        merchant=counterparty or purpose or operation or "Unknown",
        category=_PURPOSES.get(purpose.lower()) or _OPERATIONS.get(operation) or "other",
        sequence=int(row.get("seq") or line),
    )


def _could_be_an_order(stream: RecurringStream) -> bool:
    return stream.amount.amount < 0 and stream.category not in _BANKS_OWN


def _rows(path: Path, needed: frozenset[str]) -> Iterable[tuple[int, dict[str, str]]]:
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


def _write(path: Path, streams: Sequence[RecurringStream], matched: Sequence[bool]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(_OUT_COLUMNS)
        for found, right in zip(streams, matched, strict=True):
            next_on = found.next_on.isoformat() if found.next_on else ""
            days = (found.first_on.isoformat(), found.last_on.isoformat(), next_on)
            head = (found.account_id, found.label, found.cadence.value, found.amount.amount)
            writer.writerow((*head, *days, int(right)))
