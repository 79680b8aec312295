"""What stands out in a person's spending: single payments, and whole categories."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from dateutil.relativedelta import relativedelta

from finance_core.enrich.unusual import Unusual, find_unusual
from finance_core.model import Period, Transaction
from finance_core.money import Money
from finance_core.services import movements
from finance_core.services.core import Core
from finance_core.services.streams import streams

__all__ = ["HighCategory", "Unusual", "UnusualSpending", "look"]

_LOOK_BACK = timedelta(days=400)
_MONTHS = 6
_LEAST_MONTHS = 3
_NORMAL = 1.4826
_DEVIATIONS, _TIMES = 3.0, 1.3
_LEAST_SPREAD = 0.1


@dataclass(frozen=True, slots=True)
class HighCategory:
    """A category that cost far more than it usually does.

    Attributes:
        total: net spending of the period, without what is paid regularly.
        usual: the median of the same days of the months before; ``months`` says how many.
    """

    category: str
    total: Money
    usual: Money
    months: int


@dataclass(frozen=True, slots=True)
class UnusualSpending:
    """What stands out in a period.

    Attributes:
        payments: how many were looked at.
        found: single payments, gravest first.
        high: categories, those with the largest excess first.
    """

    period: Period
    payments: int
    found: tuple[Unusual, ...]
    high: tuple[HighCategory, ...]


def look(
    core: Core,
    person_id: str,
    period: Period,
    today: date,
    *,
    categories: Collection[str] = (),
    merchants: Collection[str] = (),
    account_id: str | None = None,
) -> UnusualSpending:
    """Looks through the spending of a period, up to ``today``, for what stands out.

    ``categories``, ``merchants`` and ``account_id`` narrow what is told, not what it is
    compared with; unset means any.
    """

    def wanted(row: Transaction) -> bool:
        return (
            (not categories or row.category in categories)
            and (not merchants or row.merchant in merchants)
            and account_id in (None, row.account_id)
        )

    period = Period(min(period.start, today), min(period.end, today))
    far = period.start - date.min < _LOOK_BACK
    known = Period(date.min if far else period.start - _LOOK_BACK, period.end)
    rows = list(filter(movements.is_spending, movements.in_period(core, person_id, known)))
    paid = [row for row in rows if row.posted_on in period and row.amount.amount < 0]
    paid = list(filter(wanted, paid))
    regular = streams(core, person_id, today)
    ids = {key for stream in regular for key in stream.transaction_ids}
    high = _high([row for row in rows if row.id not in ids], period)
    if merchants or account_id:
        high = ()
    return UnusualSpending(
        period=period,
        payments=len(paid),
        found=tuple(one for one in find_unusual(rows, period, regular) if wanted(one.row)),
        high=tuple(one for one in high if not categories or one.category in categories),
    )


def _high(rows: list[Transaction], period: Period) -> tuple[HighCategory, ...]:
    """Categories far above the same days of the months before; for periods within a month.

    What is paid regularly is left out: it comes on other days of each month.
    """
    if period.days > 31 or not rows:
        return ()
    shifts = [relativedelta(months=month) for month in range(1, _MONTHS + 1)]
    before = [Period(period.start - shift, period.end - shift) for shift in shifts]
    before = [earlier for earlier in before if earlier.start >= rows[0].posted_on]
    if len(before) < _LEAST_MONTHS:
        return ()
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0] * (len(before) + 1))
    for row in rows:
        for place, one in enumerate((period, *before)):
            if row.posted_on in one:
                sums[row.amount.currency, row.category][place] -= row.amount.minor
    found = [
        HighCategory(
            category,
            Money.from_minor(now, currency),
            Money.from_minor(round(median(then)), currency),
            len(then),
        )
        for (currency, category), (now, *then) in sums.items()
        if _is_high(now, then)
    ]
    return tuple(sorted(found, key=lambda high: (high.usual - high.total).minor))


def _is_high(now: int, then: list[int]) -> bool:
    middle = median(then)
    if middle <= 0 or 0 in then:
        return False  # what is not bought each month has no usual sum
    spread = max(_NORMAL * median(abs(one - middle) for one in then), _LEAST_SPREAD * middle)
    return now > middle + _DEVIATIONS * spread and now >= _TIMES * middle
