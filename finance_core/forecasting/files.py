"""Trained models on disk: written whole or not at all, unreadable ones are the same as none."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any


def write(model: object, target: Path) -> Path:
    """Writes a model in place of what was there; returns ``target``."""
    import joblib  # noqa: PLC0415 - slow to import

    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".forecast-")
    os.close(handle)
    try:
        joblib.dump(model, name, compress=3)
        Path(name).replace(target)
    finally:
        Path(name).unlink(missing_ok=True)
    return target


def read(path: Path) -> Any:
    """The model in a file; None when there is none or it cannot be read.

    The folder must be Penny's own: a pickle runs code when it is read.
    """
    if not path.is_file():
        return None
    import joblib  # noqa: PLC0415 - slow to import

    try:
        return joblib.load(path)
    except Exception:  # a damaged or outdated file is the same as none: it will be trained again
        return None
