"""The local object store: how SeaweedFS is started, on loopback only, with our own key."""

from __future__ import annotations

import socket
import sys
import tempfile
from pathlib import Path

from learning.keys import local_store_encryption_key, local_store_identity

_MEMORY = "256MiB"  # a tighter limit only keeps the garbage collector busy
_LONGEST_PATH = 80
_PARTS = ("master", "volume", "filer", "admin")


def command(folder: Path, port: int) -> list[str]:
    """The command line that serves ``folder`` as S3 on ``port``; the rest takes free ports."""
    sockets = _sockets(folder)
    internal = iter(_free_ports(2 * len(_PARTS) + 1))
    addresses = [
        f"-{part}.port{kind}={next(internal)}" for part in _PARTS for kind in ("", ".grpc")
    ]
    return [
        str(Path(sys.executable).with_name("weed")),
        "mini",
        f"-dir={folder}",
        "-ip=127.0.0.1",
        "-ip.bind=127.0.0.1",
        f"-s3.config={local_store_identity(folder)}",
        f"-s3.port={port}",
        f"-s3.port.grpc={next(internal)}",
        *addresses,
        "-s3.port.iceberg=0",
        "-s3.port.lance=0",
        "-webdav=false",
        "-admin.ui=false",
        "-master.telemetry=false",
        f"-s3.localSocket={sockets}/s3.sock",
        f"-filer.localSocket={sockets}/filer.sock",
    ]


def environment(folder: Path) -> dict[str, str]:
    """Variables the server needs besides its command line: its encryption key, a memory limit."""
    return {"WEED_S3_SSE_KEY": local_store_encryption_key(folder), "GOMEMLIMIT": _MEMORY}


def _sockets(folder: Path) -> Path:
    """Where the server's sockets go: a socket's path may not be longer than 100 characters."""
    return folder if len(str(folder)) < _LONGEST_PATH else Path(tempfile.mkdtemp(prefix="penny-"))


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports
