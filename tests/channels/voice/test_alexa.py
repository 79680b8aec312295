"""Alexa's endpoint: only Alexa's own requests, each once, and a conversation with a PIN."""

import asyncio
import json
import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from defusedxml import ElementTree

from channels.app import Door
from channels.voice import alexa as module
from channels.voice.alexa_signature import Forged, Signatures, chain_address, trusted_roots
from finance_core.services import links, voice
from tests.channels.voice.conftest import PIN
from tests.channels.voice.played_alexa import (
    CHAIN_URL,
    SKILL,
    Authority,
    PlayedAlexa,
    intent,
    pem,
    request,
)


def says(response: httpx.Response) -> str:
    assert response.status_code == 200, response.text
    answer = response.json()["response"]
    return " ".join(ElementTree.fromstring(answer["outputSpeech"]["ssml"]).itertext())


def ends(response: httpx.Response) -> bool:
    return response.json()["response"]["shouldEndSession"]


async def test_a_signed_request_is_answered(skill, alexa, linked):
    response = await alexa.ask(skill, request(token=linked()))
    assert says(response).startswith("Hello, I'm Penny.")
    assert not ends(response) and "reprompt" in response.json()["response"]
    await alexa.ask(skill, request(token=linked()))
    assert alexa.fetched == [CHAIN_URL], "certificates are fetched once"


async def refused(skill, alexa, rasa, body=None, **headers):
    response = await alexa.ask(skill, body or intent("CheckBalance", "t"), **headers)
    assert (response.status_code, list(response.json())) == (400, ["error"])
    assert rasa.asked == []
    return response


@pytest.mark.parametrize(
    "url",
    [
        "http://s3.amazonaws.com/echo.api/echo-api-cert.pem",
        "https://s3.amazonaws.com.evil.example/echo.api/c.pem",
        "https://evil.example/echo.api/c.pem",
        "https://s3.amazonaws.com@evil.example/echo.api/c.pem",
        "https://s3.amazonaws.com:563/echo.api/c.pem",
        "https://s3.amazonaws.com/EcHo.aPi/c.pem",
        "https://s3.amazonaws.com/invalid.path/c.pem",
        "https://s3.amazonaws.com/echo.api/../evil/c.pem",
        "https://s3.amazonaws.com/echo.api/%2e%2e/evil/c.pem",
        "https://s3.amazonaws.com/echo.api\\..\\..\\evil/c.pem",
        "https://s3.amazonaws.com//echo.api/c.pem",
        "https://s3.amazonaws.com/echo.api/c.pem?x=1",
        "https://s3.amazonaws.com/echo.api/c.pem#x",
        "https://s3.amazonaws.com/echo.api",
        "https://s3.amazonaws.com:x/echo.api/c.pem",
        "file:///echo.api/c.pem",
        "//s3.amazonaws.com/echo.api/c.pem",
        "",
    ],
)
async def test_certificates_come_from_amazon_alone(skill, alexa, rasa, url):
    await refused(skill, alexa, rasa, SignatureCertChainUrl=url)
    assert alexa.fetched == []


@pytest.mark.parametrize(
    "url",
    [CHAIN_URL, CHAIN_URL.replace("https://s3", "HTTPS://S3"),
     CHAIN_URL.replace(".com/", ".com:443/"),
     CHAIN_URL.replace("echo.api/", "echo.api/../echo.api/")],
)  # fmt: skip
def test_the_forms_that_amazon_allows(url):
    assert chain_address(url) == CHAIN_URL


async def test_a_forged_signature_and_an_altered_body(skill, alexa, rasa, linked):
    body = json.dumps(intent("CheckBalance", linked())).encode()
    headers = alexa.headers(body)
    altered = body.replace(b"CheckBalance", b"CheckIncome")
    assert (await skill.post("/alexa", content=altered, headers=headers)).status_code == 400
    stranger = PlayedAlexa(alexa.authority)
    forged = headers | {"Signature-256": stranger.headers(body)["Signature-256"]}
    assert (await skill.post("/alexa", content=body, headers=forged)).status_code == 400
    assert rasa.asked == []
    assert (await skill.post("/alexa", content=body, headers=headers)).status_code == 200


