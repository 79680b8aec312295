"""Settings of the sandbox bank, from ``PENNY_…`` environment variables."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class SandboxSettings(BaseSettings):
    """What the sandbox bank needs; it only ever listens on the loopback address.

    Attributes:
        home: folder that holds its database (``PENNY_HOME``).
        sandbox_port: TCP port on 127.0.0.1.
        sandbox_seed: the households' lives follow from it.
        sandbox_today: fixes the bank's first day; the real day (UTC) unless set.
        sandbox_admin_token: bearer token of the admin endpoints; open to loopback
            callers when unset.
        sandbox_client_id: the one Plaid-shaped client that is let in; any if unset.
        sandbox_secret: its secret; any non-empty one if unset.
    """

    model_config = SettingsConfigDict(env_prefix="PENNY_", extra="ignore", frozen=True)

    home: Path = Path("var")
    sandbox_port: int = Field(default=8100, ge=0, le=65535)
    sandbox_seed: int = 7
    sandbox_today: date | None = None
    sandbox_admin_token: SecretStr | None = None
    sandbox_client_id: str | None = None
    sandbox_secret: SecretStr | None = None

    @property
    def database(self) -> Path:
        """The bank's own SQLite file."""
        return self.home / "sandbox.db"
