"""The threads of a conversation: several questions at once, and one left open meanwhile."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from actions.turn import Reply, Turn
from finance_core.model import Fact

_TRIES = 3  # the first time and two more
_ASIDES = 2  # other questions after which the open one is put again
_TALK = frozenset({"affirm", "deny", "cancel", "undo", "follow_up", "clarify", "help", "repeat"})
_YES_OR_NO = frozenset({"affirm", "deny"})
_NOT_UNDERSTOOD = frozenset({"out_of_scope", "nlu_fallback"})
_SURE, _SCRAP = 0.75, 4  # confidence and words: below both it is taken for an answer
_CLOSED: dict[str, Any] = {"open_question": None}


def joined(first: Reply, second: Reply) -> Reply:
    """Two replies as one; what the second offers or asks is what waits for an answer."""
    return Reply(
        text=f"{first.text}\n\n{second.text}",
        facts=first.facts + second.facts,
        buttons=second.buttons or first.buttons,
        slots={**first.slots, **second.slots},
        asks=second.asks,
        charts=first.charts + second.charts,
        waits_for_pin=second.waits_for_pin,
    )


def waits(reply: Reply) -> bool:
    """Whether a reply ends with something that the person has to answer."""
    return reply.asks or bool(reply.slots.get("proposal_id") or reply.slots.get("change_id"))


def answers(turn: Turn) -> bool:
    """Whether a turn is a scrap that answers Penny's open question, whatever it looks like."""
    words = len(turn.text.split())
    offered = {part.casefold() for button in turn.open_question["buttons"] for part in button}
    if turn.intent not in _TALK and turn.text.casefold().strip(" .!?") in offered:
        return True
    if turn.intent in _NOT_UNDERSTOOD:
        return words <= 2 * _SCRAP
    if turn.intent in _YES_OR_NO:  # "5000%" is no yes, but only where no yes is waited for
        waiting = turn.proposal_id or turn.change_id
        return not waiting and any(letter.isdigit() for letter in turn.text)
    return turn.intent not in _TALK and turn.confidence < _SURE and words <= _SCRAP


def misses(reply: Reply, turn: Turn) -> bool:
    """Whether a turn taken for an answer answered nothing, and was understood as something else."""
    return reply.asks and not reply.refused and turn.intent not in _TALK | _NOT_UNDERSTOOD


def resumed(reply: Reply, turn: Turn, skill: str) -> Reply:
    """``reply`` with the thread kept: its question left open, or the open one put again.

    An answer to something else, given while a question was open, ends with that question;
    after three tries, or when a third other thing is asked, Penny lets it go.
    """
    left_open = turn.open_question
    if reply.asks:
        return _opened(reply, turn, skill)
    if left_open and reply.refused:
        return _opened(_with_question(reply, turn, left_open["text"]), turn, left_open["skill"])
    if not left_open or waits(reply) or answers(turn) or skill in {left_open["skill"], *_TALK}:
        return replace(reply, slots={**_CLOSED, **reply.slots})
    asides = left_open.get("asides", 0) + 1
    if asides > _ASIDES:  # the person has moved on
        return replace(reply, slots={**_CLOSED, **reply.slots})
    again = _with_question(reply, turn, f"Back to what we were doing: {left_open['text']}")
    return replace(again, slots={**again.slots, "open_question": {**left_open, "asides": asides}})


def _with_question(reply: Reply, turn: Turn, question: str) -> Reply:
    left_open = turn.open_question
    return replace(
        reply,
        text=f"{reply.text}\n\n{question}",
        facts=reply.facts + tuple(Fact(**fact) for fact in left_open.get("facts", ())),
        buttons=tuple((title, payload) for title, payload in left_open["buttons"]),
        slots={**reply.slots, "frame": left_open["frame"]},
    )


def _opened(reply: Reply, turn: Turn, skill: str) -> Reply:
    """``reply`` with its question open; it is let go when it was put too often in a row."""
    frame = reply.slots.get("frame", dict(turn.frame))
    asked_by = frame.get("skill") or skill
    before = turn.open_question
    again = bool(before) and before["skill"] == asked_by
    kept_on = again and reply.refused
    question = before["text"] if kept_on else reply.text
    tries = before["tries"] + 1 if again and before["text"] == question else 1
    if tries > _TRIES:
        return Reply(
            "Let's leave it there. You can start again whenever you like.",
            buttons=(("What can you do?", "help"),),
            slots={**reply.slots, **_CLOSED, "frame": {}},
        )
    kept = {
        "skill": asked_by,
        "frame": frame,
        "text": question,
        "facts": before.get("facts", []) if kept_on else [asdict(fact) for fact in reply.facts],
        "buttons": [list(button) for button in reply.buttons],
        "tries": tries,
    }
    return replace(reply, slots={**reply.slots, "open_question": kept})
