"""Rasa's conversation events: from a growing file of JSON lines to finished turns.

Rasa's file event broker appends one JSON object a line, the events of all
conversations mixed. A ``Cursor`` remembers how far the file was read, which lines
belong to turns still going on, and a fingerprint of the file's beginning, by which
a rotated file is found again under its new name and a replaced one is noticed.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO

FINGERPRINT_BYTES = 512


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a file was read.

    Attributes:
        offset: bytes read, up to a line's end.
        fingerprint: SHA-256 of the first ``fingerprint_bytes`` bytes.
        open_lines: offsets before ``offset`` of the lines of unfinished turns.
        coming: the fingerprint once lines that are being blanked are blank, if any are.
    """

    offset: int = 0
    fingerprint: str = ""
    fingerprint_bytes: int = 0
    open_lines: tuple[int, ...] = ()
    coming: str = ""


START = Cursor()


@dataclass(frozen=True, slots=True)
class Event:
    """One event, with the offset of its line."""

    line: int
    sender: str
    kind: str
    timestamp: float
    body: dict[str, Any]


@dataclass(slots=True)
class Turn:
    """What a person said and what Penny answered. ``timestamp``: seconds, UTC."""

    sender: str
    timestamp: float
    text: str
    replies: list[str] = field(default_factory=list)
    intent: str | None = None
    confidence: float | None = None
    model: str = "unknown"
    channel: str = "unknown"
    message_id: str = ""
    lines: list[int] = field(default_factory=list)
    last: float = 0.0
    finished: bool = False

    @property
    def person_id(self) -> str:
        """Whose turn it is; the sender is ``<person_id>~<thread>``."""
        return self.sender.split("~", 1)[0]


@dataclass(frozen=True, slots=True)
class Batch:
    """The turns that are over, and where the next reading starts.

    Attributes:
        broken: lines that were no event and were passed over.
    """

    turns: tuple[Turn, ...]
    cursor: Cursor
    broken: int


def locate(path: Path, cursor: Cursor) -> tuple[Path, Cursor]:
    """The file that ``cursor`` was read from, under its present name.

    A rotated file (``path.1``, ``path.2026-01-31``) is read to its end before the
    new one is begun. When it is gone, or was cut off, reading starts afresh at
    the beginning of ``path``.
    """
    for candidate in (path, *_rotated(path)):
        if cursor.fingerprint_bytes == 0 or _is_same(candidate, cursor):
            return candidate, cursor
        blanked = replace(cursor, fingerprint=cursor.coming, coming="")
        if cursor.coming and _is_same(candidate, blanked):
            return candidate, blanked
    return path, START


def files(path: Path) -> list[Path]:
    """The events file and its rotated ones that are there, oldest first."""
    return [one for one in (*_rotated(path), path) if one.is_file()]


def fingerprint_of(beginning: bytes) -> str:
    """What a file is known by that begins with these bytes."""
    return hashlib.sha256(beginning).hexdigest()


def after_rotated(path: Path, rotated: Path) -> Cursor:
    """Where to go on when ``rotated`` was read to its end: the next newer file's beginning."""
    older_first = _rotated(path)
    for newer in older_first[older_first.index(rotated) + 1 :]:
        with newer.open("rb") as file:
            return Cursor(0, *_fingerprint(file, FINGERPRINT_BYTES))
    return START


def read_turns(
    path: Path,
    cursor: Cursor,
    *,
    settled_before: float,
    limit: int = 1 << 24,
    end: int | None = None,
) -> Batch:
    """Reads on from ``cursor`` and groups what is there into turns.

    Args:
        path: the events file; a missing one has no events.
        cursor: where to go on, from an earlier batch.
        settled_before: a turn whose last event is older (seconds, UTC) is over even
            without its end marker.
        limit: most bytes to read.
        end: offset to stop at, to repeat an earlier reading exactly.

    Returns:
        The finished turns in order of their first line. A half-written last line is
        left for the next time.
    """
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return Batch((), cursor, 0)
    with file:
        lines = [*_old_lines(file, cursor.open_lines), *_new_lines(file, cursor.offset, limit, end)]
        offset = max((start + len(raw) for start, raw in lines), default=0)
        offset = max(offset, cursor.offset)
        fingerprint, length = _fingerprint(file, offset)
    turns, broken = turns_in(lines, settled_before)
    over = [turn for turn in turns if turn.finished]
    waiting = sorted(line for turn in turns if not turn.finished for line in turn.lines)
    return Batch(tuple(over), Cursor(offset, fingerprint, length, tuple(waiting)), broken)


