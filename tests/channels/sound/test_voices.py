import pytest

from channels.sound import voices
from channels.sound.audio import RATE, decode
from channels.sound.voices import Command, NoVoice, VoiceFailed, open_voice


def test_pipers_voice_is_understood(recognizer):
    heard = recognizer.words(decode(open_voice().wav("What is my balance?"), 10))
    assert heard == "What is my balance?"


def test_any_words_can_be_said(say):
    for words in ("<script>alert(1)</script> --help", "£5 — naïve مقهى\n\n🙂", "-f /tmp/x"):
        assert len(decode(say(words), 60)) > RATE / 2


def test_endless_words_have_an_end(say):
    assert len(decode(say("word " * 20_000), 600)) < 600 * RATE


def test_voices_that_are_not_there(tmp_path, monkeypatch):
    with pytest.raises(NoVoice, match="no piper voice"):
        open_voice(str(tmp_path / "voice.onnx"))
    monkeypatch.setattr(voices, "CARRIED", "penny_has_no_such_package")
    with pytest.raises(NoVoice, match="uv sync --extra voice"):
        open_voice()
    monkeypatch.setattr(voices, "find_spec", lambda name: None)
    assert open_voice().wav("hello")  # espeak-ng
    monkeypatch.setattr(voices.shutil, "which", lambda name: None)
    with pytest.raises(NoVoice, match="espeak-ng"):
        open_voice()


@pytest.mark.parametrize("command", [["false"], ["echo", "no sound"], ["/no/such/program"]])
def test_a_voice_that_fails(command):
    with pytest.raises(VoiceFailed, match="could not say that"):
        Command(*command).wav("hello")
