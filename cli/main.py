"""Assembles the ``penny`` command and maps errors to exit codes."""

from __future__ import annotations

import logging
import sys
from importlib import import_module

import typer
from typer.exceptions import TyperException

from finance_core.errors import PennyError
from learning.errors import LearningError

# Which module holds which command. Only the one asked for is loaded, because some
# bring scikit-learn or spaCy with them, and ``penny --help`` should not wait for those.
_MODULES = {
    "run": "running",
    "ask": "talk",
    "chat": "talk",
    "listen": "listen",
    "user": "people",
    "import": "ledger",
    "export": "export",
    "connect": "ledger",
    "sync": "ledger",
    "train": "training",
    "evaluate": "evaluate",
    "benchmark": "benchmark",
    "backtest": "backtest",
    "forecast": "forecast",
    "anonymize": "transcripts",
    "learn": "transcripts",
    "worker": "worker",
    "objects": "objects",
    "nudges": "nudges",
    "oauth": "voice",
    "alexa": "voice",
}


def assemble(arguments: list[str]) -> typer.Typer:
    """The command with all that ``arguments`` may need."""
    commands = typer.Typer(
        name="penny",
        help="Penny, a money assistant that people talk to.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        add_completion=False,
    )
    commands.callback()(_nothing_before)
    wanted = _MODULES.get(arguments[0] if arguments else "")
    for name in [wanted] if wanted else dict.fromkeys(_MODULES.values()):
        import_module(f"cli.{name}").register(commands)
    return commands


def _nothing_before() -> None:
    """Penny, a money assistant that people talk to."""


def app() -> None:
    """Runs the command; 0 = done, 2 = bad input with one clear line on stderr."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Runs one command; returns the exit code."""
    command = typer.main.get_command(assemble(arguments))
    try:
        return command.main(arguments, prog_name="penny", standalone_mode=False) or 0
    except (PennyError, LearningError) as error:
        return _refuse(str(error))
    except TyperException as error:
        return _refuse(error.format_message())
    except (KeyboardInterrupt, typer.Abort, BrokenPipeError):
        return 130
    except OSError as error:
        if error.filename is None:
            raise
        return _refuse(f"{error.filename}: {error.strerror}.")


def _refuse(reason: str) -> int:
    line = " ".join(reason.split())
    if line:  # a group of commands without a command has shown its help instead
        print(f"penny: {line}", file=sys.stderr)  # noqa: T201 the one error line
    return 2


if __name__ == "__main__":
    app()
