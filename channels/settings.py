"""Settings of the channels process, from ``PENNY_…`` environment variables."""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


def _listed(value: object) -> object:
    return value.replace(",", " ").split() if isinstance(value, str) else value


Listed = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)]
"""Values set apart by commas or blanks."""

Numbers = Annotated[tuple[int, ...], NoDecode, BeforeValidator(_listed)]
"""Whole numbers, likewise."""

_HOST = re.compile(r"([a-z0-9-]+(\.[a-z0-9-]+)*|\[[0-9a-f:.]+\])(:[1-9]\d{0,4})?")
_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


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
        telegram_webhook_url: public https address of ``/telegram``; Penny polls without it.
        telegram_groups: ids of the groups she may talk in, with commas between them.
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
        session_days: how long a browser stays signed in at most.
        session_idle_hours: how long it may be away before it has to sign in again.
        embed_minutes: how long a session within another page lasts.
        embed_origins: pages that may embed Penny, like ``https://app.example``.
        host_jwks_url: where the host application publishes its public keys.
        host_jwks_file: the same as a file.
        host_issuer: what its tokens name as ``iss``.
        host_audience: what its tokens name as ``aud``.
        host_token_seconds: how old its tokens may be.
        host_creates_people: whether its tokens may bring new people.
        trusted_proxies: addresses whose word on where a request comes from is believed.
        stream_seconds: how long one event stream lives before the browser reconnects.
        heartbeat_seconds: pause between two heartbeats of an event stream.
        streams_per_person: event streams one person may hold open.
        courier_seconds: pause between two looks for messages that Penny begins.
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
    candidate_url: str = "http://127.0.0.1:5006"
    candidate_seconds: float = Field(default=10.0, gt=0)
    rollout_seconds: float = Field(default=5.0, gt=0)
    operator_token: SecretStr | None = None
    demo_person: str | None = None
    telegram_token: SecretStr | None = None
    telegram_base_url: str = "https://api.telegram.org"
    telegram_webhook_url: str = Field(default="", pattern=r"(https://\S+/telegram)?")
    telegram_groups: Numbers = ()
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
    session_idle_hours: float = Field(default=12.0, gt=0)
    embed_minutes: float = Field(default=15.0, gt=0, le=60)
    embed_origins: Listed = ()
    host_jwks_url: str | None = None
    host_jwks_file: Path | None = None
    host_issuer: str | None = None
    host_audience: str | None = None
    host_token_seconds: int = Field(default=300, gt=0, le=3_600)
    host_creates_people: bool = False
    trusted_proxies: Listed = ()
    stream_seconds: float = Field(default=600.0, gt=0)
    heartbeat_seconds: float = Field(default=15.0, gt=0)
    streams_per_person: int = Field(default=10, gt=0)
    courier_seconds: float = Field(default=2.0, gt=0)
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

    @field_validator("embed_origins")
    @classmethod
    def _embed_origins(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        for origin in origins:
            if not _is_safe_origin(origin):
                raise ValueError("an origin looks like https://app.example, nothing behind it")
        return origins

    @field_validator("host_jwks_url")
    @classmethod
    def _host_jwks_url(cls, url: str | None) -> str | None:
        if url and not _is_safe_origin("://".join(urlsplit(url)[:2])):
            raise ValueError("keys are only fetched from an https address")
        return url or None

    @field_validator("trusted_proxies")
    @classmethod
    def _trusted_proxies(cls, proxies: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(str(ipaddress.ip_address(proxy)) for proxy in proxies)

    @model_validator(mode="after")
    def _host_is_named(self) -> Self:
        if (self.host_jwks_url or self.host_jwks_file) and not (
            self.host_issuer and self.host_audience
        ):
            raise ValueError("a host's keys need PENNY_HOST_ISSUER and PENNY_HOST_AUDIENCE")
        return self

    @field_validator("public_url")
    @classmethod
    def _public_url(cls, address: str | None) -> str | None:
        if not address:
            return None
        if not re.fullmatch(r"https?://[A-Za-z0-9.\-]+(?::\d{1,5})?/?", address):
            raise ValueError("an address looks like https://penny.example")
        return address.rstrip("/")

    def for_candidate(self) -> ChannelSettings:
        """The same settings with the candidate's Rasa in place of the champion's."""
        seconds = min(self.turn_seconds, self.candidate_seconds)
        return self.model_copy(update={"rasa_url": self.candidate_url, "turn_seconds": seconds})

    @property
    def session_cookie(self) -> str:
        """Name of the session cookie; browsers share cookies between a host's ports."""
        return f"penny_session_{self.port}"


def _is_safe_origin(origin: str) -> bool:
    """Whether this is scheme, host and port alone, as browsers write it, and nobody listens in."""
    parts = urlsplit(origin)
    if f"{parts.scheme}://{parts.netloc}" != origin or not _HOST.fullmatch(parts.netloc):
        return False
    host = parts.netloc if parts.netloc.endswith("]") else parts.netloc.rsplit(":", 1)[0]
    return parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK)
