"""A real S3 server for the session, and settings that point at it."""

from __future__ import annotations

import os
import socket
import subprocess
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from learning import local_store
from learning.errors import StoreError
from learning.keys import local_store_credentials
from learning.objects import ObjectStore
from learning.settings import LearningSettings

_STARTS_WITHIN = 30.0


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        return int(one.getsockname()[1])


@pytest.fixture(scope="session")
def object_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LearningSettings]:
    """Settings of a running object store, on ports of its own."""
    home = tmp_path_factory.mktemp("objects-home")
    folder = home / "objects"
    folder.mkdir()
    port = _free_port()
    environment = {**os.environ, **local_store.environment(folder)}
    with (folder / "weed.log").open("w") as log:
        server = subprocess.Popen(
            local_store.command(folder, port),
            cwd=folder,
            env=environment,
            stdout=log,
            stderr=log,
        )
    settings = LearningSettings(home=home, s3_endpoint=f"http://127.0.0.1:{port}")
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
