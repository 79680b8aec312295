"""How much personal data the anonymizer masks, against texts with gold spans.

Protocol, counted in letters and digits (white space and punctuation do not count,
so a comma more or less changes nothing), whatever the type a span was given:

- recall: share of the gold spans' characters that were masked;
- precision: share of the masked characters that lie in a gold span;
- F2: their weighted harmonic mean, recall counting double (van Rijsbergen 1979);
- a text leaks when any character of any of its gold spans was left readable;
- per entity type: its spans, the share of their characters masked (``recall``),
  and the share of spans masked to the last character (``masked``).

Every gold type counts, also those that identify nobody by themselves.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from learning.anonymize.pipeline import Anonymizer, default
from learning.anonymize.spans import Span
from learning.errors import BadTranscripts


@dataclass
class _Tally:
    spans: int = 0
    whole: int = 0
    characters: int = 0
    masked: int = 0


@dataclass
class _Counts:
    texts: int = 0
    leaking: int = 0
    gold: int = 0
    masked: int = 0
    both: int = 0
    entities: dict[str, _Tally] = field(default_factory=lambda: defaultdict(_Tally))


def evaluate(
    path: Path, out: Path | None = None, anonymizer: Anonymizer | None = None
) -> dict[str, Any]:
    """Scores the anonymizer on a file in presidio-research's format.

    Args:
        path: a JSON list of ``{"full_text", "spans": [{"entity_type",
            "start_position", "end_position"}]}``.
        out: when given, gets one JSON line ``text masked spans`` for each text.

    Returns:
        ``texts recall precision f2 leaking_texts per_entity``; shares from 0 to 1.

    Raises:
        BadTranscripts: the file is missing or of another form.
    """
    anonymizer = anonymizer or default()
    counts = _Counts()
    lines: list[str] = []
    for text, gold in _samples(path):
        masked = anonymizer.anonymize(text)
        _count(counts, text, gold, masked.spans)
        spans = [{"start": s.start, "end": s.end, "label": s.label} for s in masked.spans]
        row = {"text": text, "masked": masked.text, "spans": spans}
        lines.append(json.dumps(row, ensure_ascii=False))
    if out is not None:
        out.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return _report(counts)


def _samples(path: Path) -> list[tuple[str, list[Span]]]:
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
        return [(row["full_text"], [_gold(span) for span in row["spans"]]) for row in rows]
    except OSError as err:
        raise BadTranscripts(f"I can't read {path}.") from err
    except (ValueError, KeyError, TypeError) as err:
        raise BadTranscripts(f"{path} is not a list of texts with gold spans.") from err


def _gold(span: dict[str, Any]) -> Span:
    return Span(int(span["start_position"]), int(span["end_position"]), str(span["entity_type"]))


def _characters(text: str, spans: Iterable[Span]) -> set[int]:
    return {i for span in spans for i in range(span.start, span.end) if text[i : i + 1].isalnum()}


def _count(counts: _Counts, text: str, gold: Sequence[Span], found: Sequence[Span]) -> None:
    masked = _characters(text, found)
    wanted = _characters(text, gold)
    counts.texts += 1
    counts.leaking += not wanted <= masked
    counts.gold += len(wanted)
    counts.masked += len(masked)
    counts.both += len(wanted & masked)
    for span in gold:
        characters = _characters(text, [span])
        tally = counts.entities[span.label]
        tally.spans += 1
        tally.whole += characters <= masked
        tally.characters += len(characters)
        tally.masked += len(characters & masked)


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 1.0


def _report(counts: _Counts) -> dict[str, Any]:
    recall = _share(counts.both, counts.gold)
    precision = _share(counts.both, counts.masked)
    weighted = 4 * precision + recall
    return {
        "texts": counts.texts,
        "recall": recall,
        "precision": precision,
        "f2": round(5 * precision * recall / weighted, 4) if weighted else 0.0,
        "leaking_texts": counts.leaking,
        "per_entity": {
            label: {
                "spans": tally.spans,
                "recall": _share(tally.masked, tally.characters),
                "masked": _share(tally.whole, tally.spans),
            }
            for label, tally in sorted(counts.entities.items())
        },
    }
