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
_BEFORE = frozenset(("in", "from", "to", "at", "near", "around", "via", "through", "visiting"))


class Places:
    """Finds places of the gazetteer.

    Countries count in any spelling, cities capitalized or after "in", "from", "to",
    and places that are ordinary words too only capitalized after one of these.
    """

    def __init__(self, names: Gazetteer) -> None:
        self._names = names
        lengths: dict[str, set[int]] = defaultdict(set)
        for name in names.places | names.wordy_places:
            words = _WORDS.findall(name)
            lengths[words[0]].add(len(words))
        self._lengths = {head: sorted(found, reverse=True) for head, found in lengths.items()}

    def find(self, doc: Doc) -> Iterator[Span]:
        """The longest place at each position."""
        words = [folded(token.text) for token in doc]
        index = 0
        while index < len(doc):
            length = self._length_at(doc, words, index)
            if length:
                place = doc[index : index + length]
                yield Span(place.start_char, place.end_char, LABEL)
            index += length or 1

    def _length_at(self, doc: Doc, words: list[str], index: int) -> int:
        capital = doc[index].text[:1].isupper()
        announced = index > 0 and words[index - 1] in _BEFORE
        for length in self._lengths.get(words[index], ()):
            place = folded(doc[index : index + length].text)
            if place in self._names.countries:
                return length
            if place in self._names.places and (capital or announced):
                return length
            if place in self._names.wordy_places and capital and announced:
                return length
        return 0
