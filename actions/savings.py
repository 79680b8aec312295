"""The savings move: proposed with its reason, and put to the person."""

from __future__ import annotations

from actions.base import PennyAction
from actions.replies import savings as words
from actions.request import read_request
from actions.turn import Reply, Turn
from actions.writes import offer_transfer
from finance_core.services import savings
from finance_core.services.core import Core


class SavingsAdvice(PennyAction):
    """How much could be put aside now."""

    skill = "savings_advice"

    def respond(self, core: Core, turn: Turn) -> Reply:
        """A proposal that waits for a yes, or why nothing should move."""
        request = read_request(core, turn)
        wanted = next(iter(request.amounts), None)
        advice = savings.propose(
            core,
            turn.person.id,
            turn.today,
            turn.now,
            turn.channel,
            wanted=wanted,
        )
        reply = words.proposal(advice, wanted)
        reply = offer_transfer(reply, advice.proposal.id if advice.proposal else None)
        return request.remember(reply, self.skill)
