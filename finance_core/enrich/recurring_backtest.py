"""How many recurring payments that are known to exist are found in bank movements.

Every account is looked at on the day of its last movement. Streams of every status
count, because those that ended within the window are in the gold files too. A known
stream is found once, and a second finding of it is wrong. There are two protocols; the
gold file decides.

**By amount** (real standing orders). The gold file lists the permanent orders that
account holders gave their bank: outgoing transfers, each with how often it was carried
out. It counts when that was at least three times. Of the streams found, those count that
could be an order of the holder: outgoing, not cash, and not what the bank itself books
(its fees, interest), which the bank's own text tells apart; the gold file cannot say
whether those repeat. A found stream is right when the same account has an order of the
same amount to the minor unit.

**By members** (a gold file with ``transaction_ids``: all that repeats is known). Every
stream found counts. It is right when its cadence is the known one's, and the movements
that both have are three fifths of those of either.

The simple rule (``simple_rule.py``) is scored beside it. By members it is judged more
kindly: its cadence is not looked at, and only its own movements have to be right.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from finance_core.enrich.recurring import find_streams
from finance_core.enrich.recurring_files import Order, read_movements, read_orders
from finance_core.enrich.simple_rule import by_simple_rule
from finance_core.model import RecurringStream, StreamStatus, Transaction

if TYPE_CHECKING:
    from finance_core.enrich.classifier import CategoryModel

_OUT_COLUMNS = ("account_id", "label", "cadence", "amount", "first", "last", "next", "matched")
_BANKS_OWN = frozenset({"fees", "cash"})
_SHARED = 0.6

type Fits[F] = Callable[[F, Order], float]


@dataclass(frozen=True, slots=True)
class Score:
    """Counts and shares of one comparison with the gold streams."""

    gold: int
    found: int
    precision: float
    recall: float
    f1: float

    def as_dict(self) -> dict[str, Any]:
        """Plain mapping with the keys ``gold found precision recall f1``."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def backtest(
    transactions_csv: Path | str,
    gold_csv: Path | str,
    out: Path | str | None = None,
    model: CategoryModel | None = None,
) -> dict[str, Any]:
    """Scores ``find_streams`` against known streams; see the module for the protocols.

    Args:
        transactions_csv: see ``recurring_files.read_movements``.
        gold_csv: see ``recurring_files.read_orders``.
        out: where to write the found streams, as
            ``account_id,label,cadence,amount,first,last,next,matched``.
        model: the classifier of descriptions, for files that have some.

    Returns:
        ``gold found precision recall f1`` and ``simple_rule`` with the last four. By
        members also ``recall_by_cadence`` and ``recall_by_case``, and of the streams that
        were found and came again: ``next_in_window`` (the share that came within the
        window told) and ``next_in_range`` (whose amount was within the range told).

    Raises:
        NotFound: a file is absent.
        BadInput: a file lacks a column or holds a bad value; names file and line.
    """
    orders = read_orders(Path(gold_csv))
    by_account: dict[str, list[Transaction]] = defaultdict(list)
    for movement in read_movements(Path(transactions_csv), model):
        by_account[movement.account_id].append(movement)
    streams: list[RecurringStream] = []
    simple: list[list[Transaction]] = []
    for rows in by_account.values():
        today = max(row.posted_on for row in rows)
        streams += find_streams(rows, today)
        simple += by_simple_rule(rows, today)
    by_members = any(order.members for order in orders)
    if not by_members:
        streams = [stream for stream in streams if _could_be_an_order(stream)]
        simple = [group for group in simple if _is_no_own_row(group[-1])]
    matched = match(streams, orders, _same_stream if by_members else _same_amount)
    plain = match(simple, orders, _same_rows if by_members else _same_sum)
    if out is not None:
        _write(Path(out), streams, matched)
    result = score(matched, len(orders)).as_dict()
    result["simple_rule"] = score(plain, len(orders)).as_dict()
    return result | (_detail(streams, orders, matched) if by_members else {})


