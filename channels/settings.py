"""Settings of the channels process, from ``PENNY_…`` environment variables."""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class ChannelSettings(BaseSettings):
    """What the door to the outside needs to know.

    Attributes:
        host: address to listen on; loopback unless set.
        port: port to listen on.
        home: folder that holds all state of this Penny.
        rasa_url: where the private Rasa server answers.
        rasa_token: token of Rasa's HTTP interface.
        candidate_url: where a second Rasa answers while a new model is rolled out.
        candidate_seconds: how long the new model's answer may take before the other is asked.
        rollout_seconds: pause between two looks at the registry of models.
        operator_token: lets whoever shows it see ``/rollout`` from other machines.
        demo_person: id of the person that a visitor on this very machine is signed in as.
        telegram_token: token of the Telegram bot; no Telegram without it.
        telegram_base_url: Bot API server.
        body_limit: largest request body, in bytes.
        text_limit: longest message, in characters.
        turns_per_minute: messages one person may send, on average.
        turn_burst: messages one person may send at once.
        turn_seconds: how long one answer may take.
        body_seconds: how long a request body may take to arrive.
        session_days: how long a browser stays signed in.
        stream_seconds: how long one event stream lives before the browser reconnects.
        heartbeat_seconds: pause between two heartbeats of an event stream.
        streams_per_person: event streams one person may hold open.
        secure_cookies: mark cookies ``Secure``; set it when TLS ends in front of Penny.
    """

    model_config = SettingsConfigDict(
        env_prefix="PENNY_", extra="ignore", frozen=True, hide_input_in_errors=True
    )

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65_535)
    home: Path = Path("var")
    rasa_url: str = "http://127.0.0.1:5005"
    rasa_token: SecretStr | None = None
    candidate_url: str = "http://127.0.0.1:5006"
    candidate_seconds: float = Field(default=10.0, gt=0)
    rollout_seconds: float = Field(default=5.0, gt=0)
    operator_token: SecretStr | None = None
    demo_person: str | None = None
    telegram_token: SecretStr | None = None
    telegram_base_url: str = "https://api.telegram.org"
    body_limit: int = Field(default=16_384, gt=0)
    text_limit: int = Field(default=2_000, gt=0)
    turns_per_minute: int = Field(default=240, gt=0)
    turn_burst: int = Field(default=60, gt=0)
    turn_seconds: float = Field(default=30.0, gt=0)
    body_seconds: float = Field(default=10.0, gt=0)
    session_days: int = Field(default=30, gt=0)
    stream_seconds: float = Field(default=600.0, gt=0)
    heartbeat_seconds: float = Field(default=15.0, gt=0)
    streams_per_person: int = Field(default=10, gt=0)
    secure_cookies: bool = False

    @field_validator("telegram_token")
    @classmethod
    def _telegram_token(cls, token: SecretStr | None) -> SecretStr | None:
        value = token.get_secret_value() if token else ""
        if value and not re.fullmatch(r"\d+:[\w-]+", value):
            raise ValueError("a bot token looks like 12345:letters-and-digits")
        return token if value else None

    def for_candidate(self) -> ChannelSettings:
        """The same settings with the candidate's Rasa in place of the champion's."""
        seconds = min(self.turn_seconds, self.candidate_seconds)
        return self.model_copy(update={"rasa_url": self.candidate_url, "turn_seconds": seconds})

    @property
    def session_cookie(self) -> str:
        """Name of the session cookie; browsers share cookies between a host's ports."""
        return f"penny_session_{self.port}"
