"""The telephone: Twilio's own requests, a number that is somebody's, and the PIN on every call."""

import asyncio

import pytest
from defusedxml import ElementTree
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from twilio.request_validator import RequestValidator

from channels.app import create_app
from channels.voice import twilio as module
from channels.voice import twiml
from finance_core.services import people, pins, voice
from tests.channels.voice.conftest import PIN, client_of
from tests.channels.voice.played_call import NUMBER, TOKEN, URL, PlayedCall


@pytest.fixture
async def line(settings, core):
    changed = settings.model_copy(update={"twilio_token": SecretStr(TOKEN), "public_url": URL})
    async with client_of(create_app(changed, core)) as client:
        yield client


@pytest.fixture
def tied(core, ada):
    number, code = voice.phone_code(core, ada[0], NUMBER, channel="web")
    voice.tie_phone(core, number, code)


async def let_in(line, number=NUMBER) -> PlayedCall:
    call = PlayedCall(line, number)
    assert "key in your PIN" in await call.turn()
    assert call.gather["input"] == "dtmf"
    assert "What would you like to know" in await call.keys(PIN)
    return call


async def test_a_question_on_the_telephone(line, rasa, tied, pin, ada):
    call = await let_in(line)
    assert call.gather["input"] == "speech dtmf"
    assert await call.says("balance") == (
        "You have about 1,230 dollars in Checking. What else would you like to know?"
    )
    assert rasa.asked[-1]["sender"] == f"{ada[0]}~main"
    assert rasa.asked[-1]["metadata"]["channel"] == "twilio"
    assert await call.says("Goodbye.") == "Goodbye." and call.over
    assert rasa.texts == ["balance"]


async def test_save_yes_pin_undo(line, rasa, tied, pin):
    call = await let_in(line)
    offer = await call.says("save")
    assert "150 dollars and 25 cents" in offer and offer.endswith("Say yes or no.")
    assert "Please key it in" in await call.says("yes")
    assert call.gather["input"] == "dtmf" and call.gather["finishOnKey"] == "#"
    assert "That is not your PIN." in await call.keys("1111")
    assert (await call.keys(PIN)).startswith("Done")
    assert "Please key it in" in await call.says("undo")
    assert (await call.keys(PIN)).startswith("Undone")
    assert rasa.texts == ["save", "yes", "yes", "undo", "undo"]
    assert not any(PIN in str(body) for body in rasa.asked)


async def test_the_pin_is_asked_on_every_call_and_tries_are_few(line, rasa, tied, pin, core, ada):
    call = PlayedCall(line)
    await call.turn()
    assert "not your PIN" in await call.keys("1111")
    assert "not your PIN" in await call.keys("2222")
    assert "I take no PIN" in await call.keys("3333") and call.over
    call = PlayedCall(line)
    await call.turn()
    assert "I take no PIN" in await call.keys(PIN) and call.over, "not even the right one"
    assert rasa.asked == []


async def test_without_a_pin_nobody_gets_in(line, tied, rasa):
    call = PlayedCall(line)
    assert "You have no PIN yet" in await call.turn()
    assert call.over


async def test_a_number_is_tied_by_its_code(line, core, ada, pin):
    number, code = voice.phone_code(core, ada[0], NUMBER, channel="web")
    other = PlayedCall(line, "+447700900999")
    assert "I don't know this number" in await other.turn()
    assert "not valid" in await other.keys(code), "the code is for another number"
    call = PlayedCall(line)
    await call.turn()
    assert "not valid" in await call.keys("00000000")
    assert "key in your PIN" in await call.keys(code)
    assert "What would you like" in await call.keys(PIN)
    assert people.by_chat(core, "twilio", number).id == ada[0]


async def test_codes_cannot_be_tried_through(line, core, ada, pin):
    _, code = voice.phone_code(core, ada[0], NUMBER, channel="web")
    for _ in range(2):
        call = PlayedCall(line)
        await call.turn()
        said = [await call.keys("00000000") for _ in range(3)]
        assert call.over and "Goodbye" in said[-1]
    call = PlayedCall(line)
    await call.turn()
    assert "try again later" in await call.keys(code) and call.over


@pytest.mark.parametrize("number", ["", "anonymous", "+266696687", "Restricted"])
async def test_hidden_numbers_are_nobodys(line, rasa, number):
    call = PlayedCall(line, number)
    assert "I don't know this number" in await call.turn()
    assert rasa.asked == []


