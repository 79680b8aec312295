"""Bills that come up, and subscriptions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from finance_core.forecasting.schedule import occurrences
from finance_core.model import Cadence, Period, Reach, RecurringStream
from finance_core.money import Money, totals_by_currency
from finance_core.services.core import Core
from finance_core.services.streams import active
from finance_core.services.vocabulary import accounts

_EVERYDAY = frozenset({"groceries", "dining", "cash", "shopping", "fuel", "transport"})
_OWN_MOVES = frozenset({"transfer_own", "transfer_savings"})
_SUBSCRIBED = frozenset({"subscriptions", "entertainment"})
_LEAST_CONFIDENCE = 0.5


@dataclass(frozen=True, slots=True)
class Bill:
    """One payment expected; amounts are positive, ``low`` ≤ ``amount`` ≤ ``high``."""

    label: str
    category: str
    due_on: date
    amount: Money
    low: Money
    high: Money
    account_id: str

    @property
    def varies(self) -> bool:
        """Whether the amount is not always the same."""
        return self.low != self.high


@dataclass(frozen=True, slots=True)
class UpcomingBills:
    """Bills of a coming period by due day, with one total for each currency."""

    period: Period
    bills: tuple[Bill, ...]
    totals: dict[str, Money]


@dataclass(frozen=True, slots=True)
class Subscription:
    """A fixed regular payment, with what it costs in a month and a year."""

    label: str
    cadence: Cadence
    amount: Money
    per_year: Money
    next_on: date | None


def upcoming(
    core: Core,
    person_id: str,
    today: date,
    period: Period,
    *,
    categories: Collection[str] = (),
    labels: Collection[str] = (),
) -> UpcomingBills:
    """Payments expected in ``period``, each with its due day; late ones count as due now.

    ``categories`` and ``labels`` (names of payees) narrow it; empty means all.
    """
    found = [
        bill
        for stream in active(core, person_id, today)
        if _is_bill(stream)
        and (not categories or stream.category in categories)
        and (not labels or stream.label in labels)
        for bill in _due(stream, period, today)
    ]
    named = _others(core, person_id)
    found = [_told(bill, named) for bill in found]
    found.sort(key=lambda bill: (bill.due_on, bill.label))
    return UpcomingBills(period, tuple(found), totals_by_currency([b.amount for b in found]))


def subscriptions(core: Core, person_id: str, today: date) -> tuple[Subscription, ...]:
    """Regular payments in the subscription and entertainment categories, dearest first."""
    return regular(core, person_id, today, categories=_SUBSCRIBED)


def regular(
    core: Core,
    person_id: str,
    today: date,
    *,
    categories: Collection[str] = (),
    labels: Collection[str] = (),
) -> tuple[Subscription, ...]:
    """Regular payments of some categories or to some payees (in any writing), dearest first."""
    asked = {label.casefold() for label in labels}
    others = _others(core, person_id)
    found = [
        Subscription(
            ", ".join(filter(None, (stream.label, others.get(stream.account_id)))),
            stream.cadence,
            -stream.amount,
            Money.from_minor(
                -stream.amount.minor * stream.cadence.per_year, stream.amount.currency
            ),
            stream.next_on,
        )
        for stream in active(core, person_id, today)
        if _is_bill(stream) and (stream.category in categories or stream.label.casefold() in asked)
    ]
    return tuple(sorted(found, key=lambda entry: -entry.per_year.minor))


def _others(core: Core, person_id: str) -> dict[str, str]:
    """Names of the accounts in reach that are somebody else's."""
    if core.reach is Reach.OWN:
        return {}
    return {a.id: a.name for a in accounts(core, person_id) if a.person_id != person_id}


def _told(bill: Bill, others: Mapping[str, str]) -> Bill:
    """A bill that another's account pays says so."""
    name = others.get(bill.account_id)
    return replace(bill, label=f"{bill.label}, {name}") if name else bill


def _is_bill(stream: RecurringStream) -> bool:
    return (
        stream.amount.amount < 0
        and stream.category not in _EVERYDAY | _OWN_MOVES
        and stream.confidence >= _LEAST_CONFIDENCE
    )


def _due(stream: RecurringStream, period: Period, today: date) -> list[Bill]:
    return [
        Bill(
            stream.label,
            stream.category,
            day,
            -stream.amount,
            -stream.high,
            -stream.low,
            stream.account_id,
        )
        for day in occurrences(stream, today - timedelta(days=1), period.end)
        if day >= period.start
    ]
