"""Candidates that are bad on purpose: the judge has to stop them, and if not, the canary."""

from __future__ import annotations

import io
import json
import re
import tarfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cli import training
from cli.candidate import Candidate
from cli.rehearsal import canary
from cli.rehearsal.crowd import Crowd
from cli.rehearsal.house import House
from cli.rehearsal.kinds import Sabotage
from cli.rehearsal.phrasings import Phrasing
from cli.transcripts import registry
from learning.curate import examples
from learning.rollout import plan

MOST_TURNS = 200  # of the candidate's
_PEOPLE = 400
_MOST_TURNS_OF_ALL = 3_000
_SWAPPED = ("check_balance", "spending_report")
_CLASSIFIER = "bot.components.intent_classifier.KernelIntentClassifier"
_METADATA = "metadata.json"


_SPOILED = {
    Sabotage.SLOW: "tests.rehearsal.saboteurs.SlowClassifier",
    Sabotage.CRASHING: "tests.rehearsal.saboteurs.CrashingClassifier",
}


def rehearse(house: House, kind: Sabotage, wordings: Sequence[Phrasing]) -> dict[str, Any]:
    """Has a bad candidate judged, and lets it through all the same.

    Args:
        house: a fresh one.
        kind: what is wrong with the candidate.
        wordings: what people say.
    """
    with house.part("Building"):
        house.penny("train")  # the model that serves is the champion
        candidate = _built(house, kind)
    with house.part("Judge"):
        judged = house.penny("judge", "--no-conversations")
    with house.part("People sign up"):
        residents = house.sign_up("Resident", _PEOPLE)
    crowd = Crowd(house.stack.url, wordings)
    with house.part("Rollout"), Candidate(house.stack, registry()).kept():
        house.penny("rollout", "start", "--unjudged")
        walked = canary.walk(crowd, residents, _MOST_TURNS_OF_ALL)
    figures = {
        "sabotage": kind.value,
        "candidate": candidate,
        "judge": {name: judged[name] for name in ("promoted", "why")},
        "rollout": {**walked, "heard": crowd.heard.figures()},
        "seconds": house.seconds,
    }
    return figures | {"reached": reached(figures)}


def reached(figures: dict[str, Any]) -> dict[str, bool]:
    """Which of the aims were reached."""
    rollout = figures["rollout"]
    back = rollout["status"] == plan.ROLLED_BACK
    return {
        "stopped by the judge": not figures["judge"]["promoted"],
        f"rolled back within {MOST_TURNS} of its turns": back
        and rollout["turns"]["candidate"] <= MOST_TURNS,
        "everybody was answered": rollout["heard"]["unanswered"] == 0,
    }


def _built(house: House, kind: Sabotage) -> str:
    """The version of a bad candidate."""
    if kind is Sabotage.MISLABELLED:
        swap(training.examples_folder(), *_SWAPPED)
        return str(house.penny("train")["version"])
    model = house.home / "sabotaged.tar.gz"
    altered(training.trained_here(), model, _SPOILED[kind])
    return str(house.penny("train", "--model", model)["version"])


def swap(folder: Path, one: str, other: str) -> None:
    """Has the examples of two intents change places."""
    names = {one: other, other: one}
    for file in examples.load(folder):
        changed = re.sub(
            r"(?m)^(  - intent: )(\S+)", lambda m: m[1] + names.get(m[2], m[2]), file.text
        )
        examples.replace_text(file.path, changed)


def altered(model: Path, wanted: Path, classifier: str = _CLASSIFIER) -> None:
    """The same model under another id, with another class for its classifier if one is given."""
    with tarfile.open(model) as old, tarfile.open(wanted, "w:gz", compresslevel=1) as new:
        for entry in old:
            body = old.extractfile(entry) if entry.isfile() else None
            if body and Path(entry.name).name == _METADATA:
                text = body.read().decode().replace(f'"{_CLASSIFIER}"', f'"{classifier}"')
                metadata = json.loads(text)
                changed = json.dumps({**metadata, "model_id": metadata["model_id"][::-1]}).encode()
                entry.size, body = len(changed), io.BytesIO(changed)
            new.addfile(entry, body)
