"""A telephone call as Twilio relays it, signed by the official library."""

from __future__ import annotations

import uuid

import httpx
from defusedxml import ElementTree
from twilio.request_validator import RequestValidator

TOKEN = "0123456789abcdef0123456789abcdef"
URL = "https://penny.example"
NUMBER = "+447700900123"


class PlayedCall:
    """A call as Twilio relays it: it follows the actions it is given."""

    def __init__(self, client: httpx.AsyncClient, number: str = NUMBER) -> None:
        self.client = client
        self.fields = {"CallSid": f"CA{uuid.uuid4().hex}", "From": number, "AccountSid": "AC1",
                       "CallStatus": "in-progress", "FromCity": ""}  # fmt: skip
        self.action = "/twilio/voice"
        self.over = False
        self.response: httpx.Response
        self.gather: dict[str, str] = {}

    async def post(self, action: str, **heard: str) -> httpx.Response:
        fields = self.fields | heard
        signature = RequestValidator(TOKEN).compute_signature(URL + action, fields)
        return await self.client.post(
            action, data=fields, headers={"X-Twilio-Signature": signature}
        )

    async def turn(self, **heard: str) -> str:
        """One turn; what is said."""
        self.response = await self.post(self.action, **heard)
        assert self.response.status_code == 200, self.response.text
        tree = ElementTree.fromstring(self.response.content)
        while (redirect := tree.find("Redirect")) is not None:
            self.response = await self.post(redirect.text)
            tree = ElementTree.fromstring(self.response.content)
        gather = tree.find("Gather")
        self.over = tree.find("Hangup") is not None
        self.gather = dict(gather.attrib) if gather is not None else {}
        self.action = self.gather.get("action", "")
        assert self.over != bool(self.gather)
        return " ".join(tree.itertext()).strip()

    async def says(self, text: str) -> str:
        return await self.turn(SpeechResult=text)

    async def keys(self, digits: str) -> str:
        return await self.turn(Digits=digits)
