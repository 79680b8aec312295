"""Whether the model serves some ways of talking worse than others.

A turn counts as an error where its label from a review says so, else where the person was let
down (corrected, complained, said it again, not understood). Rates have Wilson's interval
(E. B. Wilson 1927); a group is served worse when its interval lies above that of all others.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import sqrt

from rapidfuzz import process
from rapidfuzz.distance import OSA

from learning.curate.find import Judged
from learning.curate.turns import Turn, key_of, said

Tally = Counter[tuple[str, str, bool]]  # what is looked at, its group, whether it was an error
_LEAST = 30  # turns of a group before anything is said about it
_HEAVIEST = 3.0
_Z = 1.959964  # of the normal distribution, for 95 %
_POLITE = re.compile(
    r"\b(?:please|pls|plz|thanks?|thank you|could you|would you|can you|kindly|would like)\b"
)
_QUESTION = re.compile(
    r"^(?:what|how|when|where|which|who|why|whats|hows|is|are|am|do|does|did|can|could|will|"
    r"would|should|have|has)\b"
)
_LONG = 5
_WORD = re.compile(rf"[a-z]{{{_LONG},}}")
_INFLECTED = re.compile(r"(?:s|d|r|y|n)$")
_LENGTHS = ((2, "1-2 words"), (5, "3-5 words"), (10, "6-10 words"), (20, "11-20 words"))


class Spelling:
    """Words that are spelled well; others may be typos of them."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(words)
        self._long = sorted(word for word in self._words if len(word) >= _LONG)
        self._seen: dict[str, bool] = {}

    def has_typo(self, text: str) -> bool:
        """Whether a longer word is unknown and one slip away from one that is known."""
        return any(map(self._is_typo, _WORD.findall(text)))

    def _is_typo(self, word: str) -> bool:
        if word not in self._seen:
            self._seen[word] = self._looks_like_typo(word)
        return self._seen[word]

    def _looks_like_typo(self, word: str) -> bool:
        if word in self._words or _INFLECTED.sub("", word) in self._words:
            return False
        near = process.extract_iter(word, self._long, scorer=OSA.distance, score_cutoff=1)
        return any(not known.startswith(word) and not word.startswith(known) for known, *_ in near)


@dataclass(frozen=True, slots=True)
class Group:
    """How one group of turns fares.

    Attributes:
        looked_at: channel, letters, politeness, form, typing or length.
        low: lower end of the 95 % interval of ``rate``.
        high: upper end.
        others: error rate of all turns outside the group.
        worse: whether the group is served worse, beyond chance.
        weight: what its examples should weigh in training; 1 where nothing is wrong.
    """

    looked_at: str
    group: str
    turns: int
    errors: int
    rate: float
    low: float
    high: float
    others: float
    worse: bool
    weight: float


def tally(found: Judged, labels: Mapping[str, str], spelling: Spelling) -> Tally:
    """Counts one turn in each of its groups.

    Args:
        labels: what a review says is meant, by ``turns.key_of``.
        spelling: the words of the training data.
    """
    label = labels.get(key_of(found.turn.text))
    error = found.failed if label is None else found.turn.intent != label
    return Counter((looked_at, group, error) for looked_at, group in groups(found.turn, spelling))


def groups(turn: Turn, spelling: Spelling) -> Iterator[tuple[str, str]]:
    """The groups that a turn is in, one for each thing looked at."""
    text = said(turn.text)
    lower = text.casefold()
    count = len(text.split())
    typo = spelling.has_typo(lower)
    question = text.endswith("?") or bool(_QUESTION.match(lower.replace("'", "")))
    yield "channel", turn.channel
    yield "letters", "lower case only" if text == lower else "with capitals"
    yield "politeness", "polite" if _POLITE.search(lower) else "plain"
    yield "form", "question" if question else "no question"
    yield "typing", "with a typo" if typo else "no typo seen"
    yield "length", next((name for most, name in _LENGTHS if count <= most), "over 20 words")


def report(counts: Tally) -> list[Group]:
    """Every group, those that are served worst first."""
    totals: dict[str, Counter[bool]] = {}
    of_group: dict[tuple[str, str], Counter[bool]] = {}
    for (looked_at, group, error), count in counts.items():
        totals.setdefault(looked_at, Counter())[error] += count
        of_group.setdefault((looked_at, group), Counter())[error] += count
    found = [_group(*key, own, totals[key[0]]) for key, own in sorted(of_group.items())]
    return sorted(found, key=lambda one: (not one.worse, -one.low, one.looked_at, one.group))


def _group(looked_at: str, group: str, own: Counter[bool], every: Counter[bool]) -> Group:
    turns, errors = own.total(), own[True]
    other_turns, other_errors = every.total() - turns, every[True] - errors
    low, high = wilson(errors, turns)
    _, others_high = wilson(other_errors, other_turns)
    rate, all_rate = errors / turns, every[True] / every.total()
    worse = turns >= _LEAST and low > others_high
    weight = min(_HEAVIEST, rate / all_rate) if worse else 1.0
    return Group(
        looked_at,
        group,
        turns,
        errors,
        round(rate, 4),
        round(low, 4),
        round(high, 4),
        round(other_errors / other_turns, 4) if other_turns else 0.0,
        worse,
        round(weight, 2),
    )


def wilson(errors: int, turns: int) -> tuple[float, float]:
    """The 95 % interval of a rate; everything is possible where nothing was seen."""
    if not turns:
        return 0.0, 1.0
    rate, spread = errors / turns, _Z**2 / turns
    middle = (rate + spread / 2) / (1 + spread)
    half = sqrt(rate * (1 - rate) * spread + spread**2 / 4) / (1 + spread)
    return max(0.0, middle - half), min(1.0, middle + half)
