"""The anonymizer: all recognizers over a text, consistent placeholders out.

A text is masked until nothing is found any more, so that masking a masked text
changes nothing. Placeholders (``<PERSON_1>``) are opaque to the recognizers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import chain, repeat, zip_longest
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from learning.anonymize import amounts, gazetteer, language
from learning.anonymize.joining import joined
from learning.anonymize.language import OPAQUE
from learning.anonymize.recognizers import (
    bank_account,
    birth_date,
    email,
    iban,
    ip_address,
    named,
    national_id,
    payment_card,
    person,
    phone,
    place,
    postcode,
    proper_noun,
    routing_number,
    street_address,
    token,
    url,
    username,
)
from learning.anonymize.recognizers import (
    known as known_names,
)
from learning.anonymize.spans import Span, merged
from learning.errors import SecretLeft

if TYPE_CHECKING:
    from spacy.tokens import Doc

_Find = Callable[[str], Iterator[Span]]
OF_WORDS: tuple[_Find, ...] = (email.find, url.find, username.find, ip_address.find)
OF_DIGITS: tuple[_Find, ...] = (  # nothing to find for them in a text without a digit
    iban.find,
    payment_card.find,
    national_id.find,
    routing_number.find,
    bank_account.find,
    token.find,
    phone.find,
    birth_date.find,
    postcode.find,
)
_DIGIT = re.compile(r"\d")
Amounts = Literal["keep", "bucket"]
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
        amounts: ``keep`` them, or ``bucket`` them (see ``amounts.bucketed``).
    """

    def __init__(self, *, trained: bool = True, amounts: Amounts = "keep") -> None:
        self._trained = trained
        self._amounts = amounts

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
        return self.anonymize_all([text], known, [state])[0]

    def anonymize_all(
        self,
        texts: Sequence[str],
        known: Sequence[str] = (),
        states: Sequence[Conversation | None] | None = None,
    ) -> list[Masked]:
        """Like ``anonymize`` for many texts at once, which is several times faster.

        Args:
            states: for each text, the conversation it belongs to.

        Raises:
            SecretLeft: see ``anonymize``.
        """
        return self.masked(texts, self.spans(texts, known), known, states)

    def masked(
        self,
        texts: Sequence[str],
        found: Sequence[Sequence[Span]],
        known: Sequence[str] = (),
        states: Sequence[Conversation | None] | None = None,
    ) -> list[Masked]:
        """The texts with placeholders for what was found in them.

        Raises:
            SecretLeft: see ``anonymize``.
        """
        states = states or [None] * len(texts)
        results = [
            Masked(self._rendered(text, spans, state or Conversation()), tuple(spans))
            for text, spans, state in zip(texts, found, states, strict=True)
        ]
        if known_names.survives((p for one in results for p in PLACEHOLDER.split(one.text)), known):
            raise SecretLeft("A known name or number is still readable after masking.")
        return results

    def spans(self, texts: Sequence[str], known: Sequence[str] = ()) -> list[list[Span]]:
        """What is personal in each text: looked for again until nothing new is found."""
        done: list[list[Span]] = [[] for _ in texts]
        left = list(range(len(texts)))
        while left:
            found = self._find([texts[i] for i in left], [done[i] for i in left], known)
            more = []
            for index, spans in zip(left, found, strict=True):
                now = joined(texts[index], merged([*done[index], *spans]))
                if now != done[index]:
                    done[index] = now
                    more.append(index)
            left = more
        return done

    def _find(
        self, texts: Sequence[str], done: Sequence[Sequence[Span]], known: Sequence[str]
    ) -> list[list[Span]]:
        """New spans outside what is ``done``, as offsets into the original ``texts``."""
        views = [_view(text, spans) for text, spans in zip(texts, done, strict=True)]
        docs = [self._nlp.make_doc(view) for view, _ in views]
        named = self._named.find(docs) if self._trained else repeat([])
        return [
            [
                Span(origin[start], origin[end - 1] + 1, span.label)
                for span in self._in(view, doc, known, spans)
                for start, end in _without_opaque(view, span)
            ]
            for (view, origin), doc, spans in zip(views, docs, named, strict=False)
        ]

    def _in(
        self, view: str, doc: Doc, known: Sequence[str], named: Sequence[Span]
    ) -> Sequence[Span]:
        """All finds; unknown words are a last resort, looked for outside the others."""
        found = merged([*self._listed(view, doc, known), *named])
        unknown = list(proper_noun.find(doc, found))
        return merged([*found, *unknown]) if unknown else found

    def _listed(self, view: str, doc: Doc, known: Sequence[str]) -> Iterator[Span]:
        """What lists and patterns find; of equal spans, these win over the network's."""
        if _DIGIT.search(view):
            for find in OF_DIGITS:
                yield from find(view)
        for find in OF_WORDS:
            yield from find(view)
        yield from street_address.find(view)
        yield from known_names.find(view, known)
        yield from self._places.find(doc)
        yield from self._people.find(doc)

    def _rendered(self, text: str, spans: Sequence[Span], state: Conversation) -> str:
        pieces: list[str] = []
        position = 0
        for span in [*spans, Span(len(text), len(text), "")]:
            kept = text[position : span.start]
            pieces.append(self._coarse(kept) if self._amounts == "bucket" else kept)
            if span.label:
                pieces.append(state.placeholder(span.label, text[span.start : span.end]))
            position = span.end
        return "".join(pieces)

    @staticmethod
    def _coarse(text: str) -> str:
        placeholders = PLACEHOLDER.findall(text)
        parts = [amounts.bucketed(part) for part in PLACEHOLDER.split(text)]
        return "".join(chain(*zip_longest(parts, placeholders, fillvalue="")))

    @cached_property
    def _nlp(self) -> Any:
        return language.blank()

    @cached_property
    def _named(self) -> named.Named:
        return named.Named(self._nlp)

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
