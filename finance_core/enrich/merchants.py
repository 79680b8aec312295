"""From raw bank text to a name a person recognises.

Banks wrap the name in ways of paying, card numbers, dates, references and towns.
The wrapping is peeled off until nothing more comes off, which makes cleaning
idempotent: ``clean(clean(text)) == clean(text)``. What wrapping looks like is data
(``noise.yml``), and so are the merchants known by name (``merchants.yml``).

Towns and countries are cut only from text in capitals, as card networks send it;
the result is never in capitals alone, so a name such as Jack London survives.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from finance_core.enrich import brands
from finance_core.enrich.phrases import PhraseIndex, fold, packaged
from finance_core.enrich.wrapping import (
    noise_words,
    spaced,
    tidy,
    without_endings,
    without_noise,
    without_openings,
    without_processor,
)

UNKNOWN = "Unknown"

_LONGEST_TEXT = 160
_MOST_LAYERS = 12
_UNMISTAKABLE = 7  # letters a single word needs to be a merchant in mid-text

_NAMED = re.compile(
    r"/NAME/\s*([^/]+)"
    r"|\bORIG CO NAME:\s*(.+?)(?=\s+(?:ORIG ID|CO ENTRY|DESC DATE|SEC)\b|$)"
    r"|\bNaam:\s*(.+?)(?=\s+(?:Machtiging|Omschrijving|IBAN|Kenmerk|Incassant)\b|$)"
    r"|^VIR(?:EMENT)? SEPA RECU /DE\s+([^/]+)"
    r"|\binz(?:ake)?\b\.?\s+(.+)"
    r"|^(?:NEFT|IMPS|RTGS)[ -]*(?:CR|DR)?-[A-Z\d]*\d[A-Z\d]*-([A-Z][^-/]*)",
    re.I,
)
_STATION = re.compile(r"\bEE\.\s?SS\.|\bE\.\s?S\.(?=\s)")  # of fuel, in Spanish
_UPI = re.compile(r"^UPI[-/](?:(?:DR|CR|P2M|P2A|\d+)[-/])*([A-Za-z][^-/@]*)", re.I)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_VOWELS = frozenset("AEIOUY")


class _Known(NamedTuple):
    anywhere: PhraseIndex[str]
    whole: PhraseIndex[str]
    categories: dict[str, str]


def clean(description: str, hint: str | None = None) -> str:
    """Readable merchant or counterparty of a bank's text.

    Args:
        description: raw text of the bank, in any language and case.
        hint: the bank's own merchant name, which is preferred when there is one.

    Returns:
        A name, never empty; ``Unknown`` when the text says nothing at all.
        Cleaning a cleaned name changes nothing.
    """
    return _clean(hint if hint and hint.strip() else description)


def usual_category(merchant: str) -> str | None:
    """Category of what a merchant known by name usually sells."""
    return _known().categories.get(merchant)


def brand_category(merchant: str) -> str | None:
    """What the brand sells that a cleaned name is; less sure than ``usual_category``."""
    brand = brands.brand_of(fold(merchant))
    return brand.category if brand else None


def is_listed(folded: str) -> bool:
    """Whether a folded name is the name or a spelling of a merchant known by name."""
    known = _known()
    return bool(
        known.whole.whole(folded) or known.anywhere.whole(folded) or brands.is_listed(folded)
    )


@lru_cache(maxsize=65536)
def _clean(text: str) -> str:
    names = _known().categories
    for _ in range(_MOST_LAYERS):
        if text in names or brands.is_name(text):
            return text
        peeled = _peel(text)
        if peeled == text:
            return text
        text = peeled
    return UNKNOWN


def _peel(text: str) -> str:
    """One layer of wrapping off ``text``."""
    body = " ".join(unicodedata.normalize("NFKC", text[:_LONGEST_TEXT]).split())
    if not any(map(str.isalnum, body)):
        return UNKNOWN
    if body == body.lower():
        body = body.upper()
    body = _STATION.sub(" ", spaced(body)) if "SS." in body or ".S." in body else spaced(body)
    structured = _NAMED.search(body) or _UPI.match(body)
    if structured:
        body = next(filter(None, structured.groups())).strip()
    noise = noise_words()
    body = without_processor(body, noise)
    known = _merchant_in(body)
    if known:
        return known
    opened, sent = without_openings(body, noise)
    opened = without_processor(opened, noise)
    known = _merchant_in(opened)
    if known:
        return known
    bare = without_endings(without_noise(opened, noise), noise, keep_places=sent)
    brand = None if sent else brands.brand_of(fold(bare))
    if brand:
        return brand.name
    return _titled(bare or tidy(opened) or tidy(body) or body)


def _titled(text: str) -> str:
    """Title case for text in capitals; other text stays as somebody wrote it."""
    if not text.isupper():
        return text
    return _WORD.sub(_title_word, text)


def _title_word(found: re.Match[str]) -> str:
    word, lower = found.group(), found.group().lower()
    if lower in noise_words().small and found.start():
        return lower
    if 1 < len(word) <= 4 and not _VOWELS & set(word) and lower not in noise_words().codes:
        return word
    head, mark, tail = word.partition("'")
    if mark and len(head) == 1 and len(tail) > 1:
        return f"{head}'{tail.capitalize()}"
    return word[0] + lower[1:] if len(lower) == len(word) else word.capitalize()


def _merchant_in(text: str) -> str | None:
    """The known merchant that ``text`` begins with, or else mentions unmistakably."""
    known = _known()
    folded = fold(text)
    whole = known.whole.whole(folded)
    if whole:
        return whole
    best: tuple[int, str] | None = None
    words = folded.split()
    for position, count, name in known.anywhere.found(words):
        length = sum(map(len, words[position : position + count]))
        if position and count == 1 and length < _UNMISTAKABLE:
            continue
        if position == 0:
            return name
        if best is None or length > best[0]:
            best = length, name
    return best[1] if best else None


@lru_cache(maxsize=1)
def _known() -> _Known:
    anywhere: dict[str, str] = {}
    whole: dict[str, str] = {}
    categories: dict[str, str] = {}
    for category, merchants in packaged("merchants.yml").items():
        for name, spellings in merchants.items():
            categories[name] = category
            alone = {fold(text) for text in spellings if text.startswith("=")}
            for text in [name, *spellings]:
                (whole if fold(text) in alone else anywhere)[text] = name
    return _Known(PhraseIndex(anywhere), PhraseIndex(whole), categories)
