"""Writes texts to measure on: sentences and values that training has never seen.

``uv run python -m learning.anonymize.ner.split FILE.json`` writes presidio-research's
format, for ``penny evaluate privacy``. Needs Faker (development dependency).
"""

from __future__ import annotations

import sys
from pathlib import Path

from learning.anonymize.ner.sentences import HELD_OUT
from learning.anonymize.ner.texts import texts, write
from learning.anonymize.ner.values import Values

SEED, COUNT = 7_919, 2_000


def main(path: Path) -> None:
    """Writes the texts of sentences and values that training has never seen to ``path``."""
    write(path, texts(HELD_OUT, Values(SEED), COUNT, numbers=True))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
