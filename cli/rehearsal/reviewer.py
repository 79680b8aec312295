"""A scripted reviewer: the work of a person at ``penny learn review``, done from a list.

A real person reads each sentence of the review file and knows what is meant. This one sees the
same rows and nothing else, and knows the meaning of the sentences that the simulated people
have; what it does not know, it drops.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from rapidfuzz import fuzz, process

from cli.rehearsal.phrasings import Phrasing
from learning.curate.review import Session
from learning.curate.turns import PLACEHOLDER, key_of, said

_ALIKE = 85.0  # of 100
_TELLING = 8  # letters beside the masks


class Reviewer:
    """Knows what the given phrasings mean."""

    def __init__(self, phrasings: Iterable[Phrasing]) -> None:
        self._meant = {key_of(said(one.text)): one.intent for one in phrasings}

    def meaning(self, text: str) -> str | None:
        """What a sentence means; None where it is not known."""
        key = key_of(said(text))
        if key in self._meant:
            return self._meant[key]
        if PLACEHOLDER.search(text):
            return self._behind_masks(text)
        near = process.extractOne(key, self._meant.keys(), scorer=fuzz.ratio, score_cutoff=_ALIKE)
        return self._meant[near[0]] if near else None

    def _behind_masks(self, text: str) -> str | None:
        """What all known sentences mean that the text may have been before it was masked."""
        parts = [key_of(part) for part in PLACEHOLDER.split(text)]
        if sum(map(len, parts)) < _TELLING:
            return None
        form = re.compile(r"\s*.+\s*".join(map(re.escape, parts)))
        found = {intent for key, intent in self._meant.items() if form.fullmatch(key)}
        return found.pop() if len(found) == 1 else None

    def decide(self, file: Path) -> Counter[str]:
        """Decides on every open row of a review file; how many went which way."""
        session = Session(file)
        while (place := session.place) is not None:
            row = session.rows[place]
            meant = self.meaning(row["text"])
            if meant is None:
                session.decide("drop")
            elif meant == row.get("intent"):
                session.decide("accept")
            else:
                session.decide("relabel", meant)
        return session.progress
