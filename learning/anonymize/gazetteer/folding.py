"""The one spelling that names are compared in."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_UNDECOMPOSED = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i"}
)


@lru_cache(maxsize=65_536)
def folded(text: str) -> str:
    """Small letters without accents: people leave both out when they type."""
    small = text.casefold()
    if small.isascii():
        return small
    parts = unicodedata.normalize("NFKD", small.translate(_UNDECOMPOSED))
    return "".join(part for part in parts if not unicodedata.combining(part))
