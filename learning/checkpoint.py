"""What has been collected, kept durably; and the lock that lets one process collect at a time."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from learning.errors import AlreadyCollecting, BadTranscripts
from learning.events import START, Cursor

KAFKA_PLANS = "kafka.json"


@dataclass(frozen=True, slots=True)
class Plan:
    """A batch about to be stored, so that after a crash the very same one is stored again."""

    end: int
    settled_before: float
    format: str = "jsonl"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Where the next batch starts, and the batch that was under way, if any."""

    cursor: Cursor = START
    plan: Plan | None = None


def began(folder: Path) -> bool:
    """Whether anything was ever collected; before that nothing can be stored either."""
    return any((folder / name).exists() for name in ("checkpoint.json", KAFKA_PLANS))


def load(folder: Path) -> Checkpoint:
    """The last one saved; a fresh one when there is none.

    Raises:
        BadTranscripts: the file is damaged (it is written whole, so by another hand).
    """
    path = folder / "checkpoint.json"
    try:
        state: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        cursor = {**state["cursor"], "open_lines": tuple(state["cursor"]["open_lines"])}
        plan = Plan(**state["plan"]) if state["plan"] else None
        return Checkpoint(Cursor(**cursor), plan)
    except FileNotFoundError:
        return Checkpoint()
    except (OSError, ValueError, KeyError, TypeError) as err:
        raise BadTranscripts(f"The checkpoint {path} is damaged.") from err


def save(folder: Path, checkpoint: Checkpoint) -> None:
    """Replaces the checkpoint; on disk when this returns, whole or not at all."""
    write(folder / "checkpoint.json", asdict(checkpoint))


def write(path: Path, state: dict[str, Any]) -> None:
    """Replaces a file of JSON; on disk when this returns, whole or not at all."""
    folder = path.parent
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f"{path.name}.new")
    with draft.open("w", encoding="utf-8") as file:
        json.dump(state, file)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def only_one(folder: Path, *, wait: bool = False) -> Iterator[None]:
    """Holds the room's lock; the system lets go of it when the process dies.

    Raises:
        AlreadyCollecting: another process holds it, and ``wait`` is False.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / "lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as err:
            raise AlreadyCollecting("Transcripts are being collected right now.") from err
        yield
