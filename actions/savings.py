"""The savings move: proposed with its reason, and put to the person."""

from __future__ import annotations

from dataclasses import replace

from actions import saving_style, suggestions
from actions.base import PennyAction
from actions.replies import rules as rule_words
from actions.replies import savings as words
from actions.request import Request, read_request
from actions.turn import Reply, Turn
from actions.understanding.periods import without_dates
from actions.understanding.relative import relative_amount, relative_to
from actions.writes import offer_transfer
from finance_core.money import Money
from finance_core.services import funds, rules, savings
from finance_core.services.core import Core
from finance_core.services.insights import InsightKind

_OWN = (InsightKind.SAVINGS_MOVE, InsightKind.IDLE_CASH)  # what the reply itself is about


class SavingsAdvice(PennyAction):
    """How much could be put aside now."""

    skill = "savings_advice"

    def respond(self, core: Core, turn: Turn) -> Reply:
        """A proposal that waits for a yes, or why nothing should move."""
        styled = saving_style.answer(core, turn)
        if styled:
            return styled
        request = read_request(core, turn)
        wanted = _wanted(core, request)
        advice = savings.propose(
            core,
            turn.person.id,
            turn.today,
            turn.now,
            turn.channel,
            wanted=wanted,
        )
        reply = words.proposal(advice, wanted)
        found = rules.listed(core, turn.person.id, turn.today)
        at_work = [state for state in found if state.rest is None]
        if at_work and wanted is None:
            mention, facts = rule_words.mention(len(at_work))
            reply = replace(reply, text=f"{mention} {reply.text}", facts=(*facts, *reply.facts))
        reply = offer_transfer(reply, advice.proposal.id if advice.proposal else None)
        offered = advice.proposal.amount if advice.proposal else None
        reply = request.remember(reply, self.skill, offered=offered)
        if advice.proposal or wanted:
            return reply
        return suggestions.with_suggestions(core, turn, reply, but=_OWN)


def _wanted(core: Core, request: Request) -> Money | None:
    """The amount that was said, or that hangs on the offer or balance ("half of that")."""
    text, turn = without_dates(request.turn.text), request.turn
    hangs_on = relative_to(text)
    if hangs_on == "last" and request.kept.get("offered"):
        return relative_amount(text, Money.of(*request.kept["offered"]))
    if hangs_on == "balance":
        source = savings.source(core, turn.person.id, turn.today)
        return relative_amount(text, funds.spendable(source))
    return next(iter(request.amounts), None)
