"""Times of day as people write them: ``10pm``, ``22:00``, ``half past nine`` is left out."""

from __future__ import annotations

import re
from datetime import time

_TIME = (
    r"(?P<{0}hour>\d{{1,2}})(?:[:.h](?P<{0}minute>\d{{2}}))?\s?(?P<{0}half>am|pm|a\.m\.|p\.m\.)?"
)
_SPAN = re.compile(
    rf"(?:between|from)?\s*(?<![\d.,£$€]){_TIME.format('a')}\s*(?:and|to|till|until|-|–)\s*"
    rf"(?<![\d.,£$€]){_TIME.format('b')}(?![\d%])",
    re.IGNORECASE,
)
_ONE = re.compile(
    rf"\b(?P<side>after|before|from|until|till)\s+(?:about\s+)?{_TIME.format('a')}(?![\d%])",
    re.IGNORECASE,
)
_AT = re.compile(rf"\bat\s+(?:about\s+)?{_TIME.format('a')}(?![\d%])", re.IGNORECASE)
_WORDS = {"midnight": "0:00", "noon": "12:00", "midday": "12:00"}


def find_span(text: str) -> tuple[time, time] | None:
    """A span of the day ("between 10pm and 7"); None when there is none or it is no time.

    The first of two bare numbers below eight is taken for the evening when the words do not
    say, as in "from 9 to 7": quiet hours lie at night.
    """
    match = _SPAN.search(_spelt(text))
    if match is None:
        return None
    begin, end = _time(match, "a"), _time(match, "b")
    if begin is None or end is None:
        return None
    bare = not (match["ahalf"] or match["aminute"] or match["bhalf"] or match["bminute"])
    if bare and end <= begin < time(12):
        begin = begin.replace(hour=begin.hour + 12)
    return begin, end


def find_bound(text: str) -> tuple[str, time] | None:
    """One end of a span: ``("after", 21:00)`` or ``("before", 08:00)``."""
    match = _ONE.search(_spelt(text))
    found = match and _time(match, "a")
    if not match or found is None:
        return None
    return ("after" if match["side"].lower() in ("after", "from") else "before"), found


def find_one(text: str) -> time | None:
    """A time of day that something happens at ("at 6pm", "at 18:30")."""
    match = _AT.search(_spelt(text))
    return _time(match, "a") if match else None


def _spelt(text: str) -> str:
    for word, digits in _WORDS.items():
        text = re.sub(rf"\b{word}\b", digits, text, flags=re.IGNORECASE)
    return text


def _time(match: re.Match[str], side: str) -> time | None:
    hour, minute = int(match[f"{side}hour"]), int(match[f"{side}minute"] or 0)
    half = (match[f"{side}half"] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    if hour == 24:
        hour = 0
    return time(hour, minute) if hour < 24 and minute < 60 else None
