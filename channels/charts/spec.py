"""The data of a chart as it travels: checked once, where it comes in.

The shape is that of ``finance_core.model.Chart`` as JSON; docs/facts.md describes it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

_AMOUNT = re.compile(r"-?\d{1,16}(?:\.\d{1,4})?")
_COLUMNS = {"band": 4, "bars": 2, "months": 2, "pairs": 3, "goals": 3, "budgets": 3}
_MOST_ROWS = 120
_LONGEST_TEXT = 1_000


class NoChart(ValueError):
    """What came is no chart; says why."""


@dataclass(frozen=True, slots=True)
class Spec:
    """A chart that can be drawn.

    Attributes:
        rows: a label and its amounts, as many as there are ``columns`` after the first.
        marks: row number, words and amount of a point to look at.
        level: ``(words, amount)`` of a line across.
    """

    kind: str
    title: str
    prefix: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Decimal, ...]], ...]
    marks: tuple[tuple[int, str, Decimal], ...]
    level: tuple[str, Decimal] | None

    @property
    def labels(self) -> list[str]:
        """The rows' labels."""
        return [label for label, _ in self.rows]

    def figures(self, column: int) -> list[Decimal]:
        """The amounts of one column, the first after the labels being 0."""
        return [amounts[column] for _, amounts in self.rows]

    def money(self, amount: Decimal) -> str:
        """An amount as Penny's texts write it."""
        return f"{'-' if amount < 0 else ''}{self.prefix}{abs(amount):,}"


def read(chart: Any) -> Spec:
    """Reads a chart's JSON.

    Raises:
        NoChart: a part is missing, of another kind, or too large.
    """
    kind = chart.get("kind") if isinstance(chart, dict) else None
    if not isinstance(kind, str) or kind not in _COLUMNS:
        raise NoChart("it is of no known kind")
    columns = tuple(_text(name) for name in _list(chart.get("columns")))
    if len(columns) != _COLUMNS[kind]:
        raise NoChart("its columns do not fit its kind")
    rows = [_row(row, kind, len(columns)) for row in _list(chart.get("rows"))]
    if not 0 < len(rows) <= _MOST_ROWS:
        raise NoChart("it has no rows, or too many")
    _text(chart.get("summary"))
    return Spec(
        kind=kind,
        title=_text(chart.get("title")),
        prefix=_text(chart.get("prefix")),
        columns=columns,
        rows=tuple(rows),
        marks=_marks(chart, [label for label, _ in rows]),
        level=_level(chart.get("level")),
    )


def _row(row: Any, kind: str, width: int) -> tuple[str, tuple[Decimal, ...]]:
    cells = _list(row, width)
    label = _text(cells[0])
    if kind == "band":
        try:
            date.fromisoformat(label)
        except ValueError:
            raise NoChart("a row has no day") from None
    return label, tuple(_amount(cell) for cell in cells[1:])


def _marks(chart: dict[str, Any], labels: Sequence[str]) -> tuple[tuple[int, str, Decimal], ...]:
    marks = []
    for mark in _list(chart.get("marks", ())):
        at, words, amount = _list(mark, 3)
        if at not in labels:
            raise NoChart("it marks what is not there")
        marks.append((labels.index(at), _text(words), _amount(amount)))
    return tuple(marks)


def _level(level: Any) -> tuple[str, Decimal] | None:
    if level is None:
        return None
    words, amount = _list(level, 2)
    return _text(words), _amount(amount)


def _amount(cell: Any) -> Decimal:
    if not isinstance(cell, str) or not _AMOUNT.fullmatch(cell):
        raise NoChart("a figure is none")
    return Decimal(cell)


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST_TEXT:
        raise NoChart("a text is missing or very long")
    return value


def _list(value: Any, length: int | None = None) -> Sequence[Any]:
    if not isinstance(value, list | tuple) or length not in (None, len(value)):
        raise NoChart("a list is missing, or of another length")
    return value
