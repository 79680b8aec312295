"""Where nudges come from: each source looks at one thing a person wants to hear of."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from finance_core.advice import nudge_texts as texts
from finance_core.advice.insights import Insight, InsightKind
from finance_core.advice.nudges import Nudge, NudgeKind, thing
from finance_core.advice.quiet_hours import at
from finance_core.advice.weekly import weekly
from finance_core.errors import NotEnoughData, NotFound
from finance_core.model import Period, Person
from finance_core.money import Money
from finance_core.services import (
    autosaves,
    bills,
    digests,
    forecasts,
    goals,
    insight_sources,
    movements,
    payees,
    schedules,
)
from finance_core.services.core import Core
from finance_core.services.notifications import Choices
from finance_core.store import connections, sweeps
from finance_core.store import schedules as schedule_rows

_BILLS_AHEAD = timedelta(days=3)
_LATELY = timedelta(days=3)  # a payment is news for so long
_NEWS_FOR = timedelta(days=7)
_NEAR = timedelta(days=14)
_LEAST_SURE = 0.5
_SURE_LOW = 0.25  # a warning is worth more than a false alarm costs
_BROKEN_FOR = timedelta(days=2)
_SUMMARY_LAPSES = timedelta(days=1)
_ONE_BILL = timedelta(days=5)  # its expected day may move by so much
_MOVE_LAPSES = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Look:
    """What a source needs to know.

    Attributes:
        told: bill → the day it was last told to be due.
        offered: keys of suggestions that were put to the person before.
    """

    core: Core
    person: Person
    choices: Choices
    now: datetime
    told: Mapping[str, date]
    offered: Collection[str]

    @property
    def today(self) -> date:
        """The person's own day."""
        return self.person.today(self.now)

    @property
    def zone(self) -> ZoneInfo:
        """The person's time zone."""
        return ZoneInfo(self.person.timezone)

    def wants(self, *kinds: NudgeKind) -> bool:
        """Whether any of the kinds is turned on."""
        return any(kind.value in self.choices.on for kind in kinds)


type Source = Callable[[Look], Iterable[Nudge]]


def all_found(look: Look) -> list[Nudge]:
    """All that is to be told as of now; a source that lacks data finds nothing."""
    found: dict[str, Nudge] = {}
    for source in _SOURCES:
        try:
            for one in source(look):
                found.setdefault(one.key, one)
        except (NotEnoughData, NotFound):
            continue
    return list(found.values())


def of_own_moves(look: Look) -> list[Nudge]:
    """Saves announced, made or failed by themselves, and scheduled payments that failed."""
    core, person_id, now = look.core, look.person.id, look.now
    with core.sessions() as session:
        moves = sweeps.untold(session, person_id)
        payments = schedule_rows.untold(session, person_id)
    found = []
    for one in moves:
        way = f"{one.amount} from {one.from_account.name} to {one.to_account.name}"
        text = f"I put {way}. Say “undo” to take it back."
        if one.status is autosaves.SweepStatus.ANNOUNCED:
            text = f"A day from now I move {way}, unless you say “skip this saving”."
        elif one.status is autosaves.SweepStatus.FAILED:
            text = f"I could not move {way}: {one.why}"
        elif one.kind is autosaves.SweepKind.BACK:
            text = f"{one.to_account.name} was low, so I moved {way}."
        step = one.status.value
        until = now + _MOVE_LAPSES
        to = one.to_account.name
        found.append(texts.own_move(one.id, step, text, one.amount, to, now, until))
    return found + [
        texts.payment_failed(p.id, p.to_name, p.amount, p.due_on, p.why or "", now, look.zone)
        for p in payments
        if p.status is schedules.ScheduleStatus.FAILED
    ]


def of_bills(look: Look) -> list[Nudge]:
    """Bills that fall due in a few days, those of one day together."""
    if not look.wants(NudgeKind.BILLS):
        return []
    period = Period(look.today, look.today + _BILLS_AHEAD)
    coming = bills.upcoming(look.core, look.person.id, look.today, period).bills
    known = payees.of_person(look.core, look.person.id) if coming else ()
    new = [
        texts.DueBill(
            bill.label,
            bill.amount,
            bill.due_on,
            bill.varies,
            len(payees.matching(known, bill.label)) == 1,
        )
        for bill in coming
        if thing(NudgeKind.BILLS, bill.label) not in look.choices.muted
        and abs(bill.due_on - look.told.get(bill.label, date.min)) > _ONE_BILL
    ]
    return [
        texts.bills_due(day, list(some), look.zone)
        for day, some in groupby(new, key=lambda bill: bill.due_on)
    ]


