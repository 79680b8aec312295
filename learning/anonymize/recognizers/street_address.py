"""Postal addresses: number and street, unit, and the lines down to the post code."""

from __future__ import annotations

import re
from collections.abc import Iterator

from learning.anonymize import gazetteer
from learning.anonymize.gazetteer import folded
from learning.anonymize.recognizers.street_words import ENDINGS, HEADS
from learning.anonymize.spans import Span

LABEL = "ADDRESS"
_WORD = r"[^\W\d_][\w'’.-]*"
_CAPITAL = r"[^\W\d_a-zß-ÿ][\w'’.-]*"
_NUMBER = r"(?<![\w.,$€£/:-])\d{1,5}[A-Za-z]?(?:[-/]\d{1,4}[A-Za-z]?)?"
_NTH = r"\d{1,3}(?:st|nd|rd|th)"
_SUFFIX = (
    r"(?:street|st|road|rd|avenue|ave|av|lane|ln|drive|dr|court|ct|boulevard|blvd|terrace|ter|place|pl|"
    r"crescent|cres|square|sq|close|gardens|grove|mews|parkway|pkwy|highway|hwy|trail|trl|circle|cir|"
    r"alley|walk|row|hill|rise|quay|loop|pike|turnpike|plaza|expressway|freeway|bypass|crossing|"
    r"causeway|esplanade|wharf|vale|yard)"
)
_FOREIGN = (
    r"(?:rua|rue|via|viale|corso|piazza|calle|avenida|avda|carrera|plaza|paseo|strada|stradă|ulica|ul|ulice|"
    r"allée|chemin|place|boulevard|largo|travessa|rruga|jalan)"
)
_STREET_WORD = (
    r"[^\W\d_]+(?:stra(?:ß|ss)e|str|weg|gasse|platz|allee|straat|laan|gatan|vägen|gade|vej|gata|"
    r"tie|katu|utca)"
)
_UNIT = (
    r"(?:apt|apartment|suite|ste|unit|flat|room|rm|floor|p\.? ?o\.? ?box|post office box|bldg|"
    r"building|door)"
    r"\.? ?(?:#|no\.? ?)?\d{1,6}[A-Za-z]?"
)
_NO_HOUSE = r"(?!(?i:on|in|at|for|to|from|of|the|and|by|with|a|per|off|near|towards|was|is)\b)"
_STREET = (
    rf"(?:{_NUMBER} +(?:{_NUMBER} +)?{_NO_HOUSE}(?:(?:{_WORD}|{_NTH}) +){{1,4}}?(?i:{_SUFFIX})\b\.?"
    rf"|{_NUMBER},? +(?i:{_FOREIGN})\b\.? +{_WORD}(?: +{_CAPITAL}){{0,4}}(?: +\d{{1,5}}\b)?"
    rf"|\b(?i:{_FOREIGN})\b\.? +{_CAPITAL}(?: +{_WORD}){{0,3}}?,? +\d{{1,5}}\b"
    rf"|\b(?i:{_STREET_WORD})\.? +\d{{1,4}}[a-z]?\b"
    rf"|{_NUMBER} +(?i:{_STREET_WORD})\b(?: +\d{{1,4}}\b)?)"
)
_AFTER = (
    rf"(?:[ ,\n]+(?i:{_UNIT})(?:[ ]{_CAPITAL}){{0,4}})?"
    rf"(?:(?:, ?|\s*\n\s*){_CAPITAL}(?: {_CAPITAL}){{0,3}}(?:,? [A-Z]{{2}}\b)?){{0,3}}"
    r"(?:[ ,\n]+(?:\d{4,6}(?:-\d{4})?|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})(?!\w))?"
)
_LINES = (  # further lines or words of the address, down to a post code
    rf"(?:[ ,\n]+{_CAPITAL}){{0,6}}(?:[ ,\n]+[A-Z]{{2}})?(?:[ ,\n]+\d{{4,6}}(?:-\d{{4}})?(?!\w))?"
)
_FORCES = (  # military mail
    r"\b(?:(?:PSC|CMR|Unit) \d{1,5},? Box \d{1,5}|US[A-Z]{1,3} [^\W\d_]+),?\s+"
    r"(?:APO|FPO|DPO),? A[AEP] \d{5}(?:-\d{4})?"
)
_GRID = (  # streets of Latin American towns have numbers for names
    r"(?<!\w)(?:calle|carrera|cra\.?|cl\.|transversal|diagonal|avenida|avda\.?) ?#?\d{1,3}[a-zª]?"
    r"(?!\w|[.,]\d)"
)
_PATTERNS = (
    re.compile(_GRID, re.I),
    re.compile(_STREET + _AFTER),
    re.compile(_FORCES, re.I),
    re.compile(  # a number and names are a street when a unit of a building follows
        rf"{_NUMBER} +(?:\d{{1,5}} +)?{_CAPITAL}(?: +{_WORD}){{0,4}}?(?: +\d{{1,5}})?"
        rf"[ ,\n]+(?i:{_UNIT}){_LINES}"
    ),
    re.compile(rf"\b{_UNIT}(?!\w)", re.I),
    re.compile(  # lines of an envelope: number and names, then lines, then a post code
        rf"{_NUMBER} +{_CAPITAL}(?: +[\w'’.-]+){{0,4}},?[ ]*\n"
        rf"(?:[^\n\d]{{2,40}}\n|[^\n]{{0,4}}(?i:{_UNIT})[^\n]{{0,3}}\n){{0,4}}"
        rf"[^\n]{{0,40}}?\b\d{{4,6}}(?:-\d{{4}})?\b"
    ),
)
_ANNOUNCED = re.compile(
    r"\b(?:address is|address:|lives? at|living at|moved? to|located at|resides? at)\s+"
    rf"({_NUMBER} +{_CAPITAL}(?:[ ,\n]+(?:{_CAPITAL}|\d{{1,6}}\b)){{0,10}})"
)
# Streets without a number
_COMPOUND = re.compile(rf"(?<![\w-])(?:[^\W\d_]+-)*[^\W\d_]{{3,}}(?:{ENDINGS})(?![\w-])", re.I)
_LINKS = r"da|de|do|dos|das|del|della|di|la|le|los|las|sv\.?"
_HEADED = re.compile(rf"(?<![\w-])(?:{HEADS})\.?((?: (?:{_LINKS}|[^\W\d_][\w'’.-]+)){{1,5}})", re.I)
_KINDS = (
    "Street|Road|Avenue|Lane|Drive|Court|Boulevard|Terrace|Crescent|Square|Close|Gardens|Grove|Mews|"
    "Parkway|Highway|Alley|Walk|Row|Hill|Rise|Quay|Wharf|Way"
)
_CAPITALIZED = re.compile(rf"(?<![\w'’])(?:{_CAPITAL} ){{1,3}}(?:{_KINDS})(?![\w'’])")
_LOWER_KINDS = "street|road|avenue|lane|boulevard|terrace|crescent|utca|tér|út"
_PLAIN = re.compile(
    rf"(?<![\w'’])([^\W\d_]{{3,}}) (?:{_LOWER_KINDS})"
    r"(?: (\d{1,4}[a-z]?)(?![\w.,:]\d|\w))?(?![\w'’])",
    re.I,
)
_LETTERS = re.compile(r"[^\W\d_]+")
_ENDS = tuple(one.casefold() for one in ENDINGS.split("|"))
_HEAD_WORDS = frozenset(HEADS.split("|"))
_KIND_WORDS = frozenset(f"{_KINDS}|{_LOWER_KINDS}".casefold().split("|"))


