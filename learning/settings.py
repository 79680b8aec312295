"""Settings of the learning room, from environment variables that start with ``PENNY_``."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class LearningSettings(BaseSettings):
    """What collecting transcripts needs.

    Attributes:
        home: folder that holds all state of this Penny (``PENNY_HOME``).
        events_file: where Rasa's file event broker writes; in ``home`` unless set.
        s3_endpoint: URL of the object store; empty means Amazon's own.
        s3_bucket: bucket of the transcripts.
        s3_region: region name the requests are signed for.
        s3_access_key: access key id; the local server's own key file in ``home``, or
            boto3's usual chain of credentials, when unset.
        s3_secret_key: secret that goes with it.
        s3_encryption: server-side encryption asked for with each object (``none`` to
            leave it to the bucket's own rule).
        s3_timeout: seconds one request may take.
        settle_seconds: a turn without its end marker counts as over after this long.
        transcript_amounts: ``keep`` amounts of money in transcripts, or ``bucket`` them.
        transcript_surrogates: made-up names and numbers in transcripts, not placeholders.
        batch_bytes: how much of the events one batch reads at most; more only where a
            single turn spans more.
        store_url: the object store by its address, ``s3://BUCKET``, ``gs://BUCKET`` or
            ``az://CONTAINER``, each with ``/PREFIX`` after it if wanted; empty means
            ``s3_bucket``.
        store_http: speak to a cloud's store without TLS; for emulators on this machine.
        transcript_format: how stored turns are written, gzipped JSON lines or Parquet.
        transcript_days: after how many days stored turns go; never when unset.
        kafka_url: Kafka's brokers, ``HOST:PORT`` with commas between; the file alone
            when empty.
        kafka_topic: topic of the events.
        kafka_group: consumer group the position is kept for.
        kafka_security: how to connect, and whether with a name and password.
        kafka_mechanism: SASL mechanism, where there is a name and password.
        kafka_username: name at the brokers.
        kafka_password: password that goes with it.
        kafka_ca_file: certificates that are trusted; the system's own when unset.
        kafka_timeout: seconds without an answer after which Kafka counts as down.
    """

    model_config = SettingsConfigDict(env_prefix="PENNY_", extra="ignore", frozen=True)

    home: Path = Path("var")
    events_file: Path | None = None
    s3_endpoint: str = "http://127.0.0.1:8333"
    s3_bucket: str = Field(default="penny-transcripts", min_length=3, max_length=63)
    s3_region: str = "us-east-1"
    s3_access_key: SecretStr | None = None
    s3_secret_key: SecretStr | None = None
    s3_encryption: Literal["none", "AES256", "aws:kms"] = "AES256"
    s3_timeout: float = Field(default=10.0, gt=0)
    settle_seconds: float = Field(default=300.0, ge=0)
    transcript_amounts: Literal["keep", "bucket"] = "keep"
    transcript_surrogates: bool = False
    batch_bytes: int = Field(default=16 * 1024 * 1024, ge=1024)
    store_url: str = Field(default="", pattern=r"^(|(s3|gs|az)://[A-Za-z0-9._-]{3,63}(/.*)?)$")
    store_http: bool = False
    transcript_format: Literal["jsonl", "parquet"] = "jsonl"
    transcript_days: int | None = Field(default=None, ge=1, le=36500)
    kafka_url: str = ""
    kafka_topic: str = Field(default="penny-conversations", min_length=1, max_length=249)
    kafka_group: str = Field(default="penny-transcripts", min_length=1)
    kafka_security: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    kafka_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "SCRAM-SHA-512"
    kafka_username: str = ""
    kafka_password: SecretStr = SecretStr("")
    kafka_ca_file: Path | None = None
    kafka_timeout: float = Field(default=10.0, gt=0)

    @property
    def events(self) -> Path:
        """The events file in force."""
        return self.events_file or self.home / "events" / "conversations.jsonl"

    @property
    def state(self) -> Path:
        """Folder of the checkpoint, the pseudonym key and the lock."""
        return self.home / "learning"

    @property
    def objects_folder(self) -> Path:
        """Folder of the local object store: its data, its key file and its encryption key."""
        return self.home / "objects"
