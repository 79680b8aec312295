"""The review file: JSON lines that a person decides on, here or in any editor.

``decision`` is null (not yet), ``accept`` (the suggested intent is right), ``relabel`` (it is
``label``) or ``drop``. ``text`` may be edited too, entities marked as ``[value](entity)``.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from learning.curate.examples import replace_text
from learning.errors import BadTranscripts

Row = dict[str, Any]
DECISIONS = ("accept", "relabel", "drop")


def read(path: Path) -> list[Row]:
    """The rows of a review file.

    Raises:
        BadTranscripts: a line is no such row; the message names it.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as err:
        raise BadTranscripts(f"{path.name} cannot be read as text.") from err
    rows, seen = [], set()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        row = _row(line, f"{path.name}:{number}")
        if row["id"] in seen:
            raise BadTranscripts(f"{path.name}:{number}: the id {row['id']} is there twice.")
        seen.add(row["id"])
        rows.append(row)
    return rows


def _row(line: str, where: str) -> Row:
    try:
        row = json.loads(line)
    except ValueError as err:
        raise BadTranscripts(f"{where} is not JSON.") from err
    if not isinstance(row, dict):
        raise BadTranscripts(f"{where} is not a JSON object.")
    for name in ("id", "text"):
        if not isinstance(row.get(name), str) or not row[name].strip():
            raise BadTranscripts(f"{where}: {name} is missing.")
    decision = row.get("decision")
    if decision is not None and decision not in DECISIONS:
        raise BadTranscripts(f"{where}: the decision has to be one of {', '.join(DECISIONS)}.")
    if (decision == "relabel" and not row.get("label")) or (
        decision == "accept" and not row.get("intent")
    ):
        raise BadTranscripts(f"{where}: {decision} needs an intent.")
    for name in ("intent", "label"):
        if row.get(name) is not None and not isinstance(row[name], str):
            raise BadTranscripts(f"{where}: {name} has to be text.")
    return row


def write(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Writes the rows whole, in place of what is there; a crash leaves one or the other."""
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    replace_text(path, "".join(lines))


def carried_on(fresh: Sequence[Row], earlier: Sequence[Row], limit: int) -> list[Row]:
    """Fresh rows behind those decided earlier; nothing decided is lost or asked again.

    Args:
        limit: most rows to be decided.
    """
    decided = [row for row in earlier if row.get("decision")]
    known = {row["id"] for row in decided}
    return decided + [row for row in fresh if row["id"] not in known][:limit]


def label_of(row: Row) -> str | None:
    """The intent that a person confirmed; None when nobody did."""
    decision = row.get("decision")
    if decision == "accept":
        return row.get("intent")
    return row.get("label") if decision == "relabel" else None


class Session:
    """One sitting over a review file: it starts at the first undecided row, and saves at once."""

    def __init__(self, path: Path) -> None:
        """Raises BadTranscripts as ``read`` does."""
        self._path = path
        self.rows = read(path)
        self._skipped: set[int] = set()
        self._done: list[tuple[int, Row]] = []

    @property
    def place(self) -> int | None:
        """The row to decide on now; None when all are decided or skipped."""
        for place, row in enumerate(self.rows):
            if row.get("decision") is None and place not in self._skipped:
                return place
        return None

    @property
    def progress(self) -> Counter[str]:
        """How many rows were decided which way, and how many are ``open``."""
        return Counter(row.get("decision") or "open" for row in self.rows)

    def decide(self, decision: str, label: str | None = None) -> None:
        """Decides on the row in turn.

        Raises:
            ValueError: there is no such decision, or it lacks an intent.
        """
        place = self._here()
        row = self.rows[place]
        if decision not in DECISIONS or (decision == "relabel") != bool(label):
            raise ValueError("accept, drop, or relabel with a label")
        if decision == "accept" and not row.get("intent"):
            raise ValueError("nothing is suggested that could be accepted")
        self._change(place, {"decision": decision, "label": label})

    def edit(self, text: str) -> None:
        """Changes the text of the row in turn, which stays undecided."""
        self._change(self._here(), {"text": " ".join(text.split())})

    def skip(self) -> None:
        """Leaves the row in turn for another sitting."""
        place = self._here()
        self._skipped.add(place)
        self._done.append((place, self.rows[place]))

    def undo(self) -> bool:
        """Takes the latest step back; False when there is none."""
        if not self._done:
            return False
        place, before = self._done.pop()
        self._skipped.discard(place)
        self.rows[place] = before
        write(self._path, self.rows)
        return True

    def _here(self) -> int:
        if self.place is None:
            raise ValueError("everything is decided")
        return self.place

    def _change(self, place: int, changes: Row) -> None:
        self._done.append((place, self.rows[place]))
        self.rows[place] = self.rows[place] | changes
        write(self._path, self.rows)
