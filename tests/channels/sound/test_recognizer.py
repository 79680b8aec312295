"""The recognizer that the extra brings, on words that a real synthesizer speaks."""

import numpy as np
import pytest

from channels.sound import recognizer as room
from channels.sound.audio import RATE, decode
from channels.sound.recognizer import NoRecognizer, hint, open_recognizer
from tests.channels.sound.sounds import encoded, noise, silence, wav


def plain(text):
    return text.lower().strip(".?! ")


@pytest.mark.parametrize("words", ["what is my balance", "help me save", "yes", "no", "undo"])
def test_what_is_said_is_heard(recognizer, say, words):
    assert plain(recognizer.words(decode(say(words), 10))) == words


def test_a_telephones_note(recognizer, question):
    heard = recognizer.words(decode(encoded(question, "ogg", "libopus"), 10))
    assert plain(heard) == "what is my balance"


def test_old_and_loud_files(recognizer, question):
    rough = np.interp(np.arange(len(question) // 2) * 2, np.arange(len(question)), question)
    heard = recognizer.words(decode(wav(rough, rate=8_000, channels=2, width=1), 10))
    assert plain(heard) == "what is my balance"


def test_nobody_speaks(recognizer):
    tone = np.sin(np.arange(5 * RATE) / 10).astype(np.float32)
    for sound in (silence(0), silence(5), noise(5), tone):
        assert recognizer.words(sound) == ""


def test_names_of_the_person_are_spelt_as_theirs(recognizer, say):
    sound = decode(say("how much did I spend at Zielinsky last month"), 10)
    assert "Zielinsky" in recognizer.words(sound, ["Zielinsky"])


def test_a_hint_has_its_bounds():
    assert hint([]) == hint(["x" * 1_000])
    assert hint(["Tesco", "Aldi"]).startswith("Tesco, Aldi. ")
    assert len(hint([f"Shop {n}" for n in range(1_000)])) <= 402


def test_models_that_are_not_there(tmp_path, monkeypatch):
    with pytest.raises(NoRecognizer, match=r"neither a folder .* nor one of tiny\.en"):
        open_recognizer("huge", tmp_path)
    (tmp_path / "model.bin").write_bytes(b"no model")
    with pytest.raises(NoRecognizer, match="could not be loaded"):
        open_recognizer(str(tmp_path), tmp_path)
    monkeypatch.setattr(room, "_CARRIED_SHA256", "0" * 64)
    with pytest.raises(NoRecognizer, match="not the one I know"):
        open_recognizer("", tmp_path)
    monkeypatch.setattr(room, "CARRIED", "penny_has_no_such_package")
    with pytest.raises(NoRecognizer, match="uv sync --extra voice"):
        open_recognizer("", tmp_path)
    monkeypatch.setattr(room, "installed", lambda: False)
    with pytest.raises(NoRecognizer, match="uv sync --extra voice"):
        open_recognizer("", tmp_path)
