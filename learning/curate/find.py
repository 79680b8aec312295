"""Turns worth a label, told by what happened next in the conversation.

The strongest reason of a turn counts. Where the person said it again in other words and was
understood, what was understood then is the suggestion.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from rapidfuzz import fuzz

from learning.curate.turns import Turn, spoken
from learning.rollout.intents import ANSWERS, COMPLAINT

REASONS = {
    "corrected": 5.0,
    "negative": 4.0,
    "rephrased": 3.0,
    "fallback": 2.0,
    "unsure": 1.0,
    "unconfirmed": 0.1,  # probably right; worth a label when all others have theirs
}
_SURE, _CERTAIN = 0.6, 0.95
_NO_HARM = frozenset({None, "unsure", "unconfirmed"})
_SOON = 60.0  # seconds
_ALIKE = 60.0  # of 100
_LATER = 300.0  # seconds; a complaint after that is about something else
_CORRECTION = re.compile(
    r"^(?:no+\b[\s,.:;!-]*)?(?:(?:sorry|actually)\b[\s,.:;!-]*)?"
    r"(?:i (?:meant|mean|was asking|asked|said|wanted)\b|what i meant\b|"
    r"(?:that.?s|thats|that is|it.?s) not what i\b|not that\b|wrong question\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Judged:
    """A turn, why it is worth a label (None when it is not), and what it may have meant."""

    turn: Turn
    reason: str | None
    suggestion: str | None

    @property
    def failed(self) -> bool:
        """Whether the person was let down; being unsure alone lets nobody down."""
        return self.reason not in _NO_HARM


def judged(turns: Sequence[Turn]) -> Iterator[Judged]:
    """Judges every turn by itself and by the next of its conversation.

    Args:
        turns: by conversation and time, as ``clean.humans`` gives them.
    """
    for _, group in groupby(turns, key=lambda turn: turn.conversation):
        talk = list(group)
        for place, turn in enumerate(talk):
            following = talk[place + 1] if place + 1 < len(talk) else None
            yield _judge(turn, following)


def _judge(turn: Turn, following: Turn | None) -> Judged:
    reason = _reason(turn, following)
    if reason is None:
        return Judged(turn, None, None)
    own = None if turn.fell_back else turn.intent
    if following and reason in ("corrected", "rephrased"):
        told = _understood(following) and following.intent not in ANSWERS
        meant = following.intent if told else None  # a mere "that's wrong" does not tell
        return Judged(turn, reason, meant or (own if reason == "rephrased" else None))
    return Judged(turn, reason, None if reason == "negative" else own)


def _reason(turn: Turn, following: Turn | None) -> str | None:
    if turn.intent in ANSWERS and (turn.confidence or 0.0) >= _SURE:
        return None  # a complaint or a yes is not what is complained about
    if following and following.at - turn.at <= _LATER:
        if _CORRECTION.match(following.text):
            return "corrected"
        if following.intent == COMPLAINT and _understood(following):
            return "negative"
        if following.at - turn.at <= _SOON and is_rephrased(turn, following):
            return "rephrased"
    return "fallback" if turn.fell_back else _doubt(turn.confidence or 0.0)


def _doubt(confidence: float) -> str | None:
    if confidence < _SURE:
        return "unsure"
    return "unconfirmed" if confidence < _CERTAIN else None


def is_rephrased(turn: Turn, following: Turn) -> bool:
    """Whether the next turn says the same again.

    "And on fuel?" after a good answer about food is alike too, but is understood the same.
    """
    if following.intent in ANSWERS:
        return False
    first, second = spoken(turn.text), spoken(following.text)
    if min(len(first.split()), len(second.split())) < 2:
        return False
    if first == second:
        return True
    if turn.intent == following.intent and _understood(turn):
        return False
    return bool(fuzz.token_sort_ratio(first, second) >= _ALIKE)


def _understood(turn: Turn) -> bool:
    return not turn.fell_back and (turn.confidence or 0.0) >= _SURE
