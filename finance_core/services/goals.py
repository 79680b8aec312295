"""Savings goals: how they stand, what they need, and when they will be reached."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta

from finance_core.advice import goals as advice
from finance_core.advice.goals import GoalStatus
from finance_core.errors import BadInput, NotEnoughData, NotFound, Refused
from finance_core.model import Account, AccountKind
from finance_core.money import Money, total
from finance_core.services import balances
from finance_core.services.core import Core
from finance_core.services.vocabulary import accounts
from finance_core.store import goals
from finance_core.store.goals import Goal

__all__ = [
    "Draft",
    "Goal",
    "GoalReport",
    "GoalStatus",
    "adding",
    "changing",
    "check",
    "draft",
    "due_before",
    "of_person",
    "savings_account",
]

_PACE_MONTHS = 3
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class GoalReport:
    """A goal, how it stands, and the account it grows in, if one is linked."""

    goal: Goal
    status: GoalStatus
    account: Account | None


@dataclass(frozen=True, slots=True)
class Draft:
    """A goal to be offered: how it would stand, and the payload that creates it."""

    status: GoalStatus
    account: Account | None
    payload: dict[str, Any]


def of_person(core: Core, person_id: str) -> tuple[Goal, ...]:
    """A person's goals, those due first first."""
    with core.sessions() as session:
        return tuple(goals.of_person(session, person_id))


def check(core: Core, person_id: str, today: date) -> tuple[GoalReport, ...]:
    """How all goals of a person stand on ``today``, those due first first.

    What a savings account has grown by stands for its goals in that order, for each up to
    what it misses, so that no money is counted twice.
    """
    known = of_person(core, person_id)
    by_id = {account.id: account for account in accounts(core, person_id)}
    reports: dict[str, GoalReport] = {}
    groups: dict[str | None, list[Goal]] = defaultdict(list)
    for goal in known:
        groups[goal.account_id if goal.account_id in by_id else None].append(goal)
    for account_id, members in groups.items():
        account = by_id[account_id] if account_id else None
        for report in _group(core, person_id, today, account, members):
            reports[report.goal.id] = report
    return tuple(reports[goal.id] for goal in known)


def _group(
    core: Core, person_id: str, today: date, account: Account | None, members: Sequence[Goal]
) -> list[GoalReport]:
    """The goals of one account (or of none), which share its growth and its pace."""
    month = today.replace(day=1)
    saved = _saved(core, person_id, today, account, members)
    before = _saved(core, person_id, month - timedelta(days=1), account, members)
    pace = _account_pace(core, person_id, today, account) if account else None
    found: list[GoalReport] = []
    for number, goal in enumerate(members):
        nothing = Money.zero(goal.target.currency)
        own = _contribution_pace(goal, today)
        first = [r.status.missing for r in found] if account else []
        found.append(
            GoalReport(
                goal,
                advice.status(
                    goal.target,
                    saved[number],
                    before[number],
                    goal.due_on,
                    today,
                    pace + (own or nothing) if pace is not None else own,
                    total(first, goal.target.currency),
                ),
                account,
            )
        )
    return found


def _saved(
    core: Core, person_id: str, day: date, account: Account | None, members: Sequence[Goal]
) -> list[Money]:
    """What each goal had at the end of ``day``: what was put aside, and its part of the growth."""
    found: list[Money] = []
    taken: Money | None = None
    now = _balance(core, person_id, account, day) if account else None
    for goal in members:
        nothing = Money.zero(goal.target.currency)
        given = [amount for on, amount in goal.contributions if on <= day or on == goal.started_on]
        own = total(given, goal.target.currency)
        grown = nothing
        if now is not None and day >= goal.started_on:
            spare = now - goal.start - (taken or nothing)
            [grown] = advice.shared_out(spare, [goal.target - own])
            taken = (taken or nothing) + grown
        found.append(own + grown)
    return found


def _account_pace(core: Core, person_id: str, today: date, account: Account) -> Money | None:
    """What an account has grown by in a month, over the last three months."""
    since = today - relativedelta(months=_PACE_MONTHS)
    now = _balance(core, person_id, account, today)
    then = _balance(core, person_id, account, since)
    if now is None or then is None:
        return None
    return advice.monthly_pace(now - then, since, today)


def _contribution_pace(goal: Goal, today: date) -> Money | None:
    """What was put aside by hand in a month, without what was there at the beginning."""
    later = [amount for on, amount in goal.contributions if on > goal.started_on]
    if not later:
        return None
    return advice.monthly_pace(total(later, goal.target.currency), goal.started_on, today)


