"""International bank account numbers (ISO 13616), by their mod-97 check."""

from __future__ import annotations

import re
from collections.abc import Iterator

from learning.anonymize.spans import Span

LABEL = "IBAN"
_START = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?=[ -]?[A-Za-z0-9])")
_REST = re.compile(r"(?:[ -]?[A-Za-z0-9]){11,30}")
_SHORTEST, _LONGEST = 15, 34


def is_valid(iban: str) -> bool:
    """True when the letters and digits of ``iban`` satisfy ISO 7064 MOD 97-10."""
    compact = "".join(filter(str.isalnum, iban)).upper()
    if not (_SHORTEST <= len(compact) <= _LONGEST and compact.isascii()):
        return False
    rearranged = compact[4:] + compact[:4]
    return int("".join(str(int(character, 36)) for character in rearranged)) % 97 == 1


def find(text: str) -> Iterator[Span]:
    """IBANs written together or in groups, upper or lower case."""
    for start in _START.finditer(text):
        rest = _REST.match(text, start.end())
        end = _valid_end(text, start.start(), rest.end()) if rest else None
        if end is not None:
            yield Span(start.start(), end, LABEL)


def _valid_end(text: str, start: int, end: int) -> int | None:
    """The furthest end of a word at which the candidate is a valid IBAN.

    A grouped number may be followed by ordinary words that look like more groups.
    """
    for stop in range(end, start, -1):
        at_word_end = stop == len(text) or not text[stop].isalnum()
        if at_word_end and text[stop - 1].isalnum() and is_valid(text[start:stop]):
            return stop
    return None
