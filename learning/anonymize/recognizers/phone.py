"""Telephone numbers, by the way they are written and the words before them.

A bare run of digits is also an amount, a date or an order number, so a number
must look dialled (a plus, a leading zero, brackets, several groups) or be
announced ("call me on", "mobile:").
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from learning.anonymize.spans import Span

LABEL = "PHONE"
_EXTENSION = r"(?:\s?(?:x|ext\.?|extension)\s?\d{1,6})?"
_CANDIDATE = re.compile(
    r"(?<![\w./$€£¥-])(?<!\d,)(?:\+|00)?\(?\d{1,5}\)?(?:[ .\-/]{0,2}\(?\d{1,6}\)?){0,6}"
    + _EXTENSION
    + r"(?![\w%])",
    re.I,
)
_ANNOUNCED = re.compile(
    r"\b(?:phone|telephone|tel|mobile|mob|cell|cellphone|fax|whatsapp|landline|call|dial|ring|text|"
    r"reach|contact|sms)\b[^\n\d+(]{0,30}$",
    re.I,
)
_NAMED_AFTER = re.compile(r"[ \-,]{1,3}\(?(?:office|fax|home|mobile|cell|tel|work)\b", re.I)
_DATE = re.compile(r"\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./](?:\d{4}|\d{2})")
_AMOUNT = re.compile(r"\d{1,3}(?: \d{3})+(?:\.\d\d)?|\d+[.]\d{1,2}")
_FEWEST, _MOST = 7, 15


def find(text: str) -> Iterator[Span]:
    """Numbers of 7 to 15 digits (ITU-T E.164; 6 when announced), with an optional extension."""
    for match in _CANDIDATE.finditer(text):
        number = re.split(r"(?i)\s?(?:x|ext)", match.group())[0]
        digits = sum(map(str.isdigit, number))
        announced = _ANNOUNCED.search(text, max(0, match.start() - 45), match.start())
        named = _NAMED_AFTER.match(text, match.end())
        fewest = _FEWEST - 1 if announced or named else _FEWEST
        if not fewest <= digits <= _MOST or _DATE.fullmatch(number) or _is_stamp(number):
            continue
        if announced or named or _looks_dialled(number, digits):
            yield Span(*match.span(), LABEL)


def _is_stamp(number: str) -> bool:
    """A date with a clock time, or figures in a row, are no numbers to dial."""
    return bool(_DATE.match(number) and re.search(r"\d{4}-\d\d-\d\d", number))


def _looks_dialled(number: str, digits: int) -> bool:
    if number.startswith("+") or "(" in number:
        return True
    if _AMOUNT.fullmatch(number) and not number.startswith("0") and digits < 9:
        return False
    groups = re.split(r"[ .\-/()]+", number.strip("() "))
    if len(groups) >= 3:
        return True
    if len(groups) == 2:
        return len(groups[0]) >= 2 and len(groups[1]) >= 4
    return (number.startswith("0") and digits >= 9) or digits == 10
