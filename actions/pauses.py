"""Savings rules at rest: until a day, or until they are resumed."""

from __future__ import annotations

import re
from datetime import timedelta

from actions import saving_style
from actions.base import PennyAction, skill_named
from actions.replies import rules as words
from actions.request import read_request
from actions.rules import REMOVE, meant
from actions.turn import Reply, Turn
from actions.understanding.rests import rests_until
from actions.writes import offer_change
from finance_core.model import Fact
from finance_core.services import rules
from finance_core.services.core import Core
from finance_core.services.rules import RuleState

_RESUME = re.compile(
    r"\b(?:resume|restart|unpause|un-pause|continue|carry on|start (?:\w+ ){0,3}again|"
    r"back on|reactivate|re-?enable|begin (?:\w+ ){0,2}again|keep saving)\b",
    re.IGNORECASE,
)


class PauseSavings(PennyAction):
    """Rules rest, until a day or until they are resumed."""

    skill = "pause_savings"

    def respond(self, core: Core, turn: Turn) -> Reply:
        """An offer to pause or to go on."""
        styled = saving_style.answer(core, turn)
        if styled:
            return styled
        setting = skill_named("set_savings_rule")
        if setting and REMOVE.search(turn.text):
            return setting.respond_within(core, turn)
        request = read_request(core, turn)
        states = rules.listed(core, turn.person.id, turn.today)
        if not states:
            return words.listed(states)
        offered = _resume if _RESUME.search(turn.text) else _pause
        return request.remember(offered(core, turn, states), self.skill)


def _pause(core: Core, turn: Turn, states: tuple[RuleState, ...]) -> Reply:
    running = tuple(state for state in states if state.rest is None)
    resumes_on = rests_until(turn.text, turn.today)
    if not running and resumes_on is None:
        return Reply("Your savings rules are paused already. Say “carry on saving” to go on.")
    found = meant(turn, running or states) or running or states
    until = resumes_on - timedelta(days=1) if resumes_on else None
    again = "I start again by myself then" if resumes_on else "Say “carry on saving” to go on"
    facts: tuple[Fact, ...] = words.facts_of(found)
    if resumes_on:
        facts = (*facts, Fact("resumes_on", resumes_on.isoformat(), unit="date"))
    return offer_change(
        core,
        turn,
        "savings.pause",
        {"pauses": rules.paused(found, turn.today, until)},
        summary=words.pause_summary(found, resumes_on),
        done_text=f"Paused: {words.short_names(found)}. {again}; what comes up meanwhile "
        "is not saved later.",
        facts=facts,
    )


def _resume(core: Core, turn: Turn, states: tuple[RuleState, ...]) -> Reply:
    resting = tuple(state for state in states if state.rest)
    if not resting:
        return Reply("Your savings rules are at work; none is paused.")
    found = meant(turn, resting) or resting
    what = words.short_names(found)
    return offer_change(
        core,
        turn,
        "savings.resume",
        {"pauses": rules.resumed(found, turn.today)},
        summary=f"go on with {what}",
        done_text=f"At work again from today: {what}.",
        facts=words.facts_of(found),
    )
