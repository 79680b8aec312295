"""PINs, links and services from the command line."""

import json

import pytest

from finance_core.services import links, people, pins, voice
from finance_core.services.core import open_core
from finance_core.settings import CoreSettings

BACK = "https://layla.amazon.com/x"


@pytest.fixture
def core(penny, variables):
    assert penny("user", "add", "Ada").code == 0
    with open_core(CoreSettings(home=variables["PENNY_HOME"])) as opened:
        yield opened


def test_a_pin_comes_from_a_pipe_and_never_shows(penny, core):
    ada = people.by_name(core, "Ada").id
    done = penny("user", "pin", "ada", stdin="4921\n")
    assert done.code == 0 and "4921" not in done.out + done.err
    assert pins.check(core, ada, "4921", channel="alexa").verdict is pins.Verdict.RIGHT
    weak = penny("user", "pin", "Ada", stdin="1234\n")
    assert weak.code == 2 and "too easy" in weak.err and "1234" not in weak.err
    assert penny("user", "pin", "Ada", stdin="").code == 2
    assert penny("user", "pin", "Ada", "--drop").code == 0
    assert not pins.is_set(core, ada)


def test_no_figures_aloud(penny, core):
    assert json.loads(penny("user", "voice", "Ada", "--json").out)["private"] is False
    assert json.loads(penny("user", "voice", "Ada", "--private", "--json").out)["private"] is True
    assert voice.is_private(core, people.by_name(core, "Ada").id)
    penny("user", "voice", "Ada", "--open")
    assert not voice.is_private(core, people.by_name(core, "Ada").id)


def test_a_service_is_added_linked_and_unlinked(penny, core):
    made = json.loads(penny("oauth", "add-client", "Alexa", "--redirect", BACK, "--json").out)
    client = links.client(core, made["id"])
    assert links.is_secret(client, made["secret"])
    assert made["secret"] not in penny("oauth", "clients").out
    ada = people.by_name(core, "Ada").id
    code = links.consent(core, ada, client.id, "ask", redirect_uri=BACK, challenge=None)
    links.issue(core, links.redeem(core, "code", code, client.id).link, "a", "r")
    number, code = voice.phone_code(core, ada, "+447700900123", channel="web")
    voice.tie_phone(core, number, code)
    found = json.loads(penny("user", "voice-links", "Ada", "--json").out)["links"]
    assert [one["name"] for one in found] == ["Alexa", "telephone"]
    for one in found:
        assert penny("user", "voice-unlink", "Ada", one["id"]).code == 0
        assert penny("user", "voice-unlink", "Ada", one["id"]).code == 2
    assert penny("user", "voice-links", "Ada").out == "Nothing is linked.\n"
    assert penny("oauth", "remove-client", "Alexa").code == 0
    assert penny("oauth", "remove-client", "Alexa").code == 2


@pytest.mark.parametrize("address", ["http://evil.example", "x", "https://a.example/#b"])
def test_addresses_that_may_not_be(penny, core, address):
    refused = penny("oauth", "add-client", "X", "--redirect", address)
    assert refused.code == 2 and len(refused.err.splitlines()) == 1


def test_the_model_of_the_skill(penny):
    made = penny("alexa", "model", "--invocation", "my penny")
    model = json.loads(made.out)["interactionModel"]["languageModel"]
    assert model["invocationName"] == "my penny"
    assert penny("alexa", "model", "--invocation", "penny 2").code == 2
