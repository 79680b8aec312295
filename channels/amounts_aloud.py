"""Amounts as people say them: rounded and called rounded, or exact where money moves."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from functools import cache

from babel.numbers import get_currency_name, get_currency_symbol, list_currencies

_LOCALE = "en_US"  # the one `Money` is written in
_EXACT_BELOW = 10
_DIGITS = 3  # significant ones that are said
_WRITTEN = re.compile(
    r"(?<![\w.,])(?P<sign>-?)"
    r"(?P<currency>[A-Z]{0,4}[$£€¥\u20a0-\u20cf]|[A-Z]{3}[ \u00a0\u202f])"
    r"(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?![\w])"
)
_NAMES = {
    "GBP": ("pound", "pounds", "penny", "pence"),
    "USD": ("dollar", "dollars", "cent", "cents"),
    "EUR": ("euro", "euros", "cent", "cents"),
}


def said(amount: Decimal, currency: str, *, exact: bool = False) -> str:
    """An amount in words: ``about 1,200 pounds``, ``minus 4 dollars and 5 cents``.

    Three digits are said, and below ten units all there are. What was rounded is called
    "about"; rounding never changes a sign and never makes nothing of something.

    Args:
        amount: in units of ``currency``.
        currency: ISO 4217 code.
        exact: say all of it, as for money that will move.
    """
    size = abs(amount)
    told = size if exact else rounded(size)
    words = _words(told, currency)
    about = words if told == size else f"about {words}"
    return f"minus {about}" if amount < 0 else about


def rounded(size: Decimal) -> Decimal:
    """An amount above zero to three digits, in whole units from ten on."""
    if size < _EXACT_BELOW:
        return size
    step = Decimal(1).scaleb(max(0, size.adjusted() - _DIGITS + 1))
    return (size / step).quantize(Decimal(1)) * step


def replaced(text: str, is_exact: Callable[[Decimal, str], bool]) -> tuple[str, bool]:
    """``text`` with every amount in it as it is said.

    Args:
        text: with amounts as `Money` writes them.
        is_exact: whether an amount, without its sign, has to be said to the last digit.

    Returns:
        The text, and whether an amount in it was one of those.
    """
    found_exact = False

    def put(match: re.Match[str]) -> str:
        nonlocal found_exact
        currency = _codes().get(match["currency"].strip())
        if currency is None:
            return match[0]
        size = Decimal(match["number"].replace(",", ""))
        exact = is_exact(size, currency)
        found_exact = found_exact or exact
        return said(-size if match["sign"] else size, currency, exact=exact)

    return re.sub(r"\babout about\b", "about", _WRITTEN.sub(put, text)), found_exact


@cache
def _codes() -> dict[str, str]:
    """Currencies by how they are written: by symbol, or by code."""
    known = list_currencies()
    return {code: code for code in known} | {get_currency_symbol(c, _LOCALE): c for c in known}


def _words(size: Decimal, currency: str) -> str:
    if currency not in _NAMES:
        return f"{_number(size)} {get_currency_name(currency, count=size, locale=_LOCALE)}"
    one, many, minor, minors = _NAMES[currency]
    whole = int(size)
    rest = int((size - whole) * 100)
    parts = [f"{whole:,} {one if whole == 1 else many}"] if whole or not rest else []
    if rest:
        parts.append(f"{rest} {minor if rest == 1 else minors}")
    return " and ".join(parts)


def _number(size: Decimal) -> str:
    return f"{int(size):,}" if size == int(size) else f"{size:,f}"
