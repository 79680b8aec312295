"""What a movement was for, as a category code."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class CategoryModel:
    """A trained category classifier."""

    fingerprint: str


def load_or_train(folder: Path) -> CategoryModel:
    """The classifier cached in ``folder``, trained first when its data has changed."""
    folder.mkdir(parents=True, exist_ok=True)
    return CategoryModel("none")
