"""The figures of a person's week."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from statistics import median_low

from finance_core.advice.weekly import Week
from finance_core.enrich.taxonomy import taxonomy
from finance_core.errors import NotEnoughData, NotFound
from finance_core.model import Period
from finance_core.money import Money
from finance_core.services import bills, forecasts, people, spending
from finance_core.services.core import Core
from finance_core.services.spending import SpendingReport
from finance_core.store import sweeps

_WEEK = timedelta(days=7)
_WEEKS = 8
_LEAST_WEEKS = 3
_SHOWN = 5
_AHEAD = 45


def weekly(core: Core, person_id: str, today: date) -> Week | None:
    """The seven days before ``today`` beside the weeks before, and the seven to come.

    Everything is in the person's main currency. None when nothing is known of these days.
    """
    begin = spending.first_activity(core, person_id)
    newest = spending.last_activity(core, person_id)
    if begin is None or newest is None or newest < today - _WEEK:
        return None
    weeks = [
        Period(today - _WEEK * back, today - _WEEK * back + timedelta(days=6))
        for back in range(_WEEKS + 1, 0, -1)
    ]
    reports = _own(core, person_id, spending.by_period(core, person_id, weeks))
    if not reports:
        return None
    *before, this = reports
    before = [one for one in before if one.period.start >= begin]
    currency = this.total.currency
    usual = median_low([one.total.minor for one in before]) if len(before) >= _LEAST_WEEKS else None
    coming = bills.upcoming(core, person_id, today, Period(today, today + timedelta(days=6)))
    own_bills = [bill for bill in coming.bills if bill.amount.currency == currency]
    top = this.by_category[0] if this.by_category else None
    return Week(
        first=this.period.start,
        last=this.period.end,
        spent=this.total,
        usual=None if usual is None else Money.from_minor(usual, currency),
        weeks=len(before),
        before=tuple((one.period.start, one.total) for one in before[-_SHOWN:]),
        top=(taxonomy().name(top.key), top.total) if top and top.total.amount > 0 else None,
        bills=len(own_bills),
        bills_total=coming.totals.get(currency),
        low=_low(core, person_id, today),
        saved=_saved(core, person_id, this.period, currency),
    )


def _own(core: Core, person_id: str, reports: Sequence[SpendingReport]) -> list[SpendingReport]:
    """The reports in the person's own currency, else in the first one that occurs."""
    own = people.get(core, person_id).currency
    codes = [one.total.currency for one in reports]
    wanted = own if own in codes else next(iter(codes), own)
    return [one for one in reports if one.total.currency == wanted]


def _low(core: Core, person_id: str, today: date) -> tuple[Money, date] | None:
    try:
        pool = forecasts.pool_of(core, person_id, today)
        ahead = forecasts.forecast(core, person_id, pool, today, _AHEAD)
    except (NotEnoughData, NotFound):
        return None
    return ahead.low_point, ahead.low_point_on


def _saved(core: Core, person_id: str, week: Period, currency: str) -> Money | None:
    with core.sessions() as session:
        saved = sweeps.saved_in(session, person_id, week, Money.zero(currency))
    return saved if saved.amount > 0 else None
