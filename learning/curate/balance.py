"""Which intents lack examples, and which have more than their share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median

_LACKS, _TOO_MANY = 0.6, 3.0  # of the median number of examples
_OFTEN_WRONG = 1.5  # of the share of turns that go wrong


@dataclass(frozen=True, slots=True)
class Advice:
    """What an intent needs.

    Attributes:
        examples: in the training data.
        turns: understood as this, or meant as this where that is known.
        failed: of those, how many let the person down.
        advice: ``add``, ``cap``, ``keep``.
        by: how many examples to add, or to leave out.
    """

    intent: str
    examples: int
    turns: int
    failed: int
    advice: str
    by: int


def advise(
    examples: Mapping[str, int], turns: Mapping[str, int], failed: Mapping[str, int]
) -> list[Advice]:
    """Advice for each intent, those that need the most first."""
    usual = median(examples.values()) if examples else 0
    all_turns = sum(turns.get(intent, 0) for intent in examples)
    rate = sum(failed.get(intent, 0) for intent in examples) / all_turns if all_turns else 0.0
    found = []
    for intent, count in sorted(examples.items()):
        said, wrong = turns.get(intent, 0), failed.get(intent, 0)
        often_wrong = said >= 30 and wrong / said > _OFTEN_WRONG * rate
        advice, by = "keep", 0
        if count < _LACKS * usual or (often_wrong and count < usual):
            advice, by = "add", round(usual) - count
        elif count > _TOO_MANY * usual and not often_wrong:
            advice, by = "cap", count - round(_TOO_MANY * usual)
        found.append(Advice(intent, count, said, wrong, advice, by))
    return sorted(found, key=lambda one: (one.advice != "add", -one.by, one.intent))
