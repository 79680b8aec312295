"""Voice notes: fetched from Telegram and put into words on this machine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from telegram import Voice

from channels.contract import House
from channels.telegram import looks

_LONGEST = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Heard:
    """The words of a note, or why there are none."""

    text: str = ""
    excuse: str = ""


class Listening:
    """Puts voice notes into words where the recognizer is installed."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def heard(self, note: Voice) -> Heard:
        """What was said in a note.

        Raises:
            TelegramError: the note cannot be fetched now.
        """
        return Heard(excuse=looks.NO_VOICE)
