"""What Penny may tell a person unasked, and when she keeps quiet."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import time

from actions import aloud, saving_style
from actions.base import PennyAction
from actions.replies import settings as words
from actions.request import Request, read_request
from actions.turn import Reply, Turn
from actions.understanding.clock import find_bound, find_span
from actions.writes import offer_change
from finance_core.money import Money
from finance_core.services import notifications as nudges
from finance_core.services.core import Core
from finance_core.services.notifications import Choices

_NIGHT = (time(22), time(7))
_NUDGES = {
    nudges.BILLS: r"\b(?:bills?|subscriptions?|direct debits?|rent|falls? due|is due|are due)\b",
    nudges.LOW_BALANCE: r"\b(?:low balance|balance (?:is|drops?|goes|falls|gets|runs) "
    r"(?:too )?(?:low|below|under)|running low|overdrawn|overdraft|(?:below|under|less than)\b)",
    nudges.LARGE_PAYMENT: r"\b(?:(?:big|large|larger|bigger|unusual|huge) (?:payments?|purchases?|"
    r"transactions?|spending|expenses?)|(?:payments?|purchases?|transactions?|spend|spent)\b.{0,20}"
    r"\b(?:over|above|more than|bigger than|larger than))\b",
    nudges.WEEKLY: r"\b(?:weekly|every week|each week|summar(?:y|ies)|digest)\b",
    nudges.SAVINGS: r"\b(?:sav(?:e|ing|ings)|put aside)\b",
}
_NOT_THERE = re.compile(
    r"\b(?:paid|salary|wages?|income|money comes in|deposits?|daily|every (?:day|morning|evening)|"
    r"(?:payment|transfer)s? (?:fails?|bounces?)|goes up|price)\b"
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
_ASKS = re.compile(r"^\W*(?:what|which|show|see|list|how)\b")
_CHANGE = re.compile(r"\b(?:change|turn|switch|edit|adjust|set)\b")
_QUIET = re.compile(r"\b(?:quiet|night|nights|asleep|sleep|do not disturb|silent)\b")
_MESSAGES = re.compile(r"\b(?:messages?|messag\w+|notif\w+|alerts?|nudges?|write|bother|disturb)\b")
_NO_QUIET = re.compile(r"\b(?:no|without|remove|delete|end|turn off|stop) (?:the |my )?quiet\b")


class NotificationSettings(PennyAction):
    """Showing and changing what Penny tells unasked."""

    skill = "notification_settings"

    def respond(self, core: Core, turn: Turn) -> Reply:
        """The choices, an offer to change them, or one short question."""
        other = saving_style.answer(core, turn) or aloud.answer(core, turn)
        return other or self._about_messages(core, turn)

    def _about_messages(self, core: Core, turn: Turn) -> Reply:
        request = read_request(core, turn)
        text = turn.text.lower().replace("’", "'")
        now = nudges.of_person(core, turn.person.id)
        if _is_about_quiet(text):
            quiet, said = _quiet_hours(text, now)
            return (
                self._offer(core, request, now, replace(now, quiet=quiet))
                if said
                else (words.when_quiet())
            )
        names = _names(text)
        if not names and _NOT_THERE.search(text):
            return words.not_that(now)
        wanted = _turned(text, request)
        amount = next(iter(request.amounts), None)
        if amount and not names & {nudges.LOW_BALANCE, nudges.LARGE_PAYMENT}:
            return words.which_amount(abs(amount))
        if wanted is None and not names:
            return words.shown(now)
        on = True if wanted is None else wanted
        if not names:
            return request.remember(words.which(on), self.skill, turn_on=on)
        return self._offer(core, request, now, _changed(now, names, on, amount))

    def _offer(self, core: Core, request: Request, now: Choices, then: Choices) -> Reply:
        payload = nudges.payload(core, request.turn.person.id, then)
        if then == now:
            return words.shown(now, "That is how it is already.")
        summary = _difference(now, then)
        reply = offer_change(
            core,
            request.turn,
            nudges.KIND,
            payload,
            summary=summary,
            done_text=f"Kept: {summary}. {words.NOT_SENT_YET}",
            facts=words.facts(then),
        )
        return request.remember(reply, self.skill)


def _is_about_quiet(text: str) -> bool:
    """Whether it is about when to keep quiet; an hour alone is when messages are spoken of."""
    if _QUIET.search(text):
        return True
    return bool((find_span(text) or find_bound(text)) and _MESSAGES.search(text))


def _quiet_hours(text: str, now: Choices) -> tuple[tuple[time, time] | None, bool]:
    """The quiet hours wanted, and whether any were said."""
    if _NO_QUIET.search(text):
        return None, True
    span = find_span(text)
    if span:
        return span, True
    bound = find_bound(text)
    begin, end = now.quiet or _NIGHT
    if bound:
        return ((bound[1], end) if bound[0] == "after" else (begin, bound[1])), True
    if re.search(r"\b(?:night|nights|asleep|sleep)\b", text):
        return _NIGHT, True
    return None, False


def _names(text: str) -> frozenset[str]:
    found = {name for name, said in _NUDGES.items() if re.search(said, text)}
    return frozenset(found) or (frozenset(nudges.NUDGES) if _ALL.search(text) else frozenset())


def _turned(text: str, request: Request) -> bool | None:
    """Whether messages are wanted or not; None when the words only ask how it is."""
    if _ASKS.match(text) and not _CHANGE.search(text):
        return None
    if _OFF.search(text):
        return False
    if _ON.search(text):
        return True
    kept = request.kept.get("turn_on")
    if kept is not None:
        return bool(kept)
    return True if _CHANGE.search(text) else None


def _changed(now: Choices, names: frozenset[str], on: bool, amount: Money | None) -> Choices:
    then = now.turned(names, on=on)
    if not on or amount is None:
        return then
    if nudges.LOW_BALANCE in names:
        return replace(then, low_balance=abs(amount))
    return replace(then, large_payment=abs(amount))


def _difference(now: Choices, then: Choices) -> str:
    """What changes, as the end of "Shall I …?"."""
    parts = []
    if then.on - now.on:
        parts.append(f"tell you about {words.named(then.on - now.on)}")
    if now.on - then.on:
        parts.append(f"leave out {words.named(now.on - then.on)}")
    if then.low_balance != now.low_balance and then.low_balance:
        parts.append(f"watch for a balance below {then.low_balance}")
    if then.large_payment != now.large_payment and then.large_payment:
        parts.append(f"watch for payments over {then.large_payment}")
    if then.quiet != now.quiet:
        parts.append(
            f"keep quiet from {words.hours(then.quiet)}" if then.quiet else "keep no quiet hours"
        )
    return " and ".join(parts)
