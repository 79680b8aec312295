"""``penny run`` for real: it starts everything, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from cli.stack import ROOT, Ports
from cli.training import ensure_trained
from tests.cli.conftest import PENNY

pytestmark = pytest.mark.stack
_STOPS_WITHIN = 8.0


class Running:
    """A ``penny run`` in a group of its own, as a terminal would hold it."""

    def __init__(self, variables: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [PENNY, "run", "--no-browser"],
            env=variables,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        self.said = b""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr
        for byte in iter(lambda: self.process.stderr.read1(64), b""):
            self.said += byte

    def wait_for(self, words: str, seconds: float = 100) -> None:
        deadline = time.monotonic() + seconds
        while words.encode() not in self.said:
            assert self.process.poll() is None, self.said.decode()
            assert time.monotonic() < deadline, self.said.decode()
            time.sleep(0.05)

    def parts(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def end(self, seconds: float = 60) -> str:
        """Waits for the end; all that was said."""
        self.process.wait(seconds)
        self._reader.join(5)
        return self.said.decode()


@pytest.fixture
def settings(variables: dict[str, str]) -> dict[str, str]:
    ensure_trained()
    ports = Ports.free()
    return {
        **variables,
        "PENNY_PORT": str(ports.web),
        "PENNY_RASA_PORT": str(ports.rasa),
        "PENNY_ACTIONS_PORT": str(ports.actions),
        "PENNY_SANDBOX_PORT": str(ports.sandbox),
        "PENNY_S3_PORT": str(ports.objects),
    }


@pytest.fixture
def run(settings: dict[str, str]) -> Iterator:
    started: list[Running] = []

    def begin(**more: str) -> Running:
        started.append(Running({**settings, **more}))
        return started[-1]

    yield begin
    for one in started:
        if one.process.poll() is None:
            one.process.send_signal(signal.SIGTERM)
            one.process.wait(30)


def all_gone(parts: list[psutil.Process]) -> list[psutil.Process]:
    """Those that still live a moment later."""
    return psutil.wait_procs(parts, timeout=1)[1]


def test_it_serves_a_signed_in_demo_person_and_stops_when_told(run, settings):
    penny = run()
    penny.wait_for("Penny is ready")
    address = f"http://127.0.0.1:{settings['PENNY_PORT']}"
    with httpx.Client(base_url=address, timeout=30) as client:
        assert client.get("/").status_code == 200
    logs = {path.name for path in (Path(settings["PENNY_HOME"]) / "log").glob("*.log")}
    assert {"actions.log", "bank.log", "channels.log", "objects.log", "rasa.log"} <= logs
    parts = penny.parts()
    assert len(parts) >= 6
    began = time.monotonic()
    penny.process.send_signal(signal.SIGTERM)  # to this process alone
    assert "Penny has stopped" in penny.end()
    assert time.monotonic() - began < _STOPS_WITHIN
    assert penny.process.returncode == 0
    assert all_gone(parts) == []


def test_ctrl_c_while_starting_stops_it_too(run):
    penny = run()
    penny.wait_for("✓")
    parts = penny.parts()
    began = time.monotonic()
    os.killpg(penny.process.pid, signal.SIGINT)  # as a terminal does
    os.killpg(penny.process.pid, signal.SIGINT)  # by somebody impatient
    said = penny.end()
    assert time.monotonic() - began < _STOPS_WITHIN
    assert "Traceback" not in said
    assert penny.process.returncode == 0
    assert all_gone(parts) == []


_TOLD_WHERE_EXCEPTIONS_ARE_DROPPED = """
import os, signal, types
from cli import running

class Finalized:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGTERM)
        for _ in range(1000): pass  # the handler runs here, and its exception goes nowhere

signal.signal(signal.SIGTERM, running._interrupt)
thing = Finalized()
del thing
for go_on in (
    lambda: running._tick("a part"),
    lambda: running._first_dead(types.SimpleNamespace(running={})),
):
    try:
        go_on()
    except KeyboardInterrupt:
        print("stopped")
"""


def test_it_stops_though_python_dropped_the_interruption():
    ran = subprocess.run(
        [sys.executable, "-c", _TOLD_WHERE_EXCEPTIONS_ARE_DROPPED],
        check=False,
        capture_output=True,
        text=True,
        timeout=30,
        cwd=ROOT,
    )
    assert "Exception ignored in" in ran.stderr
    assert ran.stdout == "stopped\nstopped\n"


def test_a_part_that_dies_later_ends_the_rest_and_is_named(run):
    penny = run()
    penny.wait_for("Penny is ready")
    parts = penny.parts()
    bank = next(part for part in parts if "finance_core.sandbox" in " ".join(part.cmdline()))
    bank.kill()
    said = penny.end()
    assert "bank has stopped" in said
    assert "bank.log" in said
    assert penny.process.returncode == 2
    assert all_gone(parts) == []


def test_a_part_that_cannot_start_is_named(run, settings):
    said = run(PENNY_SANDBOX_TODAY="nonsense").end(100)
    assert "bank stopped while starting" in said
    assert str(Path(settings["PENNY_HOME"]) / "log" / "bank.log") in said
    assert "Traceback" not in said


def test_a_port_in_use_is_one_sentence(run, settings):
    with socket.create_server(("127.0.0.1", int(settings["PENNY_ACTIONS_PORT"]))):
        penny = run()
        said = penny.end()
    assert penny.process.returncode == 2
    assert f"Port {settings['PENNY_ACTIONS_PORT']} is in use" in said
    assert len(said.strip().splitlines()) == 1
