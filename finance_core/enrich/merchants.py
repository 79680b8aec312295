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
from finance_core.enrich.phrases import PhraseIndex, fold, packaged, packaged_lines, plain

UNKNOWN = "Unknown"

_LONGEST_TEXT = 160
_MOST_LAYERS = 12
_MOST_ENDINGS = 6
_LONGEST_ENDING = 4  # words
_UNMISTAKABLE = 7  # letters a single word needs to be a merchant in mid-text

_TOWN_AFTER_SLASHES = re.compile(r"(?<=[^\s:/])\s?//(?=[A-Z]).*$")
_TOWN_AFTER_STORE = re.compile(r"(?<=\w)\s#?\d{3,6}\s+[A-Z][A-Z .'-]*\s([A-Z]{2,3})(?=\s|$).*$")
_CURRENCY = r"(?:usd|eur|gbp|cad|aud|nzd|chf|czk|pln|sek|nok|dkk|huf|inr|jpy|[€$£])"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
_NAMED = re.compile(
    r"/NAME/\s*([^/]+)"
    r"|\bORIG CO NAME:\s*(.+?)(?=\s+(?:ORIG ID|CO ENTRY|DESC DATE|SEC)\b|$)"
    r"|\bNaam:\s*(.+?)(?=\s+(?:Machtiging|Omschrijving|IBAN|Kenmerk|Incassant)\b|$)"
    r"|^VIR(?:EMENT)? SEPA RECU /DE\s+([^/]+)"
    r"|\binz(?:ake)?\b\.?\s+(.+)"
    r"|^(?:NEFT|IMPS|RTGS)[ -]*(?:CR|DR)?-[A-Z\d]*\d[A-Z\d]*-([A-Z][^-/]*)",
    re.I,
)
_GLUED = re.compile(r"\b((?:POSC?|ATM|VD[PCA])(?=\d\d[A-Z]{3}\b)|[A-Z]{4,}(?=\d{6}))")
_STATION = re.compile(r"\bEE\.\s?SS\.|\bE\.\s?S\.(?=\s)")  # of fuel, in Spanish
_UPI = re.compile(r"^UPI[-/](?:(?:DR|CR|P2M|P2A|\d+)[-/])*([A-Za-z][^-/@]*)", re.I)
_NOISE = re.compile(
    "|".join(
        (
            r"https?://\S+",
            r"\bwww\.",
            r"(?<=\w)\.(?:com?|net|org|io|app|co\.uk|de|fr|es|it|nl|eu|cz|pl|se|no|dk|at|ch|be|ie)"
            r"\b(?:/\S*)?",
            rf"\b{_CURRENCY}\s?\d+(?:[.,]\d+)*\b",
            rf"\b\d+[.,]\d\d\s?{_CURRENCY}(?!\w)",
            r"\b\d{1,2}:\d\d(?::\d\d)?\b",
            rf"\b\d{{1,2}}[ -]?{_MONTH}(?:[ -]?\d{{2,4}})?\b",
            rf"(?<=\s){_MONTH}[ -]?(?:20)?\d\d\b",
            r"\b\d{1,2}[./-]\d{4}\b",
            r"\b\d{1,4}[./-]\d{1,2}(?:[./-]\d{2,4})?\b",
            r"\+?\d[\d().-]{6,}\d(?!\w)",
            r"\b\d{3}[ -]\d{3}[ -]?\d{4}\b",
            r"[x*•]{2,}[\d*x]*(?!\w)",
            r"#\s?\w*\d\w*",
            r"\bcb\s?\*\s?\d+",
            r"\b\d{2,}[x*]{2,}\w*",
            r"\b\w*\d\w*\d\w*\d\w*\b",
            r"\b(?=[A-Z\d]{6,}\b)(?![A-Z]{3,}[24][A-Z]{3,}\b)(?-i:[A-Z\d]*[A-Z]\d+[A-Z]+[A-Z\d]*)\b",
            r"\b(?:store|shop|branch|filiale|fil|terminal|unit|stn|t)[ -]?\d+\b",
            r"(?<=\w\s)\d{1,2}$",
        )
    ),
    re.I,
)
_MAYBE_NOISE = re.compile(r"[\d.:*#•]|xx", re.I)
_GLUE = re.compile(r"[*|~_/\\<>=;,\"]+|\s[-:.]+(?=\s|$)|[-:.]+\s|\s{2,}")
_EDGES = re.compile(r"^[\W_]+|[\s\-:.,;*/&+'(\[]+$")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_VOWELS = frozenset("AEIOUY")


