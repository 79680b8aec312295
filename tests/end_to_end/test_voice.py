"""The savings conversation aloud: over Alexa and over the telephone, against the whole stack.

The door is opened in this process, on the stack's own Rasa, actions, bank and database, so
that its Alexa trusts a root of the tests; nothing else about it differs.
"""

from decimal import Decimal

import pytest
from defusedxml import ElementTree

from channels.amounts_aloud import said
from channels.app import create_app
from channels.settings import ChannelSettings
from channels.voice.alexa import AlexaChannel
from channels.voice.alexa_signature import Signatures
from channels.voice.twilio import TwilioChannel
from finance_core.services import links, pins, voice
from finance_core.store import audit
from tests.channels.voice.conftest import client_of
from tests.channels.voice.played_alexa import SKILL, Authority, PlayedAlexa, intent
from tests.channels.voice.played_call import NUMBER, TOKEN, URL, PlayedCall
from tests.end_to_end.test_savings import balances, fact

pytestmark = pytest.mark.stack

PIN = "83927461"  # long enough not to stand in a log by chance


class OverAlexa:
    """Talks with a skill that is linked with a person."""

    channel = "alexa"

    def __init__(self, client, alexa, core, person_id):
        back = "https://layla.amazon.com/x"
        self.client, self.alexa = client, alexa
        service, _ = links.add_client(core, f"Alexa of {person_id}", [back])
        code = links.consent(
            core, person_id, service.id, "ask act", redirect_uri=back, challenge=None
        )
        self.token = f"access {person_id}"
        link = links.redeem(core, "code", code, service.id).link
        links.issue(core, link, self.token, f"refresh {person_id}")

    async def begin(self):
        pass

    async def _ask(self, name, **slots):
        response = await self.alexa.ask(self.client, intent(name, self.token, **slots))
        assert response.status_code == 200, response.text
        speech = response.json()["response"]["outputSpeech"]["ssml"]
        return " ".join(ElementTree.fromstring(speech).itertext())

    async def says(self, text):
        if text == "yes":
            return await self._ask("AMAZON.YesIntent")
        if text == "undo":
            return await self._ask("Undo")
        return await self._ask("SaySay", query=text)

    async def gives(self, pin):
        return await self._ask("BareNumber", number=pin)


class OverTelephone:
    """Talks in a call from a number that is a person's."""

    channel = "twilio"

    def __init__(self, client, alexa, core, person_id):
        number, code = voice.phone_code(core, person_id, NUMBER, channel="web")
        voice.tie_phone(core, number, code)
        self.call = PlayedCall(client)

    async def begin(self):
        await self.call.turn()
        await self.call.keys(PIN)

    async def says(self, text):
        return await self.call.says(text)

    async def gives(self, pin):
        return await self.call.keys(pin)


@pytest.fixture
def alexa():
    return PlayedAlexa(Authority())


@pytest.fixture
async def door(stack, core, alexa):
    def more(house):
        signatures = Signatures([alexa.authority.root], alexa.http)
        return [
            AlexaChannel(house, SKILL, signatures, alexa.http),
            TwilioChannel(house, TOKEN, URL),
        ]

    async with client_of(create_app(ChannelSettings(), core, more)) as client:
        yield client


@pytest.mark.parametrize("way", [OverAlexa, OverTelephone])
async def test_ask_propose_yes_pin_done_undo(way, door, alexa, person, core, bank, stack):
    on_the_web = person("amelia").say("help me save")
    amount = Decimal(fact(on_the_web, "amount"))

    talker = person("amelia")
    pins.put(core, talker.id, PIN, channel="web")
    line = way(door, alexa, core, talker.id)
    await line.begin()
    before = balances(bank, "amelia")

    offer = await line.says("help me save")
    assert said(amount, "GBP", exact=True) in offer, "the same facts as on the web"
    assert "Shall I move it? Say yes or no." in offer
    assert "PIN" in await line.says("yes")
    assert balances(bank, "amelia") == before, "a yes alone moves nothing"
    assert "not your PIN" in await line.gives("7351")
    assert balances(bank, "amelia") == before
    done = await line.gives(PIN)
    assert done.startswith("Done") and said(amount, "GBP", exact=True) in done
    after = balances(bank, "amelia")
    changes = {name: after[name] - before[name] for name in after if after[name] != before[name]}
    assert sorted(changes.values()) == [-amount, amount]

    assert "PIN" in await line.says("undo")
    assert balances(bank, "amelia") == after
    assert (await line.gives(PIN)).startswith("Undone")
    assert balances(bank, "amelia") == before

    assert "nothing waiting" in talker.text("yes"), "one conversation, whatever the channel"
    with core.sessions() as session:
        done = [(e.action, e.channel) for e in audit.entries(session, talker.id)
                if e.action in ("transfer.done", "transfer.undone")]  # fmt: skip
    assert {channel for _, channel in done} == {line.channel}
    for place in ("chats", "events", "log"):
        for file in (stack.home / place).rglob("*"):
            assert not file.is_file() or PIN.encode() not in file.read_bytes(), file
