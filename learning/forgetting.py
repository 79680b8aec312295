"""Blanking a person's lines in the file of conversation events.

Rasa appends to that file while it is read here, so it is never written anew: the lines are
overwritten in place with blanks of the same length. Offsets stay true; the fingerprint of the
file's beginning may not, so the checkpoint learns the coming one before anything is blanked,
and a crash in between costs nothing.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

from learning import checkpoint, events
from learning.checkpoint import Checkpoint
from learning.errors import AlreadyCollecting
from learning.settings import LearningSettings


def forget_events(settings: LearningSettings, person_id: str) -> int:
    """Blanks every event of a person, in the present file and in rotated ones; how many.

    Call it after ``transcripts.collect``: what was collected half-way must be finished first.

    Raises:
        AlreadyCollecting: a collection is under way, or was broken off; try again later.
        OSError: a file cannot be written.
    """
    with checkpoint.only_one(settings.state):
        saved = checkpoint.load(settings.state)
        if saved.plan is not None:
            raise AlreadyCollecting("A collection of transcripts has to be finished first.")
        reading, _ = events.locate(settings.events, saved.cursor)
        blanked = 0
        for path in events.files(settings.events):
            with path.open("r+b") as file:
                lines = list(_lines_of(file, person_id))
                if not lines:
                    continue
                if path == reading:
                    _expect(settings, saved, file, lines)
                _blank(file, lines)
                blanked += len(lines)
        return blanked


def _lines_of(file: BinaryIO, person_id: str) -> Iterator[tuple[int, int]]:
    """Offset and length of each line of a person, without its line end."""
    offset = 0
    own = f"{person_id}~"
    for raw in file:
        if raw.endswith(b"\n") and person_id.encode() in raw and _is_of(raw, person_id, own):
            yield offset, len(raw) - 1
        offset += len(raw)


def _is_of(raw: bytes, person_id: str, own: str) -> bool:
    try:
        sender = json.loads(raw)["sender_id"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return True  # torn, but it names the person
    return sender == person_id or str(sender).startswith(own)


def _expect(
    settings: LearningSettings, saved: Checkpoint, file: BinaryIO, lines: list[tuple[int, int]]
) -> None:
    """Lets the checkpoint know the file by what it will begin with, too."""
    cursor = saved.cursor
    beginning = bytearray(_beginning(file, cursor.fingerprint_bytes))
    for offset, length in lines:
        end = min(offset + length, len(beginning))
        if offset < end:
            beginning[offset:end] = b" " * (end - offset)
    coming = events.fingerprint_of(bytes(beginning))
    if cursor.fingerprint_bytes and coming != cursor.fingerprint:
        checkpoint.save(settings.state, replace(saved, cursor=replace(cursor, coming=coming)))


def _beginning(file: BinaryIO, length: int) -> bytes:
    file.seek(0)
    return file.read(length)


def _blank(file: BinaryIO, lines: list[tuple[int, int]]) -> None:
    """Overwrites lines, those of the file's beginning last and at once."""
    early = [line for line in lines if line[0] < events.FINGERPRINT_BYTES]
    for offset, length in lines[len(early) :]:
        file.seek(offset)
        file.write(b" " * length)
    if early:
        begin, end = early[0][0], early[-1][0] + early[-1][1]
        file.seek(begin)
        region = bytearray(file.read(end - begin))
        for offset, length in early:
            region[offset - begin : offset - begin + length] = b" " * length
        file.seek(begin)
        file.write(region)
    file.flush()
    os.fsync(file.fileno())
