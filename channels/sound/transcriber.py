"""Voice notes into words, one at a time, beside everything else that the process does."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from anyio import CapacityLimiter, to_thread

from channels.settings import ChannelSettings
from channels.sound.audio import decode
from channels.sound.recognizer import Recognizer, installed, open_recognizer
from finance_core.errors import BadInput, PennyError

LONGEST = 60.0  # seconds of a note
LARGEST = 20_000_000  # bytes of one

_SOUNDS = ("audio/", "video/", "application/ogg", "application/octet-stream")
_MOST_WAITING = 8  # with the one that is being heard


class TooBusy(PennyError):
    """Too many notes are waiting to be heard."""


class Transcriber:
    """Turns voice notes into words; the model is loaded with the first one.

    Args:
        model: see `channels.sound.recognizer.open_recognizer`.
        downloads: folder for downloads.
    """

    def __init__(self, model: str, downloads: Path) -> None:
        self._open = partial(open_recognizer, model, downloads)
        self._recognizer: Recognizer | None = None
        self._turns = CapacityLimiter(1)  # the model takes all cores it may have for each note
        self._waiting = 0

    @classmethod
    def configured(cls, settings: ChannelSettings) -> Transcriber | None:
        """The transcriber; None where the extra ``voice`` is not installed."""
        if not installed():
            return None
        return cls(settings.speech_model, settings.home / "speech")

    async def transcribe(self, audio: bytes, mime: str, names: Sequence[str] = ()) -> str:
        """What is said in a voice note; empty where nobody speaks.

        Args:
            audio: the file.
            mime: what its sender calls it.
            names: that may occur in it, the likeliest first.

        Raises:
            NotSound: it is no sound.
            BadInput: it is too large or too long.
            NoRecognizer: the model is missing.
            TooBusy: too many others are waiting.
        """
        if not mime.lower().startswith(_SOUNDS):
            raise BadInput("I can only listen to sound here.")
        if len(audio) > LARGEST:
            raise BadInput("That voice note is too large for me.")
        if self._waiting >= _MOST_WAITING:
            raise TooBusy("I'm still listening to others. Please try again in a minute.")
        self._waiting += 1
        try:
            return await to_thread.run_sync(self._words, audio, tuple(names), limiter=self._turns)
        finally:
            self._waiting -= 1

    def _words(self, audio: bytes, names: tuple[str, ...]) -> str:
        samples = decode(audio, LONGEST)
        if self._recognizer is None:
            self._recognizer = self._open()
        return self._recognizer.words(samples, names)
