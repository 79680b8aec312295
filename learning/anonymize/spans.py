"""What a recognizer finds, and how finds that touch become one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Span(NamedTuple):
    """Characters ``start`` to ``end`` (end excluded) of a text hold a ``label``."""

    start: int
    end: int
    label: str


def merged(spans: Iterable[Span]) -> list[Span]:
    """Spans that overlap become one over all their characters, in text order.

    The longest one of a group gives the label, so a card number inside a longer
    URL is masked as the URL. At equal length the one given first wins.
    """
    groups: list[tuple[int, int, Span]] = []
    for span in sorted(spans, key=lambda one: one.start):
        if groups and span.start < groups[-1][1]:
            start, end, longest = groups[-1]
            if span.end - span.start > longest.end - longest.start:
                longest = span
            groups[-1] = (start, max(end, span.end), longest)
        else:
            groups.append((span.start, span.end, span))
    return [Span(start, end, longest.label) for start, end, longest in groups]
