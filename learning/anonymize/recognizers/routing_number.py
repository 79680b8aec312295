"""US bank routing numbers, by the American Bankers Association's checksum."""

from __future__ import annotations

import re
from collections.abc import Iterator

from learning.anonymize.spans import Span

LABEL = "ROUTING_NUMBER"
_NINE = re.compile(r"(?<![\w.,$€£-])\d{9}(?![\w]|[.,]\d)")
_PREFIXES = (range(13), range(21, 33), range(61, 73), range(80, 81))


def is_valid(digits: str) -> bool:
    """True for nine digits with a Federal Reserve prefix and a right check digit."""
    if len(digits) != 9 or not digits.isdecimal():
        return False
    if not any(int(digits[:2]) in prefixes for prefixes in _PREFIXES):
        return False
    weighted = sum(int(d) * w for d, w in zip(digits, (3, 7, 1) * 3, strict=True))
    return weighted % 10 == 0 and int(digits) > 0


def find(text: str) -> Iterator[Span]:
    """Nine digits in a row that are a routing number."""
    for match in _NINE.finditer(text):
        if is_valid(match.group()):
            yield Span(*match.span(), LABEL)
