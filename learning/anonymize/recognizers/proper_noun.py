"""Words with a capital inside a sentence that no list and no dictionary knows: somebody's name."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from spacy.tokens import Doc, Token

from learning.anonymize import gazetteer
from learning.anonymize.spans import Span

LABEL = "NAME"
_SHORTEST = 4  # letters; shorter ones are mostly abbreviations
_HAS_NO_CASE_OF_ITS_OWN = 0.5  # share of capitalized words from which on capitals say nothing


def find(doc: Doc) -> Iterator[Span]:
    """Unknown capitalized words after one in lower case, where capitals are the exception."""
    words = [token for token in doc if token.is_alpha]
    capitals = sum(token.text[0].isupper() for token in words)
    if capitals > _HAS_NO_CASE_OF_ITS_OWN * len(words):
        return
    for token in words:
        if token.i and _is_name(token) and doc[token.i - 1].is_lower:
            yield Span(token.idx, token.idx + len(token), LABEL)


def _is_name(token: Token) -> bool:
    return len(token) >= _SHORTEST and token.is_title and _is_unknown(token.text)


@lru_cache(maxsize=65_536)
def _is_unknown(word: str) -> bool:
    lists = gazetteer.load()
    name = gazetteer.folded(word)
    return not (name in lists.never or lists.is_english(name))
