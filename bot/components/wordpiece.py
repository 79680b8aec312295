"""Cuts text into BERT's word pieces (uncased), as the encoder was taught to read.

The algorithm of Devlin et al. (2019): clean, lower-case, drop accents, split at spaces and
punctuation, then take the longest piece of the vocabulary again and again. The vocabulary in
``wordpiece.txt`` is the one of ``bert-base-uncased`` (Google, Apache-2.0), a piece per line.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Dict, Iterator, List, Tuple

VOCABULARY = Path(__file__).with_name("wordpiece.txt")
_LONGEST_WORD = 100  # characters; what is longer is one unknown piece


class WordPieces:
    """A vocabulary of pieces and how text is cut into them."""

    def __init__(self, vocabulary: Path = VOCABULARY) -> None:
        pieces = vocabulary.read_text("utf-8").splitlines()
        self._ids: Dict[str, int] = {piece: number for number, piece in enumerate(pieces)}
        self._unknown = self._ids["[UNK]"]
        self._start, self._end = self._ids["[CLS]"], self._ids["[SEP]"]
        self._cut = lru_cache(maxsize=4096)(self._pieces)

    def ids(self, text: str, longest: int = 64) -> List[int]:
        """Numbers of the pieces of ``text`` between start and end mark, at most ``longest``."""
        found = [number for word in _words(text) for number in self._cut(word)]
        return [self._start, *found[: longest - 2], self._end]

    def _pieces(self, word: str) -> Tuple[int, ...]:
        if len(word) > _LONGEST_WORD:
            return (self._unknown,)
        found: List[int] = []
        start = 0
        while start < len(word):
            mark = "##" if start else ""
            ends = range(len(word), start, -1)
            end = next((e for e in ends if mark + word[start:e] in self._ids), None)
            if end is None:
                return (self._unknown,)
            found.append(self._ids[mark + word[start:end]])
            start = end
        return tuple(found)


def _words(text: str) -> Iterator[str]:
    """Lower-case words without accents; punctuation and Chinese characters stand alone."""
    plain = unicodedata.normalize("NFD", text)
    word = ""
    for letter in plain:
        kind = unicodedata.category(letter)
        space = letter.isspace() or kind == "Zs"
        if not space and (kind == "Mn" or kind[0] == "C" or letter == "\ufffd"):
            continue
        alone = _stands_alone(letter, kind)
        if not space and not alone:
            word += letter.lower()
            continue
        if word:
            yield word
        word = ""
        if not space:
            yield letter.lower()
    if word:
        yield word


def _stands_alone(letter: str, kind: str) -> bool:
    if letter.isascii():
        return not letter.isalnum()
    code = ord(letter)
    chinese = 0x4E00 <= code <= 0x9FFF or 0x3400 <= code <= 0x4DBF or 0xF900 <= code <= 0xFAFF
    return kind[0] == "P" or chinese
