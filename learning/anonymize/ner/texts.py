"""Fills the sentences with values, and writes them the way people type."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from learning.anonymize.spans import Span

_SLOT = re.compile(r"\{(\w+)\}")
_CHOICE = re.compile(r"\(([^()]*\|[^()]*)\)")
_LABELS = {
    "person": "PERSON", "first": "PERSON", "last": "PERSON", "place": "LOCATION",
    "org": "ORGANIZATION", "address": "ADDRESS", "street": "ADDRESS",
}  # fmt: skip
_DIRECT = {
    "phone": "PHONE_NUMBER", "email": "EMAIL_ADDRESS", "card": "CREDIT_CARD", "iban": "IBAN_CODE",
    "account": "BANK_ACCOUNT", "handle": "USERNAME",
}  # fmt: skip
_OPAQUE = "\ufffc"


class Values(Protocol):
    """Where the values come from."""

    draw: random.Random

    def value(self, kind: str) -> str:
        """One value of ``kind``, on one or more lines."""


class Text(NamedTuple):
    """A text and the personal data in it."""

    text: str
    spans: tuple[Span, ...]


def texts(
    shapes: Sequence[str],
    values: Values,
    count: int,
    *,
    opaque: float = 0.0,
    ordinary: float = 0.0,
    numbers: bool = False,
) -> Iterator[Text]:
    """``count`` texts, each of one or more of ``shapes``.

    Args:
        opaque: share of the values that are given as masked already, without a label.
        ordinary: share of the texts in which words that are no names stand in their place.
        numbers: label phone numbers, addresses of mail and cards, too.
    """
    labels = {**_LABELS, **_DIRECT} if numbers else _LABELS
    draw = values.draw
    for index in range(count):
        parts = [_filled(shapes[index % len(shapes)], values, labels, opaque, ordinary)]
        while draw.random() < 0.2:
            parts.append(_filled(draw.choice(shapes), values, labels, opaque, ordinary))
        yield typed(_joined(parts, draw), draw)


def _filled(
    shape: str, values: Values, labels: dict[str, str], opaque: float, ordinary: float
) -> Text:
    shape = shape.replace("\\n", "\n")
    while match := _CHOICE.search(shape):
        chosen = values.draw.choice(match[1].split("|"))
        shape = shape[: match.start()] + chosen + shape[match.end() :]
    without = values.draw.random() < ordinary
    text, spans, position = "", [], 0
    for match in _SLOT.finditer(shape):
        text += shape[position : match.start()]
        position = match.end()
        kind = match[1]
        if values.draw.random() < opaque:
            text += _OPAQUE
            continue
        if without and kind in labels:
            text += values.value("ordinary")
            continue
        value = values.value(kind)
        if kind in labels:
            spans.append(Span(len(text), len(text) + len(value), labels[kind]))
        text += value
    return Text(text + shape[position:], tuple(spans))


def _joined(parts: Sequence[Text], draw: random.Random) -> Text:
    text, spans = "", []
    for part in parts:
        if text:
            text += draw.choice((". ", " ", "\n", "? ", ", ", "! "))
        spans += [Span(s.start + len(text), s.end + len(text), s.label) for s in part.spans]
        text += part.text
    return Text(text, tuple(spans))


def typed(made: Text, draw: random.Random) -> Text:
    """Capitals, lower case, capitals only, and slips of the finger outside the values."""
    text, chance = made.text, draw.random()
    if chance < 0.3:
        text = _same_length(text, str.lower)
    elif chance < 0.34:
        text = _same_length(text, str.upper)
    elif chance < 0.7:
        text = text[:1].upper() + text[1:] if len(text[:1].upper()) == 1 else text
    elif chance < 0.8 and made.spans:
        one = draw.choice(made.spans)
        case = draw.choice((str.lower, str.upper, str.title))
        text = text[: one.start] + _same_length(text[one.start : one.end], case) + text[one.end :]
    if draw.random() < 0.15:
        text = _slipped(text, made.spans, draw)
    if draw.random() < 0.3 and not text.endswith((".", "?", "!")):
        text += draw.choice((".", "?", "!", " :)", ".."))
    return Text(text, made.spans)


def _same_length(text: str, case: object) -> str:
    changed = (case(character) for character in text)  # type: ignore[operator]
    if case is str.title:
        return text.title() if len(text.title()) == len(text) else text
    return "".join(new if len(new) == 1 else old for new, old in zip(changed, text, strict=True))


def _slipped(text: str, spans: Sequence[Span], draw: random.Random) -> str:
    """Two letters of one word outside the values changed over."""
    inside = {i for span in spans for i in range(span.start - 1, span.end + 1)}
    free = [
        i for i in range(len(text) - 1) if text[i : i + 2].isalpha() and not {i, i + 1} & inside
    ]
    if not free:
        return text
    i = draw.choice(free)
    return text[:i] + text[i + 1] + text[i] + text[i + 2 :]


def write(path: Path, made: Iterable[Text]) -> None:
    """Writes texts with their gold spans, in presidio-research's format."""
    rows = [
        {
            "full_text": text,
            "spans": [
                {
                    "entity_type": span.label,
                    "entity_value": text[span.start : span.end],
                    "start_position": span.start,
                    "end_position": span.end,
                }
                for span in spans
            ],
        }
        for text, spans in made
    ]
    path.write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")
