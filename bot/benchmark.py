"""Trains Penny's intent pipeline on other people's labelled text, and scores it.

Run in Rasa's environment by ``penny benchmark nlu``::

    python -m bot.benchmark --train A.csv (--test B.csv | --folds 5) --out ROWS.jsonl

The components and their settings are those of ``config.yml``; the parts that find several
questions, entities and fallbacks in a message have no place among plain labels and are left
out. Nothing is read from the cache of vectors, so that training is timed in full.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path
from typing import Any, Dict, Iterator, List, Text, Tuple

CONFIG = Path(__file__).resolve().parents[1] / "config.yml"
LEFT_OUT = ("QuestionSplitter", "QuestionJoiner", "EntityTagger", "FallbackClassifier")
SEED = 42
Rows = List[Tuple[str, str]]


def main() -> None:
    """Reads the arguments, writes a row per text scored and prints the times as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--train", type=Path, required=True)
    parser.add_argument("--test", type=Path)
    parser.add_argument("--folds", type=int, default=0)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    from bot.without_tensorflow import AbsentTensorflow  # noqa: PLC0415

    sys.meta_path.insert(0, AbsentTensorflow())
    train = read(given.train)
    splits = [(train, read(given.test))] if given.test else list(folds(train, given.folds))
    timed, rows = [], []
    for number, (known, unknown) in enumerate(splits, 1):
        times, found = run(known, unknown)
        timed.append(times)
        rows += [{**row, "fold": number} if given.folds else row for row in found]
    with given.out.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    means = {name: sum(times[name] for times in timed) / len(timed) for name in timed[0]}
    print(json.dumps(means))  # noqa: T201 read by the command that started this


def read(file: Path) -> Rows:
    """Text and category of each row."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return [(row["text"], row["category"]) for row in csv.DictReader(lines)]


def folds(rows: Rows, number: int) -> Iterator[Tuple[Rows, Rows]]:
    """Splits with every category in each part, shuffled the same way every time."""
    from sklearn.model_selection import StratifiedKFold  # noqa: PLC0415

    parts = StratifiedKFold(number, shuffle=True, random_state=SEED)
    for known, unknown in parts.split(rows, [category for _, category in rows]):
        yield [rows[i] for i in known], [rows[i] for i in unknown]


def run(train: Rows, test: Rows) -> "Tuple[Dict[str, float], List[Dict[str, Any]]]":
    """Trains on the one and predicts the other, one message at a time."""
    from rasa.shared.nlu.training_data.message import Message  # noqa: PLC0415

    with tempfile.TemporaryDirectory(prefix="penny-") as folder:
        started = time.perf_counter()
        pipeline = trained(train, Path(folder))
        trained_in = time.perf_counter() - started
        rows = []
        started = time.perf_counter()
        for text, category in test:
            messages = [Message({"text": text})]
            for component in pipeline:
                messages = component.process(messages)
            found = messages[0].get("intent")
            rows.append(
                {
                    "text": text,
                    "category": category,
                    "predicted": found["name"],
                    "confidence": round(found["confidence"], 4),
                }
            )
        each = (time.perf_counter() - started) / max(len(test), 1)
    return {"train_seconds": trained_in, "ms_per_text": each * 1000}, rows


def trained(rows: Rows, folder: Path) -> List[Any]:
    """The components of ``config.yml``, trained and loaded again as Rasa does it."""
    from rasa.engine.storage.local_model_storage import LocalModelStorage  # noqa: PLC0415
    from rasa.engine.storage.resource import Resource  # noqa: PLC0415
    from rasa.shared.nlu.training_data.message import Message  # noqa: PLC0415
    from rasa.shared.nlu.training_data.training_data import TrainingData  # noqa: PLC0415

    data = TrainingData([Message({"text": text, "intent": label}) for text, label in rows])
    storage, pipeline = LocalModelStorage(folder), []
    for number, (kind, config) in enumerate(components()):
        resource = Resource(f"{kind.__name__}{number}")
        kind(config, storage, resource).train(data)
        component = kind.load(config, storage, resource, None)
        if hasattr(component, "process_training_data"):
            data = component.process_training_data(data)
        pipeline.append(component)
    return pipeline


def components() -> Iterator["Tuple[Any, Dict[Text, Any]]"]:
    """Classes and settings of the intent pipeline in ``config.yml``."""
    import yaml  # noqa: PLC0415

    for part in yaml.safe_load(CONFIG.read_text())["pipeline"]:
        module, _, name = part["name"].rpartition(".")
        if name in LEFT_OUT:
            continue
        kind = getattr(import_module(module), name)
        given = {key: value for key, value in part.items() if key != "name"}
        defaults = kind.get_default_config()
        fresh = {"remember": False} if "remember" in defaults else {}
        yield kind, {**defaults, **given, **fresh}


if __name__ == "__main__":
    main()
