"""A home of its own for the ``penny`` command."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from cli import main

PENNY = Path(sys.executable).with_name("penny")


@pytest.fixture
def variables(tmp_path: Path) -> dict[str, str]:
    """The environment without anybody's Penny settings, and a home of its own."""
    mine = {name: value for name, value in os.environ.items() if not name.startswith("PENNY_")}
    return {**mine, "PENNY_HOME": str(tmp_path / "home"), "COLUMNS": "200"}


class Result(NamedTuple):
    """What a call of ``penny`` gave."""

    code: int
    out: str
    err: str


@pytest.fixture
def penny(variables, tmp_path, monkeypatch, capsys) -> Callable[..., Result]:
    """Calls ``penny`` within the test."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str, stdin: str = "") -> Result:
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        return Result(main.run(list(arguments)), *capsys.readouterr())

    return call
