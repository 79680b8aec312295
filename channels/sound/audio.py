"""Sound files of any usual kind as samples: mono, 16,000 a second, between -1 and 1."""

from __future__ import annotations

import io
import wave
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from finance_core.errors import BadInput

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

RATE = 16_000  # samples a second: what recognizers are trained on

# Playlists and the like would let a file name others, on this machine or elsewhere.
_CONTAINERS = "wav,ogg,mp3,flac,mov,matroska,aac,amr,aiff"


class NotSound(BadInput):
    """What came is no sound that can be read."""


class TooLong(BadInput):
    """The sound is longer than is taken at once."""


def decode(data: bytes, longest: float) -> Samples:
    """The samples of a sound file, whatever its rate, channels, depth and codec.

    Args:
        data: the file: WAV, Ogg, MP3, FLAC, MP4, WebM, AAC, AMR or AIFF.
        longest: most seconds that are taken.

    Raises:
        NotSound: it is something else, or damaged.
        TooLong: it is longer than ``longest``.
    """
    import numpy as np  # noqa: PLC0415

    parts, samples = [], 0
    for part in _decoded(data):
        samples += len(part)
        if samples > longest * RATE:
            raise TooLong(f"That is long: I listen to at most {_length(longest)} at a time.")
        parts.append(part)
    whole = np.concatenate(parts) if parts else np.zeros(0, np.int16)
    return whole.astype(np.float32) / np.float32(32_768)


def joined(sounds: Sequence[bytes]) -> bytes:
    """Several WAV files of one kind after each other, as one.

    Raises:
        NotSound: there is none, they are no WAV files, or of several kinds.
    """
    out = io.BytesIO()
    try:
        with wave.open(out, "wb") as whole:
            for place, sound in enumerate(sounds):
                with wave.open(io.BytesIO(sound)) as part:
                    kind = part.getparams()[:3]
                    if place == 0:
                        whole.setparams(part.getparams())
                    elif kind != whole.getparams()[:3]:
                        raise NotSound("These sounds are of several kinds.")
                    whole.writeframes(part.readframes(part.getnframes()))
    except (wave.Error, EOFError) as error:
        raise NotSound("There is no sound to write.") from error
    return out.getvalue()


def _decoded(data: bytes) -> Iterator[Any]:
    import av  # noqa: PLC0415

    try:
        options = {"format_whitelist": _CONTAINERS}
        with av.open(io.BytesIO(data), "r", container_options=options) as container:
            resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
            for frame in container.decode(audio=0):
                for sound in resampler.resample(frame):
                    yield sound.to_ndarray()[0]
            for sound in resampler.resample(None):
                yield sound.to_ndarray()[0]
    except (av.error.FFmpegError, IndexError, ValueError) as error:
        raise NotSound("I cannot hear anything in that: it is no sound I can read.") from error


def _length(seconds: float) -> str:
    return f"{seconds:.0f} seconds" if seconds < 120 else f"{seconds / 60:.0f} minutes"
