"""The savings conversation aloud and through OpenAI's client, with the figures of the web."""

from decimal import Decimal

import httpx
import numpy as np
import openai
import pytest

from channels.sound import audio
from channels.sound.recognizer import open_recognizer
from channels.sound.voices import open_voice
from cli import main
from finance_core.services import people, pins
from tests.channels.sound.sounds import silence, wav
from tests.end_to_end.test_savings import balances

pytestmark = pytest.mark.stack


def facts(messages):
    return [fact for message in messages for fact in message["facts"]]


def latest(talker):
    """The facts of the latest turn, whoever asked for it."""
    headers = {"Authorization": f"Bearer {talker.token}"}
    turns = httpx.get(f"{talker.stack.url}/api/history", headers=headers).json()["turns"]
    return facts(turns[-1]["messages"])


def moved(bank, household, before):
    after = balances(bank, household)
    return sorted(after[name] - before[name] for name in after if after[name] != before[name])


@pytest.fixture
def asked_on_the_web(person):
    """A person, and the facts that the web gave for their balance and an offer."""
    talker = person("harper", currency="USD")
    balance, offer = (
        facts(talker.say(t)["messages"]) for t in ("what is my balance", "help me save")
    )
    talker.say("no")
    return talker, balance, offer


def test_said_aloud_and_answered_aloud(asked_on_the_web, bank, core, tmp_path, capsys):
    talker, balance, offer = asked_on_the_web
    pins.put(core, talker.id, "4921", channel="web")
    name, before = people.get(core, talker.id).name, balances(bank, "harper")
    said, answer = tmp_path / "said.wav", tmp_path / "answer.wav"

    def listen(text, *more):
        samples = audio.decode(open_voice("espeak-ng").wav(text), 60)
        said.write_bytes(wav(np.concatenate([samples, silence(1.5)])))
        assert main.run(["listen", "--user", name, "--wav", str(said), *more]) == 0
        return capsys.readouterr().out

    assert "you: What is my balance?" in listen("what is my balance", "--out", str(answer))
    assert latest(talker) == balance
    recognizer = open_recognizer("", tmp_path)
    heard = recognizer.words(audio.decode(answer.read_bytes(), 120)).lower()
    assert "about" in heard and "checking" in heard
    listen("help me save")
    assert latest(talker) == offer
    amount = Decimal(next(fact["value"] for fact in offer if fact["name"] == "amount"))
    assert moved(bank, "harper", before) == []
    assert "PIN" in listen("yes")
    assert moved(bank, "harper", before) == []
    told = listen("four nine two one")
    assert moved(bank, "harper", before) == [-amount, amount], told
    told = listen("undo") + listen("four nine two one")
    assert moved(bank, "harper", before) == [], told


def test_through_the_door_of_open_assistants(asked_on_the_web, bank):
    talker, balance, offer = asked_on_the_web
    before = balances(bank, "harper")
    base = f"{talker.stack.url}/v1"
    with openai.OpenAI(api_key=talker.token, base_url=base, max_retries=0) as client:

        def say(text, **options):
            said = [{"role": "user", "content": text}]
            return client.chat.completions.create(model="penny", messages=said, **options)

        assert say("what is my balance").penny["facts"] == balance
        *_, last = say("help me save", stream=True)
        assert last.penny["facts"] == offer
        amount = Decimal(next(fact["value"] for fact in offer if fact["name"] == "amount"))
        say("yes", extra_headers={"Idempotency-Key": "one"})
        say("yes", extra_headers={"Idempotency-Key": "one"})
        say("yes")
        assert moved(bank, "harper", before) == [-amount, amount]
        say("undo")
    assert moved(bank, "harper", before) == []
    assert "nothing waiting" in talker.text("yes"), "one conversation, whatever the channel"
