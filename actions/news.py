"""What happened between conversations, told with the next reply, once."""

from __future__ import annotations

from dataclasses import replace

from actions.replies import bill_payments as words
from actions.turn import Reply, Turn
from finance_core.services import schedules
from finance_core.services.core import Core


def with_news(core: Core, turn: Turn, reply: Reply) -> Reply:
    """``reply``, after what became of the person's scheduled payments meanwhile."""
    found = schedules.news(core, turn.person.id, turn.now)
    if not found:
        return reply
    told = words.news(found)
    return replace(reply, text=f"{told.text}\n\n{reply.text}", facts=(*told.facts, *reply.facts))
