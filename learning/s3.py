"""A bucket of Amazon S3 or whatever speaks its protocol, over boto3."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    HTTPClientError,
    NoCredentialsError,
    PartialCredentialsError,
)
from botocore.exceptions import (
    ConnectionError as NoConnection,
)

from learning.errors import (
    NotStored,
    StoreConflict,
    StoreError,
    StoreRefused,
    StoreUnavailable,
)
from learning.keys import local_store_credentials
from learning.settings import LearningSettings
from learning.stored import CHANGED, NO_ACCESS, UNUSABLE, Stored, missing

_OWNED = ("BucketAlreadyOwnedByYou", "BucketAlreadyExists")
_MISSING = ("NoSuchBucket", "404", "NotFound")
_CONFLICTS = ("PreconditionFailed", "ConditionalRequestConflict")
_RULE = "penny-transcripts"
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class S3Bucket:
    """One bucket of S3: what :class:`learning.objects.ObjectStore` does, for whole keys."""

    def __init__(self, settings: LearningSettings, bucket: str) -> None:
        """Remembers the bucket; connects on the first call."""
        self._settings = settings
        self._bucket = bucket
        self._client = _client(settings, *_credentials(settings))

    def ensure_bucket(self) -> None:
        """Makes sure that the bucket is there; only the local server's is created."""
        try:
            self._call("head_bucket")
        except StoreRefused as refused:
            missing = _code(refused.__cause__) in _MISSING
            if not (missing and is_local(self._settings)):
                raise
            self._create()

    def _create(self) -> None:
        try:
            self._call("create_bucket")
        except StoreRefused as refused:
            if _code(refused.__cause__) not in _OWNED:
                raise

    def keep_days(self, prefix: str, days: int) -> None:
        """Has the bucket's lifecycle remove objects this old; other people's rules stay.

        It is done by the store, in its own time (Amazon: about once a day).
        """
        mine = {
            "ID": _RULE,
            "Filter": {"Prefix": prefix},
            "Status": "Enabled",
            "Expiration": {"Days": days},
        }
        rules = self._rules()
        if not any(_same_rule(rule, mine) for rule in rules):
            others = [rule for rule in rules if rule.get("ID") != _RULE]
            self._call(
                "put_bucket_lifecycle_configuration",
                LifecycleConfiguration={"Rules": [*others, mine]},
            )

    def _rules(self) -> list[dict[str, Any]]:
        try:
            found: list[dict[str, Any]] = self._call("get_bucket_lifecycle_configuration")["Rules"]
        except StoreRefused as refused:
            if _code(refused.__cause__) != "NoSuchLifecycleConfiguration":
                raise
            return []
        return found

    def put(self, key: str, body: bytes, metadata: Mapping[str, str] | None = None) -> None:
        """Stores ``body`` whole, in place of what ``key`` held; durable on return."""
        self._put(key, body, Metadata=dict(metadata or {}))

    def put_if(self, key: str, body: bytes, tag: str | None) -> str:
        """Stores ``body`` where ``key`` is as it was read, or not there at all."""
        condition = {"IfNoneMatch": "*"} if tag is None else {"IfMatch": tag}
        return str(self._put(key, body, **condition)["ETag"])

    def get_tagged(self, key: str) -> tuple[bytes, str]:
        """The content of ``key``, with the tag that tells this writing from every other."""
        answer = self._call("get_object", Key=key)
        try:
            body: bytes = answer["Body"].read()
        except (BotoCoreError, OSError) as err:
            raise StoreUnavailable("The object store broke off while reading.") from err
        return body, str(answer["ETag"])

    def metadata(self, key: str) -> dict[str, str]:
        """What was stored beside the content of ``key``."""
        found: dict[str, str] = self._call("head_object", Key=key).get("Metadata", {})
        return found

    def list(self, prefix: str) -> Iterator[Stored]:
        """Every object whose key starts with ``prefix``, in order of keys."""
        token: dict[str, str] = {}
        while True:
            page = self._call("list_objects_v2", Prefix=prefix, **token)
            for entry in page.get("Contents", ()):
                yield Stored(entry["Key"], entry["Size"], entry["LastModified"])
            if not page.get("IsTruncated"):
                return
            token = {"ContinuationToken": page["NextContinuationToken"]}

    def delete(self, key: str) -> None:
        """Removes ``key``; it is no error when it is gone already."""
        self._call("delete_object", Key=key)

    def _put(self, key: str, body: bytes, **more: Any) -> dict[str, Any]:
        if self._settings.s3_encryption != "none":
            more["ServerSideEncryption"] = self._settings.s3_encryption
        return self._call("put_object", Key=key, Body=body, **more)

    def _call(self, operation: str, **arguments: Any) -> dict[str, Any]:
        try:
            call = getattr(self._client, operation)
            answer: dict[str, Any] = call(Bucket=self._bucket, **arguments)
        except ClientError as err:
            raise _translated(err, self._bucket) from err
        except (NoCredentialsError, PartialCredentialsError) as err:
            raise StoreRefused("There are no credentials for the object store.") from err
        except (HTTPClientError, NoConnection, OSError) as err:
            where = self._settings.s3_endpoint or "Amazon S3"
            raise StoreUnavailable(f"The object store at {where} does not answer.") from err
        except BotoCoreError as err:
            raise StoreError(UNUSABLE) from err
        return answer


def _same_rule(rule: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    return all(rule.get(part) == value for part, value in wanted.items())


def is_local(settings: LearningSettings) -> bool:
    """True when the object store is the one on this machine."""
    return urlsplit(settings.s3_endpoint).hostname in _LOOPBACK


@lru_cache(maxsize=8)
def _client(settings: LearningSettings, access: str | None, secret: str | None) -> Any:
    """A client is slow to build and safe to share, so there is one for each way to connect."""
    config = Config(
        connect_timeout=min(3.0, settings.s3_timeout),
        read_timeout=settings.s3_timeout,
        retries={"mode": "standard", "total_max_attempts": 3},
        s3={"addressing_style": "path" if settings.s3_endpoint else "auto"},
    )
    try:
        return boto3.session.Session().client(
            "s3",
            endpoint_url=settings.s3_endpoint or None,
            region_name=settings.s3_region,
            aws_access_key_id=access,
            aws_secret_access_key=secret,
            config=config,
        )
    except (BotoCoreError, ValueError) as err:
        raise StoreError("The object store's address or region is not valid.") from err


def _credentials(settings: LearningSettings) -> tuple[str | None, str | None]:
    """From the settings, else the local server's key file, else boto3's own chain (None)."""
    if settings.s3_access_key and settings.s3_secret_key:
        return settings.s3_access_key.get_secret_value(), settings.s3_secret_key.get_secret_value()
    local = local_store_credentials(settings.objects_folder) if is_local(settings) else None
    return local or (None, None)


def _code(error: BaseException | None) -> str:
    return (
        str(error.response.get("Error", {}).get("Code")) if isinstance(error, ClientError) else ""
    )


def _translated(err: ClientError, bucket: str) -> StoreError:
    status = err.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if status >= 500 or status == 429 or _code(err) == "SlowDown":
        return StoreUnavailable("The object store has trouble of its own; try again later.")
    if status == 412 or _code(err) in _CONFLICTS:
        return StoreConflict(CHANGED)
    if _code(err) in _MISSING or _code(err) == "NoSuchKey":
        return NotStored(missing(bucket))
    if status in (401, 403):
        return StoreRefused(NO_ACCESS)
    return StoreRefused(f"The object store refused the request ({_code(err)}).")
