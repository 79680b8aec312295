"""The threads of a conversation: several questions at once, and one left open meanwhile."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from actions.turn import Reply, Turn

_TRIES = 3  # the first time and two more
_NO_ASIDES = frozenset({"affirm", "deny", "cancel", "undo", "follow_up", "clarify"})
_CLOSED: dict[str, Any] = {"open_question": None}


def joined(first: Reply, second: Reply) -> Reply:
    """Two replies as one; what the second offers or asks is what waits for an answer."""
    return Reply(
        text=f"{first.text}\n\n{second.text}",
        facts=first.facts + second.facts,
        buttons=second.buttons or first.buttons,
        slots={**first.slots, **second.slots},
        asks=second.asks,
    )


def waits(reply: Reply) -> bool:
    """Whether a reply ends with something that the person has to answer."""
    return reply.asks or bool(reply.slots.get("proposal_id") or reply.slots.get("change_id"))


def resumed(reply: Reply, turn: Turn, skill: str) -> Reply:
    """``reply`` with the thread kept: its question left open, or the open one put again.

    An answer to something else, given while a question was open, ends with that question;
    after three tries Penny lets it go.
    """
    if reply.asks:
        return _opened(reply, turn, skill)
    left_open = turn.open_question
    aside = left_open and skill not in {left_open["skill"], *_NO_ASIDES} and not waits(reply)
    if not aside:
        return replace(reply, slots={**_CLOSED, **reply.slots})
    return replace(
        reply,
        text=f"{reply.text}\n\nBack to what we were doing: {left_open['text']}",
        buttons=tuple((title, payload) for title, payload in left_open["buttons"]),
        slots={**reply.slots, "frame": left_open["frame"]},
    )


def _opened(reply: Reply, turn: Turn, skill: str) -> Reply:
    frame = reply.slots.get("frame", dict(turn.frame))
    asked_by = frame.get("skill") or skill
    again = turn.open_question and turn.open_question["skill"] == asked_by
    same = again and turn.open_question["text"] == reply.text
    tries = turn.open_question["tries"] + 1 if same else 1
    if tries > _TRIES:
        return Reply(
            "Let's leave it there. You can start again whenever you like.",
            buttons=(("What can you do?", "help"),),
            slots={**reply.slots, **_CLOSED, "frame": {}},
        )
    question = {
        "skill": asked_by,
        "frame": frame,
        "text": reply.text,
        "buttons": [list(button) for button in reply.buttons],
        "tries": tries,
    }
    return replace(reply, slots={**reply.slots, "open_question": question})
