"""``penny run``: every process at once, their logs, and the demo person."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import webbrowser
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
from honcho.manager import Manager
from rich.console import Console

from cli import training
from cli.core import open_core
from cli.ledger import today_of
from cli.stack import ROOT, NotStarted, Ports, checks, environment, preflight, processes, wait_ready
from finance_core.errors import NotFound, PennyError
from finance_core.services import people, sync
from finance_core.services.core import Core
from finance_core.settings import CoreSettings

DEMO = "Amelia"
_HOUSEHOLD = "amelia"
console = Console(stderr=True, highlight=False)


def register(app: typer.Typer) -> None:
    """Adds these commands to ``app``."""
    app.command()(run)


def run(
    demo: Annotated[bool, typer.Option(help="Sign a demo person in on this machine.")] = True,
    browser: Annotated[bool, typer.Option(help="Open the chat in a browser.")] = True,
) -> None:
    """Start every process of Penny and open the chat."""
    ports, home = Ports.from_environment(), CoreSettings().home
    training.ensure_trained()
    preflight(home, ports)
    extra = {"PENNY_DEMO_PERSON": _demo_person()} if demo else {}
    variables = environment(home, ports, extra)
    os.environ.update(variables)
    manager = Manager(LogFiles(home / "log"))
    for name, command in processes().items():
        manager.add_process(name, command, env=variables, cwd=str(ROOT))
    starter = threading.Thread(
        target=_when_ready, args=(manager, ports, demo, browser), daemon=True
    )
    starter.start()
    manager.loop()
    console.print("Penny has stopped.")
    sys.exit(0 if manager.returncode in (0, 130, 143) else 1)


class LogFiles:
    """A honcho printer that keeps each process's output in a file of its own."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.width = 0
        self._folder = folder
        self._files: dict[str, Any] = {}

    def write(self, message: Any) -> None:
        """Appends one message to ``<folder>/<process>.log``."""
        if message.name not in self._files:
            path = self._folder / f"{message.name}.log"
            self._files[message.name] = path.open("a", encoding="utf-8", buffering=1)
        data = message.data
        text = data.decode("utf-8", "replace") if isinstance(data, bytes) else data
        self._files[message.name].write(text if text.endswith("\n") else text + "\n")


def _when_ready(manager: Manager, ports: Ports, demo: bool, browser: bool) -> None:
    """Waits for all parts, fetches the demo person's accounts, and says so."""
    console.print("Starting …", end=" ")
    try:
        wait_ready(
            checks(ports),
            seconds=120,
            alive=lambda: _stopped(manager),
            progress=lambda name: console.print(f"{name} ✓", end=" "),
        )
        if demo:
            _fetch_demo_accounts()
    except PennyError as error:
        console.print(f"\nPenny could not start: {error}")
        manager.returncode = 1
        manager.terminate()
        return
    address = f"http://localhost:{ports.web}"
    console.print(f"\nPenny is ready: {address}  (Ctrl-C stops her)")
    if browser and sys.stdout.isatty():
        with contextlib.suppress(webbrowser.Error):
            webbrowser.open(address)


def _stopped(manager: Manager) -> str | None:
    entries = manager._processes.items()
    return next((name for name, entry in entries if "returncode" in entry), None)


def _demo_person() -> str:
    """The id of the demo person, created on the first run."""
    with open_core() as core:
        try:
            return people.by_name(core, DEMO).id
        except NotFound:
            person, _ = people.add(core, DEMO, "Europe/London", "GBP")
            return person.id


def _fetch_demo_accounts() -> None:
    """Fetches the demo person's accounts over HTTP, connecting them the first time."""
    with open_core() as core:
        person = people.by_name(core, DEMO)
        report = sync.refresh(core, person.id, today_of(person))
        if not report.connections:
            connect_sandbox(core, person.id, _HOUSEHOLD)
    for connection in report.connections:
        if connection.error:
            console.print(f"\nThe demo bank did not answer: {connection.error}")


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
