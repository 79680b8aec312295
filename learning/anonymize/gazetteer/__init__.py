"""The name and place lists that ship with Penny; ``build.py`` says where they come from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

_NEVER_NAMES = frozenset(
    "january february march april may june july august september october november december "
    "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun "
    "jan feb mar apr jun jul aug sep sept oct nov dec christmas easter thanksgiving halloween "
    "english french german spanish italian american british european euro dollar penny atm usd gbp eur czk "
    "ok okay hi hey hello thanks thank please pls yes no nope yeah yep im ive dont cant wont whats thats "
    "gonna wanna gotta isa ira pin etc asap lol netflix spotify amazon uber tesco aldi lidl walmart costco "
    "paypal venmo zelle visa mastercard amex plaid google apple facebook youtube telegram alexa".split()
)


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
    first, last, places, words = map(_entries, ("first", "last", "places", "words"))
    ordinary = words | _NEVER_NAMES
    return Gazetteer(
        first=first - ordinary,
        last=last - ordinary,
        wordy=((first | last) & words) - _NEVER_NAMES,
        places=places - ordinary,
    )


def _entries(name: str) -> frozenset[str]:
    text = files(__package__).joinpath(f"{name}.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))
