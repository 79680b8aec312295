"""Names and numbers that the person's own ledger holds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from learning.anonymize.spans import Span

LABEL = "KNOWN"
_WORDS = re.compile(r"[^\W_]+")
_GAP = r"[\W_]*"
_TELLING = 6  # letters or digits that are telling even inside another word
_FEWEST = 2  # letters or digits; less would mask half of every sentence


def find(text: str, known: Iterable[str]) -> Iterator[Span]:
    """Every place where one of ``known`` stands as a word, whatever its case or spacing."""
    pattern = _pattern(tuple(known))
    if pattern is None:
        return
    for match in pattern.finditer(text):
        yield Span(*match.span(), LABEL)


def survives(parts: Iterable[str], known: Iterable[str]) -> bool:
    """True when one of ``known`` can still be read in one of ``parts``.

    Checked apart from ``find``, and more suspicious: longer names and numbers also
    count inside other words, whatever stands between their letters.
    """
    secrets = {_squeezed(secret) for secret in known}
    for part in parts:
        squeezed = _squeezed(part)
        if any(len(secret) >= _TELLING and secret in squeezed for secret in secrets):
            return True
        if next(find(part, known), None):
            return True
    return False


def _squeezed(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


@lru_cache(maxsize=64)
def _pattern(known: tuple[str, ...]) -> re.Pattern[str] | None:
    usable = {_spelling(secret) for secret in known if sum(map(str.isalnum, secret)) >= _FEWEST}
    longest_first = sorted(usable, key=lambda one: (-len(one), one))
    if not longest_first:
        return None
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(longest_first)})(?![^\W_])", re.IGNORECASE)


def _spelling(secret: str) -> str:
    """Numbers may be grouped anyhow; words may be parted by anything but letters and digits."""
    if sum(map(str.isdigit, secret)) * 2 > len(secret):
        return _GAP.join(filter(str.isalnum, secret))
    return _GAP.join(_WORDS.findall(secret))
