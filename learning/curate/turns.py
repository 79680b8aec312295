"""The turns that curation reads, and how texts are compared."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from learning.rollout.intents import NOT_UNDERSTOOD

# As ``learning.anonymize`` makes them; importing that would load spaCy into every worker.
PLACEHOLDER = re.compile(r"<[A-Z][A-Z_]*_\d+>")
_LONGEST = 2_000
_APOSTROPHES = re.compile(r"['’‘`]")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_APART = re.compile(r"[^\w£$€%<>]+")


@dataclass(frozen=True, slots=True)
class Turn:
    """One stored turn.

    Attributes:
        conversation: pseudonym ``<person>-<thread>``.
        turn: the turn's own id.
        at: seconds since 1970, UTC.
        confidence: the model's, 0 … 1; None where nothing was understood.
    """

    conversation: str
    turn: str
    at: float
    text: str
    intent: str | None
    confidence: float | None
    model: str
    channel: str

    @property
    def person(self) -> str:
        """The pseudonym of whose turn it is."""
        return self.conversation.split("-", 1)[0]

    @property
    def day(self) -> str:
        """The day it was said, UTC."""
        return datetime.fromtimestamp(self.at, UTC).date().isoformat()

    @property
    def fell_back(self) -> bool:
        """Whether the model did not know what was meant."""
        return self.intent is None or self.intent in NOT_UNDERSTOOD


def from_rows(rows: Iterable[Mapping[str, Any]]) -> tuple[list[Turn], int]:
    """Turns from stored rows, and how many rows were none."""
    turns, broken = [], 0
    for row in rows:
        try:
            turns.append(_turn(row))
        except (KeyError, TypeError, ValueError):
            broken += 1
    return turns, broken


def _turn(row: Mapping[str, Any]) -> Turn:
    text, confidence = row["text"], row.get("confidence")
    if not isinstance(text, str):
        raise TypeError("the text is no text")
    if not row["conversation"] or not row["turn"]:
        raise ValueError("nobody's turn")
    at = datetime.fromisoformat(row["at"])
    return Turn(
        conversation=str(row["conversation"]),
        turn=str(row["turn"]),
        at=(at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp(),
        text=" ".join(text[:_LONGEST].encode("utf-8", "replace").decode().split()),
        intent=row.get("intent") or None,
        confidence=None if confidence is None else float(confidence),
        model=str(row.get("model") or "unknown"),
        channel=str(row.get("channel") or "unknown"),
    )


def spoken(text: str) -> str:
    """A text without capitals, apostrophes and full stops: as it would be spoken."""
    plain = _APOSTROPHES.sub("", text.casefold())
    return " ".join(_APART.sub(" ", plain).split()) or plain.strip()


def key_of(text: str) -> str:
    """What texts have in common that differ in case, marks, figures or masked parts only."""
    unnumbered = PLACEHOLDER.sub(lambda found: found[0].rsplit("_", 1)[0] + ">", text)
    return spoken(_NUMBER.sub("0", unnumbered))


def identity(text: str) -> str:
    """A short name of a text: equal for texts with the same key."""
    return hashlib.sha256(key_of(text).encode()).hexdigest()[:16]


def said(text: str) -> str:
    """The words of a text without its masked parts."""
    return " ".join(PLACEHOLDER.sub(" ", text).split())
