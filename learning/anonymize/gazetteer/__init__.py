"""The name and place lists that ship with Penny; ``build.py`` says where they come from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Casefolded entries.

    Attributes:
        first: first names that are no English words.
        last: last names that are neither English words nor first names.
        wordy: names that are English words as well ("mark", "grace", "brown").
        places: countries, states and cities, of one or several words.
    """

    first: frozenset[str]
    last: frozenset[str]
    wordy: frozenset[str]
    places: frozenset[str]


@lru_cache(maxsize=1)
def load() -> Gazetteer:
    """Reads the lists, once."""
    lists = ("first", "last", "places", "words", "never")
    first, last, places, words, never = map(_entries, lists)
    ordinary = words | never
    return Gazetteer(
        first=first - ordinary,
        last=last - ordinary,
        wordy=((first | last) & words) - never,
        places=places - ordinary,
    )


def _entries(name: str) -> frozenset[str]:
    text = files(__package__).joinpath(f"{name}.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))
