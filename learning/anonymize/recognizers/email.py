"""E-mail addresses (the common part of RFC 5321)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from learning.anonymize.spans import Span

LABEL = "EMAIL"
_ADDRESS = re.compile(
    r"(?<![\w.+-])[\w.!#$%&'*+/=?^`{|}~-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}"
)
_SPOKEN = re.compile(
    r"\b[\w.+-]{1,64} ?(?:\(at\)|\[at\]) ?[\w-]{1,63} ?(?:\.|\(dot\)|\[dot\]) ?[a-z]{2,24}\b", re.I
)


def find(text: str) -> Iterator[Span]:
    """Addresses with a dotted domain, and the ``name (at) domain`` spelling."""
    if "@" not in text and "at)" not in text.lower() and "at]" not in text.lower():
        return
    for pattern in (_ADDRESS, _SPOKEN):
        for match in pattern.finditer(text):
            yield Span(*match.span(), LABEL)
