"""Words that no list and no dictionary knows: somebody's name, more often than not.

Inside a sentence a capital is enough. In lower case, and at the start of a sentence, people
also mistype, run words together and lengthen them, so there a word counts only when it is far
from every English one. A word in another script stands in an English sentence as a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from string import ascii_lowercase
from typing import TYPE_CHECKING

from learning.anonymize import gazetteer
from learning.anonymize.gazetteer import folded
from learning.anonymize.spans import Span

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

LABEL = "NAME"
_SHORTEST = 3  # letters; shorter ones are mostly abbreviations
_SHORTEST_PLAIN = 5  # without a telling capital
_SHORTEST_ACCENTED = 3  # accents are no slips
_TWO_SLIPS = 9  # letters from which on a word may hold two slips
_HAS_NO_CASE_OF_ITS_OWN = 0.5  # share of capitalized words from which on capitals say nothing
_OTHER_SCRIPT = re.compile(r"[^\W\d_\u0000-\u024f\u1e00-\u1eff]")
_LETTERS = re.compile(r"[^\W\d_]+")
_HYPHENED = re.compile(r"(?<![\w@./-])([^\W\d_]{2,})-([^\W\d_]{2,})(?![\w@/-])")
_PREFIXES = frozenset(("pre", "re", "non", "co", "ex", "mis", "anti", "auto", "multi", "sub"))
_VOWEL = re.compile(r"[aeiouy]")
_LENGTHENED = re.compile(r"(.)\1{2,}")


def find(doc: Doc, found: Sequence[Span] = ()) -> Iterator[Span]:
    """Unknown words, each by itself; those of another script with what is joined to them.

    Args:
        found: where others found something already, in order and apart; what is inside is not
            looked at again, for telling a strange word from a slip takes long.
    """
    words = [token for token in doc if token.is_alpha]
    capitals = sum(token.text[0].isupper() for token in words)
    cased = capitals <= _HAS_NO_CASE_OF_ITS_OWN * len(words)
    for token in _outside(words, found):
        word = token.text
        if (cased and _is_inner_capital(doc, token) and _is_name(word)) or _is_strange(word):
            yield Span(token.idx, token.idx + len(word), LABEL)
    for match in _HYPHENED.finditer(doc.text) if "-" in doc.text else ():
        if _is_double_name(folded(match[1]), folded(match[2])):
            yield Span(*match.span(), LABEL)
    if not doc.text.isascii():
        for token in doc:
            if _OTHER_SCRIPT.search(token.text) or _has_strange_part(token):
                yield Span(token.idx, token.idx + len(token), LABEL)


def _outside(words: Iterable[Token], found: Sequence[Span]) -> Iterator[Token]:
    ahead = iter(found)
    next_one = next(ahead, None)
    for word in words:
        while next_one and next_one.end <= word.idx:
            next_one = next(ahead, None)
        if not (next_one and next_one.start <= word.idx and word.idx + len(word) <= next_one.end):
            yield word


def _is_inner_capital(doc: Doc, token: Token) -> bool:
    if token.i == 0 or not token.is_title:
        return False
    before = doc[token.i - 1]
    return before.is_lower or (before.is_title and gazetteer.load().is_english(folded(before.text)))


def _is_name(word: str) -> bool:
    name = folded(word)
    return len(word) >= _SHORTEST and bool(_VOWEL.search(name)) and _is_unknown(name)


def _is_strange(word: str) -> bool:
    name = folded(word)
    if len(word) >= _SHORTEST_PLAIN and _is_far_from_english(name):
        return True
    return len(word) >= _SHORTEST_ACCENTED and not word.isascii() and _is_unknown(name)


def _has_strange_part(token: Token) -> bool:
    """Whether a word of several parts ("m.r.štefánik") has a strange one with an accent."""
    if token.is_alpha or token.is_ascii:
        return False
    return any(not part.isascii() and _is_strange(part) for part in _LETTERS.findall(token.text))


def _is_double_name(one: str, other: str) -> bool:
    """Whether two words with a hyphen between them ("hae-won") are no English compound."""
    never = gazetteer.load().never
    if one in _PREFIXES or {one, other} & never or not _is_unknown(one + other):
        return False
    return any(len(part) >= _SHORTEST and _is_unknown(part) for part in (one, other))


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
