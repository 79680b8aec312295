"""Postal codes that pin down a street or a town."""

from __future__ import annotations

import re
from collections.abc import Iterator

from learning.anonymize.spans import Span

LABEL = "POSTCODE"
_STATES = (
    "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ "
    "NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC PR VI AE AP AA"
).replace(" ", "|")
_PATTERNS = (
    re.compile(r"(?<!\w)[A-Z]{1,2}\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2}(?!\w)"),  # United Kingdom
    re.compile(r"(?<!\w)[ABCEGHJ-NPRSTVXY]\d[A-Z][ -]?\d[A-Z]\d(?!\w)"),  # Canada
    re.compile(rf"(?<!\w)(?:{_STATES})[ ,]\s?\d{{5}}(?:-\d{{4}})?(?!\w)"),  # state and ZIP
    re.compile(r"(?<![\w.,$€£-])\d{5}-\d{4}(?![\w-])"),  # ZIP+4
)
_ANNOUNCED = re.compile(
    r"\b(?:zip|post|postal)(?:[ -]?code)?\b(?: (?:is|of|at|in))?[ :#]{0,3}"
    r"((?=\w*\d)\w{3,5}(?:[ -]\w{2,4})?)",
    re.I,
)


def find(text: str) -> Iterator[Span]:
    """British, Canadian and American codes, and any announced one."""
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            yield Span(*match.span(), LABEL)
    for match in _ANNOUNCED.finditer(text):
        yield Span(*match.span(1), LABEL)
