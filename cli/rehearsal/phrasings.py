"""What simulated people say: phrasings that the model has never seen, and which are held back."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml
from rapidfuzz import fuzz, process

from finance_core.errors import BadInput
from learning.curate.turns import key_of

_ALIKE = 90.0  # of 100, words in any order
_LIKENESS = 75.0  # what is held back stays below it
_BETWEEN = "|"
HELD_BACK = 1 / 3


@dataclass(frozen=True, slots=True)
class Phrasing:
    """One wording.

    Attributes:
        text: what is said.
        intent: what is meant.
        family: way of putting it that it belongs to, unique among all intents.
    """

    text: str
    intent: str
    family: str


def read(path: Path) -> list[Phrasing]:
    """The phrasings of a file ``intent: [wording | wording, …]``, a family a line.

    Raises:
        BadInput: it is not such a file, or says something twice.
    """
    try:
        # BaseLoader makes nothing but text: what is said may be "yes" or "50"
        families = yaml.load(path.read_text("utf-8"), yaml.BaseLoader)  # noqa: S506
        found = [
            Phrasing(" ".join(text.split()), intent, f"{intent} {number}")
            for intent, lines in families.items()
            for number, line in enumerate(lines)
            for text in line.split(_BETWEEN)
        ]
    except (OSError, UnicodeDecodeError, yaml.YAMLError, AttributeError, TypeError) as error:
        raise BadInput(f"{path.name} is no file of phrasings.") from error
    once: dict[str, Phrasing] = {}
    for one in found:
        other = once.setdefault(key_of(one.text), one)
        if not one.text or other is not one:
            raise BadInput(f"{path.name}: “{one.text}” is empty or there twice.")
    return found


def split(phrasings: Sequence[Phrasing]) -> tuple[list[Phrasing], list[Phrasing]]:
    """What is said in the week, and what is held back: whole families, a third of each intent's.

    Which ones follows from the words alone, so that nobody chooses. A family of which a wording
    is much like one that is said is said too, so a little less than a third is held back.
    """
    families: dict[str, dict[str, list[Phrasing]]] = {}
    for one in phrasings:
        families.setdefault(one.intent, {}).setdefault(one.family, []).append(one)
    back = set[str]()
    for own in families.values():
        dealt = sorted(own, key=lambda name: _dice(own[name][0].text))
        back.update(dealt[: round(len(dealt) * HELD_BACK)])
    while True:
        said = [one for one in phrasings if one.family not in back]
        held = [one for one in phrasings if one.family in back]
        near = {one.family for one, _ in copies(held, [one.text for one in said], _LIKENESS)}
        if not near:
            return said, held
        back -= near


def copies(
    phrasings: Iterable[Phrasing], known: Iterable[str], alike: float = _ALIKE
) -> list[tuple[Phrasing, str]]:
    """The phrasings that are among ``known`` texts or nearly so, each with the one it is like.

    Case, punctuation, figures and the order of words make no difference.

    Args:
        phrasings: to look for.
        known: where to look.
        alike: 0 … 100, from which on one is like another.
    """
    texts = {key_of(text): text for text in known}
    keys = list(texts)
    found = []
    for one in phrasings:
        near = process.extractOne(
            key_of(one.text), keys, scorer=fuzz.token_sort_ratio, score_cutoff=alike
        )
        if near:
            found.append((one, texts[near[0]]))
    return found


def _dice(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
