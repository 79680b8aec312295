"""The savings move: proposed with its reason, and put to the person."""

from __future__ import annotations

import re

from actions.base import PennyAction
from actions.replies import savings as words
from actions.request import read_request
from actions.turn import Reply, Turn
from actions.writes import offer_transfer
from finance_core.services import savings
from finance_core.services.core import Core

_OUT_OF_SAVINGS = re.compile(
    r"\b(?:from|out of|empty|withdraw)\b(?: \w+){0,3} sav(?:er|ings)\b"
    r"|\bsav(?:er|ings)\b.* (?:to|into) "
)


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


class TransferMoney(PennyAction):
    """Moving money: to the person's own savings for now."""

    skill = "transfer_money"

    def respond(self, core: Core, turn: Turn) -> Reply:
        """A proposal when savings are meant; else what cannot be done yet."""
        text = turn.text.lower()
        meant = re.search(r"\bsav(?:e|er|ing|ings)\b|\baside\b", text)
        if meant and not _OUT_OF_SAVINGS.search(text):
            return SavingsAdvice().respond(core, turn)
        return Reply(
            "I can move money to your own savings, but not to other accounts or people yet.",
            (),
            (("Help me save", "help me save"),),
        )
