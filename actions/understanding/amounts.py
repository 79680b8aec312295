"""Amounts of money as people write and say them.

Separators are read by their position, so that ``1.200,50``, ``1,200.50`` and
``1 200,50`` are the same amount. A sign or word that several currencies share, like the
dollar's, means the person's own currency where that is one of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from actions.understanding.spoken_numbers import in_digits
from finance_core.errors import BadInput
from finance_core.money import Money, exponent

_DOLLARS = ("USD", "CAD", "AUD", "NZD", "SGD", "HKD")
_CROWNS = ("CZK", "SEK", "NOK", "DKK", "ISK")
_CODES = (*_DOLLARS, *_CROWNS, "EUR", "GBP", "CHF", "JPY", "PLN", "HUF", "INR", "KWD")
_NAMES: dict[str, tuple[str, ...]] = {  # word or sign → the currencies that it may mean
    **{code.lower(): (code,) for code in _CODES},
    **dict.fromkeys(("€", "euro", "euros"), ("EUR",)),
    **dict.fromkeys(("£", "pound", "pounds", "quid", "sterling"), ("GBP",)),
    **dict.fromkeys(("$", "dollar", "dollars", "bucks", "buck"), _DOLLARS),
    **dict.fromkeys(("¥", "yen"), ("JPY",)),
    **dict.fromkeys(("kč", "koruna", "korun"), ("CZK",)),
    **dict.fromkeys(("crown", "crowns"), _CROWNS),
    **{"kr": ("SEK", "NOK", "DKK", "ISK"), "kronor": ("SEK",), "kroner": ("NOK", "DKK")},
    **{"₹": ("INR",), "rupees": ("INR",), "zł": ("PLN",), "zloty": ("PLN",), "francs": ("CHF",)},
}
_HUNDREDTHS = {"p": "GBP", "pence": "GBP", "penny": "GBP", "c": None, "cent": None, "cents": None}
_SCALES = {"k": 1_000, "grand": 1_000, "thousand": 1_000, "m": 1_000_000, "million": 1_000_000}

_SPACES = "\u00a0\u202f\u2009 "
_NUMBER = (
    rf"\d{{1,3}}(?:[.,'’{_SPACES}]\d{{3}})+(?:[.,]\d{{1,2}})?(?!\d)"
    r"|\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d{1,2})?(?!\d)"  # as in India
    r"|\d+(?:[.,]\d+)?"
)
_AMOUNT = re.compile(
    rf"(?P<minus>(?<!\w)[-−](?=[€£$¥₹\d])|\bminus\s+)?"
    rf"(?P<symbol>(?:\b(?:us|a|c|nz))?\$|[€£¥₹]|kč|zł|\b(?:{'|'.join(_CODES).lower()}|kr)\b)?\s?"
    rf"(?P<inner_minus>(?<!\w)[-−])?(?<![\w.,/])(?P<number>{_NUMBER})"
    rf"(?:\s?(?P<scale>k|grand|thousand|million|m)\b)?"
    rf"(?:\s?(?P<unit>[€£$¥₹]|kč|zł|[a-z]+)(?![\w]))?(?!\w)",
    re.IGNORECASE,
)
# numbers that count something else than money
_NOT_MONEY = re.compile(
    r"^(?:st|nd|rd|th|days?|weeks?|months?|years?|hours?|hrs?|minutes?|mins?|times?|percent|pct|"
    r"am|pm|halves|thirds?|quarters?|fifths?|tenths?|payments?|transactions?|purchases?|accounts?|"
    r"cards?|people|persons?|items?|things?|orders?|digits?|january|february|march|april|may|june|"
    r"july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|"
    r"dec)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Mention:
    """An amount and where it stands in the text, numbers in digits.

    Attributes:
        named: whether its currency was said.
        scale: 1,000 for "2k", 1 for "2".
    """

    money: Money
    start: int
    end: int
    named: bool
    scale: int


def read_amounts(text: str, currency: str) -> tuple[str, list[Mention]]:
    """``text`` with its numbers in digits, and all amounts in it, in order.

    Args:
        text: what the person said, without its dates
            (see :func:`actions.understanding.periods.without_dates`).
        currency: the person's, for amounts that name none.

    Raises:
        BadInput: an amount is negative, zero, too large or has too many decimals.
    """
    normal = in_digits(text, currency)
    mentions = [
        mention
        for match in _AMOUNT.finditer(normal)
        if (mention := _mention(match, normal, currency)) is not None
    ]
    return normal, mentions


def find_amounts(text: str, currency: str) -> list[Money]:
    """All amounts in ``text``, in order; see :func:`read_amounts`."""
    return [mention.money for mention in read_amounts(text, currency)[1]]


def find_amount(text: str, currency: str) -> Money | None:
    """The first amount in ``text``, or None; errors as :func:`read_amounts`."""
    amounts = find_amounts(text, currency)
    return amounts[0] if amounts else None


def _mention(match: re.Match[str], text: str, currency: str) -> Mention | None:
    sign, unit = (match["symbol"] or "").lower(), (match["unit"] or "").lower()
    counted = _NOT_MONEY.match(unit) and not re.search(r"[.,]\d\d$", match["number"])
    if (counted and not sign) or text[match.end() : match.end() + 1] == "%":
        return None
    by_sign, by_unit = _currency(sign, currency), _currency(unit, currency)
    named, scale = by_sign or by_unit, _SCALES.get((match["scale"] or "").lower(), 1)
    value = _decimal(match["number"], named or currency)
    if not named and unit in _HUNDREDTHS:
        named = by_unit = _HUNDREDTHS[unit] or (currency if currency != "GBP" else None)
        value /= 100
        if named is None or exponent(named) != 2:
            return None  # nobody knows whose cents these are
    if match["minus"] or match["inner_minus"]:
        raise BadInput("An amount has to be more than zero.")
    last = "unit" if by_unit else "scale" if match["scale"] else "number"
    money = _positive(value * scale, named or currency)
    return Mention(money, match.start(), match.end(last), bool(named), scale)


def _currency(word: str, own: str) -> str | None:
    """What a sign or word means to a person whose own currency is ``own``."""
    if word.endswith("$") and len(word) > 1:
        return {"us$": "USD", "a$": "AUD", "c$": "CAD", "nz$": "NZD"}[word]
    possible = _NAMES.get(word)
    if not possible:
        return None
    return own if own in possible else possible[0]


def _decimal(number: str, currency: str) -> Decimal:
    digits = re.sub(rf"['’{_SPACES}]", "", number)
    last = max(digits.rfind("."), digits.rfind(","))
    if last < 0:
        return Decimal(digits)
    marks = [mark for mark in digits if mark in ".,"]
    alone = len(set(marks)) == 1
    groups = len(digits) - last - 1 == 3 and alone
    if groups and exponent(currency) == 3 and marks == ["."]:
        groups = False  # three decimals, as of dinars
    if groups:
        return Decimal(re.sub(r"[.,]", "", digits))
    whole = re.sub(r"[.,]", "", digits[:last])
    return Decimal(f"{whole}.{digits[last + 1 :]}")


def _positive(value: Decimal, currency: str) -> Money:
    money = Money(value, currency)
    if not money:
        raise BadInput("An amount has to be more than zero.")
    return money
