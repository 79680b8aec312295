"""A common rule for recurring payments, to measure better ones against.

The same rounded amount at least three times in three months, last seen within 45 days,
and on days of the month that deviate by at most five.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from statistics import median

from finance_core.model import Transaction

_TIMES = 3
_RECENT = timedelta(days=92)
_LAST_SEEN = timedelta(days=45)
_MOST_DEVIATION = 5
_MONTH = 30.4


def by_simple_rule(rows: Iterable[Transaction], today: date) -> list[list[Transaction]]:
    """Groups of movements that the rule takes for recurring, oldest first in each.

    A group is an account, a direction and an amount in whole units of the currency. The
    deviation is the largest distance from the median day, counted across the month's end.
    """
    groups: dict[tuple[str, str, int], list[Transaction]] = defaultdict(list)
    for row in rows:
        if row.posted_on <= today:
            rounded = round(row.amount.amount)
            groups[row.account_id, row.amount.currency, rounded].append(row)
    found = []
    for group in groups.values():
        group.sort(key=lambda row: (row.posted_on, row.sequence))
        recent = [row.posted_on for row in group if today - row.posted_on <= _RECENT]
        if len(recent) >= _TIMES and today - recent[-1] <= _LAST_SEEN and _steady(recent):
            found.append(group)
    return found


def _steady(days: list[date]) -> bool:
    middle = median(day.day for day in days)
    apart = [abs(day.day - middle) for day in days]
    return max(min(gap, _MONTH - gap) for gap in apart) <= _MOST_DEVIATION
