"""Bounds on amounts: "over 50", "between 20 and 40", "less than 1k", "around 300"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from actions.understanding.amounts import Mention, read_amounts
from finance_core.errors import BadInput
from finance_core.money import Money

_AROUND = Decimal("0.1")  # how far from "about 300" an amount may lie, as a share of it

_JOIN = re.compile(r"^\s*(?:and|to|till|until|up to|-|–|—|\.\.+)\s*$")
_LOW = re.compile(
    r"\b(?:(?P<open>over|above|exceeding|greater than|(?:more|bigger|larger|higher) than|north of|"
    r"past)|at least|(?:no|not) (?:less|fewer) than|minimum(?: of)?|min|from|starting at)"
    r"(?: about| around)?\s*$"
)
_HIGH = re.compile(
    r"\b(?:(?P<open>under|below|(?<!no )(?<!not )(?:less|smaller|cheaper|lower|fewer) than)|"
    r"at most|up to|(?:no|not) more than|maximum(?: of)?|max|within)(?: about| around)?\s*$"
)
_NEAR = re.compile(
    r"(?:\b(?:around|about|roughly|approximately|approx\.?|circa|near(?:ly)?)|~)\s*$"
)
_NO_LESS = re.compile(r"\b(?:no|not) (?:less|fewer) than\s*$")
_NO_MORE = re.compile(r"\b(?:no|not) (?:more|bigger|larger|higher) than\s*$")
_OR_MORE = re.compile(r"^\s*(?:\+|or (?:more|over|above|higher)|and (?:up|over|above|more)|plus)")
_OR_LESS = re.compile(r"^\s*(?:or (?:less|under|below|lower)|and (?:under|below|less)|max\b|tops)")
_ISH = re.compile(r"^\s*(?:-?ish\b|or so\b|give or take)")


@dataclass(frozen=True, slots=True)
class AmountRange:
    """Amounts from ``low`` to ``high``; None is without a bound.

    Attributes:
        low_included: whether ``low`` itself fits ("at least") or not ("over").
        high_included: the same of ``high``.
    """

    low: Money | None
    high: Money | None
    low_included: bool = True
    high_included: bool = True

    def __contains__(self, money: Money) -> bool:
        over = self.low is None or (money >= self.low if self.low_included else money > self.low)
        under = self.high is None or (
            money <= self.high if self.high_included else money < self.high
        )
        return over and under


def find_amount_range(text: str, currency: str) -> AmountRange | None:
    """The amounts that ``text`` asks for; an amount alone is its own range.

    Args:
        text: what the person said, without its dates.
        currency: the person's, for amounts that name none.

    Returns:
        The range, or None when no amount is said.

    Raises:
        BadInput: an amount that cannot be, or two of different currencies.
    """
    said, mentions = read_amounts(text, currency)
    for first, second in pairwise(mentions):
        if _JOIN.match(said[first.end : second.start]):
            return _between(first, second)
    if not mentions:
        return None
    bounds = [_bound(said, mention) for mention in mentions]
    both = AmountRange(None, None)
    for bound in bounds:  # "over 20 but under 50"
        if bound.low and both.low is None and bound.low != bound.high:
            both = AmountRange(bound.low, both.high, bound.low_included, both.high_included)
        if bound.high and both.high is None and bound.low != bound.high:
            both = AmountRange(both.low, bound.high, both.low_included, bound.high_included)
    return _in_order(both) if both.low or both.high else bounds[0]


def _bound(said: str, mention: Mention) -> AmountRange:
    """What the words around one amount make of it."""
    before, after, money = said[: mention.start], said[mention.end :], mention.money
    if _NO_LESS.search(before) or _OR_MORE.match(after):
        return AmountRange(money, None)
    if _NO_MORE.search(before) or _OR_LESS.match(after):
        return AmountRange(None, money)
    if low := _LOW.search(before):
        return AmountRange(money, None, low_included=not low["open"])
    if high := _HIGH.search(before):
        return AmountRange(None, money, high_included=not high["open"])
    if _NEAR.search(before) or _ISH.match(after):
        margin = money.amount * _AROUND
        return AmountRange(
            Money.rounded(money.amount - margin, money.currency),
            Money.rounded(money.amount + margin, money.currency),
        )
    return AmountRange(money, money)


def _between(first: Mention, second: Mention) -> AmountRange:
    """From one to the other; what only the second names holds for both ("1 to 2k euros")."""
    low, high = first.money, second.money
    if second.named and not first.named:
        low = Money(low.amount, high.currency)
    if first.named and not second.named:
        high = Money(high.amount, low.currency)
    scaled = low.amount * second.scale
    if first.scale == 1 < second.scale and scaled < high.amount:
        low = Money(scaled, low.currency)
    return _in_order(AmountRange(low, high))


def _in_order(asked: AmountRange) -> AmountRange:
    if not (asked.low and asked.high):
        return asked
    if asked.low.currency != asked.high.currency:
        raise BadInput("Both amounts have to be of one currency.")
    if asked.low <= asked.high:
        return asked
    return AmountRange(asked.high, asked.low, asked.high_included, asked.low_included)
