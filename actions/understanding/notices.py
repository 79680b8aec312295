"""What is said about messages that Penny begins: which, when, where, and whether at all."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, time

from actions.understanding.clock import find_bound, find_one, find_span
from actions.understanding.rests import rests_until
from finance_core.services import notifications as nudges
from finance_core.services.notifications import Choices

_NUDGES = {
    nudges.BILLS: r"\b(?:bills?|subscriptions?|direct debits?|rent|falls? due|is due|are due)\b",
    nudges.LOW_BALANCE: r"\b(?:low balance|balance (?:is|drops?|goes|falls|gets|runs) "
    r"(?:too )?(?:low|below|under)|running low|overdrawn|overdraft|(?:below|under|less than)\b)",
    nudges.LARGE_PAYMENT: r"\b(?:(?:big|large|larger|bigger|unusual|huge) (?:payments?|purchases?|"
    r"transactions?|spending|expenses?)|(?:payments?|purchases?|transactions?|spend|spent)\b.{0,20}"
    r"\b(?:over|above|more than|bigger than|larger than))\b",
    nudges.WEEKLY: r"\b(?:weekly|every week|each week|summar(?:y|ies)|digest)\b",
    nudges.SAVINGS: r"\b(?:sav(?:e|ing|ings)|put aside)\b",
    nudges.PRICE_RISE: r"\b(?:price (?:rises?|increases?|hikes?|alerts?)|"
    r"(?:goes|go|gone|gets?) up|more expensive|dearer)\b",
    nudges.DOUBLE_CHARGE: r"\b(?:(?:double|duplicate) (?:charges?|payments?)|"
    r"(?:charged|paid|taken) twice)\b",
    nudges.MISSED_INCOME: r"\b(?:(?:missed|missing|late) (?:income|salary|wages?|pay)|"
    r"(?:salary|wages?|income|pay) (?:is|does not|doesn't|did not|didn't|fails to|hasn't|never) "
    r"(?:late|missing|come|arrive|arrived|there))\b",
    nudges.GOAL_REACHED: r"\b(?:goals?|reached? (?:my|a) target)\b",
    nudges.CONNECTION: r"\b(?:(?:bank )?connections?|can'?t (?:read|reach) (?:my|the) bank)\b",
}
_NOT_THERE = re.compile(
    r"\b(?:paid|salary|wages?|income|money comes in|deposits?|daily|every (?:day|morning|evening)|"
    r"(?:payment|transfer)s? (?:fails?|bounces?))\b"
)
_ALL = re.compile(r"\b(?:all|everything|any|every notification|completely)\b")
_OFF = re.compile(
    r"\b(?:off|stop|disable|mute|unsubscribe|no more|no notifications?|don'?t|do not|never|fewer|"
    r"without|silence|cancel|quit|leave out)\b"
)
_ON = re.compile(
    r"\b(?:on|enable|activate|start|notify|alert me|let me know|tell me|warn|remind|send|text me|"
    r"set up|set an?|add|i want|want to get|would like|give me)\b"
)
_ASKS = re.compile(r"^\W*(?:what|which|show|see|list|how|when|where)\b")
_REST = re.compile(r"\b(?:snooze|pause|rest|mute|silence|hold|no|stop|quiet|leave me)\b")
_SNOOZE = re.compile(r"\b(?:snooze|pause)\b")
_WHERE = re.compile(
    r"\b(?:on|to|by|via|through|over|in|use)\b(?: (?:my|the|only))* "
    r"(?P<where>telegram|(?:web )?(?:chat|page|browser)|web(?:site)?)\b"
)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY = re.compile(rf"\b(?:on |every |each )(?P<day>{'|'.join(_WEEKDAYS)})\w*\b")
_RESUME = re.compile(r"\b(?:resume|un-?mute|un-?snooze|end the rest)\b")
_CHANGE = re.compile(r"\b(?:change|turn|switch|edit|adjust|set)\b")
_QUIET = re.compile(r"\b(?:quiet|night|nights|asleep|sleep|do not disturb|silent)\b")
_MESSAGES = re.compile(r"\b(?:messages?|messag\w+|notif\w+|alerts?|nudges?|write|bother|disturb)\b")
_NO_QUIET = re.compile(r"\b(?:no|without|remove|delete|end|turn off|stop) (?:the |my )?quiet\b")


def rest_of(text: str, today: date) -> tuple[frozenset[str], date | None] | None:
    """Which messages are to rest (``EVERYTHING`` where none is named), and until what day.

    None when no rest is meant; the day is None when none was said.

    Raises:
        BadInput: a day that does not exist or has passed.
    """
    if not _REST.search(text) or _NO_QUIET.search(text) or find_span(text):
        return None
    day = rests_until(text, today)
    if day is None and not _SNOOZE.search(text):
        return None
    names = names_in(text)
    if not names or names == set(nudges.NUDGES):
        names = frozenset({nudges.EVERYTHING})
    return names, day


def elsewhere(text: str, now: Choices) -> Choices | None:
    """The choices with another channel, another hour for the summary, or without a rest."""
    where = _WHERE.search(text)
    if where and _MESSAGES.search(text):
        return replace(now, channel="telegram" if where["where"] == "telegram" else "web")
    if _RESUME.search(text):
        return replace(now, rests={})
    if not re.search(_NUDGES[nudges.WEEKLY], text) or _OFF.search(text):
        return None
    day, clock = _WEEKDAY.search(text), find_one(text)
    if not (day or clock):
        return None
    weekday = _WEEKDAYS.index(day["day"]) if day else now.weekly[0]
    return replace(now.turned({nudges.WEEKLY}, on=True), weekly=(weekday, clock or now.weekly[1]))


def is_not_there(text: str) -> bool:
    """Whether a sort of message is meant that Penny does not have."""
    return bool(_NOT_THERE.search(text))


def turned(text: str, kept: bool | None) -> bool | None:
    """Whether messages are wanted or not; None when the words only ask how it is.

    ``kept``: what was said before, where the words leave it open.
    """
    if _ASKS.match(text) and not _CHANGE.search(text):
        return None
    if _OFF.search(text):
        return False
    if _ON.search(text):
        return True
    return kept if kept is not None else (True if _CHANGE.search(text) else None)


def is_about_quiet(text: str) -> bool:
    """Whether it is about when to keep quiet; an hour alone is when messages are spoken of."""
    if _QUIET.search(text):
        return True
    return bool((find_span(text) or find_bound(text)) and _MESSAGES.search(text))


def quiet_hours(text: str, now: Choices) -> tuple[tuple[time, time] | None, bool]:
    """The quiet hours wanted, and whether any were said."""
    if _NO_QUIET.search(text):
        return None, True
    span = find_span(text)
    if span:
        return span, True
    bound = find_bound(text)
    begin, end = now.quiet or nudges.NIGHT
    if bound:
        return ((bound[1], end) if bound[0] == "after" else (begin, bound[1])), True
    if re.search(r"\b(?:night|nights|asleep|sleep)\b", text):
        return nudges.NIGHT, True
    return None, False


def names_in(text: str) -> frozenset[str]:
    """The kinds of messages that are named; all of them for "everything"."""
    found = {name for name, said in _NUDGES.items() if re.search(said, text)}
    return frozenset(found) or (frozenset(nudges.NUDGES) if _ALL.search(text) else frozenset())
