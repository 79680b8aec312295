"""Amounts of money made coarse: a rent to the penny can tell who somebody is.

An amount becomes the nearest of 1, 2 and 5 times a power of ten, so that the sentence
stays one that people say. Doing it again changes nothing.
"""

from __future__ import annotations

import math
import re

_CURRENCY = r"[$€£¥]|(?:USD|EUR|GBP|CZK|CHF|CAD|AUD)"
_WORDS = r"(?:usd|eur|gbp|czk|chf|cad|aud|euros?|pounds?|quid|dollars?|bucks|crowns?|pence|cents?)"
_NUMBER = r"\d{1,3}(?:[, ]\d{3})+(?:\.\d+)?|\d+(?:[.,]\d{1,2})?"
_AMOUNT = re.compile(
    rf"(?<![\w.,/:-])(?:(?P<sign>{_CURRENCY}) ?(?P<signed>{_NUMBER})"
    rf"|(?P<named>{_NUMBER})(?= ?(?:[€£$]|{_WORDS}\b))"
    rf"|(?P<decimal>\d{{1,3}}(?:,\d{{3}})*\.\d\d|\d+\.\d\d)|(?P<bare>\d{{3,7}}))"
    r"(?![\w/:-]|[.,]\d)",
    re.I,
)
_YEARS = range(1900, 2101)


def bucketed(text: str) -> str:
    """``text`` with every amount made coarse.

    Amounts are numbers with a currency, with two decimals, or of three to seven digits
    that are no year. Dates, times and numbers inside words are left alone.
    """
    return _AMOUNT.sub(_coarse, text)


def _coarse(match: re.Match[str]) -> str:
    kind = match.lastgroup or ""
    number = match[kind]
    value = float(_plain(number))
    if value == 0 or (kind == "bare" and int(value) in _YEARS):
        return match.group()
    shown = f"{nearest(value):.10f}".rstrip("0").rstrip(".")
    return match.group().replace(number, shown)


def _plain(number: str) -> str:
    """Digits with a decimal point: ``1,234.50``, ``1 234`` and ``12,50`` alike."""
    if re.fullmatch(r"\d+,\d{1,2}", number):
        return number.replace(",", ".")
    return number.replace(",", "").replace(" ", "")


def nearest(value: float) -> float:
    """The 1, 2 or 5 times a power of ten that is nearest to ``value`` on a logarithmic scale."""
    power = 10.0 ** math.floor(math.log10(value))
    steps = (power, 2 * power, 5 * power, 10 * power)
    return min(steps, key=lambda step: abs(math.log(value / step)))
