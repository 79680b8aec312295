"""Runs what needs Rasa's environment in a process of that environment."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / "bot/.venv/bin/python"

pytestmark = pytest.mark.skipif(
    not PYTHON.exists(), reason="Rasa's environment is missing: uv sync --project bot makes it"
)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(PYTHON), "-W", "ignore", *arguments],
        cwd=ROOT,
        env={**os.environ, "RASA_TELEMETRY_ENABLED": "false"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("checks", ["components", "understanding"])
def test_components(checks):
    done = run(f"tests/bot/check_{checks}.py")
    assert done.returncode == 0, done.stderr[-5000:]
    assert "OK" in done.stderr


@pytest.mark.timeout(300)
def test_rasa_finds_no_fault_in_the_data():
    done = run("-m", "bot.launch", "data", "validate", "--domain", "bot/domain", "--data", "data")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    said = done.stdout + done.stderr
    assert "No story structure conflicts found" in said
    assert "labeled with multiple different intents" not in said
    assert "rule conflict" not in said.lower()
