from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from finance_core.sandbox.__main__ import main

ROOT = Path(__file__).parents[3]


def test_the_process_serves_a_file_and_stops(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "one.csv"
    file.write_text("account,date,amount,currency,description\nMain,2024-01-05,5.00,EUR,GIFT\n")
    process = subprocess.Popen(
        [sys.executable, "-m", "finance_core.sandbox", "--csv", str(file), "--household", "one"],
        cwd=ROOT,
        env={
            **os.environ,
            "PENNY_HOME": str(home),
            "PENNY_SANDBOX_PORT": "0",
            "PENNY_SANDBOX_TODAY": "2026-01-20",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        url = re.search(r"http://\S+", process.stdout.readline())
        assert url is not None
        answer = httpx.get(f"{url[0]}/admin/ledger/one").json()
        assert answer["accounts"][0]["balance"] == "5.00"
    finally:
        process.terminate()
        process.wait(10)


def test_a_port_in_use_is_one_clear_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setenv("PENNY_HOME", str(tmp_path))
        monkeypatch.setenv("PENNY_SANDBOX_PORT", str(port))
        assert main([]) == 2
    assert capsys.readouterr().err == (
        f"sandbox bank: port {port} is in use; set PENNY_SANDBOX_PORT to another\n"
    )


def test_a_wrong_setting_is_one_clear_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PENNY_SANDBOX_PORT", "eight")
    assert main([]) == 2
    assert capsys.readouterr().err == "sandbox bank: a setting is wrong: PENNY_SANDBOX_PORT\n"
