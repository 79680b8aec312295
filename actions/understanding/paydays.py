"""Days counted to the next payday ("before payday", "until I get paid")."""

from __future__ import annotations

import re
from datetime import date, timedelta

from finance_core.model import Period

_PAID = (
    r"(?:(?:my |the )?(?:next )?(?:pay ?(?:day|che(?:ck|que))|wages?|salary)|"
    r"(?:i|we)(?: get|['\u2019]m| am|['\u2019]re| are) (?:next )?paid)\b"
)
_TO_PAYDAY = re.compile(
    rf"\b(?:(?P<before>before|until|till|til|up to)|by|on|at|when|come) {_PAID}|\bnext payday\b",
    re.IGNORECASE,
)


def counts_to_payday(text: str) -> bool:
    """Whether ``text`` means a time that ends with the next payday."""
    return bool(_TO_PAYDAY.search(text))


def without_next_payday(text: str) -> str:
    """``text`` without "until payday": a day there, and no wages that are asked about."""
    return _TO_PAYDAY.sub(" ", text)


def to_payday(text: str, today: date, payday: date) -> Period:
    """From today to the next payday; to the day before it where the words leave it out."""
    match = _TO_PAYDAY.search(text)
    left_out = timedelta(days=1) if match and match["before"] else timedelta()
    return Period(today, max(payday - left_out, today))
