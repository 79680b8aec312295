"""What nobody should label: scripts, other languages, abuse, and texts with nothing left.

People are judged by all their turns (``humans``), texts on their own (``unusable``), so that
cleaning what is clean removes nothing more.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from learning.curate.turns import Turn, key_of, said

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_BURST_TURNS, _BURST_SECONDS = 20, 60.0  # more than anybody types or says
_SAME_TURNS, _SAME_SHARE = 20, 0.8
_EVEN_TURNS, _EVEN_SECONDS = 30, 0.5  # a timer is even, people are not
_SURE = 0.75  # of another language, for a text of at least this many letters
_LETTERS = 14
_LONGEST = 300
_MACHINE = re.compile(
    r"[{<]\s*[\"/!?a-z]+[^>]*[:=>]|\bselect\b.+\bfrom\b|\$\{|\S{60,}|\b(?:test|ping)[ _-]?\d{2,}\b",
    re.IGNORECASE,
)
_ABUSE = re.compile(
    r"\b(?:f+u+c+k\w*|motherf\w+|c+u+n+t+s?|wank(?:er|ers|ing)?|bitch(?:es|y)?|"
    r"ass?holes?|dickheads?|slut(?:s|ty)?|whores?|twats?|retard(?:s|ed)?|"
    r"kill yourself|kys|stfu)\b",
    re.IGNORECASE,
)


def humans(turns: Iterable[Turn]) -> tuple[list[Turn], Counter[str]]:
    """The turns of people, each once, in order; and how many were dropped for what.

    Needs all turns of each person it sees.
    """
    once = {(turn.conversation, turn.turn): turn for turn in sorted(turns, key=_entirely)}
    dropped: Counter[str] = Counter()
    of_person: dict[str, list[Turn]] = {}
    for turn in sorted(once.values(), key=_order):
        of_person.setdefault(turn.person, []).append(turn)
    kept: list[Turn] = []
    for own in of_person.values():
        if is_script(own):
            dropped["script"] += len(own)
        else:
            kept += own
    return sorted(kept, key=_order), dropped


def _order(turn: Turn) -> tuple[str, float, str]:
    return turn.conversation, turn.at, turn.turn


def _entirely(turn: Turn) -> tuple[str, ...]:
    """Of two rows with one id the same one wins in any order."""
    return tuple(repr(getattr(turn, name)) for name in Turn.__dataclass_fields__)


def is_script(turns: Sequence[Turn]) -> bool:
    """Whether turns of one person come too fast, too evenly or too much the same."""
    times = sorted(turn.at for turn in turns)
    fast = zip(times, times[_BURST_TURNS:], strict=False)
    if any(late - early < _BURST_SECONDS for early, late in fast):
        return True
    if len(turns) >= _SAME_TURNS:
        most = Counter(key_of(turn.text) for turn in turns).most_common(1)[0][1]
        if most >= _SAME_SHARE * len(turns):
            return True
    if len(turns) < _EVEN_TURNS:
        return False
    gaps = sorted(late - early for early, late in pairwise(times))
    low, high = gaps[len(gaps) // 10], gaps[len(gaps) * 9 // 10]
    return high - low <= _EVEN_SECONDS


@lru_cache(maxsize=100_000)
def unusable(text: str) -> str | None:
    """Why a text is not to be labelled; None when it may be."""
    words = said(text)
    if not any(map(str.isalpha, words)):
        return "masked_only" if words != text else "no_words"
    if len(text) > _LONGEST or _MACHINE.search(words):
        return "machine_text"
    if _ABUSE.search(words):
        return "abuse"
    return None if is_english(words) else "language"


def is_english(words: str) -> bool:
    """Whether a text may be English; short ones may, unless in another script.

    A very short text is guessed wrong too often to throw it away for it.
    """
    letters = [letter for letter in words if letter.isalpha()]
    foreign = sum(letter > "ɏ" for letter in letters)  # past the Latin letters
    if foreign * 2 > len(letters):
        return False
    if len(letters) < _LETTERS:
        return True
    language, sure = _identifier().classify(words.casefold())
    return bool(language == "en" or sure < _SURE)


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415 (only to curate)

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
