"""What Penny may tell a person unasked, and when she keeps quiet."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from actions import aloud, saving_style
from actions.base import PennyAction
from actions.nudges import keep
from actions.replies import settings as words
from actions.request import Request, read_request
from actions.turn import Reply, Turn
from actions.understanding.notices import (
    elsewhere,
    is_about_quiet,
    is_not_there,
    names_in,
    quiet_hours,
    rest_of,
    turned,
)
from actions.writes import offer_change
from finance_core.money import Money
from finance_core.services import notifications as nudges
from finance_core.services.core import Core
from finance_core.services.notifications import Choices

_A_WEEK = timedelta(days=7)


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
        rest = rest_of(text, turn.today)
        if rest:
            return _rest(core, turn, now, *rest)
        moved = elsewhere(text, now)
        if moved:
            return self._offer(core, request, now, moved)
        if is_about_quiet(text):
            quiet, said = quiet_hours(text, now)
            then = replace(now, quiet=quiet)
            return self._offer(core, request, now, then) if said else words.when_quiet()
        return self._about_kinds(core, request, text, now)

    def _about_kinds(self, core: Core, request: Request, text: str, now: Choices) -> Reply:
        """Some sorts of messages turned on or off, or all of them shown."""
        names = names_in(text)
        if not names and is_not_there(text):
            return words.not_that(now)
        wanted = turned(text, request.kept.get("turn_on"))
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
            done_text=f"Done: from now on I {summary}.",
            facts=words.facts(then),
        )
        return request.remember(reply, self.skill)


def _rest(core: Core, turn: Turn, now: Choices, names: frozenset[str], day: date | None) -> Reply:
    """Puts messages to rest, a week where no day was said.

    That is done at once: it harms nothing, ends by itself, and can be undone.
    """
    day = day or turn.today + _A_WEEK
    until = datetime.combine(day, time(0), ZoneInfo(turn.person.timezone))
    summary, done = words.resting(names, day)
    return keep(core, turn, now.resting(names, until), summary, done)


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
    if then.on - now.on - {nudges.WEEKLY}:
        parts.append(f"tell you about {words.named(then.on - now.on - {nudges.WEEKLY})}")
    if nudges.WEEKLY in then.on - now.on:
        parts.append("send you a weekly summary")
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
    if then.weekly != now.weekly:
        parts.append(f"send the weekly summary on {words.weekly(then)}")
    if then.channel != now.channel and then.channel:
        parts.append(f"write to you {words.where(then.channel)}")
    if now.rests.keys() - then.rests.keys():
        parts.append("write to you again")
    return " and ".join(parts)
