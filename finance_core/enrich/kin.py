"""Which merchants' names are one merchant's: with a town or a reference after them, or without."""

from __future__ import annotations

from collections.abc import Iterable

_LEAST_WORDS = 2  # of a name that others may go on from
_BEFORE_CODE = 3  # words that must agree where only the last one differs


def kin(names: Iterable[str]) -> dict[str, str]:
    """Name → the one name for all that are its kin: the shortest, or what they share.

    ``Lous Diner`` and ``Lous Diner Grove City`` are kin, for one goes on from the other,
    and ``Northland Mortgage PMT X7F2`` and ``Northland Mortgage PMT K9``, which differ in a
    last word after three equal ones.
    """
    known = {name: tuple(name.casefold().split()) for name in dict.fromkeys(names)}
    whole = {words: name for name, words in reversed(known.items())}
    stems: dict[tuple[str, ...], list[str]] = {}
    for name, words in known.items():
        if len(words) > _BEFORE_CODE:
            stems.setdefault(words[:-1], []).append(name)
    return {name: _shortest(name, words, whole, stems) for name, words in known.items()}


def _shortest(
    name: str,
    words: tuple[str, ...],
    whole: dict[tuple[str, ...], str],
    stems: dict[tuple[str, ...], list[str]],
) -> str:
    for count in range(_LEAST_WORDS, len(words)):
        if words[:count] in whole:
            return whole[words[:count]]
    if len(stems.get(words[:-1], ())) > 1:
        return " ".join(name.split()[:-1])
    return whole[words]
