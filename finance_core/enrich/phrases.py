"""Looking up known phrases in text, whatever its case, accents and punctuation."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib import resources
from typing import Any

import yaml

_STROKES = {"ł": "l", "Ł": "l", "ø": "o", "Ø": "o", "đ": "d", "Đ": "d", "ı": "i", "İ": "i"}
_LIGATURES = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe"})
_NOT_WORD = re.compile(r"[^a-z0-9]+")
_ASCII_WORDS = {
    code: None if chr(code) == "'" else chr(code).lower() if chr(code).isalnum() else " "
    for code in range(128)
}


def _plain_letters() -> dict[int, str]:
    letters = {ord(letter): plain for letter, plain in _STROKES.items()}
    for code in range(0x41, 0x180):
        base = unicodedata.normalize("NFKD", chr(code))[0].lower()
        if base.isascii() and base.isalpha():
            letters.setdefault(code, base)
    return letters


_PLAIN = _plain_letters()


@lru_cache(maxsize=8)
def packaged(filename: str) -> Any:
    """Parsed content of a YAML file of this package; read once."""
    text = resources.files(__package__ or "").joinpath(filename).read_text("utf-8")
    return yaml.safe_load(text)


@lru_cache(maxsize=8)
def packaged_lines(filename: str) -> frozenset[str]:
    """Lines of a text file of this package; read once."""
    text = resources.files(__package__ or "").joinpath(filename).read_text("utf-8")
    return frozenset(text.splitlines())


def plain(text: str) -> str:
    """``text`` in lower case without accents, letter for letter: positions stay the same."""
    return text.translate(_PLAIN)


def fold(text: str) -> str:
    """Lower-case ASCII words of ``text``, one space apart: ``Café-Bar`` → ``cafe bar``."""
    if text.isascii():
        return " ".join(text.translate(_ASCII_WORDS).split())
    spelled = plain(text.translate(_LIGATURES)).replace("'", "").replace("’", "")
    return _NOT_WORD.sub(" ", spelled).strip()


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

    def at_start(self, words: list[str]) -> Value | None:
        """What the longest phrase that ``words`` begin with stands for."""
        for count in range(self._longest.get(words[0], 0) if words else 0, 0, -1):
            value = self._values.get(" ".join(words[:count]))
            if value is not None:
                return value
        return None

    def found(self, words: list[str]) -> Iterator[tuple[int, int, Value]]:
        """The longest phrase at every place of ``words``, as (position, words, value)."""
        for position, word in enumerate(words):
            for count in range(self._longest.get(word, 0), 0, -1):
                phrase = " ".join(words[position : position + count]) if count > 1 else word
                value = self._values.get(phrase)
                if value is not None:
                    yield position, count, value
                    break
