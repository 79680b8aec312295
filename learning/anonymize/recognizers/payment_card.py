"""Payment card numbers (ISO/IEC 7812), by issuer prefix and the Luhn check."""

from __future__ import annotations

import re
from collections.abc import Iterator

from learning.anonymize.spans import Span

LABEL = "CARD"
_CANDIDATE = re.compile(r"(?<![\w.])[2-6](?:[ -]?\d){11,18}(?![\w])")


def luhn(digits: str) -> bool:
    """True when the last digit is the Luhn check digit of the others."""
    doubled = (int(digit) * (1 + index % 2) for index, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def find(text: str) -> Iterator[Span]:
    """Numbers of 12 to 19 digits that pass the Luhn check."""
    for match in _CANDIDATE.finditer(text):
        if luhn("".join(filter(str.isdigit, match.group()))):
            yield Span(*match.span(), LABEL)
