"""The running stack: ports, environment, start, readiness and stop.

``penny run`` and the end-to-end commands share this, so what tests see is what
people get.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from honcho.environ import parse_procfile

from cli.training import current_model
from finance_core.errors import BadInput, PennyError

ROOT = Path(__file__).resolve().parent.parent
_DEFAULT_PORTS = {"": 8000, "RASA": 5005, "ACTIONS": 5055, "SANDBOX": 8100, "S3": 8333}
_LEAST_FREE_BYTES = 500 * 1024**2


class NotStarted(PennyError):
    """The stack could not be started; the message says which part and where its log is."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Where each process listens, all on loopback except ``web`` when told otherwise."""

    web: int
    rasa: int
    actions: int
    sandbox: int
    objects: int

    @classmethod
    def from_environment(cls) -> Ports:
        """``PENNY_PORT`` and its siblings; unset siblings keep their distance from it."""
        base = _port("PENNY_PORT", 8000)
        shift = base - 8000
        rest = [
            _port(f"PENNY_{name}_PORT", default + shift)
            for name, default in _DEFAULT_PORTS.items()
            if name
        ]
        return cls(base, *rest)

    @classmethod
    def free(cls) -> Ports:
        """Ports nobody uses, for stacks that live beside another one."""
        sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(5)]
        ports = [s.getsockname()[1] for s in sockets]
        for s in sockets:
            s.close()
        return cls(*ports)

    def taken(self) -> list[int]:
        """Those that somebody listens on already."""
        ports = (self.web, self.rasa, self.actions, self.sandbox, self.objects)
        return [port for port in ports if _answers(port)]


def _port(variable: str, default: int) -> int:
    text = os.environ.get(variable, str(default))
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise BadInput(f"{variable} is {text!r}; it has to be a port number.")
    return int(text)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def environment(home: Path, ports: Ports, extra: Mapping[str, str]) -> dict[str, str]:
    """The variables that every process of one stack is started with."""
    model = current_model()
    bin_folder = str(Path(sys.executable).parent)
    base = {k: v for k, v in os.environ.items() if k != "VIRTUAL_ENV"}
    return base | {
        "PATH": f"{bin_folder}{os.pathsep}{os.environ.get('PATH', '')}",
        "PENNY_HOME": str(home.resolve()),
        "PENNY_PORT": str(ports.web),
        "PENNY_RASA_PORT": str(ports.rasa),
        "PENNY_RASA_URL": f"http://127.0.0.1:{ports.rasa}",
        "PENNY_RASA_TOKEN": os.environ.get("PENNY_RASA_TOKEN") or secrets.token_urlsafe(24),
        "PENNY_RASA_MODEL": str(model) if model else "",
        "PENNY_ACTIONS_PORT": str(ports.actions),
        "PENNY_ACTIONS_URL": f"http://127.0.0.1:{ports.actions}/webhook",
        "PENNY_SANDBOX_PORT": str(ports.sandbox),
        "PENNY_SANDBOX_URL": f"http://127.0.0.1:{ports.sandbox}",
        "PENNY_S3_PORT": str(ports.objects),
        "PENNY_S3_ENDPOINT": f"http://127.0.0.1:{ports.objects}",
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        "RASA_TELEMETRY_ENABLED": "false",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        **extra,
    }


def preflight(home: Path, ports: Ports) -> None:
    """Finds what would make the start fail, and says it in one sentence.

    Raises:
        NotStarted: a port in use, no disk space, or no trained model.
    """
    taken = ports.taken()
    if taken:
        raise NotStarted(
            f"Port {taken[0]} is in use, perhaps by another Penny: "
            "stop it, or choose others with PENNY_PORT=9000."
        )
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    free = shutil.disk_usage(home).free
    if free < _LEAST_FREE_BYTES:
        raise NotStarted(f"Only {free >> 20} MB of disk are free at {home}; Penny needs 500.")
    if current_model() is None:
        raise NotStarted("There is no trained model yet: run `penny train` first.")


def processes() -> dict[str, str]:
    """Name and command of every process, from the Procfile."""
    return dict(parse_procfile((ROOT / "Procfile").read_text()).processes)


