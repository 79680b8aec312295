"""Spans that belong together become one, and take in what plainly belongs to them.

A title goes with its name, a house number and a post code with their street, and two
streets that meet ("the corner of Mill Lane and High Street") are one address. These words
stand beside what was found whatever found it, so they are looked for here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from learning.anonymize.spans import Span, merged

_TITLE = re.compile(r"\b(?:mr|mrs|ms|miss|mx|dr|prof)\.? $", re.I)
_DEGREE = re.compile(r",? (?:md|phd|jr|sr|iii?|esq|dds|dvm)\b\.?", re.I)
_NUMBER_BEFORE = re.compile(r"(?<![\w.,:$€£-])\d{1,5}[ \n>]{1,2}$")
_CORNER = re.compile(r"\b(?:the )?(?:corner|junction|crossing) of $", re.I)
_CODE_AFTER = re.compile(r"[ ,\n]{1,3}\d{4,6}(?![\w.,]\d|\w)")
_MEETS = ("PERSON", "PLACE", "ADDRESS", "ORGANIZATION", "NAME", "KNOWN")


def joined(text: str, spans: Sequence[Span]) -> list[Span]:
    """``spans`` of ``text``, in order, grown and joined."""
    met: list[Span] = []
    for span in spans:
        before = met[-1] if met else None
        if before and _meet(text, before, span):
            met[-1] = Span(before.start, span.end, span.label)
        else:
            met.append(span)
    return merged(_grown(text, span) for span in met)


def _meet(text: str, one: Span, other: Span) -> bool:
    gap = text[one.end : other.start]
    return other.label == "ADDRESS" and one.label in _MEETS and gap.lower() == " and "


def _grown(text: str, span: Span) -> Span:
    start, end, label = span
    if label in ("PERSON", "NAME"):
        start = _start(_TITLE, text, start)
        degree = _DEGREE.match(text, end)
        end = degree.end() if degree else end
    if label == "ADDRESS":
        start = _start(_NUMBER_BEFORE, text, start)
        start = _start(_CORNER, text, start)
        code = _CODE_AFTER.match(text, end)
        end = code.end() if code else end
    return Span(start, end, label)


def _start(pattern: re.Pattern[str], text: str, start: int) -> int:
    match = pattern.search(text, max(0, start - 24), start)
    return match.start() if match else start
