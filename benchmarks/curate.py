"""How curation grows with the turns, in one process and on Spark.

Generates days of talk about the training examples (slips of the keyboard, said-again, fallbacks,
scripts, other languages), runs ``penny learn curate`` on files of it with both engines, and
prints a table, or JSON with ``--json``. Start-up is part of every time. The review files are
compared: both engines have to write the same.

    python benchmarks/curate.py --turns 10000 100000 1000000
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from learning.curate import examples

ROOT = Path(__file__).resolve().parents[1]
PENNY = Path(sys.executable).with_name("penny")
BEGIN = datetime(2026, 6, 1, tzinfo=UTC)
PER_FILE = 10_000
PER_PERSON = 40
FOREIGN = ("cuánto dinero tengo en la cuenta", "wie viel geld habe ich noch auf dem konto")
COLUMNS = {"turns": 9, "engine": 8, "seconds": 8, "turns_per_second": 16, "cpu_seconds": 11}
COLUMNS |= {"memory_mb": 9, "candidates": 10, "load_before": 11}


def main() -> None:
    """Measures what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--turns", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--engines", nargs="+", default=["process", "spark"])
    parser.add_argument("--master", default="local[2]")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--out", type=Path, help="write the JSON here too, after each run")
    chosen = parser.parse_args()
    runs: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(prefix="penny-curate-") as folder:
        files: list[Path] = []
        for turns in sorted(chosen.turns):
            files = generated(Path(folder), turns)
            for engine in chosen.engines:
                runs.append(measure(files, turns, engine, chosen.master))
                print(row(runs[-1]), file=sys.stderr, flush=True)  # noqa: T201
                if chosen.out:
                    chosen.out.write_text(json.dumps(summary(runs), indent=2) + "\n")
    print(json.dumps(summary(runs), indent=2) if chosen.json else table(runs))  # noqa: T201


def generated(folder: Path, turns: int) -> list[Path]:
    """Files with at least so many turns; those that are there are kept."""
    texts = examples.by_intent(examples.load(ROOT / "data" / "nlu"))
    files = [folder / f"{number:04}.jsonl.gz" for number in range(-(-turns // PER_FILE))]
    for number, file in enumerate(files):
        if not file.exists():
            talks = (talk(number * PER_FILE + n, texts) for n in range(PER_FILE // PER_PERSON))
            lines = (json.dumps(row) + "\n" for rows in talks for row in rows)
            file.write_bytes(gzip.compress("".join(lines).encode(), 1, mtime=0))
    return files


def talk(seed: int, texts: dict[str, list[str]]) -> Iterator[dict[str, Any]]:
    """Forty turns of one person; the same ones for the same seed."""
    dice = np.random.default_rng(seed)
    person = hashlib.sha256(str(seed).encode()).hexdigest()[:16]
    intents = sorted(texts)
    channel = ("web", "telegram", "voice")[dice.integers(3)]
    script = dice.random() < 0.01
    at = BEGIN + timedelta(seconds=int(dice.integers(14 * 86_400)))
    again: tuple[str, str] | None = None
    for number in range(PER_PERSON):
        intent, text = again or spoken(dice, intents, texts)
        missed = not again and dice.random() < 0.08
        again = (intent, slipped(dice, text)) if missed and dice.random() < 0.5 else None
        if dice.random() < 0.005:
            text, missed = FOREIGN[dice.integers(len(FOREIGN))], True
        at += timedelta(seconds=1 if script else int(dice.integers(8, 50)))
        yield {
            "conversation": f"{person}-{number // 10:016}",
            "turn": f"{person}{number:04}",
            "at": at.isoformat(timespec="seconds"),
            "text": text,
            "replies": ["…"],
            "intent": "nlu_fallback" if missed else intent,
            "confidence": round(float(dice.uniform(0.2, 0.5) if missed else dice.beta(9, 1)), 4),
            "model": "generated",
            "channel": channel,
        }


def spoken(
    dice: np.random.Generator, intents: list[str], texts: dict[str, list[str]]
) -> tuple[str, str]:
    """An intent, and one of its examples said a little differently."""
    intent = intents[dice.integers(len(intents))]
    text = texts[intent][dice.integers(len(texts[intent]))]
    if dice.random() < 0.3:
        other = texts[intents[dice.integers(len(intents))]]
        text = f"{text} {other[dice.integers(len(other))]}"
    return intent, slipped(dice, text) if dice.random() < 0.2 else text


def slipped(dice: np.random.Generator, text: str) -> str:
    """``text`` with one letter gone."""
    place = int(dice.integers(len(text)))
    return text[:place] + text[place + 1 :] or text


def measure(files: Sequence[Path], turns: int, engine: str, master: str) -> dict[str, Any]:
    """One run of ``penny learn curate``."""
    out = files[0].with_name(f"review-{engine}-{turns}.jsonl")
    named = [word for file in files for word in ("--file", str(file))]
    command = [PENNY, "learn", "curate", "--engine", engine, "--master", master, *named]
    load, before = os.getloadavg()[0], used()
    began = time.perf_counter()
    process = subprocess.run(
        [*command, "--out", str(out), "--limit", "1000000", "--json"],
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.perf_counter() - began
    if process.returncode:
        raise SystemExit(f"penny learn curate ended with {process.returncode}:\n{process.stderr}")
    report = json.loads(process.stdout)
    return {
        "turns": report["turns"],
        "engine": engine,
        "seconds": round(seconds, 1),
        "turns_per_second": round(report["turns"] / seconds),
        "cpu_seconds": round(used() - before, 1),
        "memory_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
        "candidates": report["candidates"],
        "load_before": round(load, 1),
        "digest": hashlib.sha256(out.read_bytes()).hexdigest()[:16],
    }


def used() -> float:
    """Processor seconds of all children that ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def summary(runs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The runs, and whether both engines wrote the same."""
    found: dict[int, set[str]] = {}
    for one in runs:
        found.setdefault(one["turns"], set()).add(one["digest"])
    equal = all(len(digests) == 1 for digests in found.values())
    return {"cores": os.cpu_count(), "runs": list(runs), "equal": equal}


def table(runs: Sequence[dict[str, Any]]) -> str:
    """The runs as text."""
    head = " ".join(f"{name.replace('_', ' '):>{width}}" for name, width in COLUMNS.items())
    equal = "equal" if summary(runs)["equal"] else "NOT EQUAL"
    return "\n".join([head, *map(row, runs), f"review files: {equal}"])


def row(one: dict[str, Any]) -> str:
    """One run as a line."""
    return " ".join(f"{one[name]:>{width}}" for name, width in COLUMNS.items())


if __name__ == "__main__":
    main()
