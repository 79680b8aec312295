"""Settings, read from environment variables that start with ``PENNY_``.

One class per process. Every default is safe and works on a laptop without any
variable set; secrets come from the environment or from 0600 files in the home
folder, never from a committed file.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class CoreSettings(BaseSettings):
    """What the finance core needs.

    Attributes:
        home: folder that holds all state of this Penny (``PENNY_HOME``).
        database_url: SQLAlchemy URL; SQLite in ``home`` unless set
            (``postgresql+psycopg://…`` is the other one supported).
        secret_key: Fernet key that encrypts bank credentials; a key file is made
            in ``home`` on first use when unset.
        bank_timeout: seconds one request to a bank may take.
        bank_attempts: how often one request to a bank is tried.
        plaid_url: address of Plaid's API.
        plaid_client_id: Penny's own id at Plaid, if Plaid is used.
        plaid_secret: Penny's own secret at Plaid.
        floor_minor: balance, in minor units, a savings move must leave.
        sweep_cap_minor: most that one savings move may take, in minor units.
        proposal_minutes: how long a proposed transfer waits for a yes.
        exchange_rates: rates for one net worth over several currencies, with their day:
            ``EUR/GBP=0.85@2026-06-01, USD/GBP=0.79@2026-06-01``.
        bank_contacts: YAML file with banks' telephone numbers and pages; see
            ``services/contacts.py``.
        handoff_email: where conversations are handed to by mail.
        smtp_url: mail server, ``smtp://user:password@host:587`` or ``smtps://…``.
        handoff_from: sender of those mails; ``handoff_email`` unless set.
        handoff_webhook: where conversations are handed to by HTTP.
        handoff_secret: key that those requests are signed with.
        handoff_amounts: whether handed-over answers keep their amounts.
    """

    model_config = SettingsConfigDict(
        env_prefix="PENNY_", extra="ignore", frozen=True, hide_input_in_errors=True
    )

    home: Path = Path("var")
    database_url: str | None = None
    secret_key: SecretStr | None = None
    bank_timeout: float = Field(default=20.0, gt=0)
    bank_attempts: int = Field(default=4, ge=1, le=10)
    plaid_url: str = "https://production.plaid.com"
    plaid_client_id: str | None = None
    plaid_secret: SecretStr | None = None
    floor_minor: int = Field(default=20_000, ge=0)
    sweep_cap_minor: int = Field(default=30_000, gt=0)
    proposal_minutes: int = Field(default=30, gt=0)
    exchange_rates: str = ""
    bank_contacts: Path | None = None
    handoff_email: str | None = None
    smtp_url: SecretStr | None = None
    handoff_from: str | None = None
    handoff_webhook: str | None = None
    handoff_secret: SecretStr | None = None
    handoff_amounts: bool = False

    @property
    def database(self) -> str:
        """The SQLAlchemy URL in force."""
        return self.database_url or f"sqlite:///{(self.home / 'penny.db').resolve()}"

    @property
    def models_folder(self) -> Path:
        """Where trained forecasting and category models are cached."""
        return self.home / "models"
