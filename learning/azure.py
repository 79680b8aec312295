"""A container of Azure Blob, over obstore.

Account and credentials come from Azure's own environment variables or from the machine it runs
on (``AZURE_STORAGE_ACCOUNT_NAME``, …; obstore documents them). Azure encrypts everything at
rest by itself, with a key that is chosen for the account.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import obstore
from obstore import exceptions
from obstore.store import AzureStore

from learning.errors import NotStored, StoreConflict, StoreError, StoreRefused, StoreUnavailable
from learning.settings import LearningSettings
from learning.stored import CHANGED, NO_ACCESS, UNUSABLE, Stored, missing

_OF_HTTP = (
    "content-type",
    "content-encoding",
    "content-language",
    "content-disposition",
    "cache-control",
)
_MISSING = (exceptions.NotFoundError, FileNotFoundError)


class AzureBucket:
    """One container: what :class:`learning.objects.ObjectStore` does, for whole keys."""

    def __init__(self, settings: LearningSettings, name: str) -> None:
        """Connects on the first call."""
        seconds = settings.s3_timeout
        with _translated(name):
            self._store = AzureStore(
                name,
                client_options={
                    "timeout": timedelta(seconds=seconds),
                    "connect_timeout": timedelta(seconds=min(3.0, seconds)),
                    "allow_http": settings.store_http,
                },
                retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=3 * seconds)},
            )
        self._name = name

    def ensure_bucket(self) -> None:
        """Makes sure that the bucket is there; nobody's is created."""
        with _translated(self._name):
            next(iter(obstore.list(self._store, chunk_size=1)), None)

    def keep_days(self, prefix: str, days: int) -> None:
        """Nothing: what is too old is removed when transcripts are collected."""

    def put(self, key: str, body: bytes, metadata: Mapping[str, str] | None = None) -> None:
        """Stores ``body`` whole, in place of what ``key`` held; durable on return."""
        with _translated(self._name):
            obstore.put(self._store, key, body, attributes=dict(metadata or {}))

    def put_if(self, key: str, body: bytes, tag: str | None) -> str:
        """Stores ``body`` where ``key`` is as it was read, or not there at all."""
        mode: Any = "create" if tag is None else json.loads(tag)
        with _translated(self._name):
            return _tag(obstore.put(self._store, key, body, mode=mode, use_multipart=False))

    def get_tagged(self, key: str) -> tuple[bytes, str]:
        """The content of ``key``, with the tag that tells this writing from every other."""
        with _translated(self._name):
            answer = obstore.get(self._store, key)
            return bytes(answer.bytes()), _tag(answer.meta)

    def metadata(self, key: str) -> dict[str, str]:
        """What was stored beside the content of ``key``."""
        with _translated(self._name):
            found = obstore.get(self._store, key, options={"head": True}).attributes
        named = {str(name).lower(): str(value) for name, value in found.items()}
        return {name: value for name, value in named.items() if name not in _OF_HTTP}

    def list(self, prefix: str) -> Iterator[Stored]:
        """Objects in order of keys; obstore's own prefixes are whole folders."""
        folder = prefix.rpartition("/")[0]
        with _translated(self._name):
            for page in obstore.list(self._store, folder or None):
                for entry in page:
                    if entry["path"].startswith(prefix):
                        yield Stored(entry["path"], entry["size"], entry["last_modified"])

    def delete(self, key: str) -> None:
        """Removes ``key``; it is no error when it is gone already."""
        try:
            with _translated(self._name):
                obstore.delete(self._store, key)
        except NotStored:
            pass


def _tag(result: Any) -> str:
    """What tells this writing from every other, as obstore wants it back."""
    return json.dumps({name: result[name] for name in ("e_tag", "version") if result.get(name)})


@contextmanager
def _translated(bucket: str) -> Iterator[None]:
    try:
        yield
    except _MISSING as err:
        raise NotStored(missing(bucket)) from err
    except (exceptions.AlreadyExistsError, exceptions.PreconditionError) as err:
        raise StoreConflict(CHANGED) from err
    except (exceptions.PermissionDeniedError, exceptions.UnauthenticatedError) as err:
        raise StoreRefused(NO_ACCESS) from err
    except exceptions.GenericError as err:
        if "status code: 404" in str(err):  # obstore has no error of its own for a bucket
            raise NotStored(f"The object store has no such bucket as {bucket!r}.") from err
        raise StoreUnavailable(f"The object store of {bucket!r} does not answer.") from err
    except (exceptions.BaseError, ValueError) as err:
        raise StoreError(UNUSABLE) from err
