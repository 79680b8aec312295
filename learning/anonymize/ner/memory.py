"""The first layer of the network, which is asked once for each word.

What a word looks like and which lists know it does not depend on the text around it, and most
words of a text have been seen before: their vectors are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

import numpy as np
from spacy.attrs import NORM, ORTH
from spacy.tokens import Doc

_MOST = 100_000  # words kept, of 256 bytes each; then it starts again


class Memory:
    """Vectors of words, by spelling and normal form (which differ in parts like "wo" "n't").

    Args:
        embed: the layer; it gives for each document an array of one row a token.
        mark: tells the layer what it cannot see in a word itself.
    """

    def __init__(self, embed: Any, mark: Callable[[Sequence[Doc]], None]) -> None:
        self._embed, self._mark = embed, mark
        self._rows: dict[tuple[int, int], int] = {}
        self._vectors = self._none = np.zeros((0, embed.get_dim("nO")), dtype="float32")

    def __call__(self, model: Any, docs: Sequence[Doc], is_train: bool) -> Any:
        """The forward pass of a thinc layer; there is none back."""
        keys = [list(map(tuple, doc.to_array([ORTH, NORM]).tolist())) for doc in docs]
        new = {key for words in keys for key in words if key not in self._rows}
        if new:
            self._learn(docs[0].vocab, sorted(new))
        rows, vectors = self._rows, self._vectors
        found = [vectors[[rows[key] for key in words]] for words in keys]
        if len(rows) > _MOST:
            self._rows, self._vectors = {}, self._none
        return found, None

    def _learn(self, vocab: Any, keys: list[tuple[int, int]]) -> None:
        doc = Doc(vocab, words=[vocab.strings[orth] for orth, _ in keys])
        for token, (_, norm) in zip(doc, keys, strict=True):
            token.norm_ = vocab.strings[norm]
        self._mark([doc])
        self._rows.update(zip(keys, count(len(self._rows)), strict=False))
        self._vectors = np.concatenate([self._vectors, self._embed.predict([doc])[0]])
