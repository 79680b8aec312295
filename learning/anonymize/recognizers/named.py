"""What the trained recognizer finds: people, places, companies and addresses in context."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Token
from spacy.tokens import Span as Entity

from learning.anonymize import ner
from learning.anonymize.recognizers import person, place, street_address
from learning.anonymize.spans import Span

_LABELS = {
    "PERSON": person.LABEL,
    "LOCATION": place.LABEL,
    "ADDRESS": street_address.LABEL,
    "ORGANIZATION": "ORGANIZATION",
}
_TITLES = frozenset(
    ("mr", "mrs", "ms", "miss", "mx", "dr", "prof", "sir", "mr.", "mrs.", "ms.", "dr.", "prof.")
)
_DEGREES = frozenset(("md", "phd", "jr", "sr", "jr.", "sr.", "ii", "iii", "esq", "dds", "dvm"))
_LONGEST_NUMBER = 5  # digits of a house number; a post code may have one more
_AT_ONCE = 64  # texts that go through the network together


class Named:
    """Finds entities with the network that ships with Penny; loads it when built."""

    def __init__(self, nlp: Language) -> None:
        self._network: Any = ner.load(nlp)

    def find(self, docs: Sequence[Doc]) -> Iterator[list[Span]]:
        """The spans of each document. Sets the documents' lemmas and entities."""
        ner.mark(docs)
        for doc in self._network.pipe(docs, batch_size=_AT_ONCE):
            yield [
                _span(doc, *_grown(doc, one), _LABELS[one.label_])
                for one in doc.ents
                if any(map(str.isalnum, one.text))
            ]


def _span(doc: Doc, start: int, end: int, label: str) -> Span:
    part = doc[start:end]
    return Span(part.start_char, part.end_char, label)


def _grown(doc: Doc, entity: Entity) -> tuple[int, int]:
    """Token bounds of an entity, with what plainly belongs to it on either side."""
    start, end = entity.start, entity.end
    if entity.label_ == "PERSON":
        if start and doc[start - 1].lower_ in _TITLES:
            start -= 1
        if end < len(doc) and doc[end].lower_ in _DEGREES:
            end += 1
    if entity.label_ == "ADDRESS":
        if start and _is_number(doc[start - 1], _LONGEST_NUMBER):
            start -= 1
        if start > 1 and doc[start - 1].lower_ == "of" and doc[start - 2].lower_ == "corner":
            start -= 2
        after = end + 1 if end < len(doc) and doc[end].is_space else end
        if after < len(doc) and _is_number(doc[after], _LONGEST_NUMBER + 1):
            end = after + 1
    return start, end


def _is_number(token: Token, longest: int) -> bool:
    return token.text.isdecimal() and len(token) <= longest
