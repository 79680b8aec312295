"""Trains the name recognizer and writes its weights and card beside this file.

Run by hand when sentences, values or lists change, never by Penny itself:
``uv run python -m learning.anonymize.ner.make``. Needs Faker (development dependency).
The seed fixes the texts and the order; what counts as ordinary depends on the recognizers
that there are when it runs.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
import sys
import time
from collections.abc import Iterator
from importlib.metadata import version
from itertools import batched
from pathlib import Path
from typing import Any

from spacy.training import Example
from thinc.api import Adam, fix_random_seed

from learning.anonymize import language, ner
from learning.anonymize.ner.sentences import LEARN
from learning.anonymize.ner.texts import Text, texts, typed
from learning.anonymize.ner.values import Values
from learning.anonymize.pipeline import Anonymizer

SEED = 20_260_305
ROUNDS, TEXTS, ORDINARY, PROSE = 5, 21_000, 6_000, 1_000
_BATCH, _DROPOUT = 64, 0.15
_RATE, _SLOWING = 0.002, 0.17  # the share of the rate that each round takes off
_UNLISTED_TEXTS, _UNLISTED_WORDS = 0.25, 0.1  # where the lists are made to know nothing
_OPAQUE, _ORDINARY = 0.06, 0.2
_NLU = Path(__file__).parents[3] / "data" / "nlu"
_ANNOTATED = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")


def ordinary_texts() -> list[str]:
    """Money talk of the assistant's own training data in which nothing personal is found."""
    found: list[str] = []
    listed = Anonymizer(trained=False)
    for path in sorted(_NLU.glob("*.yml")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("      - "):
                found.append(_ANNOTATED.sub(r"\1", line[8:].strip()))
    return [text for text in found if not listed.anonymize(text).spans]


def examples(nlp: Any, values: Values, ordinary: list[str]) -> Iterator[Example]:
    """One round: new texts with personal data, and ordinary ones without."""
    draw = values.draw
    made = list(texts(LEARN, values, TEXTS, opaque=_OPAQUE, ordinary=_ORDINARY))
    made += [typed(Text(values.prose(), ()), draw) for _ in range(PROSE)]
    made += [
        typed(Text(text, ()), draw) for text in draw.sample(ordinary, min(ORDINARY, len(ordinary)))
    ]
    draw.shuffle(made)
    for text in made:
        yield _example(nlp, text, draw)


def _example(nlp: Any, text: Text, draw: random.Random) -> Example:
    given, wanted = nlp.make_doc(text.text), nlp.make_doc(text.text)
    ner.mark([given])
    unlisted = 1.0 if draw.random() < _UNLISTED_TEXTS else _UNLISTED_WORDS
    for token in given:
        if draw.random() < unlisted:
            token.lemma_ = "-"
    spans = (wanted.char_span(*span, alignment_mode="expand") for span in text.spans)
    wanted.ents = [span for span in spans if span is not None and not span[-1].is_space]
    return Example(given, wanted)


def main() -> None:
    """Trains, round by round, and writes what came out."""
    fix_random_seed(SEED)
    began = time.process_time()
    nlp = language.blank()
    network = ner.build(nlp)
    for label in ner.LABELS:
        network.add_label(label)
    values, ordinary = Values(SEED, odd=True), ordinary_texts()
    some = [_example(nlp, text, values.draw) for text in texts(LEARN, values, 200)]
    network.initialize(lambda: some, nlp=nlp)
    adam = Adam(_RATE, L2=0.01, grad_clip=1.0, use_averages=True)
    for number in range(ROUNDS):
        adam.learn_rate = _RATE * (1 - _SLOWING * number)
        losses: dict[str, float] = {}
        for batch in batched(examples(nlp, values, ordinary), _BATCH):
            network.update(list(batch), sgd=adam, drop=_DROPOUT, losses=losses)
        _write(network, adam, number + 1, time.process_time() - began)
        sys.stderr.write(
            f"round {number + 1}: loss {losses['ner']:.0f}, {time.process_time() - began:.0f} s\n"
        )


def _write(network: Any, adam: Any, rounds: int, seconds: float) -> None:
    with network.model.use_params(adam.averages):
        weights = network.to_bytes(exclude=["vocab"])
    folder = Path(__file__).parent
    (folder / ner.WEIGHTS).write_bytes(weights)
    card = {
        "sha256": hashlib.sha256(weights).hexdigest(),
        "labels": ner.LABELS,
        "seed": SEED,
        "rounds": rounds,
        "texts": rounds * (TEXTS + ORDINARY + PROSE),
        "cpu_seconds": round(seconds),
        "versions": {name: version(name) for name in ("spacy", "thinc", "faker")},
    }
    (folder / ner.CARD).write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