def find(text: str) -> Iterator[Span]:
    """Streets with or without a number, units of a building, and announced addresses."""
    yield from _unnumbered(text)
    if not any(map(str.isdigit, text)):
        return
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            yield Span(*match.span(), LABEL)
    for match in _ANNOUNCED.finditer(text):
        yield Span(*match.span(1), LABEL)


def _unnumbered(text: str) -> Iterator[Span]:
    """Streets that their kind gives away: a word's ending, a word before or after the name."""
    words = set(_LETTERS.findall(text.casefold()))
    if any(word.endswith(_ENDS) for word in words):
        for match in _COMPOUND.finditer(text):
            if _is_foreign(match.group()):
                yield Span(*match.span(), LABEL)
    if not words.isdisjoint(_HEAD_WORDS):
        for match in _HEADED.finditer(text):
            end = _end_of_name(match)
            if end:
                yield Span(match.start(), end, LABEL)
    if not words.isdisjoint(_KIND_WORDS):
        for match in _CAPITALIZED.finditer(text):
            yield Span(*match.span(), LABEL)
        for match in _PLAIN.finditer(text):
            if match[2] or _is_foreign(match[1]):
                yield Span(*match.span(), LABEL)


def _end_of_name(match: re.Match[str]) -> int:
    """Where the last foreign word after the head of a street ends; 0 where there is none."""
    words = re.finditer(r"\S+", match[1])
    return max((match.start(1) + one.end() for one in words if _is_foreign(one[0])), default=0)


def _is_foreign(word: str) -> bool:
    name = folded(word.strip("'’."))
    return len(name) > 2 and gazetteer.load().is_unknown(name)
