"""Ports, what is checked before a start, and waiting for the parts."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import astuple
from pathlib import Path
from types import SimpleNamespace

import pytest

from cli import stack
from cli.stack import NotStarted, Ports
from finance_core.errors import BadInput


@pytest.fixture(autouse=True)
def no_ports(monkeypatch):
    for name in ("PENNY_PORT", *(f"PENNY_{name}_PORT" for name in stack._SIBLINGS)):
        monkeypatch.delenv(name, raising=False)


def test_usual_ports():
    assert Ports.from_environment() == Ports(8000, 5005, 5055, 8100, 8333, 5006)


def test_siblings_follow_the_first_port_unless_set(monkeypatch):
    monkeypatch.setenv("PENNY_PORT", "9000")
    monkeypatch.setenv("PENNY_S3_PORT", "7000")
    assert Ports.from_environment() == Ports(9000, 6005, 6055, 9100, 7000, 6006)


@pytest.mark.parametrize("text", ["abc", "0", "65536", "-1", "80.5", "²", " 80"])
def test_what_is_no_port(monkeypatch, text):
    monkeypatch.setenv("PENNY_PORT", text)
    with pytest.raises(BadInput, match="PENNY_PORT"):
        Ports.from_environment()


@pytest.mark.parametrize("base", ["80", "65500"])
def test_a_first_port_without_room_for_its_siblings(monkeypatch, base):
    monkeypatch.setenv("PENNY_PORT", base)
    with pytest.raises(BadInput, match=f"PENNY_PORT is {base}.*so set it too"):
        Ports.from_environment()


def test_free_ports_differ_and_are_free():
    ports = Ports.free()
    assert len(set(astuple(ports))) == 6
    assert ports.taken() == []


def test_a_port_in_use_is_named_before_anything_starts(tmp_path):
    ports = Ports.free()
    with (
        socket.create_server(("127.0.0.1", ports.sandbox)),
        pytest.raises(NotStarted, match=f"Port {ports.sandbox} is in use"),
    ):
        stack.preflight(tmp_path, ports)


def test_no_disk_space(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=100 * 1024**2))
    with pytest.raises(NotStarted, match="Only 100 MB of disk are free"):
        stack.preflight(tmp_path, Ports.free())


def test_a_home_that_cannot_be(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(NotStarted, match="can't keep her data"):
        stack.preflight(tmp_path / "file" / "home", Ports.free())


def test_no_model(tmp_path, monkeypatch):
    monkeypatch.setattr(stack, "current_model", lambda: None)
    with pytest.raises(NotStarted, match="no trained model"), stack.running_stack(tmp_path):
        pass


def test_all_is_well(tmp_path):
    stack.preflight(tmp_path / "new" / "home", Ports.free())
    assert (tmp_path / "new" / "home").is_dir()


def test_each_part_gets_this_penny_and_no_foreign_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("VIRTUAL_ENV", "/somebody/else")
    monkeypatch.setenv("NO_PROXY", "example.org")
    found = stack.environment(tmp_path, Ports(1, 2, 3, 4, 5, 6), {"PENNY_EXTRA": "yes"})
    assert "VIRTUAL_ENV" not in found
    assert found["PENNY_HOME"] == str(tmp_path)
    assert found["PENNY_RASA_URL"] == "http://127.0.0.1:2"
    assert found["NO_PROXY"] == "example.org,127.0.0.1,localhost"
    assert found["PENNY_EXTRA"] == "yes"
    assert len(found["PENNY_RASA_TOKEN"]) > 20
    again = stack.environment(tmp_path, Ports(1, 2, 3, 4, 5, 6), {})
    assert again["PENNY_RASA_TOKEN"] != found["PENNY_RASA_TOKEN"]


def started(command: str, logs: Path) -> dict[str, subprocess.Popen[bytes]]:
    return {"part": stack.start_process("part", command, logs, {"PATH": "/usr/bin:/bin"})}


def test_a_part_that_dies_is_named_with_its_log(tmp_path):
    running = started("echo the reason; exit 3", tmp_path)
    with pytest.raises(NotStarted, match="part stopped while starting") as refusal:
        stack.wait_ready({"part": "http://127.0.0.1:1/"}, running, tmp_path, seconds=20)
    assert str(tmp_path / "part.log") in str(refusal.value)
    assert (tmp_path / "part.log").read_text() == "the reason\n"


def test_a_part_that_never_answers(tmp_path):
    running = started("sleep 60", tmp_path)
    with pytest.raises(NotStarted, match="part did not answer within 0 seconds"):
        stack.wait_ready({"part": "http://127.0.0.1:1/"}, running, tmp_path, seconds=0.3)
    stack.stop(running)


def test_readiness_is_told_once_for_each_part(tmp_path):
    port = Ports.free().web
    serve = f"exec {sys.executable} -m http.server {port} --bind 127.0.0.1"
    running, told = started(serve, tmp_path), []
    address = f"http://127.0.0.1:{port}/"
    stack.wait_ready({"part": address}, running, tmp_path, seconds=30, progress=told.append)
    stack.stop(running)
    assert told == ["part"]
    assert stack.dead(running) == "part"


def test_stopping_takes_the_children_along_and_ends_the_stubborn_hard(tmp_path):
    stubborn = "trap '' TERM; sleep 61 & echo $!; wait; sleep 61"
    running = started(stubborn, tmp_path)
    deadline = time.monotonic() + 10
    while not (tmp_path / "part.log").read_text().strip():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    child = int((tmp_path / "part.log").read_text())
    begun = time.monotonic()
    stack.stop(running)
    assert time.monotonic() - begun < 8
    assert running["part"].returncode == -signal.SIGKILL
    assert gone(child)


def gone(pid: int) -> bool:
    """Whether a process has ended (a zombie nobody has reaped yet counts)."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False


def test_a_log_that_has_grown_large_is_put_aside(tmp_path, monkeypatch):
    monkeypatch.setattr(stack, "_LARGEST_LOG_BYTES", 4)
    (tmp_path / "part.log").write_text("an older log")
    stack.stop(started("echo new; sleep 1", tmp_path))
    assert (tmp_path / "part.log.old").read_text() == "an older log"
