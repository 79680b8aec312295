"""``penny run``: every process at once, their logs, and the demo person."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
import webbrowser
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import httpx
import typer
from rich.console import Console

from cli import champion, training
from cli.candidate import Candidate
from cli.core import open_core
from cli.stack import NotStarted, Ports, Stack, dead, preflight, running_stack
from cli.transcripts import registry
from finance_core.errors import NotFound
from finance_core.services import people, sync, vocabulary
from finance_core.services.core import Core
from finance_core.settings import CoreSettings

DEMO = "Amelia"
_HOUSEHOLD = "amelia"
_STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_told = threading.Event()
console = Console(stderr=True, highlight=False)


def register(app: typer.Typer) -> None:
    """Adds these commands to ``app``."""
    app.command()(run)


def run(
    demo: Annotated[bool, typer.Option(help="Sign a demo person in on this machine.")] = True,
    browser: Annotated[bool, typer.Option(help="Open the chat in a browser.")] = True,
) -> None:
    """Start every process of Penny and open the chat."""
    for number in _STOPPING:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _interrupt)
    home, ports = CoreSettings().home.resolve(), Ports.from_environment()
    try:
        preflight(home, ports)
        if champion.pinned(home) is None:
            training.ensure_trained()
        _serve(home, ports, demo=demo, browser=browser)
    except KeyboardInterrupt:
        console.print("\nPenny has stopped.")
    except NotStarted:
        console.print()  # ends the line that told the progress
        raise


def _serve(home: Path, ports: Ports, *, demo: bool, browser: bool) -> None:
    """Runs all parts until one of them ends.

    Raises:
        NotStarted: a part could not be started, or has ended.
        KeyboardInterrupt: it was told to stop.
    """
    extra = {"PENNY_DEMO_PERSON": _demo_person()} if demo else {}
    console.print("Starting …", end=" ")
    with running_stack(home, ports=ports, extra=extra, progress=_tick) as stack:
        console.print()
        os.environ.update(stack.environment)
        if demo:
            _connect_demo_bank()
        address = f"http://localhost:{ports.web}"
        console.print(f"Penny is ready: {address}  (Ctrl-C stops her)", soft_wrap=True)
        if browser and sys.stdout.isatty():
            with contextlib.suppress(webbrowser.Error):
                webbrowser.open(address)
        with Candidate(stack, registry()).kept():
            stopped = _first_dead(stack)
        raise NotStarted(f"{stopped} has stopped; the reason is in {stack.logs / stopped}.log.")


def _first_dead(stack: Stack) -> str:
    """Waits until a part ends, and names it.

    Raises:
        KeyboardInterrupt: it was told to stop.
    """
    while (stopped := dead(stack.running)) is None:
        _heed()
        time.sleep(0.3)
    return stopped


def _interrupt(number: int, frame: object) -> None:
    """Leaves by way of an exception; the clean-up itself is not to be interrupted.

    Python drops an exception that meets it in a callback of its own, as imports have them,
    so it is written down as well, for ``_heed``.
    """
    _told.set()
    for each in _STOPPING:
        signal.signal(each, signal.SIG_IGN)
    raise KeyboardInterrupt


def _heed() -> None:
    if _told.is_set():
        raise KeyboardInterrupt


def _tick(name: str) -> None:
    console.print(f"{name} ✓", end=" ")
    _heed()


def _demo_person() -> str:
    """The id of the demo person, created on the first run."""
    with open_core() as core:
        try:
            return people.by_name(core, DEMO).id
        except NotFound:
            person, _ = people.add(core, DEMO, "Europe/London", "GBP")
            return person.id


def _connect_demo_bank() -> None:
    """Connects the demo person to the sandbox bank once; later the worker fetches what is new."""
    with open_core() as core:
        person = people.by_name(core, DEMO)
        if not vocabulary.accounts(core, person.id):
            connect_sandbox(core, person.id, _HOUSEHOLD)


def connect_sandbox(core: Core, person_id: str, household: str) -> None:
    """Connects a person to a household of the sandbox bank as an app would."""
    url = os.environ.get("PENNY_SANDBOX_URL", "http://127.0.0.1:8100")
    token = os.environ.get("PENNY_SANDBOX_ADMIN_TOKEN")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        answer = httpx.post(
            f"{url}/admin/households/{household}/plaid", headers=headers, timeout=30
        ).raise_for_status()
    except httpx.HTTPError as error:
        raise NotStarted("The sandbox bank does not answer.") from error
    secret = answer.json()["public_token"]
    sync.connect(core, person_id, "plaid", secret, datetime.now(UTC).date(), url=url)
