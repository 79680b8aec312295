"""How rows are written: gzipped JSON lines, or Parquet; told by the end of the key."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Sequence
from typing import Any

from learning.errors import BadTranscripts

Row = dict[str, Any]
SUFFIXES = {"jsonl": ".jsonl.gz", "parquet": ".parquet"}
_TEXTS = ("conversation", "turn", "at", "text", "intent", "model", "channel")


def packed(key: str, rows: Sequence[Row]) -> bytes:
    """The content of an object with this key; the same for the same rows."""
    if key.endswith(SUFFIXES["parquet"]):
        return _parquet(rows)
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    return gzip.compress(lines.encode(), mtime=0)


def unpacked(key: str, body: bytes) -> list[Row]:
    """The rows of an object.

    Raises:
        BadTranscripts: it is not one of ours, or damaged.
    """
    try:
        if key.endswith(SUFFIXES["parquet"]):
            return _from_parquet(body)
        lines = gzip.decompress(body).decode().split("\n")  # not splitlines: U+2028 may be said
        return [json.loads(line) for line in lines if line]
    except (OSError, EOFError, ValueError) as err:
        raise BadTranscripts(f"The object {key} is damaged.") from err


def _parquet(rows: Sequence[Row]) -> bytes:
    """Columns of fixed types, so that all objects read together as one table."""
    import pyarrow as pa  # noqa: PLC0415 an optional extra
    from pyarrow import parquet  # noqa: PLC0415

    types = dict.fromkeys(_TEXTS, pa.string())
    types |= {"replies": pa.list_(pa.string()), "confidence": pa.float64()}
    columns = list(dict.fromkeys(name for row in rows for name in row))
    table = pa.table(
        {name: pa.array([row.get(name) for row in rows], types.get(name)) for name in columns}
    )
    sink = io.BytesIO()
    parquet.write_table(table, sink, compression="zstd")
    return sink.getvalue()


def _from_parquet(body: bytes) -> list[Row]:
    from pyarrow import parquet  # noqa: PLC0415 an optional extra

    rows: list[Row] = parquet.read_table(io.BytesIO(body)).to_pylist()
    return rows
