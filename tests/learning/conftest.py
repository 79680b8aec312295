"""A real S3 server for the session, and settings that point at it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from learning.errors import StoreError
from learning.keys import (
    local_store_credentials,
    local_store_encryption_key,
    local_store_identity,
)
from learning.objects import ObjectStore
from learning.settings import LearningSettings

_STARTS_WITHIN = 30.0


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def _command(folder: Path, ports: list[int]) -> list[str]:
    parts = ("s3", "master", "volume", "filer", "admin")
    numbers = iter(ports)
    addresses = [f"-{part}.port{kind}={next(numbers)}" for part in parts for kind in ("", ".grpc")]
    return [
        str(Path(sys.executable).parent / "weed"),
        "mini",
        f"-dir={folder}",
        "-ip=127.0.0.1",
        "-ip.bind=127.0.0.1",
        f"-s3.config={local_store_identity(folder)}",
        *addresses,
        "-s3.port.iceberg=0",
        "-s3.port.lance=0",
        "-webdav=false",
        "-admin.ui=false",
        "-master.telemetry=false",
        f"-s3.localSocket={folder}/s3.sock",
        f"-filer.localSocket={folder}/filer.sock",
    ]


@pytest.fixture(scope="session")
def object_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LearningSettings]:
    """Settings of a running object store, on ports of its own."""
    home = tmp_path_factory.mktemp("objects-home")
    folder = home / "objects"
    ports = _free_ports(10)
    environment = {**os.environ, "WEED_S3_SSE_KEY": local_store_encryption_key(folder)}
    with (folder / "weed.log").open("w") as log:
        server = subprocess.Popen(
            _command(folder, ports), cwd=folder, env=environment, stdout=log, stderr=log
        )
    settings = LearningSettings(home=home, s3_endpoint=f"http://127.0.0.1:{ports[0]}")
    try:
        _wait(server, ObjectStore(settings), folder / "weed.log")
        yield settings
    finally:
        server.kill()
        server.wait(10)


def _wait(server: subprocess.Popen[bytes], store: ObjectStore, log: Path) -> None:
    deadline = time.monotonic() + _STARTS_WITHIN
    while True:
        try:
            store.ensure_bucket()
            store.put("ready", b"yes")
            store.delete("ready")
            return
        except StoreError as err:
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the object store did not start:\n{log.read_text()}") from err
            time.sleep(0.1)


@pytest.fixture
def settings(object_server: LearningSettings, tmp_path: Path) -> LearningSettings:
    """A home and a bucket of this test's own, on the session's server."""
    pair = local_store_credentials(object_server.objects_folder)
    assert pair is not None
    own = {
        "home": tmp_path,
        "s3_bucket": f"test-{uuid.uuid4()}",
        "s3_access_key": SecretStr(pair[0]),
        "s3_secret_key": SecretStr(pair[1]),
    }
    return object_server.model_copy(update=own)
