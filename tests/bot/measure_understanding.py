"""Measures intents and entities: five-fold on our own examples, and on CLINC150.

Run with Rasa's Python from the repository's root, without training a Rasa model first::

    bot/.venv/bin/python -W ignore tests/bot/measure_understanding.py [clinc150_val.json]

Prints one JSON object. CLINC150's intents are read as ``clinc150.yml`` says; a confidence
under the threshold of ``config.yml`` counts as out of scope.
"""

import json
import os
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
from bot.without_tensorflow import AbsentTensorflow  # noqa: E402

sys.meta_path.insert(0, AbsentTensorflow())

import numpy as np  # noqa: E402
import yaml  # noqa: E402
from rasa.engine.storage.local_model_storage import LocalModelStorage  # noqa: E402
from rasa.engine.storage.resource import Resource  # noqa: E402
from rasa.shared.importers.utils import training_data_from_paths  # noqa: E402
from rasa.shared.nlu.constants import TEXT  # noqa: E402
from rasa.shared.nlu.training_data.message import Message  # noqa: E402
from rasa.shared.nlu.training_data.training_data import TrainingData  # noqa: E402
from sklearn.model_selection import StratifiedKFold  # noqa: E402

from bot.components.entity_tagger import EntityTagger  # noqa: E402
from bot.components.intent_classifier import KernelIntentClassifier  # noqa: E402
from bot.components.sentence_encoder import VECTOR, SentenceEncoder  # noqa: E402

FOLDS = 5
PIPELINE = yaml.safe_load((ROOT / "config.yml").read_text())["pipeline"]
THRESHOLD = next(part["threshold"] for part in PIPELINE if part["name"] == "FallbackClassifier")


def configured(kind):
    """A component's defaults with what ``config.yml`` says of it."""
    said = next((p for p in PIPELINE if p["name"].endswith(f".{kind.__name__}")), {})
    return {**kind.get_default_config(), **{k: v for k, v in said.items() if k != "name"}}


def trained(kind, messages):
    """A component trained on messages, stored in a folder of its own."""
    storage = LocalModelStorage(Path(tempfile.mkdtemp()))
    component = kind(configured(kind), storage, Resource("measured"))
    component.train(TrainingData(messages))
    return component


def encoder():
    """The sentence encoder of ``config.yml``, opened."""
    storage = LocalModelStorage(Path(tempfile.mkdtemp()))
    place, config = Resource("encoder"), configured(SentenceEncoder)
    SentenceEncoder(config, storage, place).train(TrainingData([]))
    return SentenceEncoder.load(config, storage, place, None)


def examples(reader):
    """Our own examples, each with its sentence vector."""
    paths = sorted(str(path) for path in (ROOT / "data/nlu").glob("*.yml"))
    return reader.process_training_data(training_data_from_paths(paths, "en")).nlu_examples


def intent_of(model, message):
    """The intent a message is answered by, before the threshold, and its confidence."""
    asked = Message({TEXT: message.get(TEXT), VECTOR: message.get(VECTOR)})
    found = model.process([asked])[0].get("intent")
    return found["name"], found["confidence"]


def spans(entities):
    """Entities as comparable triples."""
    return {(e["entity"], e["start"], e["end"]) for e in entities}


def cross_validated(reader):
    """Accuracy of intents, precision and recall of entities, on unseen examples of ours."""
    messages = np.array(examples(reader), dtype=object)
    intents = [message.get("intent") for message in messages]
    right = sure = right_when_sure = 0
    both, found, marked = Counter(), Counter(), Counter()
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    for learn, ask in folds.split(messages, intents):
        classifier = trained(KernelIntentClassifier, list(messages[learn]))
        tagger = trained(EntityTagger, list(messages[learn]))
        for message in messages[ask]:
            intent, confidence = intent_of(classifier, message)
            right += intent == message.get("intent")
            if confidence >= THRESHOLD:
                sure += 1
                right_when_sure += intent == message.get("intent")
            if message.get("intent") == "out_of_scope":
                continue
            got = spans(tagger.entities(message.get("text")))
            gold = spans(message.get("entities", []))
            both.update(e[0] for e in got & gold)
            found.update(e[0] for e in got)
            marked.update(e[0] for e in gold)
    return {
        "examples": len(messages),
        "intent_accuracy": round(right / len(messages), 3),
        "over_threshold": round(sure / len(messages), 3),
        "accuracy_over_threshold": round(right_when_sure / sure, 3),
        "entities": {
            entity: {
                "precision": round(both[entity] / found[entity], 3),
                "recall": round(both[entity] / marked[entity], 3),
                "marked": marked[entity],
            }
            for entity in sorted(marked)
        },
    }


def right_answers(reading, name):
    """The kind of a CLINC150 intent, and the intents of ours that answer it."""
    for kind in ("map", "small_talk"):
        if name in reading[kind]:
            return kind, reading[kind][name]
    if name in reading["near_misses"]:
        return "near_misses", reading["refusals"]
    return "out_of_scope", ["out_of_scope"]


def on_clinc150(reader, file):
    """What becomes of CLINC150's rows, by kind: share answered right, share led to a write."""
    reading = yaml.safe_load((ROOT / "tests/bot/clinc150.yml").read_text())
    model = trained(KernelIntentClassifier, examples(reader))
    data = json.loads(Path(file).read_text())
    counts = defaultdict(Counter)
    for text, name in data["val"] + data["oos_val"]:
        if name in reading["left_out"]:
            continue
        kind, wanted = right_answers(reading, name)
        intent, confidence = intent_of(model, reader.process([Message({TEXT: text})])[0])
        if confidence < THRESHOLD:
            intent = "out_of_scope"
        counts[kind]["rows"] += 1
        counts[kind]["right"] += intent in wanted
        counts[kind]["kept"] += intent != "out_of_scope"
        counts[kind]["writes"] += intent in reading["writes"] and intent not in wanted
    return {
        kind: {"rows": count["rows"]}
        | {what: round(count[what] / count["rows"], 3) for what in ("right", "kept", "writes")}
        for kind, count in counts.items()
    }


if __name__ == "__main__":
    the_encoder = encoder()
    measured = {"own_examples": cross_validated(the_encoder)}
    if len(sys.argv) > 1:
        measured["clinc150"] = on_clinc150(the_encoder, sys.argv[1])
    print(json.dumps(measured, indent=2))  # noqa: T201
