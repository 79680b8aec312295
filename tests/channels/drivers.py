"""How a test talks through each channel.

A new channel gets a class like these and a line in `DRIVERS`; ``test_contract.py`` does the rest.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, ClassVar

import httpx
import openai
from pydantic import SecretStr

from channels.settings import ChannelSettings
from finance_core.services import people
from finance_core.services.core import Core
from tests.channels import fake_slack, fake_telegram
from tests.channels.driving import Chat, Driver
from tests.channels.serving import served
from tests.channels.voice.drivers import Alexa, Twilio


def revoke(driver: Driver, token: str) -> None:
    """Makes a token useless and waits until the application knows, which takes it seconds."""
    people.revoke_token(driver.core, token)
    headers, until = {"Authorization": f"Bearer {token}"}, time.monotonic() + 10
    while httpx.get(f"{driver.url}/api/me", headers=headers).status_code != 401:
        assert time.monotonic() < until, "a revoked token is still taken"
        time.sleep(0.05)


class Web(Driver):
    """A program, or the chat page, at ``POST /api/messages``."""

    name = "web"

    def started(self) -> None:
        self.client = self._open.enter_context(httpx.Client(base_url=self.url, timeout=20))

    def link(self, person_id: str, token: str) -> None:
        self.client.headers["Authorization"] = f"Bearer {token}"
        self.token = token

    def say(self, text: str, message_id: str | None = None) -> str:
        body = {"text": text} | ({"message_id": message_id} if message_id else {})
        answer = self.client.post("/api/messages", json=body).json()
        if "messages" not in answer:
            return str(answer["error"])
        return "\n".join(message["text"] for message in answer["messages"])

    def unlink(self) -> None:
        revoke(self, self.token)


class OpenAi(Driver):
    """OpenAI's client at ``/v1``."""

    name = "openai"
    model: ClassVar[str] = "penny"

    def started(self) -> None:
        self.link("", "nobody's")

    def link(self, person_id: str, token: str) -> None:
        client = openai.OpenAI(api_key=token, base_url=f"{self.url}/v1", max_retries=0)
        self.client = self._open.enter_context(client)

    def say(self, text: str, message_id: str | None = None) -> str:
        try:
            answer = self.client.chat.completions.create(
                model=self.model,
                messages=[{"role": "user", "content": text}],
                extra_headers={"Idempotency-Key": message_id} if message_id else None,
            )
        except openai.APIStatusError as error:
            return error.message
        return answer.choices[0].message.content or ""

    def unlink(self) -> None:
        revoke(self, self.client.api_key)


class OpenAiVoice(OpenAi):
    """The same as an assistant that speaks."""

    name = "voice"
    model = "penny-voice"
    reads = False


class Telegram(Chat):
    """A private chat with the bot, by long polling."""

    name = "telegram"
    code, stop = "/start {}", "/stop"

    def prepared(self, running: ExitStack) -> dict[str, Any]:
        self.sent: set[str | None] = set()
        self.fake = fake_telegram.FakeTelegram()
        self.updates: dict[str, dict[str, Any]] = {}
        return {
            "telegram_token": SecretStr(fake_telegram.TOKEN),
            "telegram_base_url": running.enter_context(served(self.fake.app)),
        }

    def write(self, text: str, message_id: str) -> None:
        if message_id in self.updates:
            self.fake._queue({"message": self.updates[message_id]})
        else:
            self.fake.write(text)
            self.updates[message_id] = self.fake._updates[-1]["message"]

    def shown(self) -> list[str]:
        return [message["text"] for message in self.fake.sent()]


class Slack(Chat):
    """A member who writes to the app."""

    name = "slack"
    code, stop = "link {}", "unlink"

    def prepared(self, running: ExitStack) -> dict[str, Any]:
        self.sent: set[str | None] = set()
        self.fake = fake_slack.FakeSlack()
        return {
            "slack_token": SecretStr(fake_slack.TOKEN),
            "slack_signing_secret": SecretStr(fake_slack.SECRET),
            "slack_base_url": f"{running.enter_context(served(self.fake.app))}/api/",
        }

    def started(self) -> None:
        self.fake.app_url = self.url

    def write(self, text: str, message_id: str) -> None:
        self.fake.write(text, event_id=message_id)

    def shown(self) -> list[str]:
        return [fake_slack.seen(message) for message in self.fake.posted()]


DRIVERS: tuple[Callable[[Core, ChannelSettings], Driver], ...] = (
    Web,
    OpenAi,
    OpenAiVoice,
    Telegram,
    Slack,
    Alexa,
    Twilio,
)
