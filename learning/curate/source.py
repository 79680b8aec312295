"""Where turns are read from: the object store, or files of the same JSON lines."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from learning.errors import BadTranscripts
from learning.settings import LearningSettings

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Source:
    """Objects to read; can be sent to other processes."""

    keys: tuple[str, ...]
    read: Callable[[str], list[Row]]

    def rows(self) -> Iterator[Row]:
        """All rows, object by object."""
        for key in self.keys:
            yield from self.read(key)


@dataclass(frozen=True, slots=True)
class _Stored:
    """Reads objects of the store of these settings."""

    settings: LearningSettings

    def __call__(self, key: str) -> list[Row]:
        from learning import transcripts  # noqa: PLC0415 (loads spaCy and boto3)
        from learning.objects import ObjectStore  # noqa: PLC0415

        return transcripts.read(ObjectStore(self.settings), key)


def stored(settings: LearningSettings, since: date | None = None) -> Source:
    """The stored transcripts, of ``since`` and the days after it when given.

    Raises:
        StoreError: the object store cannot be used.
    """
    from learning import transcripts  # noqa: PLC0415 (loads spaCy and boto3)

    found = transcripts.listing(settings)
    keys = (one.key for one in found if since is None or one.day >= since)
    return Source(tuple(sorted(keys)), _Stored(settings))


def files(paths: Sequence[Path]) -> Source:
    """Files of JSON lines, gzipped where they end in ``.gz``."""
    return Source(tuple(map(str, paths)), read_file)


def read_file(name: str) -> list[Row]:
    """The rows of one file.

    Raises:
        BadTranscripts: it is not one of JSON lines.
    """
    try:
        raw = Path(name).read_bytes()
        text = (gzip.decompress(raw) if name.endswith(".gz") else raw).decode()
        rows = [json.loads(line) for line in text.splitlines() if line.strip()]
    except (OSError, EOFError, ValueError) as err:
        raise BadTranscripts(f"{name} cannot be read as JSON lines.") from err
    if not all(isinstance(row, dict) for row in rows):
        raise BadTranscripts(f"{name} has lines that are no JSON objects.")
    return rows
