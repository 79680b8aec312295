"""How boldly Penny saves, whether she asks each time, and a no to what she announced."""

from __future__ import annotations

from dataclasses import replace

from actions.replies import savings as words
from actions.turn import Reply, Turn
from actions.understanding.rules import read_rule
from actions.understanding.saving_styles import SaidStyle, read_style
from actions.writes import offer_change
from finance_core.errors import BadInput
from finance_core.services import autosaves, savings
from finance_core.services.core import Core


def answer(core: Core, turn: Turn) -> Reply | None:
    """The reply when ``turn`` is about how to save; None when it is about something else."""
    said = read_style(turn.text)
    if not said or _is_rule(turn):
        return None
    if said.skip:
        return _skip(core, turn)
    now = savings.style_of(core, turn.person.id)
    if said.automatic is False and said.mood is None and not now.automatic:
        return None  # nothing saves by itself but rules
    return _offer(core, turn, said)


def _is_rule(turn: Turn) -> bool:
    """Whether a rule with its own occasion is meant: "save 20 automatically each week"."""
    try:
        return read_rule(turn.text, [], turn.person.currency).kind is not None
    except BadInput:
        return True


def _skip(core: Core, turn: Turn) -> Reply | None:
    if not autosaves.announced(core, turn.person.id):
        return None
    skipped = autosaves.skip(core, turn.person.id, turn.now, turn.channel)
    return words.skipped(skipped)


def _offer(core: Core, turn: Turn, said: SaidStyle) -> Reply:
    now = savings.style_of(core, turn.person.id)
    then = replace(
        now,
        mood=said.mood or now.mood,
        automatic=now.automatic if said.automatic is None else said.automatic,
    )
    if then == now:
        return words.style(now)
    return offer_change(
        core,
        turn,
        savings.STYLE,
        then.payload(),
        summary=words.change_of_style(now, then),
        done_text=words.style(then).text,
        because=words.what_it_means(then),
    )
