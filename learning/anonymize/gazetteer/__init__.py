"""The name and place lists that ship with Penny; ``build.py`` says where they come from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from learning.anonymize.gazetteer.folding import folded

__all__ = ["Gazetteer", "folded", "load"]


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Entries in folded spelling (see ``folded``).

    Attributes:
        first: first names that are no English words, or hardly said as such (``given.txt``).
        last: last names that are neither English words nor first names.
        wordy_first: first names that are English words as well ("mark", "grace").
        wordy_last: last names that are English words as well ("brown").
        countries: countries and US states, of one or several words.
        places: these and cities; none that is an English word.
        wordy_places: places that are English words as well ("reading", "turkey").
        english: English words and their inflections.
        rare: those of ``english`` that few people write.
        never: words that are no names here, whatever they look like.
    """

    first: frozenset[str]
    last: frozenset[str]
    wordy_first: frozenset[str]
    wordy_last: frozenset[str]
    countries: frozenset[str]
    places: frozenset[str]
    wordy_places: frozenset[str]
    english: frozenset[str]
    rare: frozenset[str]
    never: frozenset[str]

    def is_english(self, word: str) -> bool:
        """Whether a folded ``word`` is an English one, in whatever inflection."""
        return word in self.english

    def is_unknown(self, word: str) -> bool:
        """Whether a folded ``word`` is neither English nor known to be no name."""
        return not (word in self.english or word in self.never)


@lru_cache(maxsize=1)
def load() -> Gazetteer:
    """Reads the lists, once."""
    lists = ("first", "last", "countries", "cities", "words", "never", "given")
    first, last, countries, cities, words, never, given = map(_entries, lists)
    words -= given
    ordinary = words | never
    places = countries | cities
    return Gazetteer(
        first=first - ordinary,
        last=last - first - ordinary,
        wordy_first=(first & words) - never,
        wordy_last=(last & words) - first - never,
        countries=countries - ordinary,
        places=places - ordinary,
        wordy_places=(places & words) - never,
        english=_entries("english") - given,
        rare=_entries("rare"),
        never=never,
    )


def _entries(name: str) -> frozenset[str]:
    """A list as it is in its file: in folded spelling already."""
    text = files(__package__).joinpath(f"{name}.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))
