"""Reading accounts to be forecast from a file, and writing what was forecast."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from finance_core.errors import BadInput, NotFound
from finance_core.forecasting.series import Floats, Series, from_balances

_COLUMNS = frozenset({"account_id", "date", "amount", "balance"})
_OUT = ("account_id", "origin", "date", "q05", "q10", "q50", "q90", "q95", "actual")


def read(path: Path) -> dict[str, Series]:
    """Accounts of a file with the columns ``account_id,date,amount,balance``.

    Raises:
        NotFound: no such file.
        BadInput: a column is missing, or a row cannot be read; names the line.
    """
    rows: dict[str, list[tuple[date, float, float]]] = {}
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            reader = csv.DictReader(stream)
            missing = _COLUMNS.difference(reader.fieldnames or ())
            if missing:
                raise BadInput(f"{path.name} has no column {', '.join(sorted(missing))}.")
            for row in reader:
                rows.setdefault(row["account_id"], []).append(_row(row, path.name, reader.line_num))
    except FileNotFoundError:
        raise NotFound(f"There is no file {path}.") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadInput(f"{path.name} is not a CSV file in UTF-8.") from error
    return {account: _series(account, each) for account, each in rows.items()}


def _row(row: dict[str, str], name: str, line: int) -> tuple[date, float, float]:
    try:
        found = date.fromisoformat(row["date"]), float(row["amount"]), float(row["balance"])
    except (ValueError, TypeError):
        raise BadInput(f"{name}, line {line}: not a date, an amount and a balance.") from None
    if not np.isfinite(found[1:]).all():
        raise BadInput(f"{name}, line {line}: not an amount and a balance.")
    return found


def _series(account: str, rows: Sequence[tuple[date, float, float]]) -> Series:
    try:
        dates, amounts, balances = zip(*rows, strict=True)
        return from_balances(dates, amounts, balances)
    except BadInput as error:
        raise BadInput(f"Account {account}: {error}") from None


def write(path: Path, folds: Iterable[tuple[str, date, Floats, Floats]]) -> None:
    """Writes forecasts with what came, a row for each day.

    Args:
        path: of the CSV file.
        folds: account, origin, quantiles (5, days) and actual balances (days,).
    """
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(_OUT)
        for account, origin, band, actual in folds:
            for number, (column, came) in enumerate(zip(band.T, actual, strict=True), start=1):
                figures = (f"{value:.2f}" for value in (*column, came))
                writer.writerow((account, origin, origin + timedelta(days=number), *figures))
