"""Sounds to hear: files of many kinds, silence and noise."""

import io
import wave

import av
import numpy as np

from channels.sound.audio import RATE


def wav(samples: np.ndarray, rate: int = RATE, channels: int = 1, width: int = 2) -> bytes:
    """Samples between -1 and 1 as a WAV file; 8-bit samples are unsigned."""
    out = io.BytesIO()
    flat = np.repeat(samples, channels)
    with wave.open(out, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate)
        if width == 1:
            file.writeframes((flat * 127 + 128).astype(np.uint8).tobytes())
        else:
            file.writeframes((flat * 32_767).astype("<i2").tobytes())
    return out.getvalue()


def encoded(samples: np.ndarray, container: str, codec: str, rate: int = 48_000) -> bytes:
    """Samples as a compressed file, as telephones send them."""
    out = io.BytesIO()
    with av.open(out, "w", format=container) as file:
        stream = file.add_stream(codec, rate=rate, layout="mono")
        frame = av.AudioFrame.from_ndarray(
            (samples * 32_767).astype(np.int16)[None, :], format="s16", layout="mono"
        )
        frame.rate = RATE
        resampler = av.AudioResampler(stream.format, stream.layout, rate)
        for part in [*resampler.resample(frame), *resampler.resample(None)]:
            file.mux(stream.encode(part))
        file.mux(stream.encode(None))
    return out.getvalue()


def silence(seconds: float) -> np.ndarray:
    return np.zeros(int(seconds * RATE), np.float32)


def noise(seconds: float) -> np.ndarray:
    return np.random.default_rng(1).normal(0, 0.1, int(seconds * RATE)).astype(np.float32)