def of_streams(look: Look) -> list[Nudge]:
    """Price rises, double charges and incomes that did not come."""
    if not look.wants(NudgeKind.PRICE_RISE, NudgeKind.DOUBLE_CHARGE, NudgeKind.MISSED_INCOME):
        return []
    return _told(look, insight_sources.of_streams(look.core, look.person.id, look.today))


def of_outlook(look: Look) -> list[Nudge]:
    """A low point ahead, or money that could be put aside."""
    if not look.wants(NudgeKind.LOW_BALANCE, NudgeKind.SAVINGS):
        return []
    return _told(look, insight_sources.of_outlook(look.core, look.person.id, look.today))


def of_balance(look: Look) -> list[Nudge]:
    """A balance below what the person named."""
    bound = look.choices.low_balance
    if bound is None or not look.wants(NudgeKind.LOW_BALANCE):
        return []
    pool = forecasts.pool_of(look.core, look.person.id, look.today)
    if pool.start.currency != bound.currency or pool.start >= bound:
        return []
    return [texts.below(pool.name, pool.start, bound, look.now, look.zone)]


def of_payments(look: Look) -> list[Nudge]:
    """Payments above what the person named, or far above the usual where they named nothing."""
    if not look.wants(NudgeKind.LARGE_PAYMENT):
        return []
    bound, today = look.choices.large_payment, look.today
    if bound is None:
        found = insight_sources.of_payments(look.core, look.person.id, today)
        return _told(look, [one for one in found if today - one.day <= _LATELY], least=0.0)
    rows = movements.in_period(look.core, look.person.id, Period(today - _LATELY, today))
    return [
        texts.large_payment(row, bound, look.now, look.zone)
        for row in rows
        if _is_large(row.amount, bound) and movements.is_spending(row)
    ]


def of_goals(look: Look) -> list[Nudge]:
    """Goals that are reached."""
    if not look.wants(NudgeKind.GOAL_REACHED):
        return []
    return [
        texts.goal_reached(
            report.goal.id,
            report.goal.name,
            report.status.target,
            report.status.saved,
            look.now,
            look.zone,
        )
        for report in goals.check(look.core, look.person.id, look.today)
        if report.status.missing.amount <= 0
    ]


def of_connections(look: Look) -> list[Nudge]:
    """Banks that could not be read for days."""
    if not look.wants(NudgeKind.CONNECTION):
        return []
    with look.core.sessions() as session:
        known = connections.of_person(session, look.person.id)
    return [
        texts.connection_broken(
            one.id,
            one.institution or "your bank",
            look.person.today(one.last_synced_at),
            one.last_error,
            look.now,
            look.zone,
        )
        for one in known
        if one.last_error and one.last_synced_at and look.now - one.last_synced_at > _BROKEN_FOR
    ]


def of_week(look: Look) -> list[Nudge]:
    """The weekly summary, on its day and, if that was missed, until a day after its hour."""
    if not look.wants(NudgeKind.WEEKLY):
        return []
    weekday, clock = look.choices.weekly
    day = look.today - timedelta(days=(look.today.weekday() - weekday) % 7)
    due_at = at(day, clock, look.zone)
    if look.now - due_at > _SUMMARY_LAPSES:
        return []
    week = digests.weekly(look.core, look.person.id, day)
    return [weekly(week, day, due_at, look.zone)] if week else []


def _told(look: Look, found: Iterable[Insight], least: float = _LEAST_SURE) -> list[Nudge]:
    """The suggestions that are worth telling unasked, and were never put to the person."""
    return [
        texts.of_insight(one, look.now, look.zone)
        for one in found
        if one.kind in texts.KINDS
        and look.wants(texts.KINDS[one.kind])
        and one.key not in look.offered
        and -_NEAR <= look.today - one.day <= _NEWS_FOR
        and one.confidence >= _least(one.kind, least)
    ]


def _least(kind: InsightKind, least: float) -> float:
    if kind is InsightKind.LOW_POINT:
        return _SURE_LOW
    if kind in (InsightKind.SAVINGS_MOVE, InsightKind.IDLE_CASH):
        return 0.0  # how sure it is says nothing of how welcome it is: they asked for it
    return least


def _is_large(amount: Money, bound: Money) -> bool:
    return amount.currency == bound.currency and -amount.amount > bound.amount


_SOURCES: tuple[Source, ...] = (
    of_own_moves,
    of_bills,
    of_streams,
    of_balance,
    of_outlook,
    of_payments,
    of_goals,
    of_connections,
    of_week,
)
