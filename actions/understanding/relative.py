"""Amounts that hang on another one: "half of it", "everything but 100", "20 more"."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import ROUND_DOWN, Decimal
from typing import Literal

from actions.understanding.amounts import read_amounts
from actions.understanding.spoken_numbers import in_digits
from finance_core.errors import BadInput
from finance_core.money import Money, exponent

type Base = Literal["income", "balance", "last"]

_SHARES = {"third": 3, "3rd": 3, "quarter": 4, "fifth": 5, "5th": 5, "tenth": 10, "10th": 10}
_OF = r"(?: of (?:it|that|this|them|my|the|what|our|everything|all)\b| (?:my|the|that|this)\b)"
_NO_PART_OF_TIME = (
    r"(?! (?:past|an? (?:hour|thousand|grand|million|day|week|month|year)|(?:of )?(?:the |this |"
    r"last |next )?(?:hour|day|week|month|quarter|year|january|february|march|april|may|june|july|"
    r"august|september|october|november|december)))"
)
_EXCEPT = re.compile(
    r"\b(?:(?:everything|all(?: of (?:it|that))?|it all|the (?:whole )?lot|the rest)"
    r"(?: of \w+)?,? (?:but|except|apart from|minus|less|bar|save)(?: for)?|"
    r"(?:leav(?:e|ing)|keep(?:ing)?)(?: me| back| behind| only| just)?) (?P<kept>.+)"
)
_PERCENT = re.compile(r"(?<![\d.,])(?P<share>\d+(?:[.,]\d+)?) ?(?:%|percent\b|pct\b)")
_HALF = re.compile(rf"(?<!first )(?<!second )(?<!last )(?<!and a )\bhalf\b{_NO_PART_OF_TIME}")
_FRACTION = re.compile(
    r"\b(?P<count>an?|1|2|3|4|5|7|9) (?P<part>third|3rd|quarter|fifth|5th|tenth|10th)s?"
    + _OF
    + _NO_PART_OF_TIME
)
_TIMES = re.compile(
    r"\b(?:(?P<double>double|twice)|(?P<triple>triple)|(?P<count>\d+) ?(?:times|x))"
    r"(?: (?:that|it|as much|the (?:amount|same)|this)\b|[.!]*$)"
)
_MORE = re.compile(
    r"^\s*(?:(?P<more>more|extra|on top|higher)|(?P<less>less|lower|off))\b(?! than (?!that|it\b))"
)
_ADDED = re.compile(r"\b(?:another|add|plus|increase it by|raise it by|extra)\s*$")
_TAKEN = re.compile(r"\b(?:minus|take off|reduce it by|lower it by|cut it by)\s*$")
_ALL = re.compile(
    r"\b(?:all of (?:it|that|this)|it all|all my money|everything|the (?:whole|entire|full) "
    r"(?:lot|amount|balance|thing|sum)|the lot|as much as (?:possible|i can)|the max(?:imum)?|"
    r"the rest|(?:what(?:ever)?'?s?|what(?:ever)? is) (?:left|remaining)|the remainder|"
    r"the same(?: (?:amount|again|as (?:before|last time)))?)\b"
)
_INCOME = re.compile(
    r"\b(?:salar(?:y|ies)|wages?|income|pay(?:check|cheque)?|earnings)\b(?! (?:in|into|off))"
)
_BALANCE = re.compile(
    r"\b(?:balance|account|savings|money|checking|what'?s (?:left|in)|everything|the rest|"
    r"the remainder|left)\b"
)


def relative_to(text: str) -> Base | None:
    """What a relative amount in ``text`` hangs on, in the text's own words.

    Returns:
        ``income`` ("10 percent of my salary"), ``balance`` ("half of my savings", "all but
        100"), ``last`` for the figure talked about before ("half of it"); None when
        ``text`` has no relative amount.
    """
    said = in_digits(text, "USD")
    if not any(pattern.search(said) for pattern in (*_PLAIN, _EXCEPT)) and not _changes(said):
        return None
    if _INCOME.search(said):
        return "income"
    return "balance" if _BALANCE.search(said) or _EXCEPT.search(said) else "last"


def relative_amount(text: str, base: Money) -> Money | None:
    """The amount that ``text`` says in terms of ``base``; shares are rounded down.

    Args:
        text: what the person said, without its dates.
        base: what "it" or "everything" is: a balance, an income or the last figure.

    Returns:
        The amount, or None when the text says none that hangs on another.

    Raises:
        BadInput: nothing would be left of ``base``, or an amount that cannot be.
        CurrencyMismatch: an amount of another currency than ``base``.
    """
    said = in_digits(text, base.currency)
    excepted = _EXCEPT.search(said)
    if excepted:
        kept = read_amounts(excepted["kept"], base.currency)[1]
        if kept:
            return _some(base - kept[0].money, base)
    changed = _changed(said, base)
    if changed:
        return changed
    for pattern, share in _PLAIN.items():
        match = pattern.search(said)
        if match:
            return _some(_part(base, share(match)), base)
    return None


def _changes(said: str) -> bool:
    return any(pattern.search(said) for pattern in (_ADDED_AMOUNT, _MORE_AMOUNT))


_ADDED_AMOUNT = re.compile(
    r"\b(?:another|add|plus|minus|take off|(?:increase|raise|reduce|lower|cut) it by) \W?\d"
)
_MORE_AMOUNT = re.compile(
    r"\d(?: ?[a-z]+)? (?:more|extra|on top|higher|less|lower|off)\b(?! than (?!that|it\b))"
)


def _changed(said: str, base: Money) -> Money | None:
    """ "20 more", "take off 50": the base and a bit, or less a bit."""
    if not _changes(said):
        return None
    positive = re.sub(r"\bminus\b", "take off", said)
    text, mentions = read_amounts(positive, base.currency)
    for mention in mentions:
        before, after = text[: mention.start], _MORE.match(text[mention.end :])
        if (after and after["less"]) or _TAKEN.search(before):
            return _some(base - mention.money, base)
        if after or _ADDED.search(before):
            return base + mention.money
    return None


def _part(base: Money, share: Decimal) -> Money:
    smallest = Decimal(1).scaleb(-exponent(base.currency))
    return Money((base.amount * share).quantize(smallest, ROUND_DOWN), base.currency)


def _some(money: Money, base: Money) -> Money:
    if money.amount <= 0:
        raise BadInput(f"Of {base} that leaves nothing.")
    return money


def _fraction(match: re.Match[str]) -> Decimal:
    count = 1 if match["count"].startswith("a") else int(match["count"])
    return Decimal(count) / _SHARES[match["part"]]


def _times(match: re.Match[str]) -> Decimal:
    return Decimal(2 if match["double"] else 3 if match["triple"] else int(match["count"]))


_PLAIN: dict[re.Pattern[str], Callable[[re.Match[str]], Decimal]] = {
    _PERCENT: lambda match: Decimal(match["share"].replace(",", ".")) / 100,
    _FRACTION: _fraction,
    _HALF: lambda match: Decimal("0.5"),
    _TIMES: _times,
    _ALL: lambda match: Decimal(1),
}
