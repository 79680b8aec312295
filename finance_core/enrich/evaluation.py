"""How well names and categories are found in raw bank text, on labelled descriptors."""

from __future__ import annotations

import csv
import json
import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from finance_core.enrich import merchants
from finance_core.enrich.categories import Categorized, categorize_many, is_sure
from finance_core.enrich.phrases import fold
from finance_core.enrich.taxonomy import taxonomy
from finance_core.errors import BadInput
from finance_core.model import TransactionRecord
from finance_core.money import Money

_COLUMNS = ("description", "amount", "category")
_NO_PART = frozenset({"and", "the", "corp", "ltd", "inc"})  # of a name, for comparing
_SINCE = date(2024, 1, 1)  # the day plays no part in what is found


def evaluate(file: Path, model: Any, out: Path | None = None) -> dict[str, Any]:
    """Scores names and categories against labelled descriptors.

    Args:
        file: CSV with the columns ``description,amount,category`` and, as far as known,
            ``currency`` (else EUR), ``merchant`` (right spellings between semicolons), ``mcc``.
        model: ``categories.load_or_train``'s; None measures rules alone.
        out: one JSON line for each row is written here.

    Returns:
        ``rows accuracy macro_f1`` over Penny's categories, ``plaid_macro_f1`` over Plaid's
        primary ones, ``merchant_accuracy`` of the rows that name one, ``unseen_share`` of
        merchants that no list names and ``unseen_accuracy`` there, ``asked`` (share where
        Penny would ask) and ``right_unasked``, ``per_second`` on one core, ``per_category``.

    Raises:
        BadInput: columns are missing, or a row cannot be read.
    """
    rows = _read(file)
    records = [_record(row, line) for line, row in enumerate(rows, start=2)]
    _warm_up(model)
    started = time.process_time()
    names = [merchants.clean(record.description) for record in records]
    results = categorize_many(records, names, {}, model)
    seconds = time.process_time() - started
    scored = [_scored(*each) for each in zip(rows, names, results, strict=True)]
    if out:
        out.write_text(
            "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in scored), "utf-8"
        )
    return _summary(scored) | {"per_second": round(len(rows) / seconds)}


def _read(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        missing = [name for name in _COLUMNS if name not in (reader.fieldnames or ())]
        rows = list(reader)
    if missing or not rows:
        raise BadInput(f"{file} needs rows with the columns {', '.join(_COLUMNS)}.")
    return rows


def _record(row: Mapping[str, str], line: int) -> TransactionRecord:
    try:
        amount = Money(Decimal(row["amount"]), row.get("currency") or "EUR")
    except InvalidOperation as err:
        raise BadInput(f"Line {line}: “{row['amount']}” is no amount.") from err
    if not taxonomy().is_known(row["category"]):
        raise BadInput(f"Line {line}: “{row['category']}” is no category.")
    mcc = row.get("mcc") or None
    return TransactionRecord(str(line), "labelled", _SINCE, amount, row["description"], mcc=mcc)


def _warm_up(model: Any) -> None:
    """Lists are read and patterns compiled once, before the clock starts."""
    record = TransactionRecord("", "", _SINCE, Money(Decimal(-1), "EUR"), "CARD PAYMENT")
    categorize_many([record], [merchants.clean(record.description)], {}, model)


def _scored(row: Mapping[str, str], name: str, result: Categorized) -> dict[str, Any]:
    accepted = [fold(text) for text in (row.get("merchant") or "").split(";") if text]
    return {
        "description": row["description"],
        "amount": row["amount"],
        "category": row["category"],
        "predicted": result.category,
        "confidence": round(result.confidence, 3),
        "source": result.source,
        "sure": is_sure(result),
        "merchant": row.get("merchant") or "",
        "name": name,
        "name_right": _core(name) in map(_core, accepted) if accepted else None,
        "seen": any(map(merchants.is_listed, accepted)) if accepted else None,
    }


def _core(name: str) -> str:
    """A name without spaces, and without the differences of spelling that banks make."""
    return (
        " ".join(word for word in fold(name).split() if word not in _NO_PART)
        .replace("ue", "u")
        .replace("oe", "o")
        .replace("ae", "a")
        .replace(" ", "")
    )


def _summary(scored: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    gold = [row["category"] for row in scored]
    found = [row["predicted"] for row in scored]
    unasked = [row for row in scored if row["sure"]]
    named = [row["name_right"] for row in scored if row["name_right"] is not None]
    unseen = [row for row in scored if row["seen"] is False]
    per_category = _f1_by_class(gold, found)
    plaid = [[taxonomy().get(code).plaid for code in codes] for codes in (gold, found)]
    return {
        "rows": len(scored),
        "accuracy": _share([_right(row) for row in scored]),
        "macro_f1": _mean(per_category.values()),
        "plaid_macro_f1": _mean(_f1_by_class(*plaid).values()),
        "merchant_accuracy": _share(named),
        "unseen_share": round(len(unseen) / max(len(named), 1), 4),
        "unseen_accuracy": _share([_right(row) for row in unseen]),
        "asked": round(1 - len(unasked) / len(scored), 4),
        "right_unasked": _share([_right(row) for row in unasked]),
        "per_category": per_category,
    }


def _f1_by_class(gold: Sequence[str], found: Sequence[str]) -> dict[str, float]:
    """F1 of every class that occurs among the labels."""
    scores = {}
    for code in sorted(set(gold)):
        both = sum(g == f == code for g, f in zip(gold, found, strict=True))
        scores[code] = round(2 * both / (gold.count(code) + found.count(code)), 4)
    return scores


def _right(row: Mapping[str, Any]) -> bool:
    return bool(row["category"] == row["predicted"])


def _share(hits: Sequence[bool]) -> float | None:
    return round(sum(hits) / len(hits), 4) if hits else None


def _mean(values: Iterable[float]) -> float:
    numbers = list(values)
    return round(sum(numbers) / len(numbers), 4)
