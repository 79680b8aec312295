"""Puts the pinned ``uv`` into ``.uv/`` with nothing but Python's standard library.

Works where ``venv`` or ``pip`` are missing (a bare Debian Python), because it fetches
the wheel from the package index itself and checks its hash. Whatever goes wrong is
said in one sentence.
"""

from __future__ import annotations

import base64
import hashlib
import http.client
import io
import json
import os
import platform
import shutil
import stat
import sys
import sysconfig
import urllib.request
import zipfile
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit, urlunsplit

VERSION = "0.13.9"
INDEX = os.environ.get("UV_DEFAULT_INDEX") or os.environ.get("PIP_INDEX_URL") or ""
PUBLIC_INDEX = "https://pypi.org/simple"
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
    wheel = download((INDEX or PUBLIC_INDEX).rstrip("/") + "/uv/")
    try:
        install(wheel)
        marker.write_text(VERSION)
    except OSError as error:
        sys.exit(f"uv cannot be put into {TARGET.parent}: {error.strerror}.")


def check_disk() -> None:
    """Stops early when the environments would not fit."""
    free = shutil.disk_usage(Path(__file__).parent).free
    if free < LEAST_FREE:
        sys.exit(
            f"Penny's set-up needs {LEAST_FREE >> 30} GB of free disk space; "
            f"here are {free / 1024**3:.1f} GB."
        )


def download(page: str) -> bytes:
    """The wheel for this machine, checked against the hash that the index's ``page`` gives."""
    try:
        entry = find_wheel(json.loads(fetch(page, "application/vnd.pypi.simple.v1+json"))["files"])
        content = fetch(urljoin(page, entry["url"]), "*/*")
        expected = entry["hashes"]["sha256"]
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", None) or error
        sys.exit(
            f"The package index {without_login(page)} cannot be reached ({reason}). "
            "Check the network and run again."
        )
    except (ValueError, KeyError, TypeError):
        sys.exit(f"{without_login(page)} is not a package index that answers in JSON (PEP 691).")
    if hashlib.sha256(content).hexdigest() != expected:
        sys.exit("The downloaded uv does not match its published hash; nothing was installed.")
    return content


def fetch(address: str, accept: str) -> bytes:
    """What is at an address; a name and password in it are sent as they should be."""
    parts = urlsplit(address)
    headers = {"Accept": accept}
    if parts.username is not None:
        login = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        headers["Authorization"] = "Basic " + base64.b64encode(login.encode()).decode()
        address = without_login(address)
    request = urllib.request.Request(address, headers=headers)
    with urllib.request.urlopen(request, timeout=60) as response:
        return response.read()


def without_login(address: str) -> str:
    """An address that may be shown."""
    parts = urlsplit(address)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def find_wheel(files: list[dict]) -> dict:
    """The index's entry of the wheel for this machine."""
    machine = {"amd64": "x86_64", "AMD64": "x86_64"}.get(platform.machine(), platform.machine())
    if sys.platform == "darwin":
        tags = ["macosx", "arm64" if machine == "arm64" else "x86_64"]
    else:
        is_musl = "musl" in str(sysconfig.get_config_var("SOABI"))
        tags = ["musllinux" if is_musl else "manylinux", machine.replace("arm64", "aarch64")]
    for entry in files:
        name = str(entry["filename"])
        if name.startswith(f"uv-{VERSION}-") and all(tag in name for tag in tags):
            return entry
    sys.exit(f"There is no uv {VERSION} for {sys.platform} on {machine}.")


def install(wheel: bytes) -> None:
    """Takes the program out of the wheel; it appears whole or not at all."""
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    part = TARGET.with_name("uv.part")
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        member = next(name for name in archive.namelist() if name.endswith("/scripts/uv"))
        part.write_bytes(archive.read(member))
    part.chmod(part.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
    part.replace(TARGET)


if __name__ == "__main__":
    main()
