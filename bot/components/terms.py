"""Words and characters of a message as one sparse vector (TF-IDF).

Rasa reaches the same through a tokenizer and two count-vector featurizers, which build sparse
matrices for every token of every message although only the sentence is used. Here text goes
straight to one vector, in well under a millisecond.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Dict, Iterator, List

import numpy as np
from scipy.sparse import csr_matrix

NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
WORD = re.compile(r"[^\W_]+|[£$€¥%?]")


def normalize(text: str) -> str:
    """Lower case, no apostrophes, every number the same: "What's £12.50" → "whats £0"."""
    text = text.lower().replace("’", "").replace("'", "")
    return NUMBER.sub("0", text)


def terms(text: str, words: int, characters: int) -> Iterator[str]:
    """The n-grams a message is described by.

    Args:
        text: what the person wrote.
        words: longest word n-gram.
        characters: longest character n-gram; they start at two and stay inside a word.

    Yields:
        ``w:…`` for words and ``c:…`` for characters, repeated as often as they occur.
    """
    tokens = WORD.findall(normalize(text))
    for n in range(1, words + 1):
        for i in range(len(tokens) - n + 1):
            yield "w:" + " ".join(tokens[i : i + n])
    for token in tokens:
        padded = f" {token} "
        for n in range(2, characters + 1):
            for i in range(max(len(padded) - n + 1, 0)):
                yield "c:" + padded[i : i + n]


class Vocabulary:
    """The terms known from training and how rare each is.

    Attributes:
        index: column of each term.
        idf: smoothed inverse document frequency per column, float32.
        words: longest word n-gram.
        characters: longest character n-gram.
    """

    def __init__(self, index: Dict[str, int], idf: np.ndarray, words: int, characters: int) -> None:
        self.index = index
        self.idf = idf
        self.words = words
        self.characters = characters
        size = len(index)
        self._is_word = np.fromiter((term[0] == "w" for term in index), dtype=bool, count=size)

    @classmethod
    def learn(cls, texts: List[str], words: int, characters: int) -> "Vocabulary":
        """Collects the terms of ``texts``, in order of appearance."""
        seen: Counter = Counter()
        for text in texts:
            seen.update(dict.fromkeys(terms(text, words, characters), 1))
        counts = np.fromiter(seen.values(), dtype=np.float32, count=len(seen))
        idf = np.log((1 + len(texts)) / (1 + counts)) + 1
        return cls({term: i for i, term in enumerate(seen)}, idf, words, characters)

    def vector(self, text: str) -> "tuple[np.ndarray, np.ndarray]":
        """Columns and weights of one message; words and characters each have length 1."""
        counts = Counter(
            self.index[term]
            for term in terms(text, self.words, self.characters)
            if term in self.index
        )
        columns = np.fromiter(counts.keys(), dtype=np.int64, count=len(counts))
        weights = np.fromiter(counts.values(), dtype=np.float32, count=len(counts))
        weights = (1 + np.log(weights)) * self.idf[columns]
        is_word = self._is_word[columns]
        for block in (is_word, ~is_word):
            length = np.sqrt((weights[block] ** 2).sum())
            if length > 0:
                weights[block] /= length
        return columns, weights

    def matrix(self, texts: List[str]) -> csr_matrix:
        """One row per text, shape ``(len(texts), len(index))``."""
        rows = [self.vector(text) for text in texts]
        return csr_matrix(
            (
                np.concatenate([weights for _, weights in rows]),
                np.concatenate([columns for columns, _ in rows]),
                np.cumsum([0] + [len(columns) for columns, _ in rows]),
            ),
            shape=(len(texts), len(self.index)),
        )
