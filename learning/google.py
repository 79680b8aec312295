"""A bucket of Google Cloud Storage, over Google's own client.

Credentials are found as Google's tools find them: a key file in
``GOOGLE_APPLICATION_CREDENTIALS``, or the machine it runs on. Everything is encrypted at rest
by Google, with the key that is chosen for the bucket.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property

import requests
from google.api_core import exceptions
from google.auth.exceptions import GoogleAuthError, TransportError
from google.cloud import storage
from google.cloud.storage.retry import DEFAULT_RETRY

from learning.errors import NotStored, StoreConflict, StoreError, StoreRefused, StoreUnavailable
from learning.settings import LearningSettings
from learning.stored import CHANGED, NO_ACCESS, UNUSABLE, Stored, missing

_LATER = (
    exceptions.ServerError,
    exceptions.TooManyRequests,
    exceptions.RetryError,
    requests.RequestException,
    TransportError,
)


class GoogleBucket:
    """One bucket: what :class:`learning.objects.ObjectStore` does, for whole keys."""

    def __init__(self, settings: LearningSettings, name: str) -> None:
        """Connects on the first call."""
        self._name = name
        self._seconds = settings.s3_timeout
        self._again = DEFAULT_RETRY.with_timeout(3 * settings.s3_timeout)

    @cached_property
    def _bucket(self) -> storage.Bucket:
        return storage.Client().bucket(self._name)

    def ensure_bucket(self) -> None:
        """Makes sure that the bucket is there; nobody's is created."""
        with self._translated():
            next(iter(self._listed("", most=1)), None)

    def keep_days(self, prefix: str, days: int) -> None:
        """Nothing: what is too old is removed when transcripts are collected."""

    def put(self, key: str, body: bytes, metadata: Mapping[str, str] | None = None) -> None:
        """Stores ``body`` whole, in place of what ``key`` held; durable on return."""
        with self._translated():
            blob = self._bucket.blob(key)
            blob.metadata = dict(metadata or {})
            blob.upload_from_string(body, timeout=self._seconds, retry=self._again)

    def put_if(self, key: str, body: bytes, tag: str | None) -> str:
        """Stores ``body`` where ``key`` is as it was read, or not there at all."""
        with self._translated():
            blob = self._bucket.blob(key)
            # tried once: a second try would find its own writing there and call it somebody's
            blob.upload_from_string(
                body, timeout=self._seconds, retry=None, if_generation_match=int(tag or 0)
            )
            return str(blob.generation)

    def get_tagged(self, key: str) -> tuple[bytes, str]:
        """The content of ``key``, with the tag that tells this writing from every other."""
        with self._translated():
            blob = self._bucket.blob(key)
            body = blob.download_as_bytes(timeout=self._seconds, retry=self._again)
            return body, str(blob.generation)

    def metadata(self, key: str) -> dict[str, str]:
        """What was stored beside the content of ``key``."""
        with self._translated():
            blob = self._bucket.blob(key)
            blob.reload(timeout=self._seconds, retry=self._again)
            return dict(blob.metadata or {})

    def list(self, prefix: str) -> Iterator[Stored]:
        """Objects in order of keys."""
        with self._translated():
            for blob in self._listed(prefix):
                yield Stored(blob.name, blob.size, blob.updated)

    def delete(self, key: str) -> None:
        """Removes ``key``; it is no error when it is gone already."""
        try:
            with self._translated():
                self._bucket.blob(key).delete(timeout=self._seconds, retry=self._again)
        except NotStored:
            pass

    def _listed(self, prefix: str, most: int | None = None) -> Iterator[storage.Blob]:
        found = self._bucket.list_blobs(
            prefix=prefix, max_results=most, timeout=self._seconds, retry=self._again
        )
        return iter(found)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except exceptions.NotFound as err:
            raise NotStored(missing(self._name)) from err
        except exceptions.PreconditionFailed as err:
            raise StoreConflict(CHANGED) from err
        except _LATER as err:
            raise StoreUnavailable(f"The object store of {self._name!r} does not answer.") from err
        except (exceptions.Forbidden, exceptions.Unauthorized, GoogleAuthError) as err:
            raise StoreRefused(NO_ACCESS) from err
        except (exceptions.GoogleAPIError, ValueError, OSError) as err:
            raise StoreError(UNUSABLE) from err
