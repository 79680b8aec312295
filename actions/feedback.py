"""Praise and blame: kept for those who improve Penny, and answered."""

from __future__ import annotations

from actions.base import PennyAction
from actions.replies import feedback as words
from actions.turn import Reply, Turn
from finance_core.services import feedback
from finance_core.services.core import Core
from finance_core.services.feedback import Score


class FeedbackPositive(PennyAction):
    """A good word for the last answer."""

    skill = "feedback_positive"

    def respond(self, core: Core, turn: Turn) -> Reply:
        """Thanks."""
        _keep(core, turn, 1)
        return words.praised(turn.now)


class FeedbackNegative(PennyAction):
    """The last answer was wrong, or of no use."""

    skill = "feedback_negative"

    def respond(self, core: Core, turn: Turn) -> Reply:
        """What can be done about it: why, another wording, another category."""
        _keep(core, turn, -1)
        return words.blamed(_answered_by(turn))


def _keep(core: Core, turn: Turn, score: Score) -> None:
    intent, reply = turn.earlier[-1] if turn.earlier else ("", "")
    feedback.add(
        core,
        turn.person.id,
        score,
        turn.now,
        turn.channel,
        intent=intent,
        skill=_answered_by(turn),
        said=turn.text,
        reply=reply,
    )


def _answered_by(turn: Turn) -> str:
    """The skill whose answer was just given; empty after small talk."""
    return str(turn.frame.get("skill", "")) if turn.answering else ""