def _balance(core: Core, person_id: str, account: Account, day: date) -> Money | None:
    try:
        found = balances.balances(core, person_id, day, account.id)
    except (NotEnoughData, NotFound):
        return None
    return found.accounts[0].balance


def due_before(
    core: Core, person_id: str, today: date, until: date, currency: str
) -> list[tuple[str, Money]]:
    """What the goals of a currency need on days in [today, until), by name; only what is left."""
    found = [
        (report.goal.name, advice.due_before(report.status, today, until))
        for report in check(core, person_id, today)
        if report.goal.target.currency == currency
    ]
    return [(name, amount) for name, amount in found if amount]


def draft(
    core: Core,
    person_id: str,
    today: date,
    name: str,
    target: Money,
    due_on: date | None = None,
    account: Account | None = None,
    saved: Money | None = None,
) -> Draft:
    """Works out a new goal without storing it.

    Args:
        core: the finance core.
        person_id: whose.
        today: the day it begins.
        name: what it is for.
        target: how much it needs.
        due_on: the day it is needed on, if any.
        account: the savings account whose growth counts from now on, if any.
        saved: what is there for it already.

    Raises:
        BadInput: no name or a very long one; an amount that is not positive, or of another
            currency than the account; a day that has passed.
        Refused: there is a goal of that name.
    """
    name = " ".join(name.split())
    if not 0 < len(name) <= _LONGEST_NAME:
        raise BadInput(f"A goal's name has 1 to {_LONGEST_NAME} letters.")
    if any(goal.name.casefold() == name.casefold() for goal in of_person(core, person_id)):
        raise Refused(f"You already have a goal called “{name}”. You can change or drop it.")
    _check_day(due_on, today)
    nothing = Money.zero(target.currency)
    start = nothing
    if account:
        _check_currency(account, target)
        start = _balance(core, person_id, account, today) or nothing
    kept = [{"on": today.isoformat(), "minor": saved.minor}] if saved else []
    if saved:
        _ = target + saved  # of one currency
    pace = _account_pace(core, person_id, today, account) if account else None
    shared = [r for r in check(core, person_id, today) if account and r.account == account]
    sooner = [r.status.missing for r in shared if _is_sooner(r.goal.due_on, due_on)]
    already = saved or nothing
    return Draft(
        advice.status(
            target, already, already, due_on, today, pace, total(sooner, target.currency)
        ),
        account,
        {
            "name": name,
            "minor": target.minor,
            "currency": target.currency,
            "due_on": due_on.isoformat() if due_on else None,
            "account_id": account.id if account else None,
            "start_minor": start.minor,
            "started_on": today.isoformat(),
            "contributions": kept,
        },
    )


def adding(goal: Goal, amount: Money, today: date) -> dict[str, Any]:
    """The payload that counts ``amount`` as put aside for a goal today.

    Raises:
        CurrencyMismatch: it is of another currency.
    """
    _ = goal.target + amount
    rows = [{"on": on.isoformat(), "minor": money.minor} for on, money in goal.contributions]
    return {
        "id": goal.id,
        "contributions": [*rows, {"on": today.isoformat(), "minor": amount.minor}],
    }


def changing(
    goal: Goal, today: date, target: Money | None = None, due_on: date | None = None
) -> dict[str, Any]:
    """The payload that gives a goal another amount or day.

    Raises:
        BadInput: the day has passed, or the amount is of another currency.
    """
    _check_day(due_on, today)
    if target:
        _ = goal.target + target
    changed: dict[str, Any] = {"id": goal.id}
    if target:
        changed["minor"] = target.minor
    if due_on:
        changed["due_on"] = due_on.isoformat()
    return changed


def savings_account(core: Core, person_id: str, currency: str) -> Account | None:
    """The one savings account of a currency; None when there is none or more than one."""
    found = [
        account
        for account in accounts(core, person_id)
        if account.kind is AccountKind.SAVINGS and account.currency == currency
    ]
    return found[0] if len(found) == 1 else None


def _is_sooner(one: date | None, other: date | None) -> bool:
    return (one or date.max) <= (other or date.max)


def _check_day(due_on: date | None, today: date) -> None:
    if due_on and due_on <= today:
        raise BadInput(f"{due_on:%-d %B %Y} has already passed; a goal needs a day ahead.")


def _check_currency(account: Account, target: Money) -> None:
    if account.currency != target.currency:
        raise BadInput(
            f"{account.name} is in {account.currency}; I have no exchange rate for "
            f"{target.currency}."
        )
