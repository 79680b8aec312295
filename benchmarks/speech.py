"""How well and how fast speech is heard: word error rate and seconds an utterance.

    python benchmarks/speech.py [--model NAME_OR_FOLDER] [--json]

Three synthetic speakers (espeak-ng's American and British voice, piper's voice of the extra)
say what people say to Penny; the recognizer hears each sentence plain, from a telephone (8 kHz,
8 bit) and through noise. Synthetic speech is clearer than people and odder than people: these
figures compare models and settings, they do not tell how well a person is understood.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from text_to_num import alpha2digit

from channels.sound.audio import decode
from channels.sound.recognizer import Recognizer, open_recognizer
from channels.sound.voices import Command, Voice, open_voice

if TYPE_CHECKING:
    from channels.sound.audio import Samples

SENTENCES = """\
what is my balance
how much is in my savings account
help me save
yes
no
undo
cancel
what bills are coming up
how much did I spend on groceries last month
how much did I spend at Tesco in October
can I afford four hundred pounds on Friday
what is safe to spend until payday
set a budget of two hundred pounds for eating out
move fifty pounds to savings
did my salary arrive
which subscriptions do I have
when is my rent due
show me my biggest purchases this week
how am I doing on my holiday goal
is there anything unusual
why
remind me a day before bills are due
pay my credit card
what will my balance be at the end of the month
four nine two one
stop saving for now
"""
NAMES = ("Current account", "Rainy day savings", "Tesco", "Netflix", "Sainsbury's")


def main() -> None:
    """Measures and prints."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--model", default="")
    arguments.add_argument("--json", action="store_true")
    options = arguments.parse_args()
    started = time.perf_counter()
    recognizer = open_recognizer(options.model, Path(tempfile.gettempdir()) / "penny-speech")
    found: dict[str, object] = {"load_seconds": round(time.perf_counter() - started, 2)}
    seconds: list[float] = []
    for speaker, voice in _voices().items():
        said = [(text, decode(voice.wav(text), 60)) for text in SENTENCES.splitlines()]
        for condition, changed in _CONDITIONS.items():
            found[f"{speaker}, {condition}"] = _measured(recognizer, said, changed, seconds)
    found["seconds_median"] = round(statistics.median(seconds), 2)
    found["seconds_p95"] = round(statistics.quantiles(seconds, n=20)[-1], 2)
    print(json.dumps(found) if options.json else "\n".join(f"{k}: {v}" for k, v in found.items()))  # noqa: T201


def _voices() -> dict[str, Voice]:
    program = shutil.which("espeak-ng")
    assert program, "this needs espeak-ng"  # noqa: S101
    espeak = {
        f"espeak-ng {name}": Command(program, "-v", name, "--stdin", "--stdout")
        for name in ("en-us", "en-gb")
    }
    return {**espeak, "piper": open_voice()}


def _telephone(samples: Samples) -> Samples:
    narrow = np.interp(np.arange(0, len(samples), 2), np.arange(len(samples)), samples)
    rough = np.round(narrow * 127) / 127
    return np.interp(np.arange(len(samples)) / 2, np.arange(len(rough)), rough).astype(np.float32)


def _noisy(samples: Samples) -> Samples:
    """With white noise 15 dB below the speech."""
    level = np.sqrt(np.mean(samples**2)) * 10 ** (-15 / 20)
    return (samples + np.random.default_rng(7).normal(0, level, len(samples))).astype(np.float32)


_CONDITIONS: dict[str, Callable[[Samples], Samples]] = {
    "plain": lambda samples: samples,
    "telephone": _telephone,
    "noise": _noisy,
}


def _measured(
    recognizer: Recognizer,
    said: list[tuple[str, Samples]],
    changed: Callable[[Samples], Samples],
    seconds: list[float],
) -> dict[str, object]:
    wrong, words, whole, missed = 0, 0, 0, []
    for text, samples in said:
        started = time.perf_counter()
        heard = recognizer.words(changed(samples), NAMES)
        seconds.append(time.perf_counter() - started)
        meant, got = list(_words(text)), list(_words(heard))
        errors = _distance(meant, got)
        wrong, words, whole = wrong + errors, words + len(meant), whole + (errors == 0)
        if errors:
            missed.append(f"{text} → {heard}")
    return {
        "word_error_rate": round(wrong / words, 3),
        "sentences_right": f"{whole}/{len(said)}",
        "missed": missed,
    }


def _words(text: str) -> Iterator[str]:
    """Words as they compare: numbers as digits, no marks, contractions as they are."""
    plain = "".join(c if c.isalnum() or c in "' " else " " for c in text.lower().replace("£", ""))
    digits = alpha2digit(plain, "en")
    for word in digits.replace("'", "").split():
        if word.isdecimal():
            yield from word  # 4921 and 4 9 2 1 are the same
        elif word not in ("pounds", "pound"):  # £50 and 50 pounds, likewise
            yield word


def _distance(meant: list[str], got: list[str]) -> int:
    """Word insertions, deletions and replacements between two sentences (Levenshtein)."""
    row = list(range(len(got) + 1))
    for place, word in enumerate(meant, 1):
        before, row[0] = row[0], place
        for at, other in enumerate(got, 1):
            before, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, before + (word != other))
    return row[-1]


if __name__ == "__main__":
    main()
