"""Which tables and charts a backtest's result makes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cli.report import drawings
from cli.report.tables import Cell, Table, number, plain, table

_COMPARED = ("path_mae", "low_point_mae", "f1", "share_of_optimum", "recall", "precision")
_OWN = "penny"
_SHARE_OF_OPTIMUM, _PER_SAVE = "share_of_optimum", "breaches_per_save"
_WANTED_PER_SAVE = 0.00008  # no more saves than that may end below zero
_SCORES = ("precision", "recall", "f1")
_COVERAGE = re.compile(r"coverage_?(\d\d)")
_SHORT = re.compile(r"\b(?:mae|mb|f1)\b")
_AMOUNT = re.compile(r"-?\d+\.\d+")
_MOST_BARS = 25


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing with what it shows in words."""

    caption: str
    svg: str


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, charts, and the table that they were drawn from."""

    title: str
    charts: tuple[Chart, ...]
    table: Table | None


def sections(result: Mapping[str, Any]) -> list[Section]:
    """All there is to show of a result, the figures that stand alone first."""
    values = plain(result)
    alone = {key: value for key, value in values.items() if not isinstance(value, dict | list)}
    alone |= {
        key: ", ".join(map(str, value))
        for key, value in values.items()
        if isinstance(value, list) and value and not any(isinstance(v, dict | list) for v in value)
    }
    found = [Section("Result", (), table("result", alone))] if alone else []
    found += _scores(values)
    found += _frontier(values)
    for key, value in values.items():
        found += _nested(key, value)
    return found


def words(name: str) -> str:
    """A key as people read it."""
    said = _SHORT.sub(lambda match: match[0].upper(), name.replace("_", " ").strip())
    return said[:1].upper() + said[1:]


def written(value: Cell) -> str:
    """A cell as people read it."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1e5 else f"{value:,.5g}"
    return f"{Decimal(value):,}" if _AMOUNT.fullmatch(value) else value


def _nested(key: str, value: Any) -> Iterator[Section]:
    """The section of a key, and of what is nested deeper still."""
    found = table(key, value)
    if found:
        yield Section(words(key), tuple(_charts(found)), found)
    if isinstance(value, dict):
        for name, entry in value.items():
            if not isinstance(entry, dict | list):
                continue
            if not found:
                yield from _nested(f"{key}: {name}", entry)
            elif isinstance(entry, dict):
                for inner, deeper in entry.items():
                    if isinstance(deeper, dict | list):
                        yield from _nested(f"{key}: {name}, {inner}", deeper)


def _charts(found: Table) -> Iterator[Chart]:
    numeric = found.numeric
    if found.is_series:
        yield from _lines(found, numeric)
        return
    if not 2 <= len(found.rows) <= _MOST_BARS:
        return
    named = [column for column in _COMPARED if column in numeric]
    for column in named[:2] or numeric[:1]:
        figures = found.numbers(column)
        rows = [(words(name), written(value), value) for name, value in figures]
        if min(value for *_, value in rows) < 0 or not _of_one_kind(found, column):
            continue
        own = words(_OWN) if _OWN in dict(found.rows) else None
        if column != "value" and column.endswith("mae"):
            rows.sort(key=lambda row: row[2])
        caption = (
            words(found.name) if column == "value" else f"{words(found.name)}: {words(column)}"
        )
        yield Chart(caption, drawings.bars(rows, own))


def _of_one_kind(found: Table, column: str) -> bool:
    """Whether the figures of a column may share a scale: no shares among counts."""
    shares = {value <= 1 for _, value in found.numbers(column) if value}
    return column != "value" or len(shares) <= 1


def _lines(found: Table, numeric: Sequence[str]) -> Iterator[Chart]:
    """Shares on one scale; every other figure on its own."""
    x = [float(name) for name, _ in found.rows]
    cells = {
        column: [number(row[found.columns.index(column)]) for _, row in found.rows]
        for column in numeric
    }
    shares = {
        column: values
        for column, values in cells.items()
        if all(value is None or 0 <= value <= 1 for value in values)
    }
    title = words(found.name)
    x_name = words(found.names) or ("Days ahead" if "horizon" in found.name else "")
    if shares:
        series = {title if name == "value" else words(name): v for name, v in shares.items()}
        covered = _COVERAGE.search(" ".join((found.name, *shares)))
        wanted = int(covered[1]) / 100 if covered else None
        yield Chart(title, drawings.lines(x, series, x_name, wanted))
    for name, values in [pair for pair in cells.items() if pair[0] not in shares][:3]:
        caption = title if name == "value" else f"{title}: {words(name)}"
        yield Chart(caption, drawings.lines(x, {caption: values}, x_name))


def _scores(values: Mapping[str, Any]) -> list[Section]:
    """Precision, recall and F1 beside those of every other way that was measured with it."""
    ways = {"penny": values} | {
        key: entry
        for key, entry in values.items()
        if isinstance(entry, dict) and any(name in entry for name in _SCORES)
    }
    rows = {
        way: {name: entry[name] for name in _SCORES if name in entry} for way, entry in ways.items()
    }
    found = table("scores", {way: row for way, row in rows.items() if row})
    if not found or "penny" not in dict(found.rows):
        return []
    drawn = [
        (f"{words(name)}, {words(way).lower()}", written(value), value)
        for name in found.columns
        for way, value in found.numbers(name)
    ]
    return [
        Section(
            "Found and missed", (Chart("Precision, recall and F1", drawings.bars(drawn)),), found
        )
    ]


def _frontier(values: Mapping[str, Any]) -> list[Section]:
    """What is saved against how often a save ends below zero, of all that was replayed."""
    places = {
        (x, y): words(name)  # of what is the same twice, the last and most exact name
        for name, entry in _replays("default", values)
        if (x := number(entry.get(_PER_SAVE))) is not None
        and (y := number(entry.get(_SHARE_OF_OPTIMUM))) is not None
    }
    points = [(name, x, y) for (x, y), name in places.items()]
    if len(points) < 2:
        return []
    picture = drawings.scatter(
        points, "share of saves that end below zero", "saved, as a share of the optimum",
        _WANTED_PER_SAVE,
    )  # fmt: skip
    return [Section("Saved against breached", (Chart("Each way to save, once", picture),), None)]


def _replays(name: str, value: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if isinstance(value, dict):
        if _PER_SAVE in value:
            yield name, value
        for key, entry in value.items():
            yield from _replays(key, entry)
    elif isinstance(value, list):
        for place, entry in enumerate(value, start=1):
            said = entry.get("name") if isinstance(entry, dict) else None
            yield from _replays(str(said or f"{name} {place}"), entry)
