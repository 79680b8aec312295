"""What a person should hear about their regular payments: rises, late income, and the like."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from finance_core.advice.alerts import Alert, AlertKind, find_alerts
from finance_core.enrich.unusual import find_unusual
from finance_core.model import Period
from finance_core.services import movements
from finance_core.services.core import Core
from finance_core.services.streams import history, streams

__all__ = ["Alert", "AlertKind", "look"]

_DUPLICATES_SINCE = timedelta(days=62)


def look(
    core: Core, person_id: str, today: date, *, known: Collection[str] = ()
) -> tuple[Alert, ...]:
    """Alerts as of ``today``, most money at stake (weighed by confidence) first.

    ``known``: labels of streams that the person has asked about or answered to; they are
    not called forgotten.
    """
    found = streams(core, person_id, today)
    rows = history(core, person_id, today)
    lately = Period(today - _DUPLICATES_SINCE, today)
    spent = [row for row in rows if movements.is_spending(row)]
    twice = [
        (one.row, one.other)
        for one in find_unusual(spent, lately, found)
        if one.why == "duplicate" and one.other
    ]
    return tuple(find_alerts(found, rows, today, duplicates=twice, known=known))
