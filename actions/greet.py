"""Saying hello, with the one pressing thing that is new, if there is one."""

from __future__ import annotations

import zlib

from actions import suggestions
from actions.base import PennyAction
from actions.turn import Reply, Turn
from finance_core.services import insights, notifications
from finance_core.services.core import Core

_HELLO = (
    "Hello! I'm well, thank you. What would you like to know about your money?",
    "Hi there. Ask me about a balance, your spending or what's coming up.",
    "Hey, good to see you; all is well here. What can I look up for you?",
    "Hello! I'm Penny. Shall we look at your balance, your spending or your bills?",
)
_OFFER = ("What will you tell me?", "what will you tell me?")  # until they have chosen
_WITH_NEWS = "Hello! Good that you're here."


class Greet(PennyAction):
    """A hello; a low point ahead, a late income or a double charge is told with it, once."""

    skill = "greet"

    def respond(self, core: Core, turn: Turn) -> Reply:
        """A greeting, and at most one thing that cannot wait."""
        new = insights.news(core, turn.person.id, turn.today)
        if new is None:
            seed = f"{turn.text} {turn.now:%H%M%S}".encode()
            chosen = notifications.chosen(core, turn.person.id)
            return Reply(_HELLO[zlib.crc32(seed) % len(_HELLO)], (), () if chosen else (_OFFER,))
        reply = Reply(_WITH_NEWS, slots={"frame": {"skill": "find_unusual_spending"}})
        return suggestions.put(core, turn, reply, [new])
