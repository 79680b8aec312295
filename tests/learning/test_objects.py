from __future__ import annotations

import stat

import pytest
from pydantic import SecretStr

from learning.errors import StoreRefused, StoreUnavailable
from learning.keys import local_store_encryption_key, local_store_identity
from learning.objects import ObjectStore
from learning.s3 import S3Bucket
from learning.settings import LearningSettings


def test_what_is_put_is_listed_and_read_back(settings: LearningSettings) -> None:
    store = ObjectStore(settings)
    store.ensure_bucket()
    store.ensure_bucket()
    store.put("a/one", b"first", {"turns": "3"})
    store.put("a/one", b"second", {"turns": "4"})
    store.put("b/two", b"other")
    assert [(stored.key, stored.size) for stored in store.list("a/")] == [("a/one", 6)]
    assert store.get("a/one") == b"second"
    assert store.metadata("a/one") == {"turns": "4"}
    store.delete("a/one")
    store.delete("a/one")
    assert [stored.key for stored in store.list()] == ["b/two"]


def test_listing_goes_on_past_one_page(settings: LearningSettings, monkeypatch) -> None:
    store = ObjectStore(settings)
    store.ensure_bucket()
    for number in range(5):
        store.put(f"page/{number}", b"x")
    real = S3Bucket._call
    monkeypatch.setattr(S3Bucket, "_call", lambda *call, **more: real(*call, MaxKeys=2, **more))
    assert [stored.key for stored in store.list("page/")] == [f"page/{n}" for n in range(5)]


def test_objects_are_encrypted_on_the_servers_disk(
    settings: LearningSettings, object_server: LearningSettings
) -> None:
    store = ObjectStore(settings)
    store.ensure_bucket()
    store.put("sealed", b"a sentence nobody may read on the disk " * 40)
    files = [path for path in object_server.objects_folder.rglob("*") if path.is_file()]
    assert any(path.suffix == ".dat" for path in files)
    assert not any(b"nobody may read" in path.read_bytes() for path in files)


def test_a_wrong_secret_is_refused_in_a_plain_sentence(settings: LearningSettings) -> None:
    wrong = settings.model_copy(update={"s3_secret_key": SecretStr("not-the-secret")})
    with pytest.raises(StoreRefused, match="does not accept these credentials") as caught:
        ObjectStore(wrong).ensure_bucket()
    assert "not-the-secret" not in str(caught.value)


def test_a_missing_object_is_refused(settings: LearningSettings) -> None:
    store = ObjectStore(settings)
    store.ensure_bucket()
    with pytest.raises(StoreRefused, match="no such bucket or object"):
        store.get("nowhere")


def test_a_store_that_is_down_is_unavailable(settings: LearningSettings) -> None:
    down = settings.model_copy(update={"s3_endpoint": "http://127.0.0.1:9"})
    with pytest.raises(StoreUnavailable, match="does not answer"):
        ObjectStore(down).ensure_bucket()


def test_the_local_secrets_are_made_once_and_readable_by_the_owner_only(tmp_path) -> None:
    identity = local_store_identity(tmp_path)
    before = identity.read_text()
    key = local_store_encryption_key(tmp_path)
    assert local_store_identity(tmp_path).read_text() == before
    assert local_store_encryption_key(tmp_path) == key
    assert len(bytes.fromhex(key)) == 32
    for path in (identity, tmp_path / "sse.key"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["s3.json", "sse.key"]
