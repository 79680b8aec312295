"""Amounts as bank exports write them, read exactly or not at all."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from finance_core.errors import BadInput

_LONGEST = 40
_GAPS = "\u00a0\u202f\u2009 '’"  # between groups of thousands
_DASHES = str.maketrans("−–‒", "---")
_UNIT = re.compile(r"^(?:[A-Z]{3}|[A-Z]{0,3}[$€£¥₹]|Kč|zł|kr\.?)|(?:[A-Z]{3}|[$€£¥₹]|Kč|zł|kr\.?)$")
_USUAL = re.compile(r"-?\d{1,15}(?:\.\d{1,4})?", re.ASCII)
_DIGITS = {
    ".": re.compile(rf"(\d+|\d{{1,3}}(?:[,{_GAPS}]\d{{3}})+)?(?:\.(\d+))?\.?", re.ASCII),
    ",": re.compile(rf"(\d+|\d{{1,3}}(?:[.{_GAPS}]\d{{3}})+)?(?:,(\d+))?,?", re.ASCII),
}


def parse_amount(text: str, decimal: str = ".") -> Decimal:
    """Reads a signed amount.

    Understands thousands separators, currency signs and codes before or after, a sign
    on either side, and parentheses for negative. No exponents, no NaN, no formulas.

    Args:
        text: as written in the file.
        decimal: ``.`` or ``,``.

    Raises:
        BadInput: it is not an amount in that notation.
    """
    if decimal == "." and _USUAL.fullmatch(text):
        return Decimal(text)
    rest = text.strip().translate(_DASHES)
    if not rest:
        raise BadInput("The amount is missing.")
    if len(rest) > _LONGEST:
        raise BadInput("The amount is far too long.")
    negative = False
    if rest.startswith("(") and rest.endswith(")"):
        negative, rest = True, rest[1:-1].strip()
    rest, minus = _unsigned(_UNIT.sub("", rest).strip())
    rest, inner = _unsigned(_UNIT.sub("", rest).strip()) if not minus else (rest, False)
    rest = _UNIT.sub("", rest).strip()
    match = _DIGITS[decimal].fullmatch(rest)
    if not match or not (match[1] or match[2]) or (negative and (minus or inner)):
        raise BadInput(f"{text.strip()!r} is not an amount.")
    whole = re.sub(r"\D", "", match[1] or "0")
    value = Decimal(f"{whole}.{match[2]}" if match[2] else whole)
    return -value if negative or minus or inner else value


def _unsigned(text: str) -> tuple[str, bool]:
    """Takes one sign off either end; tells whether it was a minus."""
    if text[:1] in ("+", "-"):
        return text[1:].strip(), text[0] == "-"
    if text[-1:] in ("+", "-"):
        return text[:-1].strip(), text[-1] == "-"
    return text, False


def decimal_mark(texts: Iterable[str]) -> str:
    """Which mark a column of amounts uses: told by its ends, point when nothing tells.

    ``1,234`` alone says nothing; ``1.234,5`` and ``12,50`` say comma.
    """
    commas = points = 0
    for text in texts:
        if match := re.search(r"([.,])(\d{1,2})\D*$", text):
            commas += match[1] == ","
            points += match[1] == "."
    return "," if commas > points else "."