def match[F](found: Sequence[F], orders: Sequence[Order], fits: Fits[F]) -> list[Order | None]:
    """For each thing found the order it is, each order once; best fits first."""
    of_account: dict[str, list[int]] = defaultdict(list)
    for number, order in enumerate(orders):
        of_account[order.account_id].append(number)
    pairs = [
        (-fit, place, number)
        for place, one in enumerate(found)
        for number in of_account[_account(one)]
        if (fit := fits(one, orders[number])) > 0
    ]
    result: list[Order | None] = [None] * len(found)
    taken: set[int] = set()
    for _, place, number in sorted(pairs):
        if result[place] is None and number not in taken:
            result[place] = orders[number]
            taken.add(number)
    return result


def _account(found: Any) -> str:
    return str((found[-1] if isinstance(found, list) else found).account_id)


def _same_amount(stream: RecurringStream, order: Order) -> float:
    return float(abs(stream.amount.amount) == order.amount)


def _same_sum(group: list[Transaction], order: Order) -> float:
    return float(abs(group[-1].amount.amount) == order.amount)


def _same_stream(stream: RecurringStream, order: Order) -> float:
    shared = len(order.members.intersection(stream.transaction_ids))
    share = shared / max(len(order.members), len(stream.transaction_ids))
    return share if share >= _SHARED and stream.cadence is order.cadence else 0.0


def _same_rows(group: list[Transaction], order: Order) -> float:
    share = sum(row.id in order.members for row in group) / len(group)
    return share if share >= _SHARED else 0.0


def score(matched: Sequence[object], gold: int) -> Score:
    """Precision, recall and their harmonic mean; 0 where nothing can be divided."""
    right = sum(bool(one) for one in matched)
    precision = right / len(matched) if matched else 0.0
    recall = right / gold if gold else 0.0
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return Score(gold, len(matched), precision, recall, f1)


def _detail(
    streams: Sequence[RecurringStream],
    orders: Sequence[Order],
    matched: Sequence[Order | None],
) -> dict[str, Any]:
    pairs = [
        (stream, order)
        for stream, order in zip(streams, matched, strict=True)
        if order and order.next_on and stream.next_on and stream.status is StreamStatus.ACTIVE
    ]
    days = [_off(stream, order) <= stream.window for stream, order in pairs]
    sums = [_in_range(stream, order.next_amount) for stream, order in pairs if order.next_amount]
    return {
        "recall_by_cadence": _recall(orders, matched, lambda order: str(order.cadence)),
        "recall_by_case": _recall(orders, matched, lambda order: order.case),
        "next_in_window": sum(days) / len(days) if days else None,
        "next_in_range": sum(sums) / len(sums) if sums else None,
    }


def _off(stream: RecurringStream, order: Order) -> int:
    if stream.next_on is None or order.next_on is None:
        raise ValueError("no next day")
    return abs((order.next_on - stream.next_on).days)


def _in_range(stream: RecurringStream, amount: Decimal) -> bool:
    least, most = sorted((abs(stream.low.amount), abs(stream.high.amount)))
    return least <= amount <= most


def _recall(
    orders: Iterable[Order], matched: Iterable[Order | None], name: Callable[[Order], str]
) -> dict[str, float]:
    known = Counter(map(name, orders))
    right = Counter(name(order) for order in matched if order)
    return {key: round(right[key] / count, 4) for key, count in sorted(known.items())}


def _could_be_an_order(stream: RecurringStream) -> bool:
    return stream.amount.amount < 0 and stream.category not in _BANKS_OWN


def _is_no_own_row(row: Transaction) -> bool:
    return row.amount.amount < 0 and row.category not in _BANKS_OWN


def _write(path: Path, streams: Sequence[RecurringStream], matched: Sequence[Order | None]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(_OUT_COLUMNS)
        for found, order in zip(streams, matched, strict=True):
            next_on = found.next_on.isoformat() if found.next_on else ""
            days = (found.first_on.isoformat(), found.last_on.isoformat(), next_on)
            head = (found.account_id, found.label, found.cadence.value, found.amount.amount)
            writer.writerow((*head, *days, int(order is not None)))