@pytest.mark.parametrize("missing", ["Signature-256", "SignatureCertChainUrl"])
async def test_without_a_header(skill, alexa, rasa, missing):
    body = json.dumps(request()).encode()
    headers = {k: v for k, v in alexa.headers(body).items() if k != missing}
    assert (await skill.post("/alexa", content=body, headers=headers)).status_code == 400
    headers["Signature"] = headers.get("Signature-256", "")  # the old SHA-1 one is no way in
    assert (await skill.post("/alexa", content=body, headers=headers)).status_code == 400


@pytest.mark.parametrize("signature", ["", "!", "AAAA", "é"])
async def test_no_signature_at_all(skill, alexa, rasa, signature):
    await refused(skill, alexa, rasa, **{"Signature-256": signature.encode()})


def other_name(alexa):
    return pem(alexa.authority.certify(alexa.key.public_key(), "echo-api.amazon.com.evil.example"))


def expired(alexa):
    return pem(alexa.authority.certify(alexa.key.public_key(), until=-timedelta(minutes=1)))


def not_yet(alexa):
    return pem(alexa.authority.certify(alexa.key.public_key(), since=timedelta(minutes=1)))


def other_root(alexa):
    return pem(Authority().certify(alexa.key.public_key()))


def root_along(alexa):
    other = Authority()
    return pem(other.certify(alexa.key.public_key()), other.root)


@pytest.mark.parametrize(
    "chain",
    [other_name, expired, not_yet, other_root, root_along,
     lambda alexa: b"", lambda alexa: alexa.chain.replace(b"MII", b"AAA", 1),
     lambda alexa: b"x" * 70_000],
)  # fmt: skip
async def test_certificates_that_are_not_good(skill, alexa, rasa, chain):
    alexa.chain = chain(alexa)
    await refused(skill, alexa, rasa)


async def test_certificates_that_do_not_come(skill, alexa, rasa, linked):
    alexa.status = 301
    await refused(skill, alexa, rasa)
    alexa.status = 200
    assert says(await alexa.ask(skill, request(token=linked())))


async def test_a_kept_key_goes_when_its_certificate_expires(alexa):
    now = [datetime.now(UTC)]
    signatures = Signatures([alexa.authority.root], alexa.http, lambda: now[0])
    headers = alexa.headers(b"x")
    check = lambda: signatures.check(b"x", CHAIN_URL, headers["Signature-256"])  # noqa: E731
    await check()
    now[0] += timedelta(days=61)
    with pytest.raises(Forged, match="not good"):
        await check()


def test_mozillas_roots_are_trusted_unless_told_otherwise(tmp_path, authority):
    assert len(trusted_roots(None)) > 50
    own = tmp_path / "roots.pem"
    own.write_bytes(pem(authority.root))
    assert trusted_roots(own) == [authority.root]


