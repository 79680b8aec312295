"""Voice notes: fetched from Telegram and put into words on this machine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from anyio import to_thread
from telegram import Voice

from channels.contract import House
from channels.sound.transcriber import LARGEST, LONGEST
from channels.telegram import looks
from finance_core.errors import PennyError
from finance_core.model import Person
from finance_core.services import vocabulary

_OGG = "audio/ogg"  # what Telegram's own clients send


@dataclass(frozen=True, slots=True)
class Heard:
    """The words of a note, or why there are none."""

    text: str = ""
    excuse: str = ""


class Listening:
    """Puts voice notes into words where the recognizer is installed."""

    def __init__(self, house: House) -> None:
        self._core = house.core
        self._transcriber = house.transcriber

    async def heard(self, note: Voice, person: Person) -> Heard:
        """What a person said in a note.

        Raises:
            TelegramError: the note cannot be fetched now.
        """
        if self._transcriber is None:
            return Heard(excuse=looks.NO_VOICE)
        if _seconds(note) > LONGEST or (note.file_size or 0) > LARGEST:
            return Heard(excuse=looks.TOO_LONG_A_NOTE)
        sound = bytes(await (await note.get_file()).download_as_bytearray())
        names = await to_thread.run_sync(self._names, person)
        try:
            text = await self._transcriber.transcribe(sound, note.mime_type or _OGG, names)
        except PennyError as error:
            return Heard(excuse=str(error))
        return Heard(text) if text else Heard(excuse=looks.NOTHING_HEARD)

    def _names(self, person: Person) -> Sequence[str]:
        known = vocabulary.vocabulary(self._core, person.id)
        return [*(account.name for account in known.accounts), *known.merchants]


def _seconds(note: Voice) -> float:
    length = note.duration
    return length if isinstance(length, int) else length.total_seconds()
