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
        demo_person: id of the person that a visitor on this very machine is signed in as.
        telegram_token: token of the Telegram bot; no Telegram without it.
        telegram_base_url: Bot API server.
        public_url: where people and services reach this Penny from outside (https://…).
        alexa_skill: id of the Alexa skill; no Alexa without it.
        alexa_roots: PEM file of the certificates that Alexa's signature is traced to; Mozilla's
            list unless set.
        twilio_token: auth token of the Twilio account; no telephone without it and ``public_url``.
        voice_language: language tag of what is said on the telephone.
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
        slack_token: token of the app's bot at Slack; no Slack without it and the secret.
        slack_signing_secret: secret that Slack signs its requests with.
        slack_base_url: Slack's Web API.
        speech_model: recognizer of voice notes: a folder, or a name of Whisper's English
            models; the one of the extra unless set.
        speech_voice: file of a piper voice, or ``espeak-ng``; the one of the extra unless set.
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
    demo_person: str | None = None
    telegram_token: SecretStr | None = None
    telegram_base_url: str = "https://api.telegram.org"
    public_url: str | None = None
    alexa_skill: str | None = None
    alexa_roots: Path | None = None
    twilio_token: SecretStr | None = None
    voice_language: str = "en-GB"
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
    slack_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None
    slack_base_url: str = "https://slack.com/api/"
    speech_model: str = ""
    speech_voice: str = ""
    secure_cookies: bool = False

    @field_validator("telegram_token")
    @classmethod
    def _telegram_token(cls, token: SecretStr | None) -> SecretStr | None:
        value = token.get_secret_value() if token else ""
        if value and not re.fullmatch(r"\d+:[\w-]+", value):
            raise ValueError("a bot token looks like 12345:letters-and-digits")
        return token if value else None

    @field_validator("public_url")
    @classmethod
    def _public_url(cls, address: str | None) -> str | None:
        if not address:
            return None
        if not re.fullmatch(r"https?://[A-Za-z0-9.\-]+(?::\d{1,5})?/?", address):
            raise ValueError("an address looks like https://penny.example")
        return address.rstrip("/")

    @property
    def session_cookie(self) -> str:
        """Name of the session cookie; browsers share cookies between a host's ports."""
        return f"penny_session_{self.port}"
