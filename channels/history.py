"""What was said, kept so that a reload shows it and a repeated message is known.

One file of JSON lines for each conversation, under the person's own folder, so
that deleting a person's data is deleting a folder. Files are readable by their
owner alone and stay small: only the latest turns are kept.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
from collections import OrderedDict, deque
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from anyio import to_thread

from channels.locks import KeyedLocks
from channels.turns import Turn, from_json, to_json

log = logging.getLogger(__name__)

_MOST_THREADS = 256
_LARGEST_FILE = 1_000_000  # bytes; then it is rewritten with the latest turns alone


class History:
    """The latest turns of every conversation, in memory and on disk.

    Args:
        folder: where the files live; made on first use.
        keep: how many turns of a conversation are kept.
    """

    def __init__(self, folder: Path, keep: int = 100) -> None:
        self._folder = folder
        self._keep = keep
        self._loaded: OrderedDict[tuple[str, str], deque[Turn]] = OrderedDict()
        self._locks = KeyedLocks()

    async def turns(self, person_id: str, thread: str) -> list[Turn]:
        """The latest turns of a conversation, oldest first."""
        async with self._locks.hold((person_id, thread)):
            return list(await self._load(person_id, thread))

    async def find(self, person_id: str, thread: str, message_id: str) -> Turn | None:
        """The turn with this message id, if it is among the latest."""
        turns = await self.turns(person_id, thread)
        return next((turn for turn in reversed(turns) if turn.message_id == message_id), None)

    async def append(self, person_id: str, thread: str, turn: Turn) -> None:
        """Adds a turn. A full disk costs the memory of the turn, not the answer."""
        async with self._locks.hold((person_id, thread)):
            turns = await self._load(person_id, thread)
            turns.append(turn)
            try:
                await to_thread.run_sync(_write, self._path(person_id, thread), turn, list(turns))
            except OSError:
                log.exception("A turn could not be kept.")

    async def forget(self, person_id: str) -> None:
        """Erases all conversations of a person, in memory and on disk.

        Raises:
            OSError: the files could not be deleted.
        """
        for key in [key for key in self._loaded if key[0] == person_id]:
            del self._loaded[key]
        await to_thread.run_sync(erase, self._folder, person_id)

    async def _load(self, person_id: str, thread: str) -> deque[Turn]:
        key = person_id, thread
        if key not in self._loaded:
            rows = await to_thread.run_sync(_read, self._path(person_id, thread))
            self._loaded[key] = deque(rows, self._keep)
        self._loaded.move_to_end(key)
        if len(self._loaded) > _MOST_THREADS:
            self._loaded.popitem(last=False)
        return self._loaded[key]

    def _path(self, person_id: str, thread: str) -> Path:
        return _own(self._folder, person_id) / f"{quote(thread, safe='')}.jsonl"


def erase(folder: Path, person_id: str) -> None:
    """Deletes a person's files; when there are none, nothing happens."""
    with suppress(FileNotFoundError):
        shutil.rmtree(_own(folder, person_id))


def lines_of(folder: Path, person_id: str) -> list[dict[str, Any]]:
    """All turns of a person that are on disk, as JSON, each with its ``thread``."""
    return [
        {"thread": path.stem, **to_json(turn)}
        for path in sorted(_own(folder, person_id).glob("*.jsonl"))
        for turn in _read(path)
    ]


def _own(folder: Path, person_id: str) -> Path:
    return folder / quote(person_id, safe="")


def _read(path: Path) -> list[Turn]:
    try:
        lines = path.read_bytes().splitlines()
    except FileNotFoundError:
        return []
    except OSError:
        log.exception("A conversation could not be read.")
        return []
    turns = []
    for line in lines:
        try:
            turns.append(from_json(json.loads(line)))
        except (ValueError, KeyError, TypeError):  # the machine stopped in the middle of a line
            continue
    return turns


def _write(path: Path, turn: Turn, latest: list[Turn]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if path.exists() and path.stat().st_size > _LARGEST_FILE:
        fresh = path.with_suffix(".new")
        _append(fresh, latest)
        fresh.replace(path)
    else:
        _append(path, [turn])


def _append(path: Path, turns: list[Turn]) -> None:
    lines = b"".join(json.dumps(to_json(turn)).encode() + b"\n" for turn in turns)
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        end = os.fstat(file).st_size
        if end and os.pread(file, 1, end - 1) != b"\n":  # a torn line must not swallow this one
            lines = b"\n" + lines
        os.write(file, lines)
    finally:
        os.close(file)
