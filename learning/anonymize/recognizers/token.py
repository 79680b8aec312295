"""Machine-made identifiers: UUIDs, access tokens, long hexadecimal keys."""

from __future__ import annotations

import re
from collections.abc import Iterator

from learning.anonymize.spans import Span

LABEL = "TOKEN"
_UUID = re.compile(r"(?<!\w)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?!\w)", re.I)
_RUN = re.compile(r"(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[A-Za-z0-9_-]{16,}={0,2}(?![\w-])")
_ANNOUNCED = re.compile(
    r"\b(?:password|passcode|pin|token|otp|security code|cvv|cvc|api key)\b"
    r"(?: (?:is|was|code|number))*[ :=]{1,3}"
    r"((?=\S*\d)[^\s,;\ufffc]{3,})",
    re.I,
)


def find(text: str) -> Iterator[Span]:
    """UUIDs, mixed runs of 16 or more letters and digits, and announced secrets."""
    for pattern in (_UUID, _RUN):
        for match in pattern.finditer(text):
            yield Span(*match.span(), LABEL)
    for match in _ANNOUNCED.finditer(text):
        yield Span(*match.span(1), LABEL)
