"""Puts the pinned ``uv`` into ``.uv/`` with nothing but Python's standard library.

Works where ``venv`` or ``pip`` are missing (a bare Debian Python), because it fetches
the wheel from the package index itself and checks its hash.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import platform
import stat
import sys
import urllib.error
import urllib.request
import zipfile
from pathlib import Path

VERSION = "0.13.9"
INDEX = os.environ.get("UV_DEFAULT_INDEX") or os.environ.get(
    "PIP_INDEX_URL", "https://pypi.org/simple"
)
TARGET = Path(__file__).resolve().parent.parent / ".uv" / "bin" / "uv"
LEAST_FREE = 6 * 1024**3  # both environments together take about 4 GB


def main() -> None:
    """Installs uv unless the pinned version is already there."""
    if sys.version_info < (3, 10):
        sys.exit("Penny's set-up needs Python 3.10 or newer to start; this is " + sys.version)
    marker = TARGET.with_name("version")
    if TARGET.exists() and marker.exists() and marker.read_text() == VERSION:
        return
    check_disk()
    print(f"Fetching uv {VERSION} …", flush=True)
    try:
        wheel = download(find_wheel())
    except (urllib.error.URLError, OSError) as error:
        sys.exit(f"The package index cannot be reached ({error}). Check the network and run again.")
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        member = next(n for n in archive.namelist() if n.endswith("/scripts/uv"))
        TARGET.write_bytes(archive.read(member))
    TARGET.chmod(TARGET.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
    marker.write_text(VERSION)


def check_disk() -> None:
    """Stops early when the environments would not fit."""
    stats = os.statvfs(Path(__file__).parent)
    free = stats.f_bavail * stats.f_frsize
    if free < LEAST_FREE:
        sys.exit(
            f"Penny's set-up needs {LEAST_FREE >> 30} GB of free disk space; "
            f"here are {free / 1024**3:.1f} GB."
        )


def find_wheel() -> dict[str, object]:
    """The index's entry of the wheel for this machine."""
    request = urllib.request.Request(
        f"{INDEX.rstrip('/')}/uv/", headers={"Accept": "application/vnd.pypi.simple.v1+json"}
    )
    with urllib.request.urlopen(request, timeout=30) as response:
        files = json.load(response)["files"]
    machine = {"amd64": "x86_64", "AMD64": "x86_64"}.get(platform.machine(), platform.machine())
    if sys.platform == "darwin":
        tags = ["macosx", "arm64" if machine == "arm64" else "x86_64"]
    else:
        libc = "musllinux" if "musl" in platform.libc_ver()[0] else "manylinux"
        tags = [libc, "aarch64" if machine == "arm64" else machine]
    for entry in files:
        name = entry["filename"]
        if name.startswith(f"uv-{VERSION}-") and all(tag in name for tag in tags):
            return entry
    sys.exit(f"There is no uv {VERSION} for {sys.platform} on {machine}.")


def download(entry: dict[str, object]) -> bytes:
    """The wheel's bytes, checked against the index's hash."""
    with urllib.request.urlopen(str(entry["url"]), timeout=120) as response:
        content = response.read()
    expected = entry["hashes"]["sha256"]  # type: ignore[index]
    if hashlib.sha256(content).hexdigest() != expected:
        sys.exit("The downloaded uv does not match its published hash; nothing was installed.")
    return content


if __name__ == "__main__":
    main()
