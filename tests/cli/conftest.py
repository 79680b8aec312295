"""The ``penny`` command in a home of its own, as a process, as people call it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

PENNY = Path(sys.executable).with_name("penny")


@pytest.fixture
def variables(tmp_path: Path) -> dict[str, str]:
    """The environment without anybody's Penny settings, and a home of its own."""
    mine = {name: value for name, value in os.environ.items() if not name.startswith("PENNY_")}
    return {**mine, "PENNY_HOME": str(tmp_path / "home"), "COLUMNS": "200"}


@pytest.fixture
def penny(variables: dict[str, str], tmp_path: Path) -> Callable[..., subprocess.CompletedProcess]:
    """Calls ``penny`` with arguments; further settings by keyword."""

    def call(*arguments: str, stdin: str = "", **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [PENNY, *arguments],
            env={**variables, **more},
            cwd=tmp_path,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )

    return call
