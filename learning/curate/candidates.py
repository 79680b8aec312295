"""What was said in the same words becomes one candidate, whoever and however many said it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from math import sqrt
from typing import Any

from learning.curate.find import REASONS, Judged
from learning.curate.turns import identity

_COUNTED = ("texts", "reasons", "suggestions", "channels", "models")


@dataclass(slots=True)
class Candidate:
    """Turns of the same words, worth a label; counts of each text, reason and so on.

    Attributes:
        id: follows from the words.
        confidence: the lowest of the model.
        first: the earliest day.
        last: the latest day.
    """

    id: str
    texts: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    suggestions: Counter[str] = field(default_factory=Counter)
    channels: Counter[str] = field(default_factory=Counter)
    models: Counter[str] = field(default_factory=Counter)
    confidence: float = 1.0
    first: str = "9999-12-31"
    last: str = "0001-01-01"

    @property
    def text(self) -> str:
        """How it was said most often."""
        return most_common(self.texts)

    @property
    def count(self) -> int:
        """In how many turns."""
        return sum(self.texts.values())

    @property
    def suggestion(self) -> str | None:
        """What was meant most often, as far as anything tells; None when unknown."""
        return most_common(self.suggestions) if self.suggestions else None

    @property
    def reason(self) -> str:
        """The strongest reason."""
        return max(sorted(self.reasons), key=REASONS.__getitem__)

    @property
    def priority(self) -> float:
        """How much a label is worth: the reasons' weights, each with less the more there are."""
        return round(sum(REASONS[name] * sqrt(n) for name, n in sorted(self.reasons.items())), 3)

    def absorb(self, other: Candidate) -> None:
        """Counts ``other`` in, too."""
        for name in _COUNTED:
            getattr(self, name).update(getattr(other, name))
        self.id = min(self.id, other.id)
        self.confidence = min(self.confidence, other.confidence)
        self.first, self.last = min(self.first, other.first), max(self.last, other.last)

    def to_plain(self) -> dict[str, Any]:
        """In JSON's own types."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    @classmethod
    def from_plain(cls, values: Mapping[str, Any]) -> Candidate:
        """From JSON's own types."""
        counted = {name: Counter(values[name]) for name in _COUNTED}
        return cls(**{**values, **counted})


def most_common(counts: Mapping[str, int]) -> str:
    """The most frequent, of equals the first by alphabet."""
    return min(counts, key=lambda name: (-counts[name], name))


def of(found: Judged) -> Candidate:
    """The candidate of one turn that has a reason."""
    turn, reason = found.turn, found.reason
    if reason is None:
        raise ValueError("this turn is not worth a label")
    return Candidate(
        id=identity(turn.text),
        texts=Counter([turn.text]),
        reasons=Counter([reason]),
        suggestions=Counter([found.suggestion] if found.suggestion else ()),
        channels=Counter([turn.channel]),
        models=Counter([turn.model]),
        confidence=round(turn.confidence or 0.0, 4),
        first=turn.day,
        last=turn.day,
    )


def gathered(
    candidates: Iterable[Candidate], roots: Mapping[str, str] | None = None
) -> Iterator[Candidate]:
    """One candidate for each id, or for each root of ids, in order of ids."""
    found: dict[str, Candidate] = {}
    for candidate in candidates:
        own = (roots or {}).get(candidate.id, candidate.id)
        if own in found:
            found[own].absorb(candidate)
        else:
            found[own] = candidate
    return (found[own] for own in sorted(found))
