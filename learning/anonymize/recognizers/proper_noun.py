"""Words that no list and no dictionary knows: somebody's name, more often than not.

Inside a sentence a capital is enough. In lower case, and at the start of a sentence, people
also mistype, run words together and lengthen them, so there a word counts only when it is far
from every English one. A word in another script stands in an English sentence as a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from string import ascii_lowercase
from typing import TYPE_CHECKING

from learning.anonymize import gazetteer
from learning.anonymize.gazetteer import folded
from learning.anonymize.spans import Span

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

LABEL = "NAME"
_SHORTEST = 4  # letters; shorter ones are mostly abbreviations
_SHORTEST_PLAIN = 5  # without a telling capital
_TWO_SLIPS = 9  # letters from which on a word may hold two slips
_HAS_NO_CASE_OF_ITS_OWN = 0.5  # share of capitalized words from which on capitals say nothing
_OTHER_SCRIPT = re.compile(r"[^\W\d_\u0000-\u024f\u1e00-\u1eff]")
_VOWEL = re.compile(r"[aeiouy]")
_LENGTHENED = re.compile(r"(.)\1{2,}")


def find(doc: Doc) -> Iterator[Span]:
    """Unknown words, each by itself; those of another script with what is joined to them."""
    words = [token for token in doc if token.is_alpha]
    capitals = sum(token.text[0].isupper() for token in words)
    cased = capitals <= _HAS_NO_CASE_OF_ITS_OWN * len(words)
    for token in words:
        if (cased and _is_inner_capital(doc, token) and _is_name(token)) or _is_strange(token.text):
            yield Span(token.idx, token.idx + len(token), LABEL)
    if not doc.text.isascii():
        for token in doc:
            if _OTHER_SCRIPT.search(token.text):
                yield Span(token.idx, token.idx + len(token), LABEL)


def _is_inner_capital(doc: Doc, token: Token) -> bool:
    return token.i > 0 and token.is_title and doc[token.i - 1].is_lower


def _is_name(token: Token) -> bool:
    return len(token) >= _SHORTEST and _is_unknown(folded(token.text))


def _is_strange(word: str) -> bool:
    return len(word) >= _SHORTEST_PLAIN and _is_far_from_english(folded(word))


def _is_unknown(name: str) -> bool:
    return gazetteer.load().is_unknown(name)


@lru_cache(maxsize=65_536)
def _is_far_from_english(name: str) -> bool:
    """Whether a folded word is neither an English one nor what becomes of one in a hurry."""
    if not (name.isascii() and _is_unknown(name)) or not _VOWEL.search(name):
        return False
    shorter = {_LENGTHENED.sub(r"\1", name), _LENGTHENED.sub(r"\1\1", name)} - {name}
    if any(not _is_unknown(one) for one in shorter) or _is_two_words(name):
        return False
    slips = set(_slips(name))
    if len(name) >= _TWO_SLIPS:
        slips.update(*map(_lost, tuple(slips)))
    lists = gazetteer.load()
    return slips.isdisjoint(lists.english) and slips.isdisjoint(lists.never)


def _is_two_words(name: str) -> bool:
    return any(
        not (_is_unknown(name[:at]) or _is_unknown(name[at:])) for at in range(3, len(name) - 2)
    )


def _slips(word: str) -> Iterator[str]:
    """Words that one letter too few, too many, wrong or changed over makes ``word``."""
    for at in range(len(word) + 1):
        head, tail = word[:at], word[at:]
        for letter in ascii_lowercase:
            yield head + letter + tail
            if tail:
                yield head + letter + tail[1:]
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
    yield from _lost(word)


def _lost(word: str) -> Iterator[str]:
    """``word`` without one of its letters."""
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]
