"""Countries, states and cities: where somebody lives, travels or sends money."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from learning.anonymize.gazetteer import Gazetteer, folded
from learning.anonymize.spans import Span

if TYPE_CHECKING:
    from spacy.tokens import Doc

LABEL = "PLACE"
_WORDS = re.compile(r"[\w']+|[^\w\s]")  # as the tokenizer parts them
_NONE = ""
_BEFORE = frozenset(("in", "from", "to", "at", "near", "around", "via", "through", "visiting"))


class Places:
    """Finds places of the gazetteer.

    Countries count in any spelling, cities capitalized or after "in", "from", "to",
    and places that are ordinary words too only capitalized after one of these.
    """

    def __init__(self, names: Gazetteer) -> None:
        self._names = names
        self._lengths: dict[str, dict[str, set[int]]] = defaultdict(dict)  # by the first two words
        for name in names.places | names.wordy_places:
            first, second, *more = [*_WORDS.findall(name), _NONE]
            self._lengths[first].setdefault(second, set()).add(len(more) + 1)

    def find(self, doc: Doc) -> Iterator[Span]:
        """The longest place at each position."""
        words = [token.text for token in doc]
        plain = [folded(word) for word in words]
        heads = self._lengths
        index = 0
        while index < len(words):
            length = self._length_at(doc, words, plain, index) if plain[index] in heads else 0
            if length:
                place = doc[index : index + length]
                yield Span(place.start_char, place.end_char, LABEL)
            index += length or 1

    def _length_at(self, doc: Doc, words: list[str], plain: list[str], index: int) -> int:
        lengths = self._lengths[plain[index]]
        second = plain[index + 1] if index + 1 < len(plain) else _NONE
        capital = words[index][:1].isupper()
        announced = index > 0 and plain[index - 1] in _BEFORE
        fitting = lengths.get(second, set()) | lengths.get(_NONE, set())
        for length in sorted(fitting, reverse=True):
            place = plain[index] if length == 1 else folded(doc[index : index + length].text)
            if place in self._names.countries:
                return length
            if place in self._names.places and (capital or announced):
                return length
            if place in self._names.wordy_places and capital and announced:
                return length
        return 0
