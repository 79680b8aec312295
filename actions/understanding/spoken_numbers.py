"""Numbers in words become digits: "two grand", "a couple hundred", "five pounds thirty"."""

from __future__ import annotations

import re

from text_to_num import alpha2digit

_UNITS = r"(?:pounds?|quid|dollars?|bucks?|euros?|crowns?|francs?|pence|cents?)"
_LARGE = r"(?:hundred|thousand|grand|million)"
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_NO_TENS_BEFORE = "".join(rf"(?<!{tens}[ -])" for tens in _TENS)
_CENTS = re.compile(
    r"(?P<symbol>[€£$] ?)?(?<![\w.,])(?P<whole>\d+) ?"
    r"(?P<unit>(?:pounds?|quid|dollars?|bucks?|euros?)\b)?(?P<join>,? and| )? ?"
    r"(?P<cents>\d{1,2})(?P<sub> ?(?:pence|p|cents?|c))?\b(?![.,]\d)"
)

_BEFORE = (  # in this order, before words become digits
    (r"\bper ?cent\b", "percent"),
    (r"\b(?:an? )?(?:few|several) (?:hundred|thousand|grand|million)\b", " "),  # no figure
    (rf"\b(?:a )?couple (?:of )?(?={_LARGE}|{_UNITS}\b)", "two "),
    (r"\bhalf a (thousand|grand|million)\b", r"0.5\1"),
    (rf"\ban?\s+(?={_LARGE}\b|{_UNITS}\b)", "one "),
    (r"\b(\d+)\s+hundred\b", r"\g<1>00"),
    (r"(\d)\s+(grand|thousand|million)\b", r"\1\2"),  # else read as two numbers
    (r"\b(?:zero|nil)\b", "0"),
    (r"\b(?:first|second|third|last|other|this|that|which|no) one\b", " "),
    # "one of them" counts nothing in money
    (rf"{_NO_TENS_BEFORE}\bone\b(?! (?:{_LARGE}|point|and|{_UNITS})\b)", " "),
    # numbers that name something
    (r"\b(?:ending|ends)(?: (?:in|with))? \d+|\b(?:number|invoice|reference|ref|card|no\.?) ?#? ?"
     r"\d{3,}\b|#\d+", " "),
)  # fmt: skip


def in_digits(text: str, currency: str) -> str:
    """``text`` in lower case with its numbers in digits.

    Args:
        text: what the person said.
        currency: theirs, for words such as "a tenner".
    """
    spoken = text.lower()
    spoken = re.sub(r"\b(?:a |one )?tenner\b", f"10 {currency.lower()}", spoken)
    spoken = re.sub(r"\b(?:a |one )?fiver\b", f"5 {currency.lower()}", spoken)
    spoken = re.sub(r"\b(\w+) and a half (thousand|grand|million|k)\b", _and_a_half, spoken)
    for pattern, replacement in _BEFORE:
        spoken = re.sub(pattern, replacement, spoken)
    digits = alpha2digit(spoken, "en", threshold=1)
    if not re.search(r"\d", spoken):  # spoken prices: "twelve fifty", "nine oh five"
        digits = re.sub(r"\b(\d{1,2}) (?:oh|o) (\d)\b", r"\1.0\2", digits)
        digits = re.sub(r"\b(\d{1,2}) ([1-9]\d)\b(?!\d)", r"\1.\2", digits)
    return _CENTS.sub(_with_cents, digits)


def _and_a_half(match: re.Match[str]) -> str:
    return f"{alpha2digit(match[1], 'en', threshold=1)}.5{match[2]}"


def _with_cents(match: re.Match[str]) -> str:
    """ "5 pounds and 30 pence" is £5.30; "5 pounds and 30" may be two amounts."""
    plain_join = not (match["join"] or "").strip()
    if not ((match["unit"] and (match["sub"] or plain_join)) or (match["symbol"] and match["sub"])):
        return match[0]
    unit = match["unit"] or ""
    return f"{match['symbol'] or ''}{match['whole']}.{int(match['cents']):02d} {unit}"
