"""How people say that saving should be bolder, more careful, or happen by itself."""

from __future__ import annotations

import re
from dataclasses import dataclass

from finance_core.services.savings import Mood

_ABOUT = re.compile(r"\b(?:sav\w+|put(?:ting)? (?:\w+ ){0,2}aside|sweeps?)\b")
_BE_CAREFUL = r"(?:careful|cautious|conservative|prudent|safe)\w*"
_BE_BOLD = r"(?:bold|aggressive|daring|risky)\w*"
_NOT_SO = r"\b(?:less|too|not (?:so|that|too)|don'?t (?:be|save) (?:so|that|too))"
_TURNED = {
    Mood.CAREFUL: re.compile(rf"{_NOT_SO} {_BE_BOLD}"),
    Mood.BOLD: re.compile(rf"{_NOT_SO} {_BE_CAREFUL}"),
}
_PLAIN = {
    Mood.CAREFUL: re.compile(rf"\b(?:{_BE_CAREFUL}|gentler)\b"),
    Mood.BOLD: re.compile(rf"\b(?:{_BE_BOLD}|braver|riskier)\b"),
}
_NORMAL = re.compile(
    r"\b(?:normal(?:ly)?|balanced|medium|standard|default)\b.*\b(?:mood|mode|style|sav\w+)"
    r"|\b(?:mood|mode|style|sav\w+)\b.*\b(?:normal(?:ly)?|balanced|medium|standard|default)\b"
)
_BY_ITSELF = re.compile(
    r"\b(?:automatic\w*|auto[- ]?sav\w+|by (?:it|your)self|without asking|don'?t ask me)\b"
)
_OFF = re.compile(
    r"\b(?:stop|off|disable|no|not|no more|never|end|cancel|quit|ask me (?:first|before)|"
    r"don'?t (?:save|move|put))\b"
)
_SKIP = re.compile(
    r"\b(?:skip|leave out|call off)\b.*\b(?:sav\w+|sweep|move|transfer|it|this|that|one)\b"
    r"|\bdon'?t save (?:it |that )?(?:this time|tomorrow|today|now)\b"
    r"|\bnot this time\b"
)
_ASKS_FIRST = re.compile(r"\bask me (?:first|before)\b")


@dataclass(frozen=True, slots=True)
class SaidStyle:
    """What was said about how to save; None is what was not spoken of.

    Attributes:
        skip: the save that is announced should not be made.
    """

    mood: Mood | None = None
    automatic: bool | None = None
    skip: bool = False

    def __bool__(self) -> bool:
        return self.mood is not None or self.automatic is not None or self.skip


def read_style(text: str) -> SaidStyle:
    """What ``text`` says about how to save; something that is false when nothing."""
    said = text.lower().replace("’", "'")
    automatic = None
    if _ABOUT.search(said) and (_BY_ITSELF.search(said) or _ASKS_FIRST.search(said)):
        asks = re.search(r"\b(?:without asking|don'?t ask me)\b", said)
        automatic = bool(asks) or not _OFF.search(said)
    return SaidStyle(
        mood=_mood(said) if _ABOUT.search(said) else None,
        automatic=automatic,
        skip=automatic is None and bool(_SKIP.search(said)),
    )


def _mood(said: str) -> Mood | None:
    for patterns in (_TURNED, _PLAIN):  # "not so bold" holds "bold"
        for mood, pattern in patterns.items():
            if pattern.search(said):
                return mood
    return Mood.NORMAL if _NORMAL.search(said) else None
