"""The latest ids that were dealt with, remembered over a restart."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from pathlib import Path

from anyio import to_thread


class RecentIds:
    """A small set of ids in a file.

    Args:
        path: the file; made on first use.
        keep: how many ids are remembered.
    """

    def __init__(self, path: Path, keep: int = 200) -> None:
        self._path = path
        self._keep = keep
        self._ids: deque[int] | None = None
        self._lock = asyncio.Lock()

    async def add(self, number: int) -> bool:
        """Remembers an id; False when it was known already."""
        async with self._lock:
            if self._ids is None:
                self._ids = deque(await to_thread.run_sync(self._read), self._keep)
            if number in self._ids:
                return False
            self._ids.append(number)
            await to_thread.run_sync(self._write, list(self._ids))
            return True

    def _read(self) -> list[int]:
        try:
            ids = json.loads(self._path.read_bytes())
        except (FileNotFoundError, ValueError):
            return []
        return [number for number in ids if isinstance(number, int)]

    def _write(self, ids: list[int]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_suffix(".new")
        fresh.write_text(json.dumps(ids))
        fresh.replace(self._path)
