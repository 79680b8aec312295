"""Reviewed sentences into the training data, each once, with where it came from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from learning.anonymize.surrogates import surrogate
from learning.curate import examples
from learning.curate.examples import MARK, Marker, unmarked
from learning.curate.review import Row, label_of
from learning.curate.turns import PLACEHOLDER, key_of, spoken
from learning.errors import BadTranscripts

PROVENANCE = "provenance.jsonl"
_LONGEST = 200
_FORBIDDEN = frozenset("[]{}\\<>")  # they mean something where examples are read

_NAMES = frozenset({"PERSON", "KNOWN", "NAME", "PLACE", "ORGANIZATION"})
_VARIETY = 1000  # numbers of surrogates that are drawn from


@dataclass(frozen=True, slots=True)
class Refused:
    """A reviewed row that must not be learnt from, and why."""

    id: str
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge did.

    Attributes:
        added: number of examples added to each intent.
        already: rows that were there before.
        unreviewed: rows without a decision; nothing of them is learnt.
        dropped: rows that the review dropped.
    """

    added: dict[str, int]
    already: int
    unreviewed: int
    dropped: int
    refused: list[Refused]


@dataclass(frozen=True, slots=True)
class _Addition:
    row: Row
    intent: str
    text: str


def merge(folder: Path, rows: Sequence[Row], held_out: Iterable[str], *, now: datetime) -> Merged:
    """Adds the accepted and relabelled rows to the files of ``folder``.

    Where each came from is written first, so that a crash never leaves an example of unknown
    origin; merging again completes what was begun.

    Args:
        rows: of a review file.
        held_out: sentences that the model is measured on; none is ever added.
        now: the present, for the record.

    Raises:
        BadTranscripts: a file of examples is not what it should be; nothing was changed.
    """
    files = examples.load(folder)
    intents = {intent: file for file in files for intent in file.intents}
    check = _Check(files, held_out)
    already, refused, additions = 0, list[Refused](), list[_Addition]()
    for row in rows:
        label = label_of(row)
        if label is None:
            continue
        outcome = check.examine(row, label)
        if isinstance(outcome, Refused):
            refused.append(outcome)
        elif outcome is None:
            already += 1
        else:
            additions.append(outcome)
    written = _written(additions, intents)
    _remember(folder / PROVENANCE, additions, _batch(rows), now)
    for path, text in written.items():
        examples.replace_text(path, text)
    counts = [one.intent for one in additions]
    return Merged(
        added={intent: counts.count(intent) for intent in sorted(set(counts))},
        already=already,
        unreviewed=sum(not row.get("decision") for row in rows),
        dropped=sum(row.get("decision") == "drop" for row in rows),
        refused=refused,
    )


class _Check:
    """Decides what becomes of each reviewed row; knows those it let through."""

    def __init__(self, files: Sequence[examples.File], held_out: Iterable[str]) -> None:
        self._held_out = frozenset(map(key_of, held_out))
        self._marker = Marker(files)
        own = examples.by_intent(files)
        self._intents = frozenset(own)
        self._intent_of = {spoken(text): intent for intent, texts in own.items() for text in texts}

    def examine(self, row: Row, label: str) -> _Addition | Refused | None:
        """What to add; a refusal; or None where it is there already."""
        text = with_surrogates(" ".join(row["text"].split()))
        if text is None:
            return Refused(row["id"], row["text"], "a masked part has nothing to stand for it")
        plain = unmarked(text)
        why = self._reason_against(text, plain, label)
        if why:
            return Refused(row["id"], row["text"], why)
        same = self._intent_of.get(spoken(plain))
        if same == label:
            return None
        if same:
            return Refused(row["id"], row["text"], f"it is an example of {same}")
        self._intent_of[spoken(plain)] = label
        return _Addition(row, label, self._marker.mark(text))

    def _reason_against(self, text: str, plain: str, label: str) -> str | None:
        if label not in self._intents:
            return f"there is no intent {label} yet; it needs rules and an answer first"
        if key_of(plain) in self._held_out:
            return "the model is measured on it"
        if _FORBIDDEN & set(plain) or not plain.isprintable() or len(plain) > _LONGEST:
            return "it has marks that training cannot read, or is too long"
        if not any(map(str.isalnum, plain)):
            return "it has no words"
        unknown = {entity for _, entity in MARK.findall(text)} - self._marker.entities
        return f"there is no entity {min(unknown)}" if unknown else None


def with_surrogates(text: str) -> str | None:
    """``text`` with masked names replaced by made-up ones; None where a number is masked.

    The same text gets the same ones, so that merging it again adds nothing.
    """
    dice = int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")
    taken: dict[str, str] = {}
    for place, placeholder in enumerate(dict.fromkeys(PLACEHOLDER.findall(text))):
        label = placeholder[1:-1].rsplit("_", 1)[0]
        if label not in _NAMES:
            return None
        taken[placeholder] = surrogate(label, 1 + (dice + place) % _VARIETY)
    return PLACEHOLDER.sub(lambda found: taken[found[0]], text)


def _written(additions: Sequence[_Addition], intents: dict[str, examples.File]) -> dict[Path, str]:
    """The new text of every file that changes."""
    of_file: dict[Path, dict[str, list[str]]] = {}
    for one in additions:
        of_file.setdefault(intents[one.intent].path, {}).setdefault(one.intent, []).append(one.text)
    files = {file.path: file for file in intents.values()}
    return {path: examples.with_added(files[path], added) for path, added in of_file.items()}


def _remember(path: Path, additions: Sequence[_Addition], batch: str, now: datetime) -> None:
    entries = provenance(path)
    known = {entry["hash"] for entry in entries}
    fresh = [_entry(one, batch, now) for one in additions]
    fresh = [entry for entry in fresh if entry["hash"] not in known]
    if fresh:
        lines = (json.dumps(entry, ensure_ascii=False) + "\n" for entry in [*entries, *fresh])
        examples.replace_text(path, "".join(lines))


def _entry(one: _Addition, batch: str, now: datetime) -> dict[str, Any]:
    plain = unmarked(one.text)
    return {
        "hash": hashlib.sha256(f"{one.intent}\n{plain}".encode()).hexdigest(),
        "intent": one.intent,
        "decision": one.row["decision"],
        "reason": one.row.get("reason"),
        "from": one.row.get("provenance"),
        "batch": batch,
        "merged_at": now.isoformat(timespec="seconds"),
    }


def provenance(path: Path) -> list[dict[str, Any]]:
    """What is known of the examples that people gave, in order of merging.

    Raises:
        BadTranscripts: a line is damaged.
    """
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    try:
        return [json.loads(line) for line in lines]
    except ValueError as err:
        raise BadTranscripts(f"{path.name} is damaged.") from err


def _batch(rows: Sequence[Row]) -> str:
    """A fingerprint of the review that the examples came through."""
    raw = json.dumps(list(rows), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(raw.encode()).hexdigest()[:16]
