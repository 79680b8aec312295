"""Finds the tables in a JSON object."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

Cell = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Table:
    """Named rows of figures.

    Attributes:
        name: the key it was found under.
        columns: names of the figures.
        rows: a row's name with one cell for each column.
        names: what the rows' names are, where that is known.
    """

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]
    names: str = ""

    def numbers(self, column: str) -> list[tuple[str, float]]:
        """The rows that have a number in a column, with it."""
        at = self.columns.index(column)
        return [
            (name, value) for name, cells in self.rows if (value := number(cells[at])) is not None
        ]

    @property
    def numeric(self) -> list[str]:
        """The columns that hold nothing but numbers, and at least two."""
        return [
            column
            for at, column in enumerate(self.columns)
            if len(self.numbers(column)) >= 2
            and all(cells[at] is None or number(cells[at]) is not None for _, cells in self.rows)
        ]

    @property
    def is_series(self) -> bool:
        """Whether its rows are named by growing numbers: days ahead, accounts, …"""
        at = [number(name) for name, _ in self.rows]
        known = [value for value in at if value is not None]
        return len(known) == len(at) >= 3 and known == sorted(set(known))


def number(value: Any) -> float | None:
    """A number, also where it is written as text; None for everything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value)
    except ValueError:
        return None
    return found if isfinite(found) else None


def plain(value: Any) -> Any:
    """``value`` with amounts (``{"value", "currency"}``) as the text of their number."""
    if isinstance(value, Mapping):
        if set(value) == {"value", "currency"}:
            return value["value"]
        return {str(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(entry) for entry in value]
    return value


def table(name: str, value: Any) -> Table | None:
    """The table that ``value`` is: rows by name, or a list of rows; None when it is none."""
    if isinstance(value, Mapping) and value and all(map(_is_cell, value.values())):
        return Table(name, ("value",), tuple((str(key), (cell,)) for key, cell in value.items()))
    if isinstance(value, Mapping) and value and all(map(_is_row, value.values())):
        return _of_rows(name, [(str(key), row) for key, row in value.items()])
    if isinstance(value, list) and value and all(map(_is_row, value)):
        first = next(iter(value[0]))
        if not _names_rows([row.get(first) for row in value]):
            return _of_rows(name, [(str(n), row) for n, row in enumerate(value, start=1)])
        rest = [{key: row[key] for key in row if key != first} for row in value]
        named = [(str(row[first]), other) for row, other in zip(value, rest, strict=True)]
        return _of_rows(name, named, first)
    return None


def _names_rows(values: Sequence[Any]) -> bool:
    """Whether the first figures of a list of rows tell them apart: words, or growing counts."""
    if all(isinstance(value, str) for value in values):
        return len(set(values)) == len(values)
    counts = all(isinstance(value, int) and not isinstance(value, bool) for value in values)
    return counts and list(values) == sorted(set(values))


def _of_rows(name: str, rows: Sequence[tuple[str, Mapping[str, Any]]], names: str = "") -> Table:
    columns = dict.fromkeys(key for _, row in rows for key, cell in row.items() if _is_cell(cell))
    return Table(
        name,
        tuple(columns),
        tuple((title, tuple(_cell(row.get(key)) for key in columns)) for title, row in rows),
        names,
    )


def _cell(value: Any) -> Cell:
    return value if _is_cell(value) else None


def _is_cell(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float | bool)


def _is_row(value: Any) -> bool:
    return isinstance(value, Mapping) and any(map(_is_cell, value.values()))
