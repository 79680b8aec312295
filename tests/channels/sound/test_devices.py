"""The microphone and the loudspeaker, in whose place a recording stands."""

import builtins
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from channels.sound import devices
from channels.sound.audio import RATE
from channels.sound.devices import NoDevice
from tests.channels.sound.sounds import silence, wav


class Played:
    """What the library sounddevice offers, with a recording for a microphone."""

    class PortAudioError(Exception):
        pass

    def __init__(self, recording: np.ndarray) -> None:
        self.recording = recording
        self.opened = 0
        self.listening = False
        self.heard: list[tuple[int, int]] = []

    def InputStream(self, samplerate, channels, dtype):  # noqa: N802
        assert (samplerate, channels, dtype) == (RATE, 1, "float32")
        return self

    def __enter__(self):
        self.opened += 1
        self.listening = True
        return self

    def __exit__(self, *_):
        self.listening = False

    def read(self, count):
        block, self.recording = self.recording[:count], self.recording[count:]
        if not len(block):
            raise self.PortAudioError("unplugged")
        return block[:, None], False

    def play(self, samples, rate, blocking):
        assert blocking
        self.heard.append((len(samples), rate))


@pytest.fixture
def device(monkeypatch, question):
    played = Played(np.concatenate([silence(1), question, silence(2), question, silence(1.5)]))
    monkeypatch.setitem(sys.modules, "sounddevice", played)
    return played


def test_a_microphone_is_heard_between_answers_only(device):
    said = devices.utterances()
    next(said)
    assert not device.listening
    next(said)
    assert device.opened == 2
    with pytest.raises(NoDevice, match="no microphone; with --wav"):
        next(said)


def test_a_loudspeaker_plays(device):
    devices.play(wav(silence(1), rate=22_050, channels=2))
    assert device.heard == [(RATE, 22_050)]


def test_without_devices_or_their_library(monkeypatch):
    def unplugged(*_, **__):
        raise Played.PortAudioError("Error querying device -1")

    broken = SimpleNamespace(
        PortAudioError=Played.PortAudioError, InputStream=unplugged, play=unplugged
    )
    monkeypatch.setitem(sys.modules, "sounddevice", broken)
    with pytest.raises(NoDevice, match="no microphone"):
        next(devices.utterances())
    with pytest.raises(NoDevice, match="no loudspeaker"):
        devices.play(wav(silence(1)))
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    with pytest.raises(NoDevice, match="uv sync --extra voice"):
        next(devices.utterances())
    monkeypatch.delitem(sys.modules, "sounddevice")
    real = builtins.__import__

    def without_portaudio(name, *rest):
        if name == "sounddevice":
            raise OSError("PortAudio library not found")
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without_portaudio)
    with pytest.raises(NoDevice, match="libportaudio2"):
        next(devices.utterances())