class _Noise(NamedTuple):
    openings: re.Pattern[str]
    transfers: re.Pattern[str]
    processors: re.Pattern[str]
    closings: re.Pattern[str]
    endings: frozenset[str]
    nameless: frozenset[str]
    unmistakable: re.Pattern[str]
    legal: frozenset[str]
    regions: frozenset[str]
    places: frozenset[str]
    codes: frozenset[str]
    small: frozenset[str]
    joining: frozenset[str]


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
    noise = _noise()
    body = _without_processor(body, noise)
    known = _merchant_in(body)
    if known:
        return known
    opened, sent = _without_openings(body, noise)
    opened = _without_processor(opened, noise)
    known = _merchant_in(opened)
    if known:
        return known
    bare = _without_endings(_without_noise(opened, noise), noise, keep_places=sent)
    brand = None if sent else brands.brand_of(fold(bare))
    if brand:
        return brand.name
    return _titled(bare or _tidy(opened) or _tidy(body) or body)


def _without_endings(text: str, noise: _Noise, *, keep_places: bool) -> str:
    """Ways of paying, purposes, forms of companies and places off the end, in any order."""
    form = noise.unmistakable.search(plain(text))
    if form and any(map(str.isalpha, text[: form.start()])):
        text = text[: form.start()]
    for _ in range(_MOST_ENDINGS):
        shorter = _without_purpose(text, noise.endings, noise.nameless)
        shorter = _without_ending(shorter, noise, keep_places=keep_places)
        if shorter == text:
            break
        text = shorter
    return text


def _without_purpose(text: str, endings: frozenset[str], nameless: frozenset[str]) -> str:
    """How it was paid and what for, off the end; the first word always stays."""
    words = text.split()
    folded = [fold(word) for word in words]
    while len(words) > 1:
        longest = min(_LONGEST_ENDING, len(words) - 1)
        for count in range(longest, 0, -1):
            if " ".join(folded[-count:]) in endings:
                break
        else:
            break
        left = folded[:-count]
        if " ".join(left) in nameless or (len(left) == 1 and brands.trade_of(left[0])):
            break  # "Cash deposit"
        words, folded = words[:-count], folded[:-count]
    return _tidy(" ".join(words))


def spaced(description: str) -> str:
    """``description`` with a space between a name and the date or number glued to it."""
    return _GLUED.sub(r"\1 ", description)


def _without_processor(text: str, noise: _Noise) -> str:
    processor = noise.processors.match(plain(text)) if "*" in text or "SumUp" in text else None
    return text[processor.end() :] if processor else text


def without_card_words(description: str) -> str:
    """``description`` without the ways of paying that open it; transfers keep theirs."""
    opening = _noise().openings.match(plain(description))
    rest = description[opening.end() :] if opening else ""
    return rest if any(map(str.isalnum, rest)) else description


def _without_openings(text: str, noise: _Noise) -> tuple[str, bool]:
    sent = False
    while True:
        letters = plain(text)
        transfer = noise.transfers.match(letters)
        opening = transfer or noise.openings.match(letters)
        rest = text[opening.end() :] if opening else ""
        if not any(map(str.isalnum, rest)) or fold(rest) in noise.endings:
            return text, sent
        text, sent = rest, sent or bool(transfer)


def _without_noise(text: str, noise: _Noise) -> str:
    closing = noise.closings.search(plain(text))
    if closing:
        text = text[: closing.start()]
    if _MAYBE_NOISE.search(text):
        text = _NOISE.sub(" ", _without_town(text, noise))
    return _tidy(text)


