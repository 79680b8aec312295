"""Until when something rests: "for two weeks", "until Monday"."""

from __future__ import annotations

import re
from datetime import date, timedelta

from actions.understanding.days import add_units, count_of, count_pattern, unit_pattern
from actions.understanding.horizons import find_horizon

_FOR = re.compile(rf"\bfor (?:the next )?(?:a )?{count_pattern()} {unit_pattern()}\b", re.I)
_UNTIL = re.compile(r"\b(?:until|till|til|up to)\b", re.IGNORECASE)


def rests_until(text: str, today: date) -> date | None:
    """The first day after a rest, when one was named.

    Raises:
        BadInput: a day that does not exist or has passed.
    """
    spell = _FOR.search(text.lower())
    if spell:
        return add_units(today, count_of(spell["count"]), spell["unit"])
    coming = find_horizon(text, today)
    if coming is None:
        return None
    if not _UNTIL.search(text):
        return coming.end + timedelta(days=1)
    return coming.start if coming.start > today else coming.end
