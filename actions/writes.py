"""What every write goes through: offered, carried out on a plain yes, undone on request.

Two sorts wait for a yes: transfers, where a bank moves money (slot ``proposal_id``), and
changes of Penny's own records (slot ``change_id``). One thing waits at a time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from actions.base import PennyAction, skill_named
from actions.replies import transfers as words
from actions.request import read_request, says_something
from actions.turn import Reply, Turn
from finance_core.errors import PennyError
from finance_core.model import Change, Fact, ProposalStatus
from finance_core.services import changes, deletion, savings, schedules, transfers
from finance_core.services.core import Core

YES_OR_NO = (("Yes", "yes"), ("No", "no"))
SURE = 0.75  # below this a "yes" or "undo" is asked once more before anything is written
# "no, dining"; not "no, not today"
_CORRECTS = re.compile(
    r"^\W*(?:no|nope|nah)\b[\s,.:;-]++"
    r"(?!(?:not?|thanks?|thank|never|don'?t|later|way|need|maybe|leave|stop|cancel)\b)",
    re.IGNORECASE,
)
_SCHEDULED = re.compile(r"\b(?:cancel|stop|call off)\b.*\b(?:scheduled|payments?)\b", re.IGNORECASE)
_NOTHING_WAITS: Mapping[str, None] = {"proposal_id": None, "change_id": None}


def offer_transfer(reply: Reply, proposal_id: str | None) -> Reply:
    """``reply`` with the transfer that waits for a yes; without one nothing waits."""
    slots = {**_NOTHING_WAITS, "proposal_id": proposal_id, **reply.slots}
    return replace(reply, slots=slots, buttons=YES_OR_NO if proposal_id else reply.buttons)


def offer_change(
    core: Core,
    turn: Turn,
    kind: str,
    payload: Mapping[str, Any],
    *,
    summary: str,
    done_text: str,
    facts: Sequence[Fact] = (),
    because: str = "",
) -> Reply:
    """Offers a change of Penny's own records and asks for a yes.

    Args:
        core: the finance core.
        turn: what was said.
        kind: one of ``changes.KINDS``.
        payload: plain values the change is made from.
        summary: the end of "Shall I …?".
        done_text: the sentence that tells it has happened.
        facts: every figure in the sentences.
        because: sentences that stand before the question.
    """
    change = changes.propose(
        core,
        turn.person.id,
        kind,
        payload,
        summary=summary,
        done_text=done_text,
        now=turn.now,
        channel=turn.channel,
        facts=facts,
    )
    text = f"{because} Shall I {summary}?".strip()
    return Reply(text, tuple(facts), YES_OR_NO, {**_NOTHING_WAITS, "change_id": change.id})


class Affirm(PennyAction):
    """A yes: carries out what was offered in this conversation, once."""

    skill = "affirm"

    def respond(self, core: Core, turn: Turn) -> Reply:
        """What happened; a yes to nothing writes nothing."""
        if turn.change_id:
            return _make_change(core, turn, turn.change_id)
        if turn.proposal_id:
            return _move_money(core, turn, turn.proposal_id)
        return Reply(
            "There is nothing waiting for a yes. Ask me anything, or say “help me save”.",
            (),
            (("Help me save", "help me save"),),
        )


class Deny(PennyAction):
    """A no: what was offered is dropped."""

    skill = "deny"

    def respond(self, core: Core, turn: Turn) -> Reply:
        """Nothing is written; "no, dining" and "no, 20" change the last question instead."""
        request = read_request(core, replace(turn, intent="inform"))
        last = skill_named(turn.frame.get("skill", ""))
        if last and _CORRECTS.match(turn.text) and says_something(request):
            _drop(core, turn, "", "")
            return last.respond_within(
                core, replace(request.turn, proposal_id=None, change_id=None)
            )
        return _drop(core, turn, "All right, nothing is moved.", "All right, nothing is changed.")


class Cancel(PennyAction):
    """Stop: leaves whatever is going on."""

    skill = "cancel"

    def respond(self, core: Core, turn: Turn) -> Reply:
        """What was waiting is dropped."""
        return _drop(core, turn, "Cancelled. Nothing was moved.", "Cancelled. Nothing was changed.")


class Undo(PennyAction):
    """Takes the last write back, be it a transfer or a change."""

    skill = "undo"

    def respond(self, core: Core, turn: Turn) -> Reply:
        """What was taken back, or that there is nothing to take back."""
        paying = skill_named("pay_bill")
        if paying and _SCHEDULED.search(turn.text) and schedules.upcoming(core, turn.person.id):
            return paying.respond_within(core, turn)
        change = _latest_change(core, turn)
        if turn.confidence < SURE:
            what = "your last change" if change else "the last savings move"
            return Reply(f"Shall I take {what} back? Then say “undo”.", (), (("Undo", "undo"),))
        if change:
            undone = changes.undo(core, turn.person.id, change.id, turn.now, turn.channel)
            text = f"Taken back: I did not {undone.summary} after all."
            return Reply(text, undone.facts, slots=_NOTHING_WAITS)
        moved = transfers.undo(core, turn.person.id, turn.now, turn.channel)
        if moved.status is not ProposalStatus.UNDONE:
            return words.not_done(moved)
        after = savings.balances_after(core, turn.person.id, moved, turn.today)
        return replace(words.undone(moved, after), slots=_NOTHING_WAITS)


def _make_change(core: Core, turn: Turn, change_id: str) -> Reply:
    waiting = changes.pending(core, turn.person.id, turn.now)
    if waiting and waiting.id == change_id and not _clear(turn):
        text = f"I want to be sure: shall I {waiting.summary}, yes or no?"
        return Reply(text, waiting.facts, YES_OR_NO)
    done = changes.confirm(core, turn.person.id, change_id, turn.now, turn.channel)
    way_back = ("Keep my data", "cancel") if done.kind == deletion.KIND else ("Undo", "undo")
    return Reply(done.done_text, done.facts, (way_back,), _NOTHING_WAITS)


def _move_money(core: Core, turn: Turn, proposal_id: str) -> Reply:
    waiting = transfers.pending(core, turn.person.id, turn.now)
    if waiting and waiting.id == proposal_id and not _clear(turn):
        return replace(words.ask_again(waiting), buttons=YES_OR_NO)
    done = transfers.confirm(core, turn.person.id, proposal_id, turn.now, turn.channel)
    if done.status is not ProposalStatus.DONE:
        return words.not_done(done)
    reply = words.moved(done, savings.balances_after(core, turn.person.id, done, turn.today))
    return replace(reply, slots=_NOTHING_WAITS)


def _latest_change(core: Core, turn: Turn) -> Change | None:
    """The last change made, unless money was moved after it."""
    change = changes.last_done(core, turn.person.id)
    moved_at = transfers.last_done_at(core, turn.person.id)
    if change and change.done_at and (moved_at is None or change.done_at >= moved_at):
        return change
    return None


def _clear(turn: Turn) -> bool:
    """Whether a yes is plain, and said to the offer and not to something else since."""
    offered = [button["payload"] for button in turn.answering.get("buttons", ())]
    return turn.confidence >= SURE and offered == [payload for _, payload in YES_OR_NO]


def _drop(core: Core, turn: Turn, nothing_moved: str, nothing_changed: str) -> Reply:
    if not (turn.proposal_id or turn.change_id):
        unfinished: dict[str, Any] = {"frame": {}} if turn.open_question else {}
        slots = {**_NOTHING_WAITS, **unfinished}
        return Reply("All right. What else can I look up?", slots=slots)
    try:
        if turn.change_id:
            changes.cancel(core, turn.person.id, turn.change_id, turn.now, turn.channel)
            return Reply(nothing_changed, slots=_NOTHING_WAITS)
        transfers.cancel(core, turn.person.id, turn.proposal_id or "", turn.now, turn.channel)
    except PennyError as error:
        return Reply(str(error), slots=_NOTHING_WAITS)
    return Reply(nothing_moved, slots=_NOTHING_WAITS)
