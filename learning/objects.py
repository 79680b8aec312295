"""The object store: a handful of calls, the same for S3, Google Cloud Storage and Azure Blob."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Protocol
from urllib.parse import urlsplit

from learning.errors import StoreRefused
from learning.settings import LearningSettings
from learning.stored import Stored

__all__ = ["ObjectStore", "Stored"]


class _Bucket(Protocol):
    """What a kind of store has to do; meanings are those of :class:`ObjectStore`."""

    def ensure_bucket(self) -> None: ...
    def keep_days(self, prefix: str, days: int) -> None: ...
    def put(self, key: str, body: bytes, metadata: Mapping[str, str] | None = None) -> None: ...
    def put_if(self, key: str, body: bytes, tag: str | None) -> str: ...
    def get_tagged(self, key: str) -> tuple[bytes, str]: ...
    def metadata(self, key: str) -> dict[str, str]: ...
    def list(self, prefix: str) -> Iterator[Stored]: ...
    def delete(self, key: str) -> None: ...


class ObjectStore:
    """One bucket, or a folder of it. Safe to share between threads.

    All methods raise a StoreError: StoreUnavailable where trying later may help, and else
    StoreRefused.
    """

    def __init__(self, settings: LearningSettings) -> None:
        """Finds the kind of store by the address in the settings."""
        address = urlsplit(settings.store_url or f"s3://{settings.s3_bucket}")
        folder = address.path.strip("/")
        self._prefix = f"{folder}/" if folder else ""
        self._bucket = _bucket(settings, address.scheme, address.netloc)

    def ensure_bucket(self) -> None:
        """Makes sure that the bucket is there; only the local server's is created."""
        self._bucket.ensure_bucket()

    def keep_days(self, prefix: str, days: int) -> None:
        """Has the bucket's lifecycle remove objects this old, where its store has one."""
        self._bucket.keep_days(self._prefix + prefix, days)

    def put(self, key: str, body: bytes, metadata: Mapping[str, str] | None = None) -> None:
        """Stores ``body`` whole, in place of what ``key`` held; durable on return."""
        self._bucket.put(self._prefix + key, body, metadata)

    def put_if(self, key: str, body: bytes, tag: str | None) -> str:
        """Stores ``body`` only where ``key`` still is as it was read; returns its new tag.

        Args:
            key: where to.
            body: the content.
            tag: what :meth:`get_tagged` gave; None for a key that must not exist yet.

        Raises:
            StoreConflict: somebody else has written there.
        """
        return self._bucket.put_if(self._prefix + key, body, tag)

    def get(self, key: str) -> bytes:
        """The content of ``key``."""
        return self.get_tagged(key)[0]

    def get_tagged(self, key: str) -> tuple[bytes, str]:
        """The content of ``key``, with the tag that tells this writing from every other.

        Raises:
            NotStored: there is no such object.
        """
        return self._bucket.get_tagged(self._prefix + key)

    def metadata(self, key: str) -> dict[str, str]:
        """What was stored beside the content of ``key``."""
        return self._bucket.metadata(self._prefix + key)

    def list(self, prefix: str = "") -> Iterator[Stored]:
        """Every object whose key starts with ``prefix``, in order of keys."""
        for stored in self._bucket.list(self._prefix + prefix):
            yield replace(stored, key=stored.key.removeprefix(self._prefix))

    def delete(self, key: str) -> None:
        """Removes ``key``; it is no error when it is gone already."""
        self._bucket.delete(self._prefix + key)


def _bucket(settings: LearningSettings, scheme: str, name: str) -> _Bucket:
    if scheme == "s3":
        from learning.s3 import S3Bucket  # noqa: PLC0415 boto3 takes a second to load

        return S3Bucket(settings, name)
    try:
        if scheme == "gs":
            from learning.google import GoogleBucket  # noqa: PLC0415 an optional extra

            return GoogleBucket(settings, name)
        from learning.azure import AzureBucket  # noqa: PLC0415 an optional extra

        return AzureBucket(settings, name)
    except ImportError as err:
        raise StoreRefused(
            f"A store at {scheme}:// needs Penny's extra 'clouds' to be installed."
        ) from err