def turns_in(lines: Sequence[tuple[int, bytes]], settled_before: float) -> tuple[list[Turn], int]:
    """The turns that begin in these events, finished or not, and how many were no event.

    Args:
        lines: offset and content of each event, in order.
        settled_before: a turn whose last event is older (seconds, UTC) is finished even
            without its end marker.
    """
    parsed = [_event(start, raw) for start, raw in lines]
    turns = list(_turns(event for event in parsed if event))
    for turn in turns:
        turn.finished = turn.finished or turn.last < settled_before
    pairs = zip(parsed, lines, strict=True)
    return turns, sum(event is None and not _is_blanked(raw) for event, (_, raw) in pairs)


def last_timestamp(lines: Sequence[tuple[int, bytes]]) -> float:
    """When the last of these events was (seconds, UTC); minus infinity without any."""
    found = (event.timestamp for event in (_event(*line) for line in reversed(lines)) if event)
    return next(found, float("-inf"))


def _rotated(path: Path) -> list[Path]:
    """Earlier files of ``path``, oldest first; compressed ones are out of reach."""
    names = (other for other in path.parent.glob(f"{path.name}?*") if other.suffix != ".gz")
    return sorted(names, key=lambda other: (other.stat().st_mtime_ns, other.name))


def _fingerprint(file: BinaryIO, offset: int) -> tuple[str, int]:
    file.seek(0)
    beginning = file.read(min(offset, FINGERPRINT_BYTES))
    return fingerprint_of(beginning), len(beginning)


def _is_same(path: Path, cursor: Cursor) -> bool:
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            found, _ = _fingerprint(file, cursor.fingerprint_bytes)
    except OSError:
        return False
    return size >= cursor.offset and found == cursor.fingerprint


def _is_blanked(raw: bytes) -> bool:
    """Whether a line was overwritten because its person's data was erased."""
    return len(raw) > 1 and raw.isspace()


def _old_lines(file: BinaryIO, starts: Iterable[int]) -> Iterator[tuple[int, bytes]]:
    for start in starts:
        file.seek(start)
        yield start, file.readline()


def _new_lines(
    file: BinaryIO, offset: int, limit: int, end: int | None
) -> Iterator[tuple[int, bytes]]:
    stop = offset + limit if end is None else end
    file.seek(offset)
    while offset < stop:
        raw = file.readline()
        if not raw.endswith(b"\n"):
            return
        yield offset, raw
        offset += len(raw)


def _event(line: int, raw: bytes) -> Event | None:
    """The event of a line; None when it is not one."""
    try:
        body = json.loads(raw)
        sender, kind = body["sender_id"], body["event"]
        timestamp = float(body.get("timestamp") or 0.0)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    if not (isinstance(sender, str) and isinstance(kind, str)):
        return None
    return Event(line, sender, kind, timestamp, body)


def _turns(events: Iterable[Event]) -> Iterator[Turn]:
    """Turns in order of their first line; what comes before a person's words is dropped."""
    going: dict[str, Turn] = {}
    turns: list[Turn] = []
    for event in events:
        turn = going.get(event.sender)
        if event.kind == "user" and isinstance(event.body.get("text"), str):
            if turn:
                turn.finished = True
            turn = going[event.sender] = _begun(event)
            turns.append(turn)
        elif turn and not turn.finished:
            _add(turn, event)
    return iter(turns)


def _begun(event: Event) -> Turn:
    body = event.body
    metadata = _mapping(body.get("metadata"))
    parsed = _mapping(body.get("parse_data"))
    intent = _mapping(parsed.get("intent"))
    confidence = intent.get("confidence")
    channel = metadata.get("channel") or body.get("input_channel")
    return Turn(
        sender=event.sender,
        timestamp=event.timestamp,
        last=event.timestamp,
        text=body["text"],
        intent=intent.get("name") if isinstance(intent.get("name"), str) else None,
        confidence=round(float(confidence), 4) if isinstance(confidence, int | float) else None,
        model=_model(metadata),
        channel=channel if isinstance(channel, str) else "unknown",
        message_id=str(metadata.get("message_id") or body.get("message_id") or ""),
        lines=[event.line],
    )


def _add(turn: Turn, event: Event) -> None:
    turn.lines.append(event.line)
    turn.last = event.timestamp
    if turn.model == "unknown":
        turn.model = _model(_mapping(event.body.get("metadata")))
    text = event.body.get("text")
    if event.kind == "bot" and isinstance(text, str) and text:
        turn.replies.append(text)
    elif event.kind == "action" and event.body.get("name") == "action_listen":
        turn.finished = True


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _model(metadata: dict[str, Any]) -> str:
    model = metadata.get("model_id")
    return model if isinstance(model, str) and model else "unknown"
