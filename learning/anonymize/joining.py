"""Spans that belong together become one, and take in what plainly belongs to them.

A title goes with its name, a house number and a post code with their street, and two
streets that meet ("the corner of Mill Lane and High Street") are one address. These words
stand beside what was found whatever found it, so they are looked for here. So is a name that
was told by its sentence once and stands in the next one without such help.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from learning.anonymize import gazetteer
from learning.anonymize.gazetteer import folded
from learning.anonymize.spans import Span, merged

_TITLE = re.compile(r"\b(?:mr|mrs|ms|miss|mx|dr|prof)\.? $", re.I)
_DEGREE = re.compile(r",? (?:md|phd|jr|sr|iii?|esq|dds|dvm)\b\.?", re.I)
_NUMBER_BEFORE = re.compile(r"(?<![\w.,:$€£-])(?:\d{1,5}[ \n>]{1,2}){1,2}$")
_NUMBER_AFTER = re.compile(
    r",? \d{1,4}[a-z]?(?![\w:%€$£/-]|[.,]\d)"
    r"(?! ?(?:am|pm|eur|gbp|usd|czk|pounds?|euros?|dollars?|quid|bucks|times|days?|months?)\b)",
    re.I,
)
_CORNER = re.compile(r"\b(?:the )?(?:corner|junction|crossing) of $", re.I)
_CODE_AFTER = re.compile(r"(?:[ ,\n]{1,3}[A-Z]{2})?[ ,\n]{1,3}\d{4,6}(?![\w.,]\d|\w)")
_CODE_BEFORE = re.compile(r"(?<![\w.,:$€£-])\d{4,6}[ \n,]{1,2}$")
_PART = r"(?:#?\d{1,6}[a-z]?|[^\W\d_]{1,3}\.?|sankt|saint|santa?|bad|new|nad)"
_BETWEEN = re.compile(rf"[\s,.;#>?-]*(?:{_PART}[\s,.>?-]+){{0,2}}", re.I)  # parts of one address
_SAYS = re.compile(r"\b(?:and|or|to|at|in|on|is|my|by|i|for|the|a|of|was|from|me|we|you)\b", re.I)
_NAME_WORD = re.compile(r"<[A-Z_]+_\d+>|(?<!\w)([^\W\d_]{4,})(?!\w)")
_MEETS = ("PERSON", "PLACE", "ADDRESS", "ORGANIZATION", "NAME", "KNOWN")
_OF_ADDRESS = ("ADDRESS", "PLACE", "POSTCODE")


def joined(text: str, spans: Sequence[Span]) -> list[Span]:
    """``spans`` of ``text``, in order, grown and joined."""
    met: list[Span] = []
    for span in spans:
        before = met[-1] if met else None
        if before and _meet(text, before, span):
            met[-1] = Span(before.start, span.end, span.label)
        elif before and _goes_on(text, before, span):
            met[-1] = Span(before.start, span.end, before.label)
        else:
            met.append(span)
    grown = _with_codes(text, [_grown(text, span) for span in met])
    return merged([*grown, *_again(text, grown)])


def _again(text: str, spans: Sequence[Span]) -> Iterator[Span]:
    """Where the words of a name, other than English ones, stand elsewhere in ``text``."""
    names = {
        folded(word)
        for start, end, label in spans
        if label in ("PERSON", "NAME")
        for word in _NAME_WORD.findall(text[start:end])
    }
    lists = gazetteer.load()
    names = set(filter(lists.is_unknown, names))
    if names:
        for match in _NAME_WORD.finditer(text):
            if match[1] and folded(match[1]) in names:
                yield Span(*match.span(1), "PERSON")


def _meet(text: str, one: Span, other: Span) -> bool:
    gap = text[one.end : other.start]
    return other.label == "ADDRESS" and one.label in _MEETS and gap.lower() == " and "


def _goes_on(text: str, one: Span, other: Span) -> bool:
    """Whether ``other`` is a further line or word of the address ``one``."""
    if one.label != "ADDRESS" or other.label not in _OF_ADDRESS:
        return False
    gap = text[one.end : other.start]
    return bool(_BETWEEN.fullmatch(gap)) and not _SAYS.search(gap) and ". " not in gap


def _with_codes(text: str, spans: list[Span]) -> list[Span]:
    """A place after an address takes the post code beside it in."""
    grown = spans[:1]
    for one, other in pairwise(spans):
        start, end, label = other
        if label in ("PLACE", "NAME", "ORGANIZATION") and one.label == "ADDRESS":
            start = max(_start(_CODE_BEFORE, text, start), one.end)
            code = _CODE_AFTER.match(text, end) if label == "PLACE" else None
            end = code.end() if code else end
        grown.append(Span(start, end, label))
    return grown


def _grown(text: str, span: Span) -> Span:
    start, end, label = span
    if label in ("PERSON", "NAME"):
        start = _start(_TITLE, text, start)
        degree = _DEGREE.match(text, end)
        end = degree.end() if degree else end
    if label == "ADDRESS":
        start = _start(_NUMBER_BEFORE, text, start)
        start = _start(_CORNER, text, start)
        if not any(map(str.isdigit, text[start:end])):
            number = _NUMBER_AFTER.match(text, end)
            end = number.end() if number else end
        code = _CODE_AFTER.match(text, end)
        end = code.end() if code else end
    return Span(start, end, label)


def _start(pattern: re.Pattern[str], text: str, start: int) -> int:
    match = pattern.search(text, max(0, start - 24), start)
    return match.start() if match else start
