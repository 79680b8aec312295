"""Words that look like others: for invented names of people and places."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence


class Spelling:
    """Invents words that are spelled like those it was shown: chains of three letters."""

    def __init__(self, words: Sequence[str]) -> None:
        self._next: dict[str, list[str]] = defaultdict(list)
        for word in words:
            padded = f"^^{word}$"
            for index in range(len(padded) - 2):
                self._next[padded[index : index + 2]].append(padded[index + 2])

    def word(self, draw: random.Random) -> str:
        """A new word of 3 to 14 letters, capitalized."""
        while True:
            word = "^^"
            while word[-1] != "$":
                word += draw.choice(self._next[word[-2:]])
            if 3 <= len(word) - 3 <= 14:
                return word[2:-1].title()
