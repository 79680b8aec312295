"""Names against words: said in full, said in part, or spelt alike.

Where several names fit the words about equally well, all of them are given: whoever asked
should ask back and not guess.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from rapidfuzz import fuzz, process

FUZZY_SCORE = 84  # similarity (0-100) a misspelt name must reach
_EQUALLY = 4  # names this close to the best one fit about equally well
_SHORTEST_FUZZY = 4
_MOST = 5  # more names than this are no question to ask


@lru_cache(maxsize=16_384)  # names stay the same from turn to turn
def normal(text: str) -> str:
    """Words apart by single spaces, with one at each end; ``Lou's`` is ``lous``."""
    spaced = re.sub(r"[^\w&+]+", " ", re.sub(r"['’]", "", text.casefold()))
    return f" {spaced.strip()} "


def spoken(name: str, words: str) -> bool:
    """Whether the words, in their normal form, have the name."""
    return len(normal(name)) > 3 and normal(name) in words


def possessed(name: str, words: str) -> bool:
    """Whether the words name it with an s more or less ("Amazon's", "at Sainsbury")."""
    return any(f" {form} " in words for form in possessives(name))


def possessives(name: str) -> tuple[str, ...]:
    """A name with an s more and with one less; none of a short one."""
    plain = normal(name).strip()
    return (f"{plain}s", plain.removesuffix("s")) if len(plain) > _SHORTEST_FUZZY else ()


def beginning(name: str, words: str, no_names: frozenset[str] = frozenset()) -> str:
    """The first words of a name, two or more, as far as they are said in a row."""
    parts = normal(name).split()
    for count in range(len(parts), 1, -1):
        start = " ".join(parts[:count])
        if start not in no_names and f" {start} " in words:
            return start
    return ""


def having_word(said: str, names: Sequence[str]) -> list[str]:
    """The names that have all words of ``said`` as words of theirs ("joint", "amazon")."""
    wanted = set(normal(said).split()) - {"the"}
    return [name for name in names if wanted and wanted <= set(normal(name).split())]


def fitting(
    said: str,
    names: Sequence[str],
    scorer: Callable[..., float] = fuzz.WRatio,
) -> list[str]:
    """The name that ``said`` fits best, with those that it fits about equally well.

    Args:
        said: a tagged, perhaps misspelt or shortened name.
        names: to match it against, most used first.
        scorer: rapidfuzz's measure of likeness.

    Returns:
        Best first; empty when none is like it.
    """
    if len(said.strip()) < _SHORTEST_FUZZY:
        return []
    matches = process.extract(
        _bare(said),
        [_bare(name) for name in names],
        scorer=scorer,
        score_cutoff=FUZZY_SCORE,
        limit=_MOST,
    )
    best = matches[0][1] if matches else 0
    return [names[at] for _, score, at in matches if score >= best - _EQUALLY or score == 100]


def _bare(name: str) -> str:
    return normal(name).removeprefix(" the").strip()