@pytest.mark.parametrize("seconds", [-151, -3600, 151])
async def test_old_and_future_requests(skill, alexa, rasa, linked, seconds):
    stamp = (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()
    body = request("IntentRequest", linked(), timestamp=stamp, intent={"name": "CheckBalance"})
    await refused(skill, alexa, rasa, body)


@pytest.mark.parametrize(
    "change",
    [
        lambda body: body["context"]["System"]["application"].update(applicationId="other"),
        lambda body: (body.pop("session"), body.pop("context")),
        lambda body: body["request"].pop("requestId"),
        lambda body: body["request"].update(requestId=7),
        lambda body: body["request"].pop("timestamp"),
        lambda body: body["request"].update(timestamp=7),
        lambda body: body["request"].update(timestamp="2026-01-01T00:00:00"),
        lambda body: body["request"].update(type=None),
        lambda body: body.update(request=[]),
        lambda body: body.update(context="x"),
    ],
)
async def test_signed_but_not_for_this_skill_or_no_request(skill, alexa, rasa, linked, change):
    body = intent("CheckBalance", linked())
    change(body)
    await refused(skill, alexa, rasa, body)


async def test_oversized_and_binary_bodies(skill, alexa, rasa):
    response = await alexa.ask(skill, b"x" * 70_000)
    assert response.status_code == 413
    await refused(skill, alexa, rasa, b"\xff\xfe\x00" * 100)
    assert (await skill.get("/alexa")).status_code == 405


async def test_without_a_link_there_is_a_card_and_nothing_else(skill, alexa, rasa, linked, ada):
    for token in (None, "nobody", ada[1]):
        response = await alexa.ask(skill, intent("CheckBalance", token))
        assert response.json()["response"]["card"] == {"type": "LinkAccount"}
        assert ends(response)
    assert rasa.asked == []


async def test_a_question_and_its_answer(skill, alexa, rasa, linked, ada):
    token = linked()
    response = await alexa.ask(skill, intent("SayWhatIs", token, query="my balance"))
    assert says(response) == "You said: what is my balance."
    response = await alexa.ask(skill, intent("SaySay", token, query="balance"))
    assert says(response) == "You have about 1,230 dollars in Checking."
    answer = response.json()["response"]
    assert ends(response) and "reprompt" not in answer
    assert answer["card"] == {
        "type": "Simple", "title": "Penny", "content": "You have $1,234.50 in Checking.",
    }  # fmt: skip
    assert rasa.asked[-1]["metadata"]["channel"] == "alexa"
    assert rasa.asked[-1]["sender"] == f"{ada[0]}~main"


async def test_the_same_request_is_answered_once(skill, alexa, rasa, linked):
    body = intent("SaySay", linked(), query="balance")
    first, second = await asyncio.gather(*(alexa.ask(skill, body) for _ in range(2)))
    assert first.json() == second.json() == (await alexa.ask(skill, body)).json()
    assert len(rasa.asked) == 1


async def test_save_yes_pin_undo(skill, alexa, rasa, linked, pin, core, ada):
    token = linked()

    async def say(name, **slots):
        return await alexa.ask(skill, intent(name, token, **slots))

    offer = await say("SaySay", query="save")
    assert "150 dollars and 25 cents" in says(offer) and not ends(offer)
    asked = await say("AMAZON.YesIntent")
    assert says(asked) == "I need your PIN for that. What is your PIN?" and not ends(asked)
    assert says(await say("BareNumber", number="1111")) == (
        "That is not your PIN. What is your PIN?"
    )
    done = await say("BareNumber", number=PIN)
    assert says(done) == "Done: about 150 dollars moved." and ends(done)
    assert says(await say("Undo")) == "I need your PIN for that. What is your PIN?"
    undone = await say("SaySay", query="four nine two one")
    assert says(undone) == "Undone: about 150 dollars is back."
    assert rasa.texts == ["save", "yes", "yes", "undo", "undo"]
    assert [body["metadata"].get("verified") for body in rasa.asked] == [
        None, None, True, None, True,
    ]  # fmt: skip


async def test_a_link_that_may_only_ask(skill, alexa, rasa, linked, pin):
    token = linked("ask")
    await alexa.ask(skill, intent("SaySay", token, query="save"))
    response = await alexa.ask(skill, intent("AMAZON.YesIntent", token))
    assert says(response).startswith("This device may only ask me things")
    assert ends(response)


async def test_no_figures_aloud_or_on_the_card(skill, alexa, linked, core, ada):
    voice.set_private(core, ada[0], True, channel="web")
    response = await alexa.ask(skill, intent("SaySay", linked(), query="balance"))
    assert says(response) == "The figures are in your chat with Penny."
    assert not re.search(r"\d", json.dumps(response.json()["response"]["card"]))


@pytest.mark.parametrize(
    ("name", "said", "over"),
    [
        ("AMAZON.StopIntent", "Goodbye.", True),
        ("AMAZON.CancelIntent", "You said: cancel.", True),
        ("AMAZON.HelpIntent", "You said: help.", True),
        ("AMAZON.FallbackIntent", "I did not catch that.", False),
        ("AMAZON.NavigateHomeIntent", "I did not catch that.", False),
        ("SayWhat", "I did not catch that.", False),
        ("Unheard of", "I did not catch that.", False),
    ],
)
async def test_alexas_own_intents(skill, alexa, linked, name, said, over):
    response = await alexa.ask(skill, intent(name, linked()))
    assert says(response).startswith(said)
    assert ends(response) == over


@pytest.mark.parametrize(
    "slots", [None, [], {"query": None}, {"query": {"value": 7}}, {"query": {"value": " "}},
              {"query": {"value": "?"}}]
)  # fmt: skip
async def test_odd_slots(skill, alexa, linked, rasa, slots):
    body = request("IntentRequest", linked(), intent={"name": "SaySay", "slots": slots})
    assert says(await alexa.ask(skill, body)).startswith("I did not catch that.")
    assert rasa.asked == []


async def test_the_end_of_a_session_and_other_kinds(skill, alexa, linked, rasa):
    response = await alexa.ask(skill, request("SessionEndedRequest", linked()))
    assert response.json() == {"version": "1.0", "response": {}}
    response = await alexa.ask(skill, request("Alexa.Presentation.APL.UserEvent", linked()))
    assert ends(response)
    assert rasa.asked == []


async def test_a_late_answer_is_excused_in_time_and_not_lost(
    skill, alexa, rasa, linked, monkeypatch
):
    monkeypatch.setattr(module, "_MEANWHILE_SECONDS", 0.05)
    monkeypatch.setattr(module, "_PATIENCE_SECONDS", 0.1)
    rasa.delay = 0.3
    token = linked()
    response = await alexa.ask(skill, intent("SaySay", token, query="balance"))
    assert says(response).startswith("That takes longer than usual") and not ends(response)
    (told,) = alexa.told
    assert told.url == "https://api.eu.amazonalexa.com/v1/directives"
    assert told.headers["Authorization"] == "Bearer for-alexa"
    assert json.loads(told.content)["directive"]["type"] == "VoicePlayer.Speak"
    rasa.delay = 0.0
    await asyncio.sleep(0.3)
    assert rasa.texts == ["balance"]


async def test_only_alexa_is_told_to_wait(skill, alexa, rasa, linked, monkeypatch):
    monkeypatch.setattr(module, "_MEANWHILE_SECONDS", 0.02)
    rasa.delay = 0.1
    body = intent("SaySay", linked(), query="balance")
    body["context"]["System"]["apiEndpoint"] = "https://evil.example/?.amazonalexa.com"
    assert says(await alexa.ask(skill, body)) == "You have about 1,230 dollars in Checking."
    assert alexa.told == []


async def test_rasa_down_is_said_and_may_be_asked_again(skill, alexa, rasa, linked):
    rasa.broken = "500"
    token = linked()
    response = await alexa.ask(skill, intent("SaySay", token, query="balance"))
    assert "isn't working" in says(response)
    rasa.broken = None
    assert "1,230" in says(await alexa.ask(skill, intent("SaySay", token, query="balance")))


async def test_an_unlinked_account_is_gone_at_once(skill, alexa, linked, core, ada):
    token = linked()
    (link,) = links.of_person(core, ada[0])
    links.unlink(core, link.id, channel="web", person_id=ada[0])
    response = await alexa.ask(skill, intent("CheckBalance", token))
    assert response.json()["response"]["card"]["type"] == "LinkAccount"


async def test_the_key_has_to_be_rsa(alexa):
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    alexa.chain = pem(alexa.authority.certify(key.public_key()))
    signatures = Signatures([alexa.authority.root], alexa.http)
    with pytest.raises(Forged, match="RSA"):
        await signatures.check(b"x", CHAIN_URL, "AAAA")


async def test_it_is_there_when_a_skill_is_set_and_ends_with_the_application(settings, core):
    assert all(channel.name != "alexa" for channel in Door(settings, core).channels)
    door = Door(settings.model_copy(update={"alexa_skill": SKILL}), core)
    (channel,) = (channel for channel in door.channels if channel.name == "alexa")
    async with channel.running():
        late = asyncio.create_task(asyncio.sleep(60))
        channel._keep(late)
    assert late.cancelled() and channel._http.is_closed
    await door.assistant.close()
