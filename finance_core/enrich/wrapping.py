"""What banks wrap round a name: ways of paying, numbers, dates, purposes, places.

Each function takes one kind of it off. What it looks like is data (``noise.yml``); towns and
countries are cut only from text in capitals, as card networks send it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from finance_core.enrich import brands
from finance_core.enrich.phrases import fold, packaged, packaged_lines, plain

_MOST_ENDINGS = 6
_LONGEST_ENDING = 4  # words

_TOWN_AFTER_SLASHES = re.compile(r"(?<=[^\s:/])\s?//(?=[A-Z]).*$")
_TOWN_AFTER_STORE = re.compile(r"(?<=\w)\s#?\d{3,6}\s+[A-Z][A-Z .'-]*\s([A-Z]{2,3})(?=\s|$).*$")
_CURRENCY = r"(?:usd|eur|gbp|cad|aud|nzd|chf|czk|pln|sek|nok|dkk|huf|inr|jpy|[€$£])"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
_GLUED = re.compile(r"\b((?:POSC?|ATM|VD[PCA])(?=\d\d[A-Z]{3}\b)|[A-Z]{4,}(?=\d{6}))")
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


class Noise(NamedTuple):
    """The words of ``noise.yml`` as patterns and folded sets; what each means is said there."""

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


def without_endings(text: str, noise: Noise, *, keep_places: bool) -> str:
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
    return tidy(" ".join(words))


def spaced(description: str) -> str:
    """``description`` with a space between a name and the date or number glued to it."""
    return _GLUED.sub(r"\1 ", description)


def without_processor(text: str, noise: Noise) -> str:
    """``text`` without the payment processor before a star, as in ``SQ *CORNER CAFE``."""
    processor = noise.processors.match(plain(text)) if "*" in text or "SumUp" in text else None
    return text[processor.end() :] if processor else text


def without_card_words(description: str) -> str:
    """``description`` without the ways of paying that open it; transfers keep theirs."""
    opening = noise_words().openings.match(plain(description))
    rest = description[opening.end() :] if opening else ""
    return rest if any(map(str.isalnum, rest)) else description


def without_openings(text: str, noise: Noise) -> tuple[str, bool]:
    """``text`` without ways of paying at its start, and whether one of them was a transfer."""
    sent = False
    while True:
        letters = plain(text)
        transfer = noise.transfers.match(letters)
        opening = transfer or noise.openings.match(letters)
        rest = text[opening.end() :] if opening else ""
        if not any(map(str.isalnum, rest)) or fold(rest) in noise.endings:
            return text, sent
        text, sent = rest, sent or bool(transfer)


def without_noise(text: str, noise: Noise) -> str:
    """``text`` without references, dates, amounts, numbers, addresses and the town."""
    closing = noise.closings.search(plain(text))
    if closing:
        text = text[: closing.start()]
    if _MAYBE_NOISE.search(text):
        text = _NOISE.sub(" ", _without_town(text, noise))
    return tidy(text)


def _without_town(text: str, noise: Noise) -> str:
    """Cuts the town where the form of the text shows it: ``… 0331 DULUTH MN``, ``…//BONN/DE``."""
    slashes = _TOWN_AFTER_SLASHES.search(text)
    if slashes:
        return text[: slashes.start()]
    town = _TOWN_AFTER_STORE.search(text)
    return text[: town.start()] if town and town.group(1).lower() in noise.regions else text


def tidy(text: str) -> str:
    """``text`` with single spaces and no loose marks between words or at its ends."""
    return " ".join(_EDGES.sub("", _GLUE.sub(" ", text)).split())


def _without_ending(text: str, noise: Noise, *, keep_places: bool) -> str:
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


@lru_cache(maxsize=1)
def noise_words() -> Noise:
    """What ``noise.yml`` lists, read once."""
    lists: dict[str, list[str]] = packaged("noise.yml")
    numbers = r"(?:[\W_]*(?:\d[\d/.:,x*-]*|[x*•]+\d+)(?=[\s*]))*[\W_]*"
    return Noise(
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
