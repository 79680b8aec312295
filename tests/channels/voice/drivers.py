"""Drivers of the spoken channels, see ``tests/channels/drivers.py``."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from contextlib import ExitStack
from functools import cache
from typing import Any
from uuid import uuid4

import httpx
from defusedxml import ElementTree
from pydantic import SecretStr

from channels.contract import Channel, House
from channels.voice.alexa import AlexaChannel
from channels.voice.alexa_signature import Signatures
from finance_core.services import links, pins, voice
from tests.channels.driving import Driver
from tests.channels.voice import played_alexa, played_call
from tests.channels.voice.conftest import PIN

authority = cache(played_alexa.Authority)  # keys take a while to make


class Alexa(Driver):
    """Somebody who speaks to the skill."""

    name = "alexa"
    reads = False
    too_long = "I did not catch that."

    def prepared(self, running: ExitStack) -> dict[str, Any]:
        self.token: str | None = None
        self.played = played_alexa.PlayedAlexa(authority())
        return {}

    def more(self, house: House) -> Sequence[Channel]:
        signatures = Signatures([self.played.authority.root], self.played.http)
        return [AlexaChannel(house, played_alexa.SKILL, signatures, self.played.http)]

    def link(self, person_id: str, token: str) -> None:
        back = "https://layla.amazon.com/cb"
        client = links.add_client(self.core, "Alexa", [back])[0]
        code = links.consent(
            self.core, person_id, client.id, "ask act", redirect_uri=back, challenge=None
        )
        self.linked = links.redeem(self.core, "code", code, client.id).link
        self.token = uuid4().hex
        links.issue(self.core, self.linked, self.token, uuid4().hex)

    def say(self, text: str, message_id: str | None = None) -> str:
        slots = {"query": {"name": "query", "value": text}}
        said = {"intent": {"name": "SaySay", "slots": slots}}
        again = {"requestId": message_id} if message_id else {}
        body = json.dumps(played_alexa.request("IntentRequest", self.token, **said, **again))
        raw = body.encode()
        response = httpx.post(f"{self.url}/alexa", content=raw, headers=self.played.headers(raw))
        assert response.status_code == 200, response.text
        ssml = response.json()["response"]["outputSpeech"]["ssml"]
        return " ".join(ElementTree.fromstring(ssml).itertext())

    def unlink(self) -> None:
        links.unlink(self.core, self.linked.id, channel="web")


class Twilio(Driver):
    """Somebody on the telephone, who calls again when the call is over."""

    name = "twilio"
    reads = False
    too_long = "I did not hear anything."

    def prepared(self, running: ExitStack) -> dict[str, Any]:
        self.said: dict[str, str] = {}
        return {
            "twilio_token": SecretStr(played_call.TOKEN),
            "public_url": played_call.URL,
        }

    def started(self) -> None:
        self.call = played_call.PlayedCall(httpx.AsyncClient())

    def link(self, person_id: str, token: str) -> None:
        number, code = voice.phone_code(self.core, person_id, played_call.NUMBER, channel="web")
        self.person_id = person_id
        pins.put(self.core, person_id, PIN, channel="web")
        assert number == played_call.NUMBER
        assert "have a code" in self._turn()
        assert "key in your PIN" in self._turn(Digits=code)
        assert "What would you like to know" in self._turn(Digits=PIN)

    def say(self, text: str, message_id: str | None = None) -> str:
        if message_id in self.said:
            self.call.action = self.said[message_id]
        elif message_id:
            self.said[message_id] = self.call.action
        return self._turn(SpeechResult=text)

    def unlink(self) -> None:
        voice.untie_phone(self.core, self.person_id, played_call.NUMBER, channel="web")

    def _turn(self, **heard: str) -> str:
        if self.call.over:
            self.started()

        async def once() -> str:
            async with httpx.AsyncClient(base_url=self.url, timeout=20) as self.call.client:
                return await self.call.turn(**heard)

        return asyncio.run(once())
