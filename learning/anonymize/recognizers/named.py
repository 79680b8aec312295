"""What the trained recognizer finds: people, places, companies and addresses in context."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from learning.anonymize import gazetteer, ner
from learning.anonymize.gazetteer import folded
from learning.anonymize.recognizers import person, place, street_address
from learning.anonymize.spans import Span

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc, Token
    from spacy.tokens import Span as SpacySpan

_LABELS = {
    "PERSON": person.LABEL,
    "LOCATION": place.LABEL,
    "ADDRESS": street_address.LABEL,
    "ORGANIZATION": "ORGANIZATION",
}
_DETERMINERS = frozenset(
    ("the", "a", "an", "my", "your", "his", "her", "its", "our", "their", "this", "that", "some")
)
_AT_ONCE = 256  # texts that go through the network together


class Named:
    """Finds entities with the network that ships with Penny; loads it when built."""

    def __init__(self, nlp: Language) -> None:
        self._network: Any = ner.load(nlp)

    def find(self, docs: Sequence[Doc]) -> Iterator[list[Span]]:
        """The spans of each document. Sets the documents' entities."""
        for doc in self._network.pipe(docs, batch_size=_AT_ONCE):
            yield [
                Span(one.start_char, one.end_char, _LABELS[one.label_])
                for one in doc.ents
                if any(map(str.isalnum, one.text)) and not _is_thing(one)
            ]


def _is_thing(found: SpacySpan) -> bool:
    """Words that name nobody: small talk, months and shops, and "the river", "my rose"."""
    if found.label_ in ("PERSON", "ORGANIZATION") and not found.text.islower():
        return False  # "April" and "ISA" may be anybody
    words = [token for token in found if any(map(str.isalpha, token.text))]
    if (words or found.label_ != "ADDRESS") and all(map(_names_nobody, words)):
        return True
    if len(found) > 1 or found.start == 0 or not found[0].is_lower:
        return False
    before = found.doc[found.start - 1].lower_
    return before in _DETERMINERS and gazetteer.load().is_english(folded(found.text))


def _names_nobody(token: Token) -> bool:
    lists, word = gazetteer.load(), token.lower_
    if word in lists.never or len(word) == 1:
        return True
    return token.is_stop and not (word in lists.wordy_first or word in lists.wordy_last)
