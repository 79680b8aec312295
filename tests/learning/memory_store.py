"""An object store in memory, with the conditional writes that the real one has."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from learning.errors import NotStored, StoreConflict, StoreUnavailable
from learning.objects import Stored


class MemoryStore:
    """Stands where an ``ObjectStore`` would; ``down`` makes it unreachable."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.tags: dict[str, str] = {}
        self.down = False

    def ensure_bucket(self) -> None:
        self._reached()

    def put(self, key: str, body: bytes, metadata: object = None) -> None:
        self._reached()
        self.objects[key] = body
        self.tags[key] = f"{int(self.tags.get(key, 0)) + 1}"

    def put_if(self, key: str, body: bytes, tag: str | None) -> str:
        self._reached()
        if self.tags.get(key) != tag:
            raise StoreConflict("changed")
        self.put(key, body)
        return self.tags[key]

    def get(self, key: str) -> bytes:
        return self.get_tagged(key)[0]

    def get_tagged(self, key: str) -> tuple[bytes, str]:
        self._reached()
        if key not in self.objects:
            raise NotStored(key)
        return self.objects[key], self.tags[key]

    def list(self, prefix: str = "") -> Iterator[Stored]:
        self._reached()
        for key in sorted(self.objects):
            if key.startswith(prefix):
                yield Stored(key, len(self.objects[key]), datetime.now(UTC))

    def _reached(self) -> None:
        if self.down:
            raise StoreUnavailable("down")