def checks(ports: Ports) -> dict[str, str]:
    """The address that answers once a part is ready."""
    return {
        "bank": f"http://127.0.0.1:{ports.sandbox}/healthz",
        "objects": f"http://127.0.0.1:{ports.objects}/healthz",
        "actions": f"http://127.0.0.1:{ports.actions}/health",
        "rasa": f"http://127.0.0.1:{ports.rasa}/webhooks/rest/",
        "channels": f"http://127.0.0.1:{ports.web}/readyz",
    }


def wait_ready(
    wanted: Mapping[str, str],
    *,
    seconds: float,
    alive: Callable[[], str | None],
    progress: Callable[[str], None] = lambda name: None,
) -> None:
    """Waits until every address answers.

    Args:
        wanted: part → address.
        seconds: how long to wait for all of them.
        alive: names a part that has died, if one has.
        progress: told the name of each part once it is ready.

    Raises:
        NotStarted: a part died or the time is over.
    """
    waiting, deadline = dict(wanted), time.monotonic() + seconds
    while waiting:
        dead = alive()
        if dead:
            raise NotStarted(f"{dead} stopped while starting; see log/{dead}.log in PENNY_HOME.")
        if time.monotonic() > deadline:
            raise NotStarted(f"{', '.join(waiting)} did not answer within {seconds:.0f} seconds.")
        for name, address in list(waiting.items()):
            if _ready(address):
                progress(name)
                del waiting[name]
        time.sleep(0.1)


def _ready(address: str) -> bool:
    try:
        return httpx.get(address, timeout=1.0).status_code < 400
    except httpx.HTTPError:
        return False


@dataclass(frozen=True, slots=True)
class Stack:
    """A running stack."""

    url: str
    home: Path
    ports: Ports
    environment: Mapping[str, str]
    running: dict[str, subprocess.Popen[bytes]]

    def restart(self, name: str) -> None:
        """Kills one process hard and starts it again, as a crash would."""
        stop({name: self.running[name]}, signal.SIGKILL)
        self.start(name)

    def start(self, name: str) -> None:
        """Starts one part that is not running and waits until it answers."""
        self.running[name] = start_process(name, processes()[name], self.home, self.environment)
        wanted = {part: address for part, address in checks(self.ports).items() if part == name}
        wait_ready(wanted, seconds=60, alive=lambda: None)


def start_process(
    name: str, command: str, home: Path, variables: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    """One process in a group of its own, its output in ``<home>/log/<name>.log``."""
    log = home / "log" / f"{name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        return subprocess.Popen(
            ["/bin/sh", "-c", command],
            cwd=ROOT,
            env=dict(variables),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def stop(running: Mapping[str, subprocess.Popen[bytes]], sig: int = signal.SIGTERM) -> None:
    """Ends processes with all their children; hard after five seconds."""
    for process in running.values():
        _signal(process, sig)
    deadline = time.monotonic() + 5
    for process in running.values():
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            _signal(process, signal.SIGKILL)
            process.wait()


def _signal(process: subprocess.Popen[bytes], sig: int) -> None:
    try:
        os.killpg(process.pid, sig)
    except ProcessLookupError:
        return


@contextmanager
def running_stack(
    home: Path,
    *,
    ports: Ports | None = None,
    without: Collection[str] = (),
    extra: Mapping[str, str] | None = None,
) -> Iterator[Stack]:
    """A whole stack of its own under ``home``, for tests and evaluations.

    Raises:
        NotStarted: see :func:`preflight` and :func:`wait_ready`.
    """
    ports = ports or Ports.free()
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    variables = environment(home, ports, extra or {})
    if not variables["PENNY_RASA_MODEL"]:
        raise NotStarted("There is no trained model yet: run `penny train` first.")
    chosen = {name: cmd for name, cmd in processes().items() if name not in without}
    running = {n: start_process(n, cmd, home, variables) for n, cmd in chosen.items()}
    try:
        wanted = {n: address for n, address in checks(ports).items() if n in chosen}
        wait_ready(wanted, seconds=120, alive=lambda: _dead(running))
        yield Stack(f"http://127.0.0.1:{ports.web}", home, ports, variables, running)
    finally:
        stop(running)


def _dead(running: Mapping[str, subprocess.Popen[bytes]]) -> str | None:
    return next((name for name, p in running.items() if p.poll() is not None), None)
