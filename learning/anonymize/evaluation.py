"""How much personal data the anonymizer masks, against texts with gold spans.

Protocol, counted in letters and digits (white space and punctuation do not count,
so a comma more or less changes nothing), whatever the type a span was given:

- recall: share of the gold spans' characters that were masked;
- precision: share of the masked characters that lie in a gold span;
- F2: their weighted harmonic mean, recall counting double (van Rijsbergen 1979);
- a text leaks when any character of any of its gold spans was left readable;
- it leaks a direct identifier when that span's type identifies somebody by itself
  (names, addresses, numbers of all kinds; all types but ``INDIRECT``);
- per entity type: its spans, the share of their characters masked (``recall``), the
  share of spans masked to the last character (``masked``), and the texts in which one
  was not (``leaking``).

Every gold type counts for recall, also those that identify nobody by themselves.
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import batched, chain
from pathlib import Path
from typing import Any

from learning.anonymize import parallel
from learning.anonymize.pipeline import Anonymizer, Masked, default
from learning.anonymize.spans import Span
from learning.errors import BadTranscripts

INDIRECT = frozenset(
    ("LOCATION", "GPE", "ORGANIZATION", "DATE_TIME", "TITLE", "PREFIX", "AGE", "NRP", "NATIONALITY")
)


@dataclass
class _Tally:
    spans: int = 0
    whole: int = 0
    characters: int = 0
    masked: int = 0
    leaking: int = 0


@dataclass
class _Counts:
    texts: int = 0
    leaking: int = 0
    leaking_direct: int = 0
    gold: int = 0
    masked: int = 0
    both: int = 0
    entities: dict[str, _Tally] = field(default_factory=lambda: defaultdict(_Tally))


def evaluate(
    path: Path,
    out: Path | None = None,
    anonymizer: Anonymizer | None = None,
    *,
    processes: int = 1,
) -> dict[str, Any]:
    """Scores the anonymizer on a file in presidio-research's format.

    Args:
        path: a JSON list of ``{"full_text", "spans": [{"entity_type",
            "start_position", "end_position"}]}``.
        out: when given, gets one JSON line ``text masked spans`` for each text.
        processes: how many look for personal data side by side.

    Returns:
        ``texts recall precision f2 leaking_texts leaking_direct texts_per_second
        per_entity``; shares from 0 to 1. The speed is by the clock, with everything loaded.

    Raises:
        BadTranscripts: the file is missing or of another form.
    """
    anonymizer = anonymizer or default()
    samples = read(path)
    texts = [text for text, _ in samples]
    anonymizer.anonymize("Hello")
    began = time.perf_counter()
    batches = batched(texts, parallel.AT_ONCE)
    found = list(chain.from_iterable(parallel.spans(batches, anonymizer, processes)))
    seconds = time.perf_counter() - began
    if out is not None:
        _write(out, anonymizer.masked(texts, found), texts)
    return {**score(samples, found), "texts_per_second": round(len(texts) / seconds)}


def score(
    samples: Sequence[tuple[str, Sequence[Span]]], found: Sequence[Sequence[Span]]
) -> dict[str, Any]:
    """The figures of ``evaluate`` for spans found by anybody."""
    counts = _Counts()
    for (text, gold), spans in zip(samples, found, strict=True):
        _count(counts, text, gold, spans)
    return _report(counts)


def _write(out: Path, masked: Sequence[Masked], texts: Sequence[str]) -> None:
    rows = (
        {
            "text": text,
            "masked": one.text,
            "spans": [{"start": s.start, "end": s.end, "label": s.label} for s in one.spans],
        }
        for text, one in zip(texts, masked, strict=True)
    )
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    out.write_text("".join(lines), encoding="utf-8")


def read(path: Path) -> list[tuple[str, list[Span]]]:
    """Texts with their gold spans, out of a file in presidio-research's format.

    Raises:
        BadTranscripts: the file is missing or of another form.
    """
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
    leaking: set[str] = set()
    for span in gold:
        characters = _characters(text, [span])
        if not characters <= masked:
            leaking.add(span.label)
        tally = counts.entities[span.label]
        tally.spans += 1
        tally.whole += characters <= masked
        tally.characters += len(characters)
        tally.masked += len(characters & masked)
    counts.leaking_direct += bool(leaking - INDIRECT)
    for label in leaking:
        counts.entities[label].leaking += 1


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
        "leaking_direct": counts.leaking_direct,
        "per_entity": {
            label: {
                "spans": tally.spans,
                "recall": _share(tally.masked, tally.characters),
                "masked": _share(tally.whole, tally.spans),
                "leaking": tally.leaking,
            }
            for label, tally in sorted(counts.entities.items())
        },
    }
