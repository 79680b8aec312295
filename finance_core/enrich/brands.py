"""Brands of shops all over the world, and what they sell (``brands.csv``).

The names are those of OpenStreetMap's name-suggestion-index (BSD-3-Clause, see
``docs/brands.py``). They are many and some are everyday words, so a brand counts only
where a text begins with it, and says less than a merchant of ``merchants.yml``.
"""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib import resources
from typing import NamedTuple

from finance_core.enrich.phrases import PhraseIndex, fold, packaged

_SHORTEST_ALONE = 5  # letters of a single word that is cut from what follows it


class Brand(NamedTuple):
    """A brand, its category, and whether what follows the name may be cut off."""

    name: str
    category: str
    distinctive: bool
    words: int


def brand_of(folded: str) -> Brand | None:
    """The brand a folded text is, or begins with.

    A single word counts only where no brand of another trade uses it, and where the next
    word does not tell another trade (``o neills pub``).
    """
    index = _brands()
    words = folded.split()
    brand = index.at_start(words)
    if brand is None or (brand.words == 1 and trade_of(words[0])):
        return None
    if brand.words == len(words):
        return brand
    told = trade_of(words[1]) if brand.words == 1 else None
    return brand if brand.distinctive and told in (None, brand.category) else None


def trade_of(word: str) -> str | None:
    """Category that a folded word, or a phrase it begins, usually tells."""
    return _trades().get(word)


def is_name(text: str) -> bool:
    """Whether a text is a brand, letter for letter."""
    brand = _brands().whole(fold(text))
    return brand is not None and brand.name == text


def is_listed(folded: str) -> bool:
    """Whether a folded text is the name of a brand."""
    return _brands().whole(folded) is not None


def names() -> list[tuple[str, str]]:
    """Every brand as (name, category)."""
    text = resources.files(__package__ or "").joinpath("brands.csv").read_text("utf-8")
    return [(row["name"], row["category"]) for row in csv.DictReader(text.splitlines())]


@lru_cache(maxsize=1)
def _brands() -> PhraseIndex[Brand]:
    rows = [(fold(name), name, category) for name, category in names()]
    trades: dict[str, set[str]] = {}
    for key, _, category in rows:
        for word in key.split():
            trades.setdefault(word, set()).add(category)
    return PhraseIndex(
        {
            key: Brand(name, category, _is_distinctive(key, trades), len(key.split()))
            for key, name, category in rows
        }
    )


@lru_cache(maxsize=1)
def _trades() -> dict[str, str]:
    """Words that tell a trade, with its category."""
    trades: dict[str, str] = {}
    for rule in packaged("rules.yml"):
        for phrase in map(fold, rule["words"]):
            trades.setdefault(phrase.split()[0], rule["category"])
    return trades


def _is_distinctive(key: str, trades: dict[str, set[str]]) -> bool:
    """Two words, or one long word that no brand of another trade uses."""
    return " " in key or (len(key) >= _SHORTEST_ALONE and len(trades[key]) == 1)
