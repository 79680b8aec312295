"""IP addresses, versions 4 and 6, as the standard library reads them."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from learning.anonymize.spans import Span

LABEL = "IP"
_CANDIDATE = re.compile(
    r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|(?=[0-9a-f]*:[0-9a-f:]*)[0-9a-f:]{2,39}(?:\.\d{1,3}){0,3})"
    r"(?![\w:]|\.\d)",
    re.I,
)


def is_valid(address: str) -> bool:
    """True for an address of either version."""
    try:
        ipaddress.ip_address(address)
    except ValueError:
        return False
    return True


def find(text: str) -> Iterator[Span]:
    """Addresses; ``::`` alone and clock times are none."""
    for match in _CANDIDATE.finditer(text):
        if len(match.group()) > 3 and is_valid(match.group()):
            yield Span(*match.span(), LABEL)
