"""Web addresses: they carry names, account pages and session tokens."""

from __future__ import annotations

import re
from collections.abc import Iterator

from learning.anonymize.spans import Span

LABEL = "URL"
_SCHEME = re.compile(r"\b(?:https?|ftp)://[^\s<>\"'\ufffc]+", re.I)
_BARE = re.compile(
    r"(?<![\w@.-])(?:www\.[\w-]+(?:\.[\w-]+)*|(?:[\w-]+\.)+(?:com|org|net|info|biz|io|co|uk|de|fr|es|nl|"
    r"eu|ca|au|ch|se|dk|fi|pl|cz|pt|ie|ru|jp|cn|br|mx|app|dev|bank|tv|ly|gov|edu))"
    r"(?:[:/?#][^\s<>\"'\ufffc]*)?(?![\w@-])",
    re.I,
)
_TRAILING = ".,;:!?)]}'\""


def find(text: str) -> Iterator[Span]:
    """Addresses with a scheme, and bare host names of common domains."""
    for pattern in (_SCHEME, _BARE):
        for match in pattern.finditer(text):
            address = match.group().rstrip(_TRAILING)
            yield Span(match.start(), match.start() + len(address), LABEL)
