"""What a person wants to be told unasked, and when they want to be left alone.

Who never chose is told what may cost them money and cannot wait: a low balance, a double
charge, an income that did not come, a bank that can no longer be read; between 22:00 and 7:00
nothing. Everything else is told once it is asked for. What Penny does by herself is always
told, see ``advice/nudges.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from finance_core.advice.nudges import EVERYTHING, WORDS, NudgeKind, Wishes, thing
from finance_core.errors import BadInput
from finance_core.model import Person
from finance_core.money import Money
from finance_core.services import people
from finance_core.services.core import Core
from finance_core.store import notifications as rows

__all__ = [
    "BILLS", "CONNECTION", "DEFAULTS", "DOUBLE_CHARGE", "EVERYTHING", "GOAL_REACHED", "KIND",
    "LARGE_PAYMENT", "LOW_BALANCE", "MISSED_INCOME", "NIGHT", "NUDGES", "PRICE_RISE", "SAVINGS",
    "WEEKLY", "WORDS", "Choices", "chosen", "of_person", "payload", "thing", "wishes",
]  # fmt: skip

KIND = "notifications.set"
"""The kind of change that keeps new choices; see ``services/changes.py``."""

BILLS = NudgeKind.BILLS.value
LOW_BALANCE = NudgeKind.LOW_BALANCE.value
LARGE_PAYMENT = NudgeKind.LARGE_PAYMENT.value
WEEKLY = NudgeKind.WEEKLY.value
SAVINGS = NudgeKind.SAVINGS.value
PRICE_RISE = NudgeKind.PRICE_RISE.value
DOUBLE_CHARGE = NudgeKind.DOUBLE_CHARGE.value
MISSED_INCOME = NudgeKind.MISSED_INCOME.value
GOAL_REACHED = NudgeKind.GOAL_REACHED.value
CONNECTION = NudgeKind.CONNECTION.value
NUDGES = (
    BILLS,
    LOW_BALANCE,
    MISSED_INCOME,
    DOUBLE_CHARGE,
    LARGE_PAYMENT,
    PRICE_RISE,
    GOAL_REACHED,
    SAVINGS,
    CONNECTION,
    WEEKLY,
)
"""Every sort of message a person can turn on and off, in the order they are listed."""

DEFAULTS = frozenset({LOW_BALANCE, DOUBLE_CHARGE, MISSED_INCOME, CONNECTION})
"""What somebody who never chose is told."""

NIGHT = (time(22), time(7))
"""The quiet hours of somebody who never chose any."""

MONDAY_MORNING = (0, time(8))

_MOST_MUTED = 200
_LONGEST_THING = 200


@dataclass(frozen=True, slots=True)
class Choices:
    """A person's choices.

    Attributes:
        on: the nudges wanted, some of ``NUDGES``.
        low_balance: tell when an account goes below it; None leaves it to Penny.
        large_payment: tell of payments above it; None leaves it to Penny.
        quiet: from when until when nothing is sent, in the person's time zone.
        weekly: weekday (Monday is 0) and time of the weekly summary.
        channel: where nudges go; None for where the person last wrote that can be reached.
        rests: kind, or ``EVERYTHING``, to the instant until which it rests.
        muted: single things never told of again, see ``thing``.
    """

    on: frozenset[str] = DEFAULTS
    low_balance: Money | None = None
    large_payment: Money | None = None
    quiet: tuple[time, time] | None = NIGHT
    weekly: tuple[int, time] = MONDAY_MORNING
    channel: str | None = None
    rests: Mapping[str, datetime] = field(default_factory=dict)
    muted: tuple[str, ...] = ()

    def turned(self, names: Iterable[str], *, on: bool) -> Choices:
        """The choices with some nudges turned on or off; what is turned on rests no more."""
        names = set(names)
        if not on:
            return replace(self, on=self.on - names)
        rests = {k: v for k, v in self.rests.items() if k not in names and k != EVERYTHING}
        return replace(self, on=self.on | names, rests=rests)

    def resting(self, names: Iterable[str], until: datetime) -> Choices:
        """The choices with some nudges, or ``EVERYTHING``, at rest until an instant."""
        return replace(self, rests={**self.rests, **dict.fromkeys(names, until)})

    def muting(self, things: Iterable[str]) -> Choices:
        """The choices with single things muted for good."""
        return replace(self, muted=tuple(dict.fromkeys((*self.muted, *things))))


def of_person(core: Core, person_id: str) -> Choices:
    """A person's choices; the usual ones until they make some."""
    with core.sessions() as session:
        found = rows.of_person(session, person_id)
    return Choices() if found is None else _read(found, people.get(core, person_id).currency)


def chosen(core: Core, person_id: str) -> bool:
    """Whether a person ever made a choice."""
    with core.sessions() as session:
        return rows.of_person(session, person_id) is not None


def wishes(person: Person, choices: Choices) -> Wishes:
    """The choices as the rules of ``advice/nudges.py`` read them."""
    zone = ZoneInfo(person.timezone)
    return Wishes(choices.on, zone, choices.quiet, choices.rests, frozenset(choices.muted))


def payload(core: Core, person_id: str, choices: Choices) -> dict[str, Any]:
    """The payload of the change that keeps ``choices``.

    Raises:
        BadInput: an amount that is not positive or not in the person's currency, an unknown
            nudge, quiet hours that begin when they end, or too much that is muted.
    """
    currency = people.get(core, person_id).currency
    for amount in (choices.low_balance, choices.large_payment):
        if amount is not None and amount.currency != currency:
            raise BadInput(f"I can only watch for amounts in {currency}.")
        if amount is not None and amount.amount <= 0:
            raise BadInput("I can only watch for an amount of more than zero.")
    unknown = (choices.on | set(choices.rests)) - {*NUDGES, EVERYTHING}
    if unknown:
        raise BadInput(f"I don't know the message {sorted(unknown)[0]}.")
    if choices.quiet and choices.quiet[0] == choices.quiet[1]:
        raise BadInput("Quiet hours have to end at another time than they begin.")
    if len(choices.muted) > _MOST_MUTED:
        raise BadInput("I can't remember more things to leave out; turn that sort off instead.")
    return {
        "choices": {
            "kinds": [name for name in NUDGES if name in choices.on],
            "low_balance_minor": choices.low_balance.minor if choices.low_balance else None,
            "large_payment_minor": choices.large_payment.minor if choices.large_payment else None,
            "quiet": [f"{moment:%H:%M}" for moment in choices.quiet] if choices.quiet else None,
            "weekly": [choices.weekly[0], f"{choices.weekly[1]:%H:%M}"],
            "channel": choices.channel,
            "rests": {name: until.isoformat() for name, until in choices.rests.items()},
            "muted": [name[:_LONGEST_THING] for name in choices.muted],
        }
    }


def _read(found: Mapping[str, Any], currency: str) -> Choices:
    low, large = found.get("low_balance_minor"), found.get("large_payment_minor")
    quiet, weekly = found.get("quiet"), found.get("weekly")
    return Choices(
        on=frozenset(found.get("kinds") or ()),
        low_balance=None if low is None else Money.from_minor(low, currency),
        large_payment=None if large is None else Money.from_minor(large, currency),
        quiet=(time.fromisoformat(quiet[0]), time.fromisoformat(quiet[1])) if quiet else None,
        weekly=(int(weekly[0]), time.fromisoformat(weekly[1])) if weekly else MONDAY_MORNING,
        channel=found.get("channel"),
        rests={
            name: datetime.fromisoformat(until)
            for name, until in (found.get("rests") or {}).items()
        },
        muted=tuple(found.get("muted") or ()),
    )
