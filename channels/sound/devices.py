"""The microphone and the loudspeaker of this machine."""

from __future__ import annotations

import io
import wave
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from channels.sound.audio import RATE
from channels.sound.utterances import Utterances
from finance_core.errors import BadInput

if TYPE_CHECKING:
    from channels.sound.audio import Samples

_BLOCK = RATE // 10  # samples read at once


class NoDevice(BadInput):
    """There is no microphone or no loudspeaker, and what to do about it."""


def utterances() -> Iterator[Samples]:
    """What is said into the microphone, one utterance after the other.

    It listens only while the next one is asked for, so that Penny does not hear herself.

    Raises:
        NoDevice: there is no microphone.
    """
    sound = _sounddevice()
    while True:
        yield _next(sound)


def play(wav: bytes) -> None:
    """Plays a WAV file of 16-bit samples, and returns at its end.

    Raises:
        NoDevice: there is no loudspeaker.
    """
    import numpy as np  # noqa: PLC0415

    sound = _sounddevice()
    with wave.open(io.BytesIO(wav)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), np.int16)
        rate, channels = file.getframerate(), file.getnchannels()
    try:
        sound.play(samples.reshape(-1, channels), rate, blocking=True)
    except sound.PortAudioError as error:
        raise NoDevice("I found no loudspeaker; with --out I speak into a file.") from error


def _next(sound: Any) -> Samples:
    cutter = Utterances()
    try:
        with sound.InputStream(samplerate=RATE, channels=1, dtype="float32") as stream:
            while True:
                samples, _ = stream.read(_BLOCK)
                for utterance in cutter.feed(samples[:, 0]):
                    return utterance
    except sound.PortAudioError as error:
        raise NoDevice("I found no microphone; with --wav I hear a file.") from error


def _sounddevice() -> Any:
    try:
        import sounddevice  # noqa: PLC0415
    except ImportError:
        raise NoDevice("To hear you, Penny needs her extra: uv sync --extra voice.") from None
    except OSError:  # on Linux the library itself comes with the system
        raise NoDevice(
            "Sound needs the library PortAudio (Debian: apt install libportaudio2); "
            "without it there are --wav and --out."
        ) from None
    return sounddevice
