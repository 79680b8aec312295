"""Times of the day, only to leave them out: Penny's days have no hours."""

from __future__ import annotations

import re

_HALF_DAY = r"(?: ?(?:a\.?m\b\.?|p\.?m\b\.?|o'clock\b))"
_PART = r"(?: (?:in the )?(?:morning|afternoon|evening|night)\b)"
_HOUR = r"(?:[01]?\d|2[0-3])"
_MINUTE = r"[0-5]\d"

TIME = re.compile(
    rf"\b(?:half|quarter|five|ten|twenty|{_HOUR}|{_MINUTE}) (?:past|to) {_HOUR}\b"
    rf"(?:{_HALF_DAY}|{_PART}|(?! ?(?:[€£$%.,\d]|[a-z])))"
    rf"|\b(?:half|quarter) past (?:{_HOUR}|[a-z]+)\b{_HALF_DAY}?{_PART}?"
    rf"|\b{_HOUR}(?:[: .]{_MINUTE})?(?:{_HALF_DAY}|{_PART})"
    rf"|\b{_HOUR}:{_MINUTE}\b{_HALF_DAY}?{_PART}?"
    rf"|\bat (?:{_HOUR} {_MINUTE}\b(?! ?(?:[€£$%]|[a-z]))|{_MINUTE} (?:past|to) {_HOUR}\b)"
)
