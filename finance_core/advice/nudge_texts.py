"""Nudges worded from figures that other parts have found.

A nudge may be said hours after it was planned, so a day in it is a date and never "tomorrow".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from finance_core.advice.insights import Insight, InsightKind
from finance_core.advice.nudges import Ask, Nudge, NudgeKind
from finance_core.advice.quiet_hours import at
from finance_core.model import Fact, Transaction
from finance_core.money import Money, totals_by_currency

REMIND_AT = time(9)
"""When a person is reminded, the day before; only a little after most quiet hours."""

_A_WEEK = timedelta(days=7)
_BILLS: Ask = ("Bills ahead", "what bills are coming up?", "upcoming_bills")
_SAVE: Ask = ("Help me save", "help me save", "savings_advice")
_GOALS: Ask = ("My goals", "how are my goals?", "check_goal")
_REFRESH: Ask = ("Try again", "refresh my accounts", "refresh_accounts")
_ASKS: Mapping[InsightKind, Ask] = {
    InsightKind.PRICE_RISE: (
        "My subscriptions",
        "which subscriptions do I have?",
        "list_subscriptions",
    ),
    InsightKind.LATE_INCOME: ("Income", "how much did I earn this month?", "check_income"),
    InsightKind.LOW_POINT: _BILLS,
    InsightKind.IDLE_CASH: _SAVE,
    InsightKind.SAVINGS_MOVE: _SAVE,
}
KINDS: Mapping[InsightKind, NudgeKind] = {
    InsightKind.PRICE_RISE: NudgeKind.PRICE_RISE,
    InsightKind.DUPLICATE: NudgeKind.DOUBLE_CHARGE,
    InsightKind.LATE_INCOME: NudgeKind.MISSED_INCOME,
    InsightKind.LOW_POINT: NudgeKind.LOW_BALANCE,
    InsightKind.UNUSUAL_PAYMENT: NudgeKind.LARGE_PAYMENT,
    InsightKind.LARGER_BILL: NudgeKind.LARGE_PAYMENT,
    InsightKind.IDLE_CASH: NudgeKind.SAVINGS,
    InsightKind.SAVINGS_MOVE: NudgeKind.SAVINGS,
}
"""Which suggestions are told unasked, and as what."""

_WHY: Mapping[NudgeKind, str] = {
    NudgeKind.PRICE_RISE: "you asked me to tell you when something regular gets dearer",
    NudgeKind.DOUBLE_CHARGE: "a payment taken twice is easiest to get back at once, so I tell "
    "everybody unless they turn it off",
    NudgeKind.MISSED_INCOME: "bills may rest on an income that has not come, so I tell everybody "
    "unless they turn it off",
    NudgeKind.LOW_BALANCE: "there is still time to do something about a low balance, so I tell "
    "everybody unless they turn it off",
    NudgeKind.LARGE_PAYMENT: "you asked me to tell you of large payments",
    NudgeKind.SAVINGS: "you asked me to tell you when there is something to put aside",
}


@dataclass(frozen=True, slots=True)
class DueBill:
    """A bill that falls due. ``payable``: whether Penny knows where to pay it."""

    label: str
    amount: Money
    due_on: date
    varies: bool
    payable: bool


def of_insight(one: Insight, now: datetime, zone: ZoneInfo) -> Nudge:
    """A suggestion told unasked: one of ``KINDS``."""
    kind = KINDS[one.kind]
    about = (f"{one.label} payments", f"show my {one.label} payments", "search_transactions")
    last = max(one.day, now.astimezone(zone).date() + _A_WEEK)
    if kind is NudgeKind.LOW_BALANCE:
        last = max(one.day, now.astimezone(zone).date())
    return Nudge(
        kind,
        one.key,
        one.label,
        now,
        end_of(last, zone),
        f"{one.reason} {one.step}",
        f"{_WHY[kind]}. I am about {round(one.confidence * 100)}% sure of it.",
        _ASKS.get(one.kind, about),
        facts=one.evidence,
        day=one.day,
        offer=(one.key, one.kind.value),
    )


def bills_due(day: date, found: Sequence[DueBill], zone: ZoneInfo) -> Nudge:
    """The bills of one day, told at nine the day before."""
    facts: list[Fact] = []
    told = []
    for bill in found:
        about = "about " if bill.varies else ""
        told.append(f"{bill.label} {about}{bill.amount}")
        facts.append(_money("amount", bill.amount, bill.label, day.isoformat()))
    text = f"Due on {said(day)}: {', '.join(told)}."
    totals = totals_by_currency([bill.amount for bill in found])
    if len(found) > 1:
        text += f" That is {' and '.join(map(str, totals.values()))} together."
        facts += [_money("total", amount, None, day.isoformat()) for amount in totals.values()]
    one = found[0] if len(found) == 1 else None
    pay: Ask | None = None
    if one and one.payable:
        pay = ("Pay it", f"pay the {one.label} bill", "pay_bill")
    return Nudge(
        NudgeKind.BILLS,
        f"bills {day}",
        one.label if one else "your bills",
        at(day - timedelta(days=1), REMIND_AT, zone),
        end_of(day, zone),
        text,
        "you asked me to remind you of bills, and these have been paid in a rhythm that makes "
        f"{said(day)} the next day.",
        pay or _BILLS,
        facts=tuple(facts),
        items=tuple(bill.label for bill in found),
        day=day,
    )


def below(account: str, balance: Money, bound: Money, now: datetime, zone: ZoneInfo) -> Nudge:
    """A balance that is below what the person wants to be told of; once a week at most."""
    today = now.astimezone(zone).date()
    return Nudge(
        NudgeKind.LOW_BALANCE,
        f"below {bound.minor} {account} {today:%G-W%V}",
        account,
        now,
        end_of(today + timedelta(days=2), zone),
        f"{_sentence(account)}: {balance} left, less than {bound}.",
        f"you asked me to tell you when less than {bound} is left.",
        _BILLS,
        facts=(_money("balance", balance, account), _money("low_balance", bound, None)),
        day=today,
    )


def large_payment(row: Transaction, bound: Money, now: datetime, zone: ZoneInfo) -> Nudge:
    """A payment above what the person wants to be told of."""
    paid = -row.amount
    return Nudge(
        NudgeKind.LARGE_PAYMENT,
        f"payment {row.id}",
        row.merchant,
        now,
        end_of(row.posted_on + _A_WEEK, zone),
        f"{row.merchant} took {paid} on {said(row.posted_on)}.",
        f"you asked me to tell you of payments over {bound}.",
        (f"{row.merchant} payments", f"show my {row.merchant} payments", "search_transactions"),
        facts=(_money("amount", paid, row.merchant, row.posted_on.isoformat()),),
        day=row.posted_on,
    )


def goal_reached(
    goal_id: str, name: str, target: Money, saved: Money, now: datetime, zone: ZoneInfo
) -> Nudge:
    """A savings goal that is reached; another target of it is another thing."""
    return Nudge(
        NudgeKind.GOAL_REACHED,
        f"goal {goal_id} {target.minor}",
        name,
        now,
        end_of(now.astimezone(zone).date() + _A_WEEK, zone),
        f"You have reached your goal “{name}”: {saved} of {target}. Well done!",
        "you asked me to tell you when a goal is reached.",
        _GOALS,
        facts=(_money("saved", saved, name), _money("target", target, name)),
    )


def connection_broken(
    connection_id: str, name: str, since: date | None, error: str, now: datetime, zone: ZoneInfo
) -> Nudge:
    """A bank that could not be read for days; ``since``: the day it last could."""
    known = f" My figures are those of {said(since)}." if since else ""
    return Nudge(
        NudgeKind.CONNECTION,
        f"connection {connection_id} {since}",
        name,
        now,
        end_of(now.astimezone(zone).date() + timedelta(days=3), zone),
        f"I can't read {name} any more: {error}{known}",
        "what I say about your money is only as good as what the bank tells me, so I tell "
        "everybody unless they turn it off.",
        _REFRESH,
        facts=(Fact("known_on", since.isoformat(), unit="date", label=name),) if since else (),
    )


def own_move(
    sweep_id: str, step: str, text: str, amount: Money, to: str, now: datetime, until: datetime
) -> Nudge:
    """What Penny is going to do by herself, or did; ``step`` tells one from the other."""
    announced = step == "announced"
    return Nudge(
        NudgeKind.OWN_MOVES,
        f"sweep {sweep_id} {step}",
        "saving by myself",
        now,
        until,
        text,
        "you let me save by myself, and nothing of that happens untold."
        + (" You have a day from now to say no." if announced else ""),
        buttons=(("Skip this save", "skip this saving"),) if announced else (),
        facts=(_money("amount", amount, to),),
        subject=sweep_id,
    )


def payment_failed(
    schedule_id: str,
    name: str,
    amount: Money,
    due_on: date,
    why: str,
    now: datetime,
    zone: ZoneInfo,
) -> Nudge:
    """A scheduled payment that was not made."""
    return Nudge(
        NudgeKind.OWN_MOVES,
        f"schedule {schedule_id} failed",
        name,
        now,
        end_of(now.astimezone(zone).date() + _A_WEEK, zone),
        f"I did not pay {amount} to {name} on {said(due_on)}: {why}",
        "you told me to make that payment, and it was not made.",
        facts=(_money("amount", amount, name, due_on.isoformat()),),
        subject=schedule_id,
    )


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which a day is over."""
    return at(day + timedelta(days=1), time(0), zone)


def said(day: date) -> str:
    """A day that is near enough to need no year."""
    return f"{day:%a %-d %B}"


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _money(name: str, amount: Money, label: str | None, period: str | None = None) -> Fact:
    return Fact(name, str(amount.amount), amount.currency, label=label, period=period)
