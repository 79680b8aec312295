"""What a rehearsal runs in: a stack of its own with people, and ``penny`` commands within it."""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from cli import training
from cli.core import open_core
from cli.rehearsal.crowd import Resident
from cli.running import connect_sandbox
from cli.stack import ROOT, Stack, running_stack
from finance_core.errors import PennyError
from finance_core.services import people, sync

PHRASINGS = ROOT / "tests" / "rehearsal" / "phrasings.yml"
_HOUSEHOLDS = ("amelia", "marcus", "elena", "priya", "harper")
_UNLIMITED = {"PENNY_TURNS_PER_MINUTE": "1000000", "PENNY_TURN_BURST": "1000000"}
_OFTEN = {"PENNY_ROLLOUT_SECONDS": "1", "PENNY_SETTLE_SECONDS": "1"}
_KEPT = ("PENNY_EXAMPLES", "PENNY_MODELS")
console = Console(stderr=True, highlight=False)


class NotRehearsed(PennyError):
    """A step of a rehearsal failed; the message says which and why."""


@dataclass
class House:
    """A running stack with nothing in it but what the rehearsal puts there.

    Attributes:
        stack: as it runs.
        seconds: how long each part of the rehearsal took.
    """

    stack: Stack
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def home(self) -> Path:
        """Folder of all its state, the copy of the examples and the models among it."""
        return self.stack.home

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Tells that a part begins, and keeps how long it took."""
        console.print(f"{name} …", end=" ")
        started = time.monotonic()
        yield
        taken = time.monotonic() - started
        self.seconds[name] = round(self.seconds.get(name, 0.0) + taken, 1)
        console.print(f"{taken:.0f} s")

    def penny(self, *arguments: str | Path) -> dict[str, Any]:
        """Runs one ``penny learn`` command as it would be typed; what it prints as JSON.

        Raises:
            NotRehearsed: it was refused.
        """
        from cli.main import run

        words = ["learn", *map(str, arguments), "--json"]
        with (
            contextlib.redirect_stdout(io.StringIO()) as out,
            contextlib.redirect_stderr(io.StringIO()) as err,
        ):
            code = run(words)
        if code:
            raise NotRehearsed(f"penny {' '.join(words)}: {err.getvalue().strip()}")
        return dict(json.loads(out.getvalue()))

    def sign_up(self, name: str, count: int, *, at_a_bank: bool = False) -> list[Resident]:
        """New people who agree that what they say is kept, some with accounts to ask about."""
        found = []
        with open_core() as core:
            for number in range(count):
                person, token = people.add(core, f"{name} {number}", "UTC", "USD")
                people.set_consent(core, person.id, True)
                if at_a_bank:
                    connect_sandbox(core, person.id, _HOUSEHOLDS[number % len(_HOUSEHOLDS)])
                    sync.refresh(core, person.id, person.today(datetime.now(UTC)))
                found.append(Resident(person.id, token))
        return found


@contextmanager
def opened(home: Path) -> Iterator[House]:
    """A stack under ``home`` that learns from a copy of the examples and keeps its own models.

    The worker stays out: what it does every hour the rehearsal does after each day.

    Raises:
        NotRehearsed: the home folder is in use.
        NotStarted: a part could not be started.
    """
    home = home.resolve()
    if home.exists() and any(home.iterdir()):
        raise NotRehearsed(f"{home} is not empty; a rehearsal starts in a folder of its own.")
    for number in (signal.SIGINT, signal.SIGTERM):  # ends with all its parts, in the background too
        signal.signal(number, signal.default_int_handler)
    before = dict(os.environ)
    for name in before:  # a setting of a real Penny, its bucket for one, is not for this one
        if name.startswith("PENNY_") and name not in _KEPT:
            del os.environ[name]
    trained = training.ensure_trained()
    shutil.copytree(training.examples_folder(), home / "nlu")
    (home / "models").mkdir()
    for file in (trained, trained.with_name(trained.name.replace(".tar.gz", ".json"))):
        if file.exists():
            shutil.copy(file, home / "models")
    os.environ |= {"PENNY_EXAMPLES": str(home / "nlu"), "PENNY_MODELS": str(home / "models")}
    try:
        console.print("Starting …", end=" ")
        with running_stack(home, without=("worker",), extra=_UNLIMITED | _OFTEN) as stack:
            console.print("running")
            os.environ.update(stack.environment)
            del os.environ["PENNY_RASA_MODEL"]  # commands look for models as ever
            yield House(stack)
    finally:
        os.environ.clear()
        os.environ.update(before)
