"""The first step of the set-up, in a copy of its own, against an index that the test serves."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).parents[2] / "deploy" / "bootstrap.py"
VERSION = next(
    line.split('"')[1] for line in SCRIPT.read_text().splitlines() if line.startswith("VERSION = ")
)


def wheel() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(f"uv-{VERSION}.data/scripts/uv", "#!/bin/sh\necho I am uv\n")
    return content.getvalue()


class Index:
    """A package index with one package."""

    def __init__(self) -> None:
        self.wheel = wheel()
        self.hash = hashlib.sha256(self.wheel).hexdigest()
        self.page: bytes | None = None
        self.login: str | None = None
        self.asked: list[tuple[str, str | None]] = []
        index = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                index.asked.append((self.path, self.headers.get("Authorization")))
                body = index.wheel if self.path.endswith(".whl") else index.listing()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server.server_port}/simple"

    def listing(self) -> bytes:
        if self.page is not None:
            return self.page
        names = [
            f"uv-{VERSION}-py3-none-{platform}_{machine}.whl"
            for platform in ("manylinux_2_17", "musllinux_1_1", "macosx_11_0")
            for machine in ("x86_64", "aarch64", "arm64")
        ]
        files = [
            {"filename": name, "url": f"../../files/{name}", "hashes": {"sha256": self.hash}}
            for name in [f"uv-0.0.1-{names[0]}", *names]
        ]
        return json.dumps({"files": files}).encode()


@pytest.fixture
def index() -> Iterator[Index]:
    made = Index()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    (tmp_path / "deploy").mkdir()
    shutil.copy(SCRIPT, tmp_path / "deploy")
    return tmp_path


def bootstrap(
    copy: Path, index: str, before: str = "pass", **variables: str
) -> subprocess.CompletedProcess[str]:
    """Runs the script with nothing but the standard library, after the code ``before``."""
    code = (
        f"import runpy, sys\n{before}\nrunpy.run_path('deploy/bootstrap.py', run_name='__main__')"
    )
    return subprocess.run(
        [sys.executable, "-I", "-S", "-c", code],
        cwd=copy,
        env={"PATH": os.environ["PATH"], "UV_DEFAULT_INDEX": index, **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def refused(result: subprocess.CompletedProcess[str], copy: Path, *words: str) -> None:
    """It failed with one sentence that has these words, and left no program."""
    assert result.returncode == 1
    (line,) = result.stderr.strip().splitlines()
    for word in words:
        assert word in line
    assert not (copy / ".uv" / "bin" / "uv").exists()


def test_it_installs_the_pinned_program_and_asks_no_more(copy, index):
    result = bootstrap(copy, f"http://{index.address}")
    assert (result.returncode, result.stderr) == (0, "")
    program = copy / ".uv" / "bin" / "uv"
    assert subprocess.run([program], capture_output=True, check=True).stdout == b"I am uv\n"
    asked = len(index.asked)
    assert bootstrap(copy, f"http://{index.address}").stdout == ""
    assert len(index.asked) == asked


def test_another_version_is_replaced(copy, index):
    bootstrap(copy, f"http://{index.address}")
    (copy / ".uv" / "bin" / "version").write_text("0.0.1")
    assert "Fetching" in bootstrap(copy, f"http://{index.address}").stdout


def test_a_name_and_password_of_the_index_are_sent_and_never_shown(copy, index):
    result = bootstrap(copy, f"http://me:pa%24s@{index.address}")
    assert result.returncode == 0, result.stderr
    assert index.asked[0][1] == "Basic bWU6cGEkcw=="
    shutil.rmtree(copy / ".uv")
    result = bootstrap(copy, "http://me:hunter2@127.0.0.1:1/simple")
    refused(result, copy, "cannot be reached")
    assert "hunter2" not in result.stderr


def test_no_network(copy):
    refused(bootstrap(copy, "http://127.0.0.1:1/simple"), copy, "cannot be reached", "network")


def test_a_wrong_hash_installs_nothing(copy, index):
    index.hash = "0" * 64
    refused(bootstrap(copy, f"http://{index.address}"), copy, "does not match its published hash")


@pytest.mark.parametrize("page", [b"<html>", b"[]", b'{"files": [{}]}', b'{"files": 1}', b"\xff"])
def test_an_index_that_speaks_otherwise(copy, index, page):
    index.page = page
    refused(bootstrap(copy, f"http://{index.address}"), copy, "not a package index")


def test_no_program_for_this_machine(copy, index):
    before = "import platform; platform.machine = lambda: 'abacus'"
    refused(bootstrap(copy, f"http://{index.address}", before), copy, "abacus")


def test_no_disk_space(copy, index):
    before = (
        "import shutil, types; shutil.disk_usage = lambda path: types.SimpleNamespace(free=1024**3)"
    )
    refused(bootstrap(copy, f"http://{index.address}", before), copy, "6 GB", "1.0 GB")
    assert index.asked == []


def test_a_folder_that_cannot_be_written(copy, index):
    (copy / ".uv").write_text("in the way")
    result = bootstrap(copy, f"http://{index.address}")
    assert result.returncode == 1
    assert len(result.stderr.strip().splitlines()) == 1
    assert "cannot be put into" in result.stderr


def test_an_old_python_is_told_so(copy, index):
    before = "import collections; sys.version_info = (3, 9, 1)"
    refused(bootstrap(copy, f"http://{index.address}", before), copy, "3.10")
