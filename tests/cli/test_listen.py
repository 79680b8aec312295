"""``penny listen`` up to the running Penny; ``tests/end_to_end/test_spoken.py`` goes on."""

import socket

import pytest

from channels.sound.voices import open_voice


@pytest.fixture
def question(tmp_path):
    """A file in which somebody asks for their balance."""
    file = tmp_path / "question.wav"
    file.write_bytes(open_voice("espeak-ng").wav("what is my balance"))
    return str(file)


def refused(result, words):
    assert result.code == 2
    assert words in result.err and len(result.err.splitlines()) == 1


def test_files_that_cannot_be_heard(penny, tmp_path):
    penny("user", "add", "Ada")
    refused(penny("listen", "--user", "Ada", "--wav", "none.wav"), "There is no file none.wav")
    (tmp_path / "text.wav").write_text("this is no sound")
    refused(penny("listen", "--user", "Ada", "--wav", "text.wav"), "no sound I can read")


def test_models_voices_and_people_that_are_not_there(penny, question, monkeypatch):
    refused(penny("listen", "--user", "Nobody", "--wav", question), "Nobody")
    penny("user", "add", "Ada")
    monkeypatch.setenv("PENNY_SPEECH_MODEL", "enormous")
    refused(penny("listen", "--user", "Ada", "--wav", question), "PENNY_SPEECH_MODEL is enormous")
    monkeypatch.setenv("PENNY_SPEECH_VOICE", "gone.onnx")
    command = ("listen", "--user", "Ada", "--wav", question, "--out", "answer.wav")
    refused(penny(*command), "no piper voice")


def test_penny_is_not_running(penny, question, monkeypatch):
    penny("user", "add", "Ada")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        monkeypatch.setenv("PENNY_PORT", str(taken.getsockname()[1]))
        result = penny("listen", "--user", "Ada", "--wav", question)
    refused(result, "Penny is not running")
    assert result.out == "you: What is my balance?\n"
