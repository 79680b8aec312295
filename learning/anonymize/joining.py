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
from learning.anonymize.recognizers.street_words import HEADS, TAILS
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
_HEAD = re.compile(rf"(?<![\w-])(?:{HEADS}|(?-i:Via)|corso|c/|cl)\.? $", re.I)
_TAIL = re.compile(rf" (?:(?:{TAILS})(?![\w'’])|u\.(?!\w))", re.I)
_WAY = re.compile(
    r"\b(?:into|onto|along|down|up|off|on|near|past|across|behind|between|and) $", re.I
)
_HOUSE = re.compile(r" \d{1,4}(?:[a-h]|\.(?=\n))(?!\w)", re.I)  # "66b", no "5k" and no "2x"
_LINE = re.compile(r" ?[,\n][ ,\n]{0,2}")  # from one line of an address to the next
_NUMBERED = re.compile(r" \d{1,5}[a-z]?\.?$", re.I)
_HOUSE_AND_LINE = re.compile(r" \d{1,4}[a-z]?\.? ?[,\n][ ,\n]{0,2}(?:\d{4,6} )?", re.I)
_INITIAL = re.compile(r"(?<![\w'’.])[B-HJ-Z]\.? $")
_LONG = 7  # letters from which on an unknown word is rather a slip
_WORD_AFTER = re.compile(r" ([^\W\d_]{3,})(?!\w|['’.@-]\w)")
_WORD_BEFORE = re.compile(r"(?<![\w'’.@-])([^\W\d_]{3,}) $")
_PARTICLE = re.compile(r"\b(?:van|von|de|der|den|del|della|di|da|al|el|bin|ibn|ten|ter) $", re.I)
_INITIALS = re.compile(r"(?<!\w)(?:[^\W\d_]{1,2}[.'’])+$")  # "m.r." and "o'" before a name
_SAYS = re.compile(r"\b(?:and|or|to|at|in|on|is|my|by|i|for|the|a|of|was|from|me|we|you)\b", re.I)
_NAME_WORD = re.compile(r"<[A-Z_]+_\d+>|(?<!\w)([^\W\d_]{4,})(?!\w)")
_MEETS = ("PERSON", "PLACE", "ADDRESS", "ORGANIZATION", "NAME", "KNOWN")
_STREETS = ("PERSON", "PLACE", "ADDRESS", "ORGANIZATION", "NAME")
_OF_ADDRESS = ("ADDRESS", "PLACE", "POSTCODE")


def joined(text: str, spans: Sequence[Span]) -> list[Span]:
    """``spans`` of ``text``, in order, grown and joined."""
    met: list[Span] = []
    for span in (_renamed(text, span) for span in spans):
        before = met[-1] if met else None
        if before and _meet(text, before, span):
            met[-1] = Span(before.start, span.end, span.label)
        elif before and _is_line(text, before, span):
            met[-1] = Span(before.start, span.end, "ADDRESS")
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


def _renamed(text: str, span: Span) -> Span:
    """A name that ends in a number is no person's."""
    numbered = span.label in ("PERSON", "NAME") and _NUMBERED.search(text, span.start, span.end)
    return Span(span.start, span.end, "ADDRESS") if numbered else span


def _is_line(text: str, one: Span, other: Span) -> bool:
    """Whether a house number, the end of its line and a town follow the name ``one``."""
    if one.label not in _STREETS or other.label not in ("PLACE", "POSTCODE", "ADDRESS"):
        return False
    return bool(_HOUSE_AND_LINE.fullmatch(text, one.end, other.start))


def _goes_on(text: str, one: Span, other: Span) -> bool:
    """Whether ``other`` is a further line or word of the address ``one``."""
    if one.label != "ADDRESS" or other.label not in _OF_ADDRESS:
        return False
    gap = text[one.end : other.start]
    return bool(_BETWEEN.fullmatch(gap)) and not _SAYS.search(gap) and ". " not in gap


def _with_codes(text: str, spans: list[Span]) -> list[Span]:
    """A place after an address takes the post code beside it in."""
    grown = spans[:1]
    for at, (one, other) in enumerate(pairwise(spans)):
        start, end, label = other
        if label in ("PLACE", "NAME", "ORGANIZATION") and one.label == "ADDRESS":
            start = max(_start(_CODE_BEFORE, text, start), one.end)
        next_line = one.label == "ADDRESS" and _LINE.fullmatch(text, one.end, start)
        near = spans[max(0, at - 2) : at + 1]
        if next_line or (label == "PLACE" and any(it.label == "ADDRESS" for it in near)):
            code = _CODE_AFTER.match(text, end)
            end = code.end() if code else end
        grown.append(Span(start, end, label))
    return grown


def _grown(text: str, span: Span) -> Span:
    start, end, label = span
    if label in _STREETS:
        start = _start(_INITIALS, text, _start(_INITIAL, text, start))
        start, end, label = _as_street(text, Span(start, end, label))
    if label in ("PERSON", "NAME"):
        start, end = _with_neighbours(text, start, end)
        if text[start].isupper():
            start = _start(_PARTICLE, text, start)
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


def _as_street(text: str, span: Span) -> Span:
    """A name becomes an address when the head or the tail of a street stands beside it."""
    start = _start(_HEAD, text, span.start)
    after = _HOUSE.match(text, span.end) or _tail(text, span)
    if after or start < span.start:
        return Span(start, after.end() if after else span.end, "ADDRESS")
    return span


def _tail(text: str, span: Span) -> re.Match[str] | None:
    """A small word is one only after a word of ways, for "light" and "park" are words, too."""
    tail = _TAIL.match(text, span.end)
    if tail and (tail[0][1].isupper() or tail[0].endswith(".")):
        return tail
    return tail if _WAY.search(text, max(0, span.start - 10), span.start) else None


def _with_neighbours(text: str, start: int, end: int) -> tuple[int, int]:
    """A name of one word takes in the words beside it that people hardly write otherwise."""
    if " " in text[start:end]:
        return start, end
    before = _WORD_BEFORE.search(text, max(0, start - 24), start)
    if before and _is_odd(before[1]):
        start = before.start()
    after = _WORD_AFTER.match(text, end)
    if after and _is_odd(after[1]):
        end = after.end()
    return start, end


def _is_odd(word: str) -> bool:
    """A rare word, or a short one that no dictionary knows and that is no slip of the finger."""
    name, lists = folded(word), gazetteer.load()
    if len(name) >= _LONG or not lists.is_unknown(name):
        return name in lists.rare
    swapped = (name[:at] + name[at + 1] + name[at] + name[at + 2 :] for at in range(len(name) - 1))
    return all(one in lists.rare or lists.is_unknown(one) for one in swapped)


def _start(pattern: re.Pattern[str], text: str, start: int) -> int:
    match = pattern.search(text, max(0, start - 24), start)
    return match.start() if match else start
