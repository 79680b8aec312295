"""The anonymizer: all recognizers over a text, consistent placeholders out.

A text is masked until nothing is found any more, so that masking a masked text
changes nothing. Placeholders (``<PERSON_1>``) are opaque to the recognizers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from learning.anonymize import gazetteer, language
from learning.anonymize.language import OPAQUE
from learning.anonymize.recognizers import (
    bank_account,
    birth_date,
    email,
    iban,
    ip_address,
    national_id,
    payment_card,
    person,
    phone,
    place,
    postcode,
    routing_number,
    street_address,
    token,
    url,
)
from learning.anonymize.recognizers import (
    known as known_names,
)
from learning.anonymize.spans import Span, merged
from learning.errors import SecretLeft

RECOGNIZERS: tuple[Callable[[str], Iterator[Span]], ...] = (
    iban.find,
    payment_card.find,
    national_id.find,
    routing_number.find,
    bank_account.find,
    email.find,
    url.find,
    ip_address.find,
    token.find,
    phone.find,
    birth_date.find,
    street_address.find,
    postcode.find,
)
PLACEHOLDER = re.compile(r"<[A-Z][A-Z_]*_\d+>")


class Masked(NamedTuple):
    """A text without personal data; ``spans`` are offsets into the original text."""

    text: str
    spans: tuple[Span, ...]


@dataclass
class Conversation:
    """Which placeholder stands for what, while one conversation is masked; never stored."""

    placeholders: dict[tuple[str, str], str] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def placeholder(self, label: str, value: str) -> str:
        """The same placeholder for the same value, whatever its case or spacing."""
        key = (label, " ".join(value.casefold().split()))
        if key not in self.placeholders:
            self.counts[label] += 1
            self.placeholders[key] = f"<{label}_{self.counts[label]}>"
        return self.placeholders[key]


class Anonymizer:
    """Masks personal data. Building one is cheap; lists and network are read on first use.

    Args:
        trained: use the trained recognizer besides lists and patterns.
    """

    def __init__(self, *, trained: bool = True) -> None:
        self._trained = trained

    def anonymize(
        self, text: str, known: Sequence[str] = (), state: Conversation | None = None
    ) -> Masked:
        """Replaces personal data in ``text`` by numbered placeholders.

        Args:
            text: what somebody wrote.
            known: names and numbers of this person that must not survive.
            state: carries the numbering through the texts of one conversation.

        Raises:
            SecretLeft: something of ``known`` is still readable; nothing may be stored.
        """
        state = state or Conversation()
        spans: list[Span] = []
        while found := self._find(text, spans, known):
            spans = merged([*spans, *found])
        masked = _rendered(text, spans, state)
        if known_names.survives(PLACEHOLDER.split(masked), known):
            raise SecretLeft("A known name or number is still readable after masking.")
        return Masked(masked, tuple(spans))

    def _find(self, text: str, done: Sequence[Span], known: Sequence[str]) -> list[Span]:
        """New spans outside what is ``done``, as offsets into the original ``text``."""
        view, origin = _view(text, done)
        found = [span for find in RECOGNIZERS for span in find(view)]
        found += known_names.find(view, known)
        doc = self._nlp(view)
        found += self._places.find(doc)
        found += self._people.find(doc)
        return [
            Span(origin[start], origin[end - 1] + 1, span.label)
            for span in merged(found)
            for start, end in _without_opaque(view, span)
        ]

    @cached_property
    def _nlp(self) -> Any:
        return language.blank()

    @cached_property
    def _people(self) -> person.PersonNames:
        return person.PersonNames(self._nlp, gazetteer.load())

    @cached_property
    def _places(self) -> place.Places:
        return place.Places(gazetteer.load())


@lru_cache(maxsize=1)
def default() -> Anonymizer:
    """The process's anonymizer."""
    return Anonymizer()


def anonymize(text: str, known: Sequence[str] = (), state: Conversation | None = None) -> Masked:
    """Masks one text with the default anonymizer; see ``Anonymizer.anonymize``."""
    return default().anonymize(text, known, state)


def anonymize_records(
    records: Iterable[dict[str, Any]], anonymizer: Anonymizer | None = None
) -> Iterator[dict[str, Any]]:
    """Masks ``text`` of each record and keeps the rest.

    Records of one ``conversation`` (or ``conversation_id``, or ``sender_id``) share
    their numbering; without any of these, each record is its own conversation.
    """
    anonymizer = anonymizer or default()
    states: dict[Any, Conversation] = {}
    for record in records:
        keys = (record.get(name) for name in ("conversation", "conversation_id", "sender_id"))
        key = next((key for key in keys if key is not None), None)
        state = states.setdefault(key, Conversation()) if key is not None else None
        text = record.get("text")
        masked = anonymizer.anonymize(text, state=state).text if isinstance(text, str) else text
        yield {**record, "text": masked} if "text" in record else dict(record)


def _opaque_parts(text: str, done: Sequence[Span]) -> list[Span]:
    placeholders = (Span(*match.span(), "") for match in PLACEHOLDER.finditer(text))
    return merged([*done, *placeholders])


def _view(text: str, done: Sequence[Span]) -> tuple[str, list[int]]:
    """``text`` with one opaque character for each masked part, and where each character was."""
    characters: list[str] = []
    origin: list[int] = []
    position = 0
    for part in [*_opaque_parts(text, done), Span(len(text), len(text), "")]:
        characters.extend(text[position : part.start])
        origin.extend(range(position, part.start))
        if part.end > part.start:
            characters.append(OPAQUE)
            origin.append(part.start)
        position = part.end
    return "".join(characters), origin


def _without_opaque(view: str, span: Span) -> Iterator[tuple[int, int]]:
    """The stretches of ``span`` between masked parts that hold a letter or digit."""
    for match in re.finditer(rf"[^{OPAQUE}]+", view[span.start : span.end]):
        stretch = match.group()
        if any(map(str.isalnum, stretch)):
            start = span.start + match.start() + len(stretch) - len(stretch.lstrip())
            yield start, start + len(stretch.strip())


def _rendered(text: str, spans: Sequence[Span], state: Conversation) -> str:
    pieces: list[str] = []
    position = 0
    for span in spans:
        pieces += (
            text[position : span.start],
            state.placeholder(span.label, text[span.start : span.end]),
        )
        position = span.end
    return "".join([*pieces, text[position:]])
