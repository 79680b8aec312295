"""The scripted week: seven days of talk, then everything that follows until a new model serves."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cli.candidate import Candidate
from cli.comparing import GOLDEN
from cli.rehearsal import canary
from cli.rehearsal.crowd import Crowd
from cli.rehearsal.house import House
from cli.rehearsal.phrasings import Phrasing
from cli.rehearsal.reviewer import Reviewer
from cli.transcripts import registry
from cli.understanding import read_rows, score, understood
from learning.rollout import plan

DAYS = 7
TALKERS, AT_A_BANK = 240, 12  # so many that nobody talks as fast as a script
EVERYBODY = 400
FALLS_BY = 1 / 3
_MOST_TURNS = 12_000
_MOST_REVIEWED = 2_000
Figures = dict[str, Any]


def rehearse(
    house: House, said: Sequence[Phrasing], held: Sequence[Phrasing], *, conversations: bool = True
) -> Figures:
    """Runs the week and what follows from it.

    Args:
        house: a fresh one.
        said: what people say in the week.
        held: what nobody says until the new model is there, to measure it on.
        conversations: whether the judge holds conversations too.
    """
    held_file = _golden(house.home / "held_back.jsonl", held)
    with house.part("Before"):
        house.penny("train")  # nothing has changed: the model that serves is the first champion
        before = _measured(house, held_file)
    figures: Figures = {"said": len(said), "held_back": len(held), "before": before}
    figures["week"], figures["collected"] = _seven_days(house, said)
    figures |= _learn(house, [*said, *held], held_file)
    with house.part("Judge"):
        options = () if conversations else ("--no-conversations",)
        judged = house.penny("judge", "--golden", held_file, *options)
    figures["judge"] = {name: judged[name] for name in ("promoted", "why", "texts", "turns")}
    if judged["promoted"]:
        figures["rollout"] = _roll_out(house, [*said, *held])
    with house.part("After"):
        figures["after"] = _measured(house, held_file)
    return figures | {"seconds": house.seconds, "reached": reached(figures)}


def reached(figures: Figures) -> dict[str, bool]:
    """Which of the aims were reached."""
    before, after = figures["before"], figures["after"]
    return {
        "promoted": figures.get("rollout", {}).get("status") == plan.PROMOTED,
        "a third fewer errors on what was held back": after["held back"]["errors"]
        <= (1 - FALLS_BY) * before["held back"]["errors"],
        "golden set not worse": after["golden"]["errors"] <= before["golden"]["errors"],
    }


def _seven_days(house: House, said: Sequence[Phrasing]) -> tuple[Figures, Figures]:
    """Everything is said once within the week; each day's turns are collected in the evening."""
    with house.part("Signing up"):
        talkers = house.sign_up("Customer", AT_A_BANK, at_a_bank=True)
        talkers += house.sign_up("Talker", TALKERS - AT_A_BANK)
    crowd = Crowd(house.stack.url, said)
    talks = crowd.dealt(talkers, said)
    monday = datetime.now(UTC).date() - timedelta(days=DAYS - 1)
    collected = {"turns": 0, "stored": 0, "withheld": 0}
    for day in range(DAYS):
        with house.part("Talking"):
            crowd.talk(talks[day::DAYS], monday + timedelta(days=day))
        with house.part("Collecting"):
            counts = house.penny("collect")
        collected = {name: count + counts[name] for name, count in collected.items()}
    return crowd.heard.figures(), collected


def _learn(house: House, known: Sequence[Phrasing], held_file: Path) -> Figures:
    """From what is stored to a candidate."""
    review = house.home / "review.jsonl"
    with house.part("Curating"):
        curated = house.penny("curate", "--out", review, "--limit", str(_MOST_REVIEWED))
    with house.part("Reviewing"):
        decided = Reviewer(known).decide(review)
    with house.part("Merging"):
        merged = house.penny("merge", review, "--held-out", held_file)
    with house.part("Training"):
        trained = house.penny("train")
    return {
        "curated": {name: curated[name] for name in ("turns", "kept", "dropped", "to_review")},
        "reviewed": dict(decided),
        "merged": {**merged, "added": sum(merged["added"].values())},
        "candidate": trained["version"],
    }


def _roll_out(house: House, wordings: Sequence[Phrasing]) -> Figures:
    with house.part("More people sign up"):
        residents = house.sign_up("Resident", EVERYBODY)
    crowd = Crowd(house.stack.url, wordings, seed=2)
    with house.part("Rollout"), Candidate(house.stack, registry()).kept():
        house.penny("rollout", "start")
        walked = canary.walk(crowd, residents, _MOST_TURNS)
    return {**walked, "heard": crowd.heard.figures()}


def _golden(path: Path, phrasings: Sequence[Phrasing]) -> Path:
    """A golden set of phrasings, in an order that nobody chose."""
    rows = [{"text": one.text, "intent": one.intent} for one in phrasings]
    random.Random(0).shuffle(rows)  # noqa: S311 no secret
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


def _measured(house: House, held_file: Path) -> Figures:
    """How the model in service understands the golden set and what is held back."""
    found = {}
    for name, path in (("golden", GOLDEN), ("held back", held_file)):
        rows = read_rows(path)
        right = score(understood(rows, house.stack.environment))["accuracy"]
        errors = round(len(rows) * (1 - right))
        found[name] = {"rows": len(rows), "errors": errors, "rate": round(errors / len(rows), 4)}
    return found
