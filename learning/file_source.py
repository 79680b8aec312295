"""Conversation events from the file that Rasa appends to, and from its rotated ones."""

from __future__ import annotations

from pathlib import Path

from learning import checkpoint, events
from learning.checkpoint import Checkpoint, Plan
from learning.events import Cursor
from learning.settings import LearningSettings
from learning.steps import Step

_EVERYTHING = float("inf")  # every turn counts as over: nothing more will be written
_NOTHING = float("-inf")  # no turn is over without its end marker: that may be further on


class FileSource:
    """Steps through the events file; cursor and plan are in the checkpoint."""

    def __init__(self, settings: LearningSettings, now: float) -> None:
        """Remembers where to read. ``now``: seconds, UTC."""
        self._settings = settings
        self._settled_before = now - settings.settle_seconds

    def next(self) -> Step | None:
        """The batch to store now, planned on disk; None when everything has been read."""
        settings = self._settings
        saved = checkpoint.load(settings.state)
        path, cursor = events.locate(settings.events, saved.cursor)
        plan = saved.plan if cursor == saved.cursor else None
        if plan is None:
            plan = self._plan(path, cursor)
            if plan is None:
                return None
            checkpoint.save(settings.state, Checkpoint(cursor, plan))
        batch = events.read_turns(path, cursor, settled_before=plan.settled_before, end=plan.end)
        identity = f"{batch.cursor.fingerprint}:{cursor.offset}:{cursor.open_lines}:{plan.end}"
        closing = plan.settled_before == _EVERYTHING and path != settings.events
        after = events.after_rotated(settings.events, path) if closing else batch.cursor
        return Step(batch.turns, batch.broken, identity, plan.format, after)

    def stored(self, step: Step) -> None:
        """Goes on behind the step."""
        checkpoint.save(self._settings.state, Checkpoint(step.after))

    def _plan(self, path: Path, cursor: Cursor) -> Plan | None:
        """How far to read next; a rotated file read to its end is closed with its open turns."""
        settings = self._settings
        batch = events.read_turns(
            path, cursor, settled_before=self._settled_before, limit=settings.batch_bytes
        )
        if batch.cursor != cursor:
            cut = batch.cursor.offset - cursor.offset >= settings.batch_bytes
            settled_before = _NOTHING if cut else self._settled_before
            return Plan(batch.cursor.offset, settled_before, settings.transcript_format)
        if path == settings.events:
            return None
        return Plan(cursor.offset, _EVERYTHING, settings.transcript_format)
