"""Writes texts to measure on: sentences and values that training has never seen.

``uv run python -m learning.anonymize.ner.split FILE.json`` writes presidio-research's
format, for ``penny evaluate privacy``. Needs Faker (development dependency).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path

from learning.anonymize.ner.sentences import HELD_OUT
from learning.anonymize.ner.texts import Text, texts
from learning.anonymize.ner.values import Values

SEED, COUNT = 7_919, 2_000


def write(path: Path, made: Iterable[Text]) -> None:
    """Writes texts with their gold spans, in presidio-research's format."""
    rows = [
        {
            "full_text": text,
            "spans": [
                {
                    "entity_type": span.label,
                    "entity_value": text[span.start : span.end],
                    "start_position": span.start,
                    "end_position": span.end,
                }
                for span in spans
            ],
        }
        for text, spans in made
    ]
    path.write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")


def main(path: Path) -> None:
    """Writes the texts of sentences and values that training has never seen to ``path``."""
    write(path, texts(HELD_OUT, Values(SEED), COUNT, numbers=True))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
