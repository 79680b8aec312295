"""A person's recurring payments and incomes, found once for each state of the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from finance_core.enrich.recurring import find_streams
from finance_core.model import RecurringStream, StreamStatus, Transaction
from finance_core.services import movements
from finance_core.services.core import Core

LOOKED_AT = timedelta(days=3 * 366)
"""How far back movements count: three years."""


def history(core: Core, person_id: str, today: date) -> Sequence[Transaction]:
    """What is known of the last years up to ``today``, oldest first."""
    return movements.between(core, person_id, today - LOOKED_AT, today)


def streams(core: Core, person_id: str, today: date) -> list[RecurringStream]:
    """All recurring streams as seen on ``today``, ended ones included."""
    return core.recent(
        ("streams", person_id, today, movements.mark(core, person_id)),
        lambda: find_streams(history(core, person_id, today), today),
    )


def active(core: Core, person_id: str, today: date) -> list[RecurringStream]:
    """The streams that go on."""
    return _going_on(streams(core, person_id, today))


def active_in(past: Sequence[Transaction], then: date) -> list[RecurringStream]:
    """The streams that went on as of a past day, found in what was known by then."""
    return _going_on(find_streams(past, then))


def _going_on(found: Sequence[RecurringStream]) -> list[RecurringStream]:
    return [stream for stream in found if stream.status is not StreamStatus.ENDED]
