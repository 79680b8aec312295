"""What Penny begins a conversation with, and when she may.

A nudge is one thing to tell, once: its ``key`` stays the same as long as it is about the same
thing. Whether it may be sent now depends on what the person wants to hear, their quiet hours,
what rests, and how much they were sent lately: at most ``CAPS`` in any 24 hours and any 7 days.

What Penny does by herself (``OWN_MOVES``: a save she announced, one that failed) is told
whatever was turned off, for nothing may happen untold; it waits for the end of quiet hours and
of a rest like everything else. That and the summary a person asked for at a fixed time are not
held back by the caps, but count: it is the person's attention that is rationed.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from finance_core.advice.quiet_hours import Quiet, next_allowed
from finance_core.model import Chart, Fact

CAPS = ((3, timedelta(hours=24)), (10, timedelta(days=7)))
"""At most so many nudges in any such span."""

EVERYTHING = "everything"
"""The name under which all nudges rest."""


class NudgeKind(StrEnum):
    """What a nudge is about."""

    BILLS = "bills_due"
    LOW_BALANCE = "low_balance"
    LARGE_PAYMENT = "large_payment"
    WEEKLY = "weekly_summary"
    SAVINGS = "savings"
    PRICE_RISE = "price_rise"
    DOUBLE_CHARGE = "double_charge"
    MISSED_INCOME = "missed_income"
    GOAL_REACHED = "goal_reached"
    CONNECTION = "connection"
    OWN_MOVES = "own_moves"
    TEST = "test"


ALWAYS = frozenset({NudgeKind.OWN_MOVES, NudgeKind.TEST})
"""What cannot be turned off, nor muted."""

UNCAPPED = ALWAYS | {NudgeKind.WEEKLY}
"""What the caps do not hold back."""

URGENCY: Mapping[NudgeKind, int] = {
    NudgeKind.OWN_MOVES: 90,
    NudgeKind.TEST: 90,
    NudgeKind.LOW_BALANCE: 80,
    NudgeKind.DOUBLE_CHARGE: 70,
    NudgeKind.MISSED_INCOME: 60,
    NudgeKind.CONNECTION: 55,
    NudgeKind.LARGE_PAYMENT: 50,
    NudgeKind.BILLS: 40,
    NudgeKind.PRICE_RISE: 30,
    NudgeKind.GOAL_REACHED: 20,
    NudgeKind.WEEKLY: 15,
    NudgeKind.SAVINGS: 10,
}
"""Which goes first when several are due; the higher one."""

WORDS: Mapping[NudgeKind, str] = {
    NudgeKind.BILLS: "bill reminders",
    NudgeKind.LOW_BALANCE: "low balance warnings",
    NudgeKind.LARGE_PAYMENT: "large payment alerts",
    NudgeKind.WEEKLY: "the weekly summary",
    NudgeKind.SAVINGS: "saving suggestions",
    NudgeKind.PRICE_RISE: "price rise alerts",
    NudgeKind.DOUBLE_CHARGE: "double charge alerts",
    NudgeKind.MISSED_INCOME: "missed income alerts",
    NudgeKind.GOAL_REACHED: "goal news",
    NudgeKind.CONNECTION: "bank connection alerts",
}
"""How the messages of a kind are called in buttons and answers."""

type Ask = tuple[str, str, str]
"""A button, what it says, and the skill that answers it."""


@dataclass(frozen=True, slots=True)
class Nudge:
    """One thing to tell.

    Attributes:
        key: the same for as long as it is the same thing.
        about: merchant, account or goal, as a person would call it.
        due_at: not before this instant.
        not_after: when it is no longer worth telling.
        text: what is said; days in it are dates, for it may be said later than planned.
        why: why the person is told, as a sentence after "why am I seeing this?".
        ask: what a yes to it means.
        buttons: further ones before the usual ones, as ``(title, text)``.
        facts: every figure in ``text``.
        items: single things it names, each of which can be muted.
        day: the day it is about.
        subject: id of the savings move or scheduled payment it tells of.
        offer: ``(key, kind)`` of the suggestion it is.
    """

    kind: NudgeKind
    key: str
    about: str
    due_at: datetime
    not_after: datetime
    text: str
    why: str
    ask: Ask | None = None
    buttons: tuple[tuple[str, str], ...] = ()
    facts: tuple[Fact, ...] = ()
    chart: Chart | None = None
    items: tuple[str, ...] = ()
    day: date | None = None
    subject: str | None = None
    offer: tuple[str, str] | None = None

    @property
    def urgency(self) -> int:
        """Which goes first, the higher one."""
        return URGENCY[self.kind]

    def payload(self) -> dict[str, Any]:
        """All that is needed to say and explain it, as plain JSON."""
        first = [self.ask[:2]] if self.ask else []
        pressed = [*first, *self.buttons, *_usual_buttons(self.kind, self.about)]
        payload = {
            "text": self.text,
            "why": self.why,
            "ask": list(self.ask) if self.ask else None,
            "buttons": [{"title": title, "payload": text} for title, text in pressed],
            "facts": [_plain(fact) for fact in self.facts],
            "chart": _plain(self.chart) if self.chart else None,
            "items": list(self.items),
            "day": self.day.isoformat() if self.day else None,
            "subject": self.subject,
            "offer": list(self.offer) if self.offer else None,
        }
        plain: dict[str, Any] = json.loads(json.dumps(payload))  # as it will be read again
        return plain


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person wants to hear, and when not.

    Attributes:
        on: kinds wanted.
        zone: the person's time zone.
        quiet: when nothing is sent.
        rests: kind, or ``EVERYTHING``, to the instant until which it rests.
        muted: single things never to be told of, see ``thing``.
    """

    on: Collection[str]
    zone: ZoneInfo
    quiet: Quiet | None = None
    rests: Mapping[str, datetime] = field(default_factory=dict)
    muted: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to do with a nudge that is due.

    Attributes:
        send: now.
        later: try again then; None with ``send`` False leaves it out for good.
        why: the reason of waiting or leaving out, in one word.
    """

    send: bool
    later: datetime | None = None
    why: str = ""


def thing(kind: str, about: str) -> str:
    """The name under which one thing (this bill, this merchant) is muted."""
    return f"{kind}:{about.casefold()}"


def decide(
    kind: NudgeKind,
    about: str,
    not_after: datetime,
    wishes: Wishes,
    sent: Sequence[datetime],
    now: datetime,
) -> Verdict:
    """Whether a nudge that is due may be sent now.

    Args:
        kind: its kind.
        about: what it is about.
        not_after: when it is no longer worth telling.
        wishes: the person's.
        sent: when the person was sent nudges lately, in any order.
        now: the present instant.
    """
    if now > not_after:
        return Verdict(False, why="late")
    if kind not in ALWAYS and kind not in wishes.on:
        return Verdict(False, why="off")
    if kind not in ALWAYS and thing(kind, about) in wishes.muted:
        return Verdict(False, why="muted")
    at, why = now, ""
    rest = max(filter(None, (wishes.rests.get(kind), wishes.rests.get(EVERYTHING))), default=now)
    capped = now if kind in UNCAPPED else room_from(sent, now)
    for until, reason in ((rest, "snoozed"), (capped, "capped")):
        if until > at:
            at, why = until, reason
    allowed = next_allowed(at, wishes.zone, wishes.quiet)
    if allowed > at:
        at, why = allowed, why or "quiet"
    if at <= now:
        return Verdict(True)
    return Verdict(False, None if at > not_after else at, why)


def room_from(sent: Sequence[datetime], now: datetime) -> datetime:
    """From when on the caps allow one more; ``now`` when they do already.

    What was sent after ``now``, by a clock that went back since, holds nothing up for longer
    than a whole span.
    """
    at = now
    for most, span in CAPS:
        lately = sorted(moment for moment in sent if moment > now - span)
        if len(lately) >= most:
            at = max(at, min(lately[-most], now) + span)
    return at


def _usual_buttons(kind: NudgeKind, about: str) -> list[tuple[str, str]]:
    why = ("Why?", f"why did you tell me about {about}?")
    if kind not in WORDS:
        return [why]
    words = WORDS[kind]
    return [why, ("Snooze a week", f"snooze {words} for a week"), ("Stop these", f"stop {words}")]


def _plain(value: Fact | Chart) -> dict[str, Any]:
    return {name: entry for name, entry in asdict(value).items() if entry is not None}
