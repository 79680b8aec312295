"""Looking up known phrases in text, whatever its case, accents and punctuation."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from importlib import resources
from typing import Any

import yaml

_NOT_WORD = re.compile(r"[^a-z0-9]+")
_LETTERS = str.maketrans({"ß": "ss", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i"})


@lru_cache(maxsize=8)
def packaged(filename: str) -> Any:
    """Parsed content of a YAML file of this package; read once."""
    text = resources.files(__package__ or "").joinpath(filename).read_text("utf-8")
    return yaml.safe_load(text)


def fold(text: str) -> str:
    """Lower-case ASCII words of ``text``, one space apart: ``Café-Bar`` → ``cafe bar``."""
    text = text.lower().replace("'", "").replace("’", "")
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.translate(_LETTERS))
        text = "".join(letter for letter in text if not unicodedata.combining(letter))
    return _NOT_WORD.sub(" ", text).strip()


class PhraseIndex[Value]:
    """Known phrases with what they stand for; finds them in folded words.

    Args:
        phrases: phrase → value. Phrases are folded here.
    """

    def __init__(self, phrases: Mapping[str, Value]) -> None:
        self._values: dict[str, Value] = {fold(phrase): value for phrase, value in phrases.items()}
        self._values.pop("", None)
        starts: dict[str, int] = {}
        for phrase in self._values:
            first, count = phrase.split(" ", 1)[0], phrase.count(" ") + 1
            starts[first] = max(starts.get(first, 0), count)
        self._longest = starts

    def whole(self, folded: str) -> Value | None:
        """What the whole text stands for."""
        return self._values.get(folded)

    def at(self, words: list[str], position: int) -> tuple[int, Value] | None:
        """Longest phrase that begins at ``position``, as (number of words, value)."""
        longest = min(self._longest.get(words[position], 0), len(words) - position)
        for count in range(longest, 0, -1):
            value = self._values.get(" ".join(words[position : position + count]))
            if value is not None:
                return count, value
        return None

    def found(self, words: list[str]) -> Iterator[tuple[int, int, Value]]:
        """Every phrase in ``words``, as (position, number of words, value)."""
        for position in range(len(words)):
            hit = self.at(words, position)
            if hit:
                yield position, *hit


def inverted(groups: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Each member → its group."""
    return {member: group for group, members in groups.items() for member in members}
