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
from dataclasses import astuple, dataclass
from pathlib import Path

import httpx
from honcho.environ import parse_procfile

from cli import champion
from cli.training import current_model
from finance_core.errors import BadInput, PennyError

ROOT = Path(__file__).resolve().parent.parent
_SIBLINGS = {"RASA": 5005, "ACTIONS": 5055, "SANDBOX": 8100, "S3": 8333, "CANDIDATE": 5006}
_LEAST_FREE_BYTES = 500 * 1024**2
_LARGEST_LOG_BYTES = 10 * 1024**2


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
    candidate: int

    @classmethod
    def from_environment(cls) -> Ports:
        """``PENNY_PORT`` and its siblings; unset siblings keep their distance from it."""
        base = _port("PENNY_PORT", 8000)
        siblings = [_sibling(name, default, base) for name, default in _SIBLINGS.items()]
        return cls(base, *siblings)

    @classmethod
    def free(cls) -> Ports:
        """Ports nobody uses, for stacks that live beside another one."""
        sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(6)]
        ports = [s.getsockname()[1] for s in sockets]
        for s in sockets:
            s.close()
        return cls(*ports)

    def taken(self) -> list[int]:
        """Those that somebody listens on already."""
        return [port for port in astuple(self) if _answers(port)]


def _port(variable: str, default: int) -> int:
    text = os.environ.get(variable) or str(default)
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise BadInput(f"{variable} is {text!r}; it has to be a port number.")
    return int(text)


def _sibling(name: str, default: int, base: int) -> int:
    """The port of one part: its own variable, else at its usual distance from ``base``."""
    variable = f"PENNY_{name}_PORT"
    usual = default + base - 8000
    if not os.environ.get(variable) and not 0 < usual < 65536:
        raise BadInput(f"PENNY_PORT is {base}; that leaves no room for {variable}, so set it too.")
    return _port(variable, usual)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def environment(home: Path, ports: Ports, extra: Mapping[str, str]) -> dict[str, str]:
    """The variables that every process of one stack is started with."""
    model = champion.pinned(home) or current_model()
    bin_folder = str(Path(sys.executable).parent)
    base = {k: v for k, v in os.environ.items() if k not in ("VIRTUAL_ENV", "PYTHONHOME")}
    direct = ",".join(filter(None, (os.environ.get("NO_PROXY"), "127.0.0.1,localhost")))
    return base | {
        "NO_PROXY": direct,  # the parts talk to each other directly
        "no_proxy": direct,
        "PATH": f"{bin_folder}{os.pathsep}{os.environ.get('PATH', '')}",
        "PENNY_HOME": str(home.resolve()),
        "PENNY_PORT": str(ports.web),
        "PENNY_RASA_PORT": str(ports.rasa),
        "PENNY_RASA_URL": f"http://127.0.0.1:{ports.rasa}",
        "PENNY_RASA_TOKEN": os.environ.get("PENNY_RASA_TOKEN") or secrets.token_urlsafe(24),
        "PENNY_RASA_MODEL": str(model) if model else "",
        "PENNY_CANDIDATE_URL": f"http://127.0.0.1:{ports.candidate}",
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
        NotStarted: a port in use, no home folder, or no disk space.
    """
    taken = ports.taken()
    if taken:
        raise NotStarted(
            f"Port {taken[0]} is in use, perhaps by another Penny: "
            "stop it, or choose others with PENNY_PORT=9000."
        )
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        free = shutil.disk_usage(home).free
    except OSError as error:
        raise NotStarted(f"Penny can't keep her data in {home}: {error.strerror}.") from error
    if free < _LEAST_FREE_BYTES:
        raise NotStarted(
            f"Only {free >> 20} MB of disk are free at {home}; "
            f"Penny needs {_LEAST_FREE_BYTES >> 20}."
        )


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
    running: Mapping[str, subprocess.Popen[bytes]],
    logs: Path,
    *,
    seconds: float = 120,
    progress: Callable[[str], None] = lambda name: None,
) -> None:
    """Waits until every address answers.

    Args:
        wanted: part → address.
        running: the parts that have to live until then.
        logs: folder of the parts' logs, to name the right one.
        seconds: how long to wait for all of them.
        progress: told the name of each part once it is ready.

    Raises:
        NotStarted: a part died or the time is over.
    """
    waiting, deadline = dict(wanted), time.monotonic() + seconds
    with httpx.Client(timeout=1.0, verify=False, trust_env=False) as client:  # noqa: S501 loopback
        while waiting:
            stopped = dead(running)
            if stopped:
                raise NotStarted(
                    f"{stopped} stopped while starting; the reason is in {logs / stopped}.log."
                )
            if time.monotonic() > deadline:
                raise NotStarted(
                    f"{', '.join(waiting)} did not answer within {seconds:.0f} seconds; "
                    f"the logs are in {logs}."
                )
            for name in [name for name, address in waiting.items() if _ready(client, address)]:
                progress(name)
                del waiting[name]
            time.sleep(0.1)


def _ready(client: httpx.Client, address: str) -> bool:
    try:
        return client.get(address).status_code < 400
    except httpx.HTTPError:
        return False


def dead(running: Mapping[str, subprocess.Popen[bytes]]) -> str | None:
    """The name of a part that has ended, if one has."""
    return next((name for name, part in running.items() if part.poll() is not None), None)


@dataclass(frozen=True, slots=True)
class Stack:
    """A running stack."""

    url: str
    home: Path
    ports: Ports
    environment: Mapping[str, str]
    running: dict[str, subprocess.Popen[bytes]]

    @property
    def logs(self) -> Path:
        """Folder with one log for each part."""
        return self.home / "log"

    def restart(self, name: str) -> None:
        """Kills one process hard and starts it again, as a crash would."""
        stop({name: self.running[name]}, signal.SIGKILL)
        self.start(name)

    def start(self, name: str) -> None:
        """Starts one part that is not running and waits until it answers."""
        self.running[name] = start_process(name, processes()[name], self.logs, self.environment)
        wanted = {part: address for part, address in checks(self.ports).items() if part == name}
        wait_ready(wanted, {name: self.running[name]}, self.logs)


def start_process(
    name: str, command: str, logs: Path, variables: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    """One process in a group of its own, its output in ``<logs>/<name>.log``."""
    logs.mkdir(parents=True, exist_ok=True)
    log = logs / f"{name}.log"
    if log.exists() and log.stat().st_size > _LARGEST_LOG_BYTES:
        log.replace(log.with_suffix(".log.old"))
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
    progress: Callable[[str], None] = lambda name: None,
) -> Iterator[Stack]:
    """A whole stack under ``home``; stopped with all its parts on the way out.

    Args:
        home: folder that holds all its state.
        ports: where its parts listen; free ones when None.
        without: names of parts to leave out.
        extra: further variables for all parts.
        progress: told the name of each part once it is ready.

    Raises:
        NotStarted: there is no trained model; else see :func:`wait_ready`.
    """
    ports = ports or Ports.free()
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    variables = environment(home, ports, extra or {})
    if not variables["PENNY_RASA_MODEL"]:
        raise NotStarted("There is no trained model yet: run `penny train` first.")
    chosen = {name: cmd for name, cmd in processes().items() if name not in without}
    stack = Stack(f"http://127.0.0.1:{ports.web}", home, ports, variables, {})
    try:
        for name, command in chosen.items():
            stack.running[name] = start_process(name, command, stack.logs, variables)
        wanted = {name: address for name, address in checks(ports).items() if name in chosen}
        wait_ready(wanted, stack.running, stack.logs, progress=progress)
        yield stack
    finally:
        stop(stack.running)
