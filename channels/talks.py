"""What is remembered of a conversation while a rollout is on, and what a turn says of the last."""

from __future__ import annotations

from dataclasses import dataclass, replace

from channels.assistant import Standing
from learning.rollout.intents import ANSWERS, COMPLAINT, NOT_UNDERSTOOD

REPHRASED_SECONDS = 60.0
_SIMILAR = 70.0  # of 100
_NO_QUESTIONS = NOT_UNDERSTOOD | ANSWERS | {"bot_challenge", "chitchat"}


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation after its last turn.

    Attributes:
        rollout: id of the rollout.
        group: whose turn it was.
        text: its words; empty for a button or when they are not known.
        standing: where it stood then.
        at: when it was answered, on the monotonic clock.
        differs: whether the other model would have understood something else.
    """

    rollout: str
    group: str
    text: str
    standing: Standing
    at: float
    differs: bool = False

    def without_words(self) -> Talk:
        """The same, with nothing left of what the person said."""
        return replace(self, text="", standing=replace(self.standing, entities=()))


def is_misunderstood(talk: Talk) -> bool:
    """Whether the words were not understood, or taken for nothing of Penny's."""
    return talk.standing.intent in NOT_UNDERSTOOD


def is_complaint(talk: Talk) -> bool:
    """Whether the person said that an answer was no good."""
    return talk.standing.intent == COMPLAINT


def is_rephrased(before: Talk, talk: Talk) -> bool:
    """Whether much the same was said again soon: the answer before was no good.

    The same in nearly the same words, or a question that is understood as the one before was,
    in all it names: who is taken for asking something else says it in other words, and is
    taken for that again.
    """
    if not (before.text and talk.text) or talk.at - before.at >= REPHRASED_SECONDS:
        return False
    from rapidfuzz.fuzz import token_set_ratio  # noqa: PLC0415 for a rollout alone

    if token_set_ratio(before.text.lower(), talk.text.lower()) >= _SIMILAR:
        return True
    first, second = before.standing, talk.standing
    alike = (first.intent, first.entities) == (second.intent, second.entities)
    return alike and second.intent is not None and second.intent not in _NO_QUESTIONS


def differ(first: str | None, second: str | None) -> bool:
    """Whether two intents are two meanings; not to understand is one, however it is called."""
    if first is None or second is None:
        return False
    return first != second and not {first, second} <= NOT_UNDERSTOOD
