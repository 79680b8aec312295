"""The savings move: proposed with its reason, carried out on a yes, undone on request."""

from __future__ import annotations

import re
from dataclasses import replace

from actions.base import PennyAction
from actions.replies import savings as words
from actions.request import read_request
from actions.turn import Reply, Turn
from finance_core.errors import PennyError
from finance_core.model import ProposalStatus
from finance_core.services import savings, transfers
from finance_core.services.core import Core

_ASK = (("Yes", "yes"), ("No", "no"))
_OUT_OF_SAVINGS = re.compile(
    r"\b(?:from|out of|empty|withdraw)\b(?: \w+){0,3} sav(?:er|ings)\b"
    r"|\bsav(?:er|ings)\b.* (?:to|into) "
)
_SURE = 0.75  # below this a "yes" or "undo" is asked once more before money moves


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
        kept = advice.proposal.id if advice.proposal else None
        reply = replace(
            reply,
            slots={"proposal_id": kept, **reply.slots},
            buttons=_ASK if advice.proposal else reply.buttons,
        )
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


class Affirm(PennyAction):
    """A yes: carries out what was proposed in this conversation, once."""

    skill = "affirm"

    def respond(self, core: Core, turn: Turn) -> Reply:
        """What happened; a yes to nothing moves nothing."""
        if not turn.proposal_id:
            return Reply(
                "There is nothing waiting for a yes. Ask me anything, or say “help me save”.",
                (),
                (("Help me save", "help me save"),),
            )
        waiting = transfers.pending(core, turn.person.id, turn.now)
        if waiting and waiting.id == turn.proposal_id and not _clear(turn):
            return replace(words.ask_again(waiting), buttons=_ASK)
        done = transfers.confirm(core, turn.person.id, turn.proposal_id, turn.now, turn.channel)
        if done.status is not ProposalStatus.DONE:
            return words.not_done(done)
        reply = words.moved(done, savings.balances_after(core, turn.person.id, done, turn.today))
        return replace(reply, slots={"proposal_id": None})


class Deny(PennyAction):
    """A no: what was proposed is dropped."""

    skill = "deny"

    def respond(self, core: Core, turn: Turn) -> Reply:
        """Nothing is moved."""
        return _drop(core, turn, "All right, nothing is moved.")


class Cancel(PennyAction):
    """Stop: leaves whatever is going on."""

    skill = "cancel"

    def respond(self, core: Core, turn: Turn) -> Reply:
        """What was waiting is dropped."""
        return _drop(core, turn, "Cancelled. Nothing was moved.")


class Undo(PennyAction):
    """Takes the last savings move back."""

    skill = "undo"

    def respond(self, core: Core, turn: Turn) -> Reply:
        """What was taken back, or that there is nothing to take back."""
        if turn.confidence < _SURE:
            text = "Shall I take the last savings move back? Then say “undo”."
            return Reply(text, (), (("Undo", "undo"),))
        undone = transfers.undo(core, turn.person.id, turn.now, turn.channel)
        if undone.status is not ProposalStatus.UNDONE:
            return words.not_done(undone)
        after = savings.balances_after(core, turn.person.id, undone, turn.today)
        return replace(words.undone(undone, after), slots={"proposal_id": None})


def _clear(turn: Turn) -> bool:
    """Whether a yes is plain, and said to the offer and not to something else since."""
    offered = [button["payload"] for button in turn.answering.get("buttons", ())]
    return turn.confidence >= _SURE and offered == [payload for _, payload in _ASK]


def _drop(core: Core, turn: Turn, done: str) -> Reply:
    slots = {"proposal_id": None}
    if not turn.proposal_id:
        return Reply("All right. What else can I look up?", slots=slots)
    try:
        transfers.cancel(core, turn.person.id, turn.proposal_id, turn.now, turn.channel)
    except PennyError as error:
        return Reply(str(error), slots=slots)
    return Reply(done, slots=slots)
