"""Trained models on disk, each under the fingerprint of the history it was trained on."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from finance_core.forecasting.files import read, write
from finance_core.model import Transaction

if TYPE_CHECKING:
    from finance_core.forecasting.training import ForecastModel

_FORMAT = 3  # raised when the features or the model's fields change


def fingerprint(history: Sequence[Transaction]) -> str:
    """Digest of what a model is trained on; the order of the movements does not matter."""
    lines = sorted(
        f"{t.posted_on.toordinal()} {t.account_id} {t.amount.amount} {t.amount.currency}"
        for t in history
        if not t.pending
    )
    return hashlib.sha256("\n".join([str(_FORMAT), *lines]).encode()).hexdigest()[:32]


def _path(folder: Path, mark: str) -> Path:
    return folder / f"forecast-{mark}.joblib"


def save(model: ForecastModel, folder: Path) -> Path:
    """Writes the model into ``folder``, whole or not at all; returns the file."""
    return write(model, _path(folder, model.fingerprint))


def prune(folder: Path, keep: Collection[str]) -> int:
    """Deletes every model but those of the fingerprints in ``keep``; how many there were."""
    kept = {_path(folder, mark) for mark in keep}
    gone = [path for path in folder.glob("forecast-*.joblib") if path not in kept]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)


def load(folder: Path, mark: str) -> ForecastModel | None:
    """The model with that fingerprint; None when there is none or it cannot be read.

    ``folder`` must be Penny's own: a pickle runs code when it is read.
    """
    model: Any = read(_path(folder, mark))
    return model if getattr(model, "fingerprint", None) == mark else None
