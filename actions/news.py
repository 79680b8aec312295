"""What happened between conversations, told with the next reply, once."""

from __future__ import annotations

from dataclasses import replace

from actions.replies import bill_payments as words
from actions.replies import savings as saving_words
from actions.turn import Reply, Turn
from finance_core.services import autosaves, schedules
from finance_core.services.core import Core


def with_news(core: Core, turn: Turn, reply: Reply) -> Reply:
    """``reply``, after what became of scheduled payments and automatic saves meanwhile."""
    paid = schedules.news(core, turn.person.id, turn.now)
    saved = autosaves.news(core, turn.person.id, turn.now)
    told_of = [words.news(paid)] if paid else []
    told_of += [saving_words.news(saved)] if saved else []
    for told in told_of:
        reply = replace(
            reply, text=f"{told.text}\n\n{reply.text}", facts=(*told.facts, *reply.facts)
        )
    return reply