def _without_town(text: str, noise: _Noise) -> str:
    """Cuts the town where the form of the text shows it: ``… 0331 DULUTH MN``, ``…//BONN/DE``."""
    slashes = _TOWN_AFTER_SLASHES.search(text)
    if slashes:
        return text[: slashes.start()]
    town = _TOWN_AFTER_STORE.search(text)
    return text[: town.start()] if town and town.group(1).lower() in noise.regions else text


def _tidy(text: str) -> str:
    return " ".join(_EDGES.sub("", _GLUE.sub(" ", text)).split())


def _without_ending(text: str, noise: _Noise, *, keep_places: bool) -> str:
    words = text.split()
    abroad = False
    while len(words) > 1:
        last = words[-1]
        folded = fold(last)
        if folded in noise.legal and (last.isupper() or len(folded) > 2):
            count = 1
        elif keep_places:
            break
        elif folded in noise.regions and last.isupper():
            count, abroad = 1, True
        else:
            count = _place_at_end(words, noise.places, abroad)
            if count and len(words) - count == 1 and brands.trade_of(fold(words[0])):
                break  # "Farmacia Ortega": what is left would be no name
        if not count or fold(words[-count - 1]) in noise.joining:
            break
        words = _EDGES.sub("", " ".join(words[:-count])).split()
    return " ".join(words)


def _place_at_end(words: list[str], places: frozenset[str], abroad: bool) -> int:
    for count in range(min(3, len(words) - 1), 0, -1):
        tail = " ".join(words[-count:])
        if (abroad or tail.isupper()) and fold(tail) in places:
            return count
    return 0


def _titled(text: str) -> str:
    """Title case for text in capitals; other text stays as somebody wrote it."""
    if not text.isupper():
        return text
    return _WORD.sub(_title_word, text)


def _title_word(found: re.Match[str]) -> str:
    word, lower = found.group(), found.group().lower()
    if lower in _noise().small and found.start():
        return lower
    if 1 < len(word) <= 4 and not _VOWELS & set(word) and lower not in _noise().codes:
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


@lru_cache(maxsize=1)
def _noise() -> _Noise:
    lists: dict[str, list[str]] = packaged("noise.yml")
    numbers = r"(?:[\W_]*(?:\d[\d/.:,x*-]*|[x*•]+\d+)(?=[\s*]))*[\W_]*"
    return _Noise(
        openings=re.compile(rf"[\W_]*{_any_of(lists['openings'])}{numbers}"),
        transfers=re.compile(rf"[\W_]*{_any_of(lists['transfers'])}{numbers}"),
        processors=re.compile(
            rf"{_any_of(lists['processors'])}[\s_]?\*+\s*(?=.*\w)|sumup\s?\.\s*(?=\w)"
        ),
        closings=re.compile(rf"(?<=\w)[\s*/,;:.-]+{_any_of(lists['closings'])}[\s:#.*-]"),
        endings=frozenset(map(fold, lists["endings"])),
        nameless=frozenset(map(fold, lists["nameless"])),
        unmistakable=re.compile(rf"(?<=\w)[\s,]+{_any_of(lists['unmistakable'])}[\s\W_]+(?=\w)"),
        legal=frozenset(map(fold, lists["legal"])),
        regions=frozenset(lists["regions"]),
        places=frozenset(map(fold, lists["places"])).union(packaged_lines("places.txt")),
        codes=frozenset(lists["regions"]).union(map(fold, lists["legal"])),
        small=frozenset(lists["small"]),
        joining=frozenset(lists["joining"]),
    )


def _any_of(phrases: list[str]) -> str:
    """Pattern of any of the phrases as whole words in plain text, longest first."""
    texts = sorted(map(fold, phrases), key=len, reverse=True)
    return rf"(?:{'|'.join(texts)})(?!\w)".replace(" ", r"[\s\W_]+")
