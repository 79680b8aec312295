"""Where somebody begins and stops to speak, in sound that goes on.

Silero's detector (https://github.com/snakers4/silero-vad) tells speech from other sound; an
utterance ends with a pause.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from channels.sound.audio import RATE

if TYPE_CHECKING:
    from channels.sound.audio import Samples

PAUSE = 0.8  # seconds without speech that end an utterance
LONGEST = 28.0  # seconds of one; a Whisper model hears 30 at once
_AROUND = 0.3  # seconds kept before and after the speech
_STEP = 0.4  # seconds between two looks
_WINDOW = 2.0  # seconds that a look at speech under way needs


class Utterances:
    """Cuts sound into utterances as it arrives."""

    def __init__(self) -> None:
        import numpy as np  # noqa: PLC0415

        self._sound: Samples = np.zeros(0, np.float32)
        self._unseen = 0
        self._start: int | None = None  # of the speech under way

    def feed(self, samples: Samples) -> Iterator[Samples]:
        """Takes the next sound, of any length, and gives the utterances that ended in it."""
        step = int(_STEP * RATE)
        for start in range(0, len(samples), step):
            self._add(samples[start : start + step])
            if self._unseen >= step and (found := self._look()) is not None:
                yield found

    def rest(self) -> Samples | None:
        """The utterance that the sound broke off in, if it did."""
        spans = _spans(self._sound)
        return self._cut(spans[0][0], spans[-1][1]) if spans else None

    def _add(self, samples: Samples) -> None:
        import numpy as np  # noqa: PLC0415

        self._sound = np.concatenate([self._sound, samples])
        self._unseen += len(samples)

    def _look(self) -> Samples | None:
        self._unseen = 0
        # While somebody speaks only the end matters, so that a long speech costs no more.
        offset = 0 if self._start is None else max(0, len(self._sound) - int(_WINDOW * RATE))
        spans = _spans(self._sound[offset:])
        if self._start is None:
            if not spans:
                self._sound = self._sound[-int((_AROUND + _STEP) * RATE) :]
                return None
            self._start = spans[0][0]
        end = offset + spans[-1][1] if spans else offset
        paused = len(self._sound) - end >= PAUSE * RATE
        if paused or end - self._start >= LONGEST * RATE:
            return self._cut(self._start, end)
        return None

    def _cut(self, start: int, end: int) -> Samples:
        around = int(_AROUND * RATE)
        found = self._sound[max(0, start - around) : end + around]
        self._sound = self._sound[end + around :]
        self._start = None
        return found


def _spans(sound: Samples) -> list[tuple[int, int]]:
    """First and last samples of the speech in a sound."""
    from faster_whisper.vad import VadOptions, get_speech_timestamps  # noqa: PLC0415

    if not len(sound):
        return []
    options = VadOptions(min_speech_duration_ms=100, min_silence_duration_ms=100, speech_pad_ms=0)
    found = get_speech_timestamps(sound, options, sampling_rate=RATE)
    return [(span["start"], span["end"]) for span in found]
