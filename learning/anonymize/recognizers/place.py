"""Countries, states and cities: where somebody lives, travels or sends money."""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Doc

from learning.anonymize.gazetteer import Gazetteer
from learning.anonymize.spans import Span

LABEL = "PLACE"
_LONGEST = 4  # words
_BEFORE = frozenset(("in", "from", "to", "at", "near", "around", "via", "through", "visiting"))


class Places:
    """Finds places of the gazetteer: capitalized, or in lower case after "in", "from", "to"."""

    def __init__(self, names: Gazetteer) -> None:
        self._places = names.places
        self._heads = frozenset(place.split()[0] for place in names.places)

    def find(self, doc: Doc) -> Iterator[Span]:
        """The longest place at each position."""
        index = 0
        while index < len(doc):
            length = self._length_at(doc, index)
            if length:
                place = doc[index : index + length]
                yield Span(place.start_char, place.end_char, LABEL)
            index += length or 1

    def _length_at(self, doc: Doc, index: int) -> int:
        token = doc[index]
        announced = index > 0 and doc[index - 1].lower_ in _BEFORE
        if token.lower_ not in self._heads or not (token.text[0].isupper() or announced):
            return 0
        for length in range(min(_LONGEST, len(doc) - index), 0, -1):
            if doc[index : index + length].text.casefold() in self._places:
                return length
        return 0
