"""Whether figures are said aloud, settled in conversation."""

from __future__ import annotations

import re

from actions.turn import Reply, Turn
from actions.writes import offer_change
from finance_core.services import voice
from finance_core.services.core import Core

_FIGURES = r"(?:figures?|numbers?|amounts?|sums?|balances?)"
_ALOUD = r"(?:aloud|out loud|loud|by voice|with (?:a|your) voice)"
_ABOUT_FIGURES = re.compile(
    rf"\b{_FIGURES}\b.{{0,30}}\b{_ALOUD}\b|\b{_ALOUD}\b.{{0,30}}\b{_FIGURES}\b", re.IGNORECASE
)
_MODE = re.compile(r"\bpriva(?:cy|te) mode\b", re.IGNORECASE)
_NOT = re.compile(
    r"\b(?:no|not|don'?t|never|stop|without|keep .{0,15} to yourself|hide|leave out)\b",
    re.IGNORECASE,
)
_OFF = re.compile(r"\b(?:off|stop|end|disable|leave|no|without|quit)\b", re.IGNORECASE)
_ASKS = re.compile(r"^\W*(?:do|does|is|are|what|which|show|how)\b", re.IGNORECASE)


def answer(core: Core, turn: Turn) -> Reply | None:
    """Tells, or offers to change, whether figures are said aloud; None when that is not asked."""
    text = turn.text.replace("’", "'")
    mode, figures = _MODE.search(text), _ABOUT_FIGURES.search(text)
    if not (mode or figures):
        return None
    private = voice.is_private(core, turn.person.id)
    wanted = not _OFF.search(text) if mode else bool(_NOT.search(text))
    if wanted == private or _ASKS.match(text):
        state = "say no figures aloud; they are in our chat" if private else "say figures aloud"
        return Reply(f"On voice assistants and the telephone I {state}.")
    what = "say no figures aloud any more" if wanted else "say figures aloud again"
    done = "they are in our chat" if wanted else "rounded, unless money moves"
    return offer_change(
        core,
        turn,
        voice.KIND,
        {"private": wanted},
        summary=what,
        done_text=f"Done: I {what}; {done}.",
    )
