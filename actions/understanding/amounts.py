"""Amounts of money as people write and say them.

Spoken numbers become digits through ``text2num``; separators are read by their
position, so that ``1.200,50``, ``1,200.50`` and ``1 200,50`` are the same amount.
"""

from __future__ import annotations

import re
from decimal import Decimal

from text_to_num import alpha2digit

from finance_core.errors import BadInput
from finance_core.money import Money, exponent

_SYMBOLS = {"€": "EUR", "£": "GBP", "$": "USD", "¥": "JPY", "kč": "CZK", "₹": "INR", "zł": "PLN"}
_WORDS = {
    **dict.fromkeys(("euro", "euros", "eur"), "EUR"),
    **dict.fromkeys(("pound", "pounds", "quid", "gbp", "sterling"), "GBP"),
    **dict.fromkeys(("dollar", "dollars", "bucks", "buck", "usd"), "USD"),
    **dict.fromkeys(("yen", "jpy"), "JPY"),
    **dict.fromkeys(("crowns", "crown", "koruna", "korun", "czk"), "CZK"),
    **dict.fromkeys(("chf", "francs"), "CHF"),
}
_SCALES = {"k": 1_000, "grand": 1_000, "thousand": 1_000, "m": 1_000_000, "million": 1_000_000}

_NUMBER = r"\d{1,3}(?:[.,'\u00a0 ]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d+)?"
_AMOUNT = re.compile(
    rf"(?P<minus>(?<!\w)[-−]\s?|\bminus\s+)?"
    rf"(?P<symbol>[€£$¥₹]|kč|zł|\b(?:eur|usd|gbp|czk|jpy|chf)\b)?\s?(?P<inner_minus>(?<!\w)[-−])?"
    rf"(?<![\w.,/])(?P<number>{_NUMBER})"
    rf"(?:\s?(?P<scale>k|grand|thousand|million|m)\b)?"
    rf"(?:\s?(?P<unit>[€£$¥₹]|kč|zł|[a-z]+)(?![\w]))?"
    rf"(?!\w)",
    re.IGNORECASE,
)
# numbers that count something else than money
_NOT_MONEY = re.compile(
    r"^(?:st|nd|rd|th|days?|weeks?|months?|years?|hours?|minutes?|times?|percent|am|pm|"
    r"payments?|transactions?|purchases?|january|february|march|april|may|june|july|august|"
    r"september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)$",
    re.IGNORECASE,
)


def _decimal(number: str, currency: str) -> Decimal:
    digits = re.sub(r"['\u00a0 ]", "", number)
    last = max(digits.rfind("."), digits.rfind(","))
    if last < 0:
        return Decimal(digits)
    tail = len(digits) - last - 1
    separators = {c for c in digits if c in ".,"}
    grouped = tail == 3 and len(separators) == 1 and exponent(currency) != 3
    if grouped:
        return Decimal(re.sub(r"[.,]", "", digits))
    whole = re.sub(r"[.,]", "", digits[:last])
    return Decimal(f"{whole}.{digits[last + 1 :]}")


def find_amounts(text: str, currency: str) -> list[Money]:
    """All amounts in ``text``, in order; without a currency named, in ``currency``.

    Numbers that belong to dates, counts or percentages should be cut out before
    (see :func:`actions.understanding.periods.without_dates`).

    Raises:
        BadInput: an amount is negative, zero, too large or has too many decimals.
    """
    spoken = re.sub(r"\bhalf a (thousand|grand|million)\b", r"0.5\1", text.lower())
    spoken = re.sub(r"\b(\w+) and a half (thousand|grand|million)\b", _and_a_half, spoken)
    spoken = re.sub(r"\ban?\s+(hundred|grand|thousand|million)\b", r"one \1", spoken)
    spoken = re.sub(r"\b(\d+)\s+hundred\b", r"\g<1>00", spoken)
    # glued, so that "10 million" is not read as two numbers
    spoken = re.sub(r"(\d)\s+(grand|thousand|million)\b", r"\1\2", spoken)
    spoken = re.sub(r"\bzero\b", "0", spoken)
    spoken = re.sub(r"\b(?:first|second|third|last|other|this|that|which|no) one\b", " ", spoken)
    normal = alpha2digit(spoken, "en", threshold=1)
    found = []
    for match in _AMOUNT.finditer(normal):
        unit = (match["unit"] or "").lower()
        counted = _NOT_MONEY.match(unit) and not re.search(r"[.,]\d\d$", match["number"])
        if counted or normal[match.end() : match.end() + 1] == "%":
            continue
        named = _SYMBOLS.get((match["symbol"] or "").lower()) or _WORDS.get(
            (match["symbol"] or "").lower()
        )
        money_currency = named or _SYMBOLS.get(unit) or _WORDS.get(unit) or currency
        value = _decimal(match["number"], money_currency) * _SCALES.get(
            (match["scale"] or "").lower(), 1
        )
        if match["minus"] or match["inner_minus"]:
            raise BadInput("An amount has to be more than zero.")
        found.append(_positive(value, money_currency))
    return found


def _and_a_half(match: re.Match[str]) -> str:
    return f"{alpha2digit(match[1], 'en', threshold=1)}.5{match[2]}"


def find_amount(text: str, currency: str) -> Money | None:
    """The first amount in ``text``, or None; errors as :func:`find_amounts`."""
    amounts = find_amounts(text, currency)
    return amounts[0] if amounts else None


def _positive(value: Decimal, currency: str) -> Money:
    money = Money(value, currency)
    if not money:
        raise BadInput("An amount has to be more than zero.")
    return money
