"""Spoken channels on a real core and a fake Rasa."""

from collections.abc import AsyncIterator
from functools import cache

import httpx
import pytest
from starlette.applications import Starlette

from channels.app import create_app
from channels.voice.alexa import AlexaChannel
from channels.voice.alexa_signature import Signatures
from finance_core.services import links, pins
from tests.channels.voice.played_alexa import SKILL, Authority, PlayedAlexa

PIN = "4921"


@pytest.fixture(scope="session")
def authority() -> Authority:
    return Authority()


@pytest.fixture
def alexa(authority: Authority) -> PlayedAlexa:
    return PlayedAlexa(authority)


@pytest.fixture
async def skill(core, settings, alexa: PlayedAlexa) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a door whose skill trusts the played Alexa."""
    signatures = Signatures([alexa.authority.root], alexa.http)
    app = create_app(
        settings, core, lambda house: [AlexaChannel(house, SKILL, signatures, alexa.http)]
    )
    async with client_of(app) as client:
        yield client


def client_of(app: Starlette) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=("127.0.0.1", 4711))
    return httpx.AsyncClient(transport=transport, base_url="https://penny.example")


@pytest.fixture
def linked(core, ada):
    """Makes tokens of Ada's account for a voice service."""

    @cache
    def link(scope: str = "ask act") -> str:
        back = "https://layla.amazon.com/cb"
        known = next(iter(links.clients(core)), None)
        client = known or links.add_client(core, "Alexa", [back])[0]
        code = links.consent(core, ada[0], client.id, scope, redirect_uri=back, challenge=None)
        found = links.redeem(core, "code", code, client.id)
        token = f"access-{scope}"
        links.issue(core, found.link, token, f"refresh-{scope}")
        return token

    return link


@pytest.fixture
def pin(core, ada) -> str:
    pins.put(core, ada[0], PIN, channel="web")
    return PIN
