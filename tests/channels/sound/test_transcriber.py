import asyncio
import time

import pytest

from channels.sound import transcriber as room
from channels.sound.audio import NotSound, TooLong
from channels.sound.recognizer import NoRecognizer
from channels.sound.transcriber import TooBusy, Transcriber
from finance_core.errors import BadInput
from tests.channels.sound.sounds import encoded, silence, wav


@pytest.fixture
def transcriber(recognizer, tmp_path) -> Transcriber:
    made = Transcriber("", tmp_path)
    made._recognizer = recognizer  # loaded already; loading has a test of its own
    return made


async def test_a_voice_note(transcriber, question):
    note = encoded(question, "ogg", "libopus")
    assert await transcriber.transcribe(note, "audio/ogg") == "What is my balance?"


async def test_the_model_is_loaded_with_the_first_note(question, tmp_path):
    fresh = Transcriber("", tmp_path)
    heard = await asyncio.gather(*(fresh.transcribe(wav(question), "audio/wav") for _ in range(2)))
    assert heard == ["What is my balance?"] * 2


async def test_notes_that_are_refused(transcriber, tmp_path):
    with pytest.raises(BadInput, match="only listen to sound"):
        await transcriber.transcribe(wav(silence(1)), "image/png")
    with pytest.raises(NotSound):
        await transcriber.transcribe(b"no sound", "audio/ogg")
    with pytest.raises(TooLong):
        await transcriber.transcribe(wav(silence(61)), "audio/wav")
    with pytest.raises(BadInput, match="too large"):
        await transcriber.transcribe(bytes(room.LARGEST + 1), "audio/wav")
    with pytest.raises(NoRecognizer):
        await Transcriber("huge", tmp_path).transcribe(wav(silence(1)), "audio/wav")
    assert await transcriber.transcribe(wav(silence(1)), "audio/wav") == ""


async def test_a_crowd_is_not_kept_waiting(transcriber):
    transcriber._recognizer = Slow()
    notes = [transcriber.transcribe(wav(silence(1)), "audio/wav") for _ in range(12)]
    heard = await asyncio.gather(*notes, return_exceptions=True)
    assert heard[:8] == ["hello"] * 8 and Slow.most == 1
    assert all(isinstance(words, TooBusy) for words in heard[8:])
    assert await transcriber.transcribe(wav(silence(1)), "audio/wav") == "hello"


class Slow:
    """Takes its time, and sees how many come at once."""

    now = most = 0

    def words(self, samples, names=()):
        Slow.now += 1
        Slow.most = max(Slow.most, Slow.now)
        time.sleep(0.02)
        Slow.now -= 1
        return "hello"


def test_without_the_extra(settings, monkeypatch):
    assert Transcriber.configured(settings)
    monkeypatch.setattr(room, "installed", lambda: False)
    assert Transcriber.configured(settings) is None
