"""Assembles the ``penny`` command and maps errors to exit codes."""

from __future__ import annotations

import logging
import sys

import typer

from cli import backtest, evaluate, ledger, people, running, talk, training, transcripts, worker
from finance_core.errors import PennyError
from learning.errors import LearningError

commands = typer.Typer(
    name="penny",
    help="Penny, a money assistant that people talk to.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
commands.add_typer(people.group, name="user")
commands.add_typer(evaluate.group, name="evaluate")
commands.add_typer(backtest.group, name="backtest")
commands.add_typer(transcripts.group, name="learn")
for module in (ledger, talk, training, running, transcripts, worker):
    module.register(commands)


def app() -> None:
    """Runs the command; 0 = done, 2 = bad input with one clear line on stderr."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        commands()
    except (PennyError, LearningError) as error:
        print(f"penny: {error}", file=sys.stderr)  # noqa: T201 the command's one error line
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    app()
