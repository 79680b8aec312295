"""``penny objects``: the local object store, as one process of the stack."""

from __future__ import annotations

import os

import typer

from cli.stack import Ports
from learning import local_store
from learning.settings import LearningSettings


def register(app: typer.Typer) -> None:
    """Adds this command to ``app``."""
    app.command()(objects)


def objects() -> None:
    """Serve the local object store until stopped."""
    folder = LearningSettings().objects_folder.resolve()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.chdir(folder)
    arguments = local_store.command(folder, Ports.from_environment().objects)
    variables = {**os.environ, **local_store.environment(folder)}
    os.execve(arguments[0], arguments, variables)  # noqa: S606 no shell is the point
