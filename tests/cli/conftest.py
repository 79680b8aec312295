"""A home of its own for the ``penny`` command."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

PENNY = Path(sys.executable).with_name("penny")


@pytest.fixture
def variables(tmp_path: Path) -> dict[str, str]:
    """The environment without anybody's Penny settings, and a home of its own."""
    mine = {name: value for name, value in os.environ.items() if not name.startswith("PENNY_")}
    return {**mine, "PENNY_HOME": str(tmp_path / "home"), "COLUMNS": "200"}
