"""What savings rules owe: pure arithmetic over movements and days.

A rule owes a part for each occasion: a purchase, an income, a week. Every occasion has a
key and counts once; what was not moved is owed again on the next run, until it lapses
after 35 days, so that a long time without money is not made up for at a stroke. Days on
which a rule rests owe nothing, ever. Pending movements wait until they are booked, and
money that comes back owes nothing.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum
from typing import Any

from finance_core.money import Money

LAPSES_AFTER = timedelta(days=35)
_WEEKS = 52


class RuleKind(StrEnum):
    """What a rule saves for.

    The terms are ``unit`` (minor units) and ``times`` for round-ups, ``percent`` for a share
    of income, ``minor`` for all others; a regular amount has ``every`` (day, week, month) and
    ``on`` (0 Monday to 6 Sunday, or a day of the month); a charge has ``merchants``.
    """

    ROUND_UP = "round_up"
    INCOME_SHARE = "income_share"
    PAYDAY = "payday"
    REGULAR = "regular"
    WEEKS_52 = "weeks_52"
    MERCHANT = "merchant"


@dataclass(frozen=True, slots=True)
class Rest:
    """Days on which a rule owes nothing; without an end for now."""

    start: date
    end: date | None

    def __contains__(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day <= self.end)


@dataclass(frozen=True, slots=True)
class Rule:
    """A savings rule. ``terms``: see :class:`RuleKind`."""

    kind: RuleKind
    terms: Mapping[str, Any]
    currency: str
    starts_on: date
    rests: tuple[Rest, ...] = ()


@dataclass(frozen=True, slots=True)
class Movement:
    """A movement as far as rules care. ``sort``: ``spending``, ``income`` or ``other``."""

    id: str
    day: date
    amount: Money
    merchant: str
    sort: str
    pending: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One occasion to save. ``key``: counts once for a rule."""

    key: str
    day: date
    amount: Money


@dataclass(frozen=True, slots=True)
class Fitting:
    """What of the parts owed can be moved now.

    Attributes:
        parts: those that are moved; an amount above the cap is cut down to it.
        held_by: ``floor`` or ``cap``, when some have to wait.
    """

    parts: tuple[Part, ...]
    held_by: str | None = None

    def total(self, currency: str) -> Money:
        """All of it together."""
        return sum((part.amount for part in self.parts), Money.zero(currency))


def owed(
    rule: Rule, movements: Sequence[Movement], counted: Collection[str], today: date
) -> tuple[Part, ...]:
    """The parts a rule owes on ``today``, oldest first.

    Args:
        rule: whose.
        movements: booked and pending ones of the last 35 days at least, in any order.
        counted: keys of parts that were saved already.
        today: the day of the run.
    """
    first = max(rule.starts_on, today - LAPSES_AFTER)
    parts = _OCCASIONS[rule.kind](rule, movements, today)
    due = {
        part.key: part
        for part in parts
        if part.amount.amount > 0
        and first <= part.day <= today
        and part.key not in counted
        and not any(part.day in rest for rest in rule.rests)
    }
    return tuple(sorted(due.values(), key=lambda part: (part.day, part.key)))


def fit(parts: Sequence[Part], room: Money, cap: Money) -> Fitting:
    """The first of ``parts`` that together stay within ``room`` and ``cap``.

    They are taken in order, so that none is overtaken for ever.

    Args:
        parts: oldest first.
        room: what the account can spare above its floor; may be negative.
        cap: the most that one transfer may take; positive.
    """
    chosen: list[Part] = []
    total = Money.zero(cap.currency)
    for part in parts:
        clipped = replace(part, amount=min(part.amount, cap))
        total = total + clipped.amount
        if total > room:
            return Fitting(tuple(chosen), "floor")
        if total > cap:
            return Fitting(tuple(chosen), "cap")
        chosen.append(clipped)
    return Fitting(tuple(chosen))


def _round_ups(rule: Rule, movements: Sequence[Movement], today: date) -> Iterator[Part]:
    unit, times = int(rule.terms["unit"]), int(rule.terms.get("times", 1))
    for movement in _booked(rule, movements, "spending"):
        if movement.amount.amount < 0:
            change = movement.amount.minor % unit * times
            yield Part(movement.id, movement.day, Money.from_minor(change, rule.currency))


def _shares(rule: Rule, movements: Sequence[Movement], today: date) -> Iterator[Part]:
    share = Decimal(rule.terms["percent"]) / 100
    for movement in _booked(rule, movements, "income"):
        minor = int((movement.amount.minor * share).to_integral_value(ROUND_DOWN))
        yield Part(movement.id, movement.day, Money.from_minor(minor, rule.currency))


def _paydays(rule: Rule, movements: Sequence[Movement], today: date) -> Iterator[Part]:
    for movement in _booked(rule, movements, "income"):
        yield Part(movement.id, movement.day, _amount(rule))


def _charges(rule: Rule, movements: Sequence[Movement], today: date) -> Iterator[Part]:
    names = {name.casefold() for name in rule.terms["merchants"]}
    for movement in _booked(rule, movements, "spending"):
        if movement.amount.amount < 0 and movement.merchant.casefold() in names:
            yield Part(movement.id, movement.day, _amount(rule))


def _regular(rule: Rule, movements: Sequence[Movement], today: date) -> Iterator[Part]:
    every, on = rule.terms["every"], rule.terms.get("on")
    for day in _recent(rule, today):
        if every == "week":
            hit = day.weekday() == (rule.starts_on.weekday() if on is None else on)
        elif every == "month":
            wanted = rule.starts_on.day if on is None else on
            hit = day.day == min(wanted, calendar.monthrange(day.year, day.month)[1])
        else:
            hit = True
        if hit:
            yield Part(day.isoformat(), day, _amount(rule))


def _challenge(rule: Rule, movements: Sequence[Movement], today: date) -> Iterator[Part]:
    for day in _recent(rule, today):
        week, rest = divmod((day - rule.starts_on).days, 7)
        if not rest and week < _WEEKS:
            minor = int(rule.terms["minor"]) * (week + 1)
            yield Part(f"week {week + 1}", day, Money.from_minor(minor, rule.currency))


def _recent(rule: Rule, today: date) -> Iterator[date]:
    """The rule's days that have not lapsed."""
    day = max(rule.starts_on, today - LAPSES_AFTER)
    while day <= today:
        yield day
        day += timedelta(days=1)


def _booked(rule: Rule, movements: Sequence[Movement], sort: str) -> Iterator[Movement]:
    for movement in movements:
        fits = movement.sort == sort and movement.amount.currency == rule.currency
        if fits and not movement.pending:
            yield movement


def _amount(rule: Rule) -> Money:
    return Money.from_minor(int(rule.terms["minor"]), rule.currency)


_OCCASIONS: Mapping[RuleKind, Callable[[Rule, Sequence[Movement], date], Iterator[Part]]] = {
    RuleKind.ROUND_UP: _round_ups,
    RuleKind.INCOME_SHARE: _shares,
    RuleKind.PAYDAY: _paydays,
    RuleKind.REGULAR: _regular,
    RuleKind.WEEKS_52: _challenge,
    RuleKind.MERCHANT: _charges,
}
