"""What ``python -m channels`` says when it cannot start."""

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from channels.__main__ import listen, main
from channels.settings import ChannelSettings


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("PENNY_HOME", str(tmp_path))


@pytest.mark.parametrize(
    "wrong",
    [
        {"PENNY_PORT": "many"},
        {"PENNY_TEXT_LIMIT": "-1"},
        {"PENNY_TELEGRAM_TOKEN": "a secret"},
        {"PENNY_BANK_TIMEOUT": "soon"},
        {"PENNY_PUBLIC_URL": "penny.example"},
    ],
)
def test_wrong_settings(monkeypatch, capsys, wrong):
    for name, value in wrong.items():
        monkeypatch.setenv(name, value)
    assert main() == 2
    assert capsys.readouterr().err == f"These settings cannot be used: {next(iter(wrong))}.\n"


def test_a_port_in_use(monkeypatch, capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setenv("PENNY_PORT", str(port))
        assert main() == 2
    said = f"Penny cannot listen on 127.0.0.1:{port}: Address already in use.\n"
    assert capsys.readouterr().err == said


def test_roots_that_are_none(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("PENNY_PORT", "0")
    monkeypatch.setenv("PENNY_ALEXA_SKILL", "amzn1.ask.skill.x")
    monkeypatch.setenv("PENNY_ALEXA_ROOTS", str(tmp_path / "none.pem"))
    assert main() == 2
    said = "PENNY_ALEXA_ROOTS is no readable file of certificates (PEM).\n"
    assert capsys.readouterr().err == said


def test_an_address_that_is_not_ours(monkeypatch, capsys):
    monkeypatch.setenv("PENNY_HOST", "192.0.2.1")
    assert main() == 2
    assert capsys.readouterr().err.startswith("Penny cannot listen on 192.0.2.1:8000: ")


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_both_families_of_addresses(host):
    if host == "::1" and not Path("/proc/net/if_inet6").exists():
        pytest.skip("this machine has no IPv6")
    with listen(host, 0) as listener:
        assert listener.getsockname()[0] == host


def test_an_empty_bot_token_means_no_telegram(monkeypatch):
    monkeypatch.setenv("PENNY_TELEGRAM_TOKEN", "")
    assert ChannelSettings().telegram_token is None


SLOW_OR_LARGE = (
    *(
        "datasketch",
        "faster_whisper",
        "lightgbm",
        "matplotlib",
        "numpy",
        "google",
        "obstore",
        "pandas",
    ),
    *("pyarrow", "rapidfuzz", "scipy", "sklearn", "slack_sdk", "spacy", "telegram", "twilio"),
)


def test_what_is_not_set_up_is_not_loaded():
    """It would stay in memory for as long as the process runs."""
    program = """if True:
        import json, sys
        import channels.__main__
        from channels.app import create_app
        from channels.settings import ChannelSettings
        from finance_core.services.core import open_core
        with open_core() as core:
            create_app(ChannelSettings(), core)
        print(json.dumps([name for name in sys.argv[1:] if name in sys.modules]))
    """
    command = [sys.executable, "-c", program, *SLOW_OR_LARGE]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    assert json.loads(done.stdout.splitlines()[-1]) == []