async def test_silence_is_asked_after_and_then_ends_it(line, tied, pin):
    call = await let_in(line)
    assert "I did not hear anything" in await call.turn()
    assert "I did not hear anything" in await call.turn(SpeechResult="  ")
    assert await call.turn() == "Goodbye." and call.over
    call = PlayedCall(line)
    await call.turn()
    for _ in range(2):
        assert "I did not hear anything" in await call.turn()
    await call.turn()
    assert call.over


async def test_keys_pressed_unasked_reach_nobody(line, rasa, tied, pin):
    call = await let_in(line)
    assert "I did not hear anything" in await call.keys(PIN)
    assert rasa.asked == []


async def test_no_figures_on_the_telephone(line, core, ada, tied, pin):
    voice.set_private(core, ada[0], True, channel="web")
    call = await let_in(line)
    assert (await call.says("balance")).startswith("The figures are in your chat")


async def test_a_turn_that_arrives_twice_is_answered_once(line, rasa, tied, pin):
    call = await let_in(line)
    action = call.action
    first, second = await asyncio.gather(
        *(call.post(action, SpeechResult="balance") for _ in range(2))
    )
    assert first.content == second.content
    assert (await call.post(action, SpeechResult="save")).content == first.content
    assert rasa.texts == ["balance"]


async def test_after_a_restart_the_pin_is_asked_again(line, settings, core, rasa, tied, pin):
    call = await let_in(line)
    changed = settings.model_copy(update={"twilio_token": SecretStr(TOKEN), "public_url": URL})
    async with client_of(create_app(changed, core)) as fresh:
        call.client = fresh
        assert "key in your PIN" in await call.says("balance")
    assert rasa.asked == []


async def test_a_call_that_is_over_starts_afresh(line, rasa, tied, pin):
    call = await let_in(line)
    action = call.action
    assert (await call.post("/twilio/status", CallStatus="completed")).status_code == 204
    response = await call.post(action, SpeechResult="balance")
    assert "key in your PIN" in response.text
    assert rasa.asked == []


async def test_a_late_answer_is_waited_for(line, rasa, tied, pin, monkeypatch):
    monkeypatch.setattr(module, "_ANSWER_SECONDS", 0.05)
    call = await let_in(line)
    rasa.delay = 0.2
    assert "1,230" in await call.says("balance")
    assert rasa.texts == ["balance"]


@pytest.mark.parametrize("path", ["/twilio/voice", "/twilio/status"])
async def test_only_what_twilio_signed(line, rasa, tied, pin, path):
    call = PlayedCall(line)
    right = RequestValidator(TOKEN).compute_signature(URL + path, call.fields)

    async def status(fields, query="", **headers):
        return (await line.post(path + query, data=fields, headers=headers)).status_code

    wrong = RequestValidator("x" * 32).compute_signature(URL + path, call.fields)
    for shown in ("", "AAAA", wrong, right.lower(), "é".encode()):
        assert await status(call.fields, **{"X-Twilio-Signature": shown}) == 403
    assert await status(call.fields) == 403
    signed = {"X-Twilio-Signature": right}
    assert await status(call.fields | {"From": "+447700900555"}, **signed) == 403
    assert await status(call.fields | {"SpeechResult": "yes"}, **signed) == 403
    assert await status(call.fields, "?turn=3", **signed) == 403
    assert await status(call.fields, **signed) in (200, 204)
    assert (await line.post(path, content=b"a=" + b"x" * 20_000)).status_code == 413
    assert (await line.post(path, content=b"From=1&From=2")).status_code == 400
    assert rasa.asked == []


async def test_a_call_needs_an_id(line):
    call = PlayedCall(line)
    for identity in ("", "C" * 65):
        call.fields["CallSid"] = identity
        assert (await call.post("/twilio/voice")).status_code == 400


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@given(st.dictionaries(st.text("ABCabc", min_size=1, max_size=5), TEXT, max_size=6), TEXT)
def test_the_signature_is_the_one_the_official_library_makes(fields, token):
    url = f"{URL}/twilio/voice?turn=2"
    shown = RequestValidator(token).compute_signature(url, fields)
    assert twiml.is_twilios(shown, token, url, fields)
    assert not twiml.is_twilios(shown, token + "x", url, fields)


@given(TEXT)
def test_words_stay_words_in_twiml(text):
    words = "".join(letter for letter in text if letter.isprintable())
    tree = ElementTree.fromstring(twiml.listening(words, "/x?turn=1", "en-GB"))
    assert [part.tag for part in tree.iter()] == ["Response", "Gather", "Say"]
    assert (tree.find("Gather/Say").text or "") == words


def test_pins_are_asked_of_a_spoken_channel():
    assert module.CHANNEL in pins.SPOKEN
