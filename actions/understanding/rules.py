"""Savings rules as people say them: what kind, on which occasion, how much."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from actions.understanding.units import WEEKDAYS
from finance_core.errors import BadInput
from finance_core.money import Money, exponent
from finance_core.services.rules import RuleKind

_ROUND = re.compile(
    r"\bround(?:ing|ed|s)?(?:[- ]?ups?|\b.*\bup)\b|\b(?:spare|loose) change\b"
    r"|\bsave (?:the|my) change\b",
    re.IGNORECASE,
)
_CHALLENGE = re.compile(r"\b(?:52|fifty[- ]?two)[- ]?weeks?\b|\bweek challenge\b", re.IGNORECASE)
_PERCENT = re.compile(r"(?P<share>\d+(?:[.,]\d+)?)\s*(?:%|percent\b|per cent\b|pct\b)", re.I)
_PAYDAY = re.compile(
    r"\b(?:pay ?days?|pay ?checks?|salary|wages?|get(?:ting)? paid|income|i(?:'m| am) paid|"
    r"money comes in)\b",
    re.IGNORECASE,
)
_WHENEVER = re.compile(
    r"\b(?:every|each|any) ?time\b|\bwhen(?:ever)? i\b|\bfor (?:every|each)\b"
    r"|\b(?:every|each) (?:visit|trip|purchase|order|payment)\b",
    re.IGNORECASE,
)
_KEEP = re.compile(
    r"\b(?:always )?(?:keep|leave)\b.*\b(?:in|at least|on)\b|\bnever\b.*\b(?:below|under)\b",
    re.IGNORECASE,
)
_DAILY = re.compile(r"\b(?:daily|(?:a|per|every|each) day)\b", re.IGNORECASE)
_MONTHLY = re.compile(
    r"\b(?:monthly|(?:a|per|every|each|of the) month|"
    r"(?:every|each|on the) \d{1,2}(?:st|nd|rd|th))\b",
    re.IGNORECASE,
)
_WEEKLY = re.compile(r"\b(?:weekly|(?:a|per|every|each) week)\b", re.IGNORECASE)
_NTH = re.compile(r"\b(?P<day>\d{1,2})(?:st|nd|rd|th)\b", re.IGNORECASE)
_TIMES = re.compile(
    r"\b(?P<word>double|doubled|twice|triple|three times)\b|\b(?:x|times)\s?(?P<n>\d{1,2})\b"
    r"|\b(?P<m>\d{1,2})\s?(?:x|times)\b",
    re.IGNORECASE,
)
_UNIT = re.compile(
    r"\b(?:nearest|next|full|whole)\s+[£$€]?(?P<unit>\d{1,4}|ten|five|hundred)\b", re.IGNORECASE
)
_WORDS = {"double": 2, "doubled": 2, "twice": 2, "triple": 3, "three times": 3}
_UNITS = {"five": 5, "ten": 10, "hundred": 100}
_MOST_TIMES = 10
_EVERY_OTHER = re.compile(r"\b(?:every (?:other|second|two)|fortnight\w*|bi-?weekly)\b", re.I)


@dataclass(frozen=True, slots=True)
class SaidRule:
    """A rule as far as it has been said.

    Attributes:
        kind: None when it cannot be told.
        terms: as ``advice/rules.py`` wants them; the amount may be missing.
        keeps: whether a floor is asked for, which is no rule.
    """

    kind: RuleKind | None
    terms: dict[str, Any] = field(default_factory=dict)
    keeps: bool = False


def read_rule(text: str, amounts: list[Money], currency: str) -> SaidRule:
    """The rule that ``text`` asks for.

    Args:
        text: what the person said.
        amounts: the amounts in it.
        currency: of the accounts it is about.

    Raises:
        BadInput: a share, multiplier or rhythm that cannot be.
    """
    minor = {"minor": amounts[0].minor} if amounts else {}
    if _ROUND.search(text):
        return SaidRule(RuleKind.ROUND_UP, _round_up(text, currency))
    if _CHALLENGE.search(text):
        return SaidRule(RuleKind.WEEKS_52, {"minor": _major(currency), **minor})
    share = _PERCENT.search(text)
    if share:
        return SaidRule(RuleKind.INCOME_SHARE, {"percent": _share(share["share"])})
    if _KEEP.search(text) and not _rhythm(text):
        return SaidRule(None, minor, keeps=True)
    if _EVERY_OTHER.search(text):
        raise BadInput("I can save daily, weekly or monthly, but not every second week.")
    return _on_occasion(text, minor)


def _on_occasion(text: str, minor: dict[str, Any]) -> SaidRule:
    """A fixed amount for each of something, or nothing that can be told."""
    if _WHENEVER.search(text) and not _PAYDAY.search(text):
        return SaidRule(RuleKind.MERCHANT, minor)
    if _PAYDAY.search(text):
        return SaidRule(RuleKind.PAYDAY, minor)
    rhythm = _rhythm(text)
    return SaidRule(RuleKind.REGULAR, {**rhythm, **minor}) if rhythm else SaidRule(None, minor)


def without_counts(text: str) -> str:
    """``text`` without the numbers that count something else than the amount to save."""
    for pattern in (_CHALLENGE, _UNIT, _TIMES, _PERCENT):
        text = pattern.sub(" ", text)
    return text


def names_round_ups(text: str) -> bool:
    """Whether ``text`` is about round-ups."""
    return bool(_ROUND.search(text))


def _rhythm(text: str) -> dict[str, Any]:
    said = text.casefold()
    for number, day in enumerate(WEEKDAYS):
        if re.search(rf"\b(?:every|each|on) {day}s?\b|\b{day}s\b", said):
            return {"every": "week", "on": number}
    if _MONTHLY.search(text):
        nth = _NTH.search(text)
        on = int(nth["day"]) if nth else None
        if on is not None and not 1 <= on <= 31:
            raise BadInput(f"No month has a day {on}.")
        return {"every": "month", "on": on}
    if _WEEKLY.search(text):
        return {"every": "week", "on": None}
    return {"every": "day", "on": None} if _DAILY.search(text) else {}


def _round_up(text: str, currency: str) -> dict[str, Any]:
    unit = _UNIT.search(text)
    whole = 1
    if unit:
        word = unit["unit"].casefold()
        whole = _UNITS.get(word) or int(word)
    found = _TIMES.search(text)
    times = 1
    if found:
        word = (found["word"] or "").casefold()
        times = _WORDS.get(word) or int(found["n"] or found["m"] or 1)
    if whole < 1 or not 1 <= times <= _MOST_TIMES:
        raise BadInput(f"Round-ups can be multiplied by 1 to {_MOST_TIMES}.")
    return {"unit": whole * _major(currency), "times": times}


def _share(text: str) -> str:
    share = Decimal(text.replace(",", "."))
    if not 0 < share <= 100:
        raise BadInput("A share of your income has to be between 0 and 100 percent.")
    return str(share)


def _major(currency: str) -> int:
    """Minor units of one whole unit."""
    return int(10 ** exponent(currency))
