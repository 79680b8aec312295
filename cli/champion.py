"""The model in service, kept where it is found again before the object store is up."""

from __future__ import annotations

import json
import os
from pathlib import Path

from cli import training


def folder(home: Path) -> Path:
    """Where models from the registry are kept."""
    return home / "learning" / "models"


def pin(home: Path, version: str, code: str) -> None:
    """Makes a version, whose file is in :func:`folder`, the one served from now on."""
    path = folder(home) / "champion.json"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps({"version": version, "code": code}))
    draft.replace(path)


def pinned_version(home: Path) -> str | None:
    """The version that is served, if it is one of the registry's."""
    try:
        return str(json.loads((folder(home) / "champion.json").read_text())["version"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def pinned(home: Path) -> Path | None:
    """The champion's file, unless ``PENNY_RASA_MODEL`` names another or it cannot serve.

    A model only serves with the pipeline, rules and domain it was made with; after these
    have changed, the one trained from the present checkout does.
    """
    if os.environ.get("PENNY_RASA_MODEL"):
        return None
    version = pinned_version(home)
    path = folder(home) / f"{version}.tar.gz"
    if version is None or not path.is_file():
        return None
    code = json.loads((folder(home) / "champion.json").read_text()).get("code")
    return path if code == training.code_fingerprint() else None
