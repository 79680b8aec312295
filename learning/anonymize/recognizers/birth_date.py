"""Dates of birth: announced ones, and full dates too old to be about a payment."""

from __future__ import annotations

import re
from collections.abc import Iterator

from learning.anonymize.spans import Span

LABEL = "BIRTH_DATE"
_MONTHS = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DATE = (
    r"(?:\d{4}[-./]\d{1,2}[-./]\d{1,2}(?!\d)|\d{1,2}[-./]\d{1,2}[-./](?:\d{4}|\d{2})(?!\d)"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTHS},? (?:\d{{4}}|'?\d{{2}})(?!\d)"
    rf"|{_MONTHS} \d{{1,2}}(?:st|nd|rd|th)?,? (?:\d{{4}}|'\d{{2}})(?!\d))"
)
_ANNOUNCED = re.compile(
    rf"\b(?:born|birth|birthday|birthdate|d\.?o\.?b\.?)(?!\w)\D{{0,20}}?({_DATE})", re.I
)
_FULL = re.compile(rf"(?<![\w./-]){_DATE}(?: \d{{1,2}}:\d{{2}}(?::\d{{2}})?)?", re.I)
_YEAR = re.compile(r"(?<!\d)(?:19\d\d|200\d|201[0-2])(?!\d)")


def find(text: str) -> Iterator[Span]:
    """Dates after a word of birth, and full dates of the years 1900 to 2012."""
    for match in _ANNOUNCED.finditer(text):
        yield Span(*match.span(1), LABEL)
    for match in _FULL.finditer(text):
        if _YEAR.search(match.group()):
            yield Span(*match.span(), LABEL)
