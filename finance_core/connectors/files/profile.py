"""Profiles: how one bank's CSV export names and writes its columns.

A profile is a small YAML file. All keys but ``columns`` may be left out:

    title: Monzo                      # for messages
    columns:                          # must all be in the file's header
      date: Date                      # one of: id date amount debit credit currency account
      amount: [Amount, Betrag]        #   balance category merchant pending fee; other
    optional: {balance: Balance}      #   spellings of a column as a list
    description: [Name, Notes]        # joined where they differ; at least one must be there
    date: "%d/%m/%Y"                  # or a list; told by the values when left out
    decimal: ","                      # told by the values when left out
    encoding: cp1250                  # where the file is not Unicode
    currency: CZK                     # for rows that do not say
    account: Monzo                    # where the file names none
    per_currency: true                # a currency is an account of its own
    negate: true                      # outflow is written positive
    outflow: {column: Af Bij, values: [Af]}        # unsigned amounts; these leave
    pending: {column: State, values: [PENDING]}
    skip: {column: State, values: [REVERTED]}      # rows that never moved money
    generic: true                     # taken only when no other profile fits
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from finance_core.errors import BadInput

_OWN = Path(__file__).parent / "profiles"
_FIELDS = frozenset(
    {
        "account",
        "amount",
        "balance",
        "category",
        "credit",
        "currency",
        "date",
        "debit",
        "fee",
        "id",
        "mcc",
        "merchant",
    }
)
_KEYS = frozenset(
    {
        "account",
        "columns",
        "currency",
        "date",
        "decimal",
        "description",
        "encoding",
        "generic",
        "negate",
        "optional",
        "outflow",
        "pending",
        "per_currency",
        "skip",
        "title",
    }
)


@dataclass(frozen=True, slots=True)
class Mark:
    """A column and the values in it that mark a row."""

    column: str
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class Profile:
    """One bank's export; see the module's text. Column names are normalized."""

    title: str
    columns: Mapping[str, tuple[str, ...]]
    optional: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    description: tuple[str, ...] = ()
    date: tuple[str, ...] = ()
    decimal: str | None = None
    encoding: str | None = None
    currency: str | None = None
    account: str | None = None
    per_currency: bool = False
    negate: bool = False
    outflow: Mark | None = None
    pending: Mark | None = None
    skip: Mark | None = None
    generic: bool = False

    def bind(self, header: Sequence[str]) -> Binding | None:
        """Where this profile's columns stand in ``header``; None when it does not fit."""
        places = {normal(name): place for place, name in reversed(list(enumerate(header)))}
        found = {}
        for name, spellings in {**self.optional, **self.columns}.items():
            place = next((places[text] for text in spellings if text in places), None)
            if place is not None:
                found[name] = place
            elif name in self.columns:
                return None
        marks = {}
        for mark in (self.outflow, self.pending, self.skip):
            if mark and mark.column in places:
                marks[mark.column] = places[mark.column]
        if self.outflow and self.outflow.column not in marks:
            return None
        words = tuple(places[text] for text in self.description if text in places)
        if not words:
            return None
        return Binding(self, found, words, marks, len(header))


@dataclass(frozen=True, slots=True)
class Binding:
    """A profile laid over the header of one file: places of its columns."""

    profile: Profile
    places: Mapping[str, int]
    description: tuple[int, ...]
    marks: Mapping[str, int]
    width: int

    @property
    def fit(self) -> tuple[bool, int]:
        """Orders bindings of one header: the larger fits better."""
        used = {*self.places.values(), *self.description, *self.marks.values()}
        return not self.profile.generic, len(used)

    def cell(self, row: Sequence[str], name: str) -> str:
        """The text of a field, empty when the file has no such column."""
        place = self.places.get(name)
        return "" if place is None else bare(row[place])

    def marked(self, row: Sequence[str], mark: Mark | None) -> bool:
        """Whether ``mark`` applies to the row."""
        if mark is None or mark.column not in self.marks:
            return False
        return normal(row[self.marks[mark.column]]) in mark.values


def normal(text: str) -> str:
    """A header cell as profiles compare it: case, quotes and spaces do not count."""
    return " ".join(text.replace("\ufeff", "").replace('"', "").casefold().split())


def bare(text: str) -> str:
    """A cell without the ``="…"`` that spreadsheets put round long numbers."""
    text = text.strip()
    if text.startswith('="') and text.endswith('"'):
        return text[2:-1]
    return text


def profiles(folder: Path | None = None) -> tuple[Profile, ...]:
    """All profiles: those in ``folder`` first, then Penny's own.

    Raises:
        BadInput: a profile in ``folder`` is not understood.
    """
    extra = tuple(load(path) for path in sorted(folder.glob("*.yml"))) if folder else ()
    return (*extra, *_own())


@lru_cache(maxsize=1)
def _own() -> tuple[Profile, ...]:
    return tuple(load(path) for path in sorted(_OWN.glob("*.yml")))


def load(path: Path) -> Profile:
    """Reads one profile file.

    Raises:
        BadInput: it is not a profile; the message names the file and what is wrong.
    """
    try:
        return _profile(path.stem, yaml.safe_load(path.read_text("utf-8")))
    except (yaml.YAMLError, UnicodeDecodeError, TypeError, AttributeError) as err:
        raise BadInput(f"The profile {path.name} is not a profile.") from err
    except BadInput as err:
        raise BadInput(f"The profile {path.name} can't be used: {err}") from err


def _profile(stem: str, raw: dict[str, Any]) -> Profile:
    columns, optional = _columns(raw.get("columns") or {}), _columns(raw.get("optional") or {})
    unknown = (raw.keys() - _KEYS) | ((columns.keys() | optional.keys()) - _FIELDS)
    if unknown:
        raise BadInput(f"it has {', '.join(sorted(map(str, unknown)))}, which I don't know.")
    if "date" not in columns or not columns.keys() & {"amount", "debit", "credit"}:
        raise BadInput("it needs a date column, and one of amounts or of debits and credits.")
    if raw.get("decimal") not in (None, ".", ","):
        raise BadInput("decimal is '.' or ','.")
    return Profile(
        title=str(raw.get("title", stem)),
        columns=columns,
        optional=optional,
        description=tuple(normal(text) for text in _texts(raw.get("description"))),
        date=_texts(raw.get("date")),
        decimal=raw.get("decimal"),
        encoding=raw.get("encoding"),
        currency=raw.get("currency"),
        account=raw.get("account"),
        per_currency=bool(raw.get("per_currency")),
        negate=bool(raw.get("negate")),
        outflow=_mark(raw.get("outflow")),
        pending=_mark(raw.get("pending")),
        skip=_mark(raw.get("skip")),
        generic=bool(raw.get("generic")),
    )


def _columns(raw: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(normal(text) for text in _texts(value)) for name, value in raw.items()}


def _texts(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    return tuple(str(text) for text in value) if isinstance(value, list) else (str(value),)


def _mark(raw: dict[str, Any] | None) -> Mark | None:
    if raw is None:
        return None
    return Mark(normal(raw["column"]), frozenset(normal(text) for text in _texts(raw["values"])))
