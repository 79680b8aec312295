"""Suggestions in conversation: the best few are put, and what is said to them is kept.

What was put stands in the frame (``offers``), so that the next words can answer it: a press
of its button or a plain yes takes it up, "not now" lets it rest, and "don't show this again"
silences it for good. Something else that waits for a yes goes before.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from actions.replies import suggestions as words
from actions.turn import Reply, Turn
from actions.understanding.rows import find_row
from finance_core.services import insights
from finance_core.services.core import Core
from finance_core.services.insights import Answer, Insight, InsightKind

_NEVER = re.compile(
    r"\b(?:(?:don'?t|do not|never|stop|no need to)\b.{0,12}\b(?:show|tell|mention|remind|suggest|"
    r"offer|bring)\w*\b.*\b(?:again|any ?more|this|that|it|these|those)|never again)\b",
    re.IGNORECASE,
)
_NOT_NOW = re.compile(
    r"^\W*(?:not (?:now|today|interested|yet)|(?:maybe )?later|some other time|"
    r"no,? (?:not now|thanks?|thank you)|leave (?:it|that|them))\b[\s,!.]*"
    r"(?:thanks?|please)?[\s!.]*$",
    re.IGNORECASE,
)


def with_suggestions(
    core: Core,
    turn: Turn,
    reply: Reply,
    *,
    without: Collection[str] = (),
    but: Collection[InsightKind] = (),
) -> Reply:
    """``reply`` and, after it, the few suggestions that are worth it now."""
    found = insights.best(core, turn.person.id, turn.today, without=without, but=but)
    return put(core, turn, reply, found) if found else reply


def put(
    core: Core, turn: Turn, reply: Reply, found: Collection[Insight], *, first: bool = False
) -> Reply:
    """``reply`` with suggestions after it (or before it), noted as put to the person."""
    insights.offered(core, turn.person.id, found, turn.today)
    told = words.suggestions(found)
    text = (told.text, reply.text) if first else (reply.text, told.text)
    offers = [{"key": one.key, "ask": list(words.ask(one))} for one in found]
    frame = {**(reply.slots.get("frame") or {}), "offers": offers}
    return replace(
        reply,
        text="\n\n".join(filter(None, text)),
        facts=(*reply.facts, *told.facts),
        buttons=reply.buttons or told.buttons,
        slots={**reply.slots, "frame": frame},
    )


def answered(core: Core, turn: Turn) -> Reply | Turn | None:
    """What the words do to the suggestions put just before.

    Returns:
        A reply when they say no; the turn that a yes stands for, with ``intent`` the skill to
        be asked; None when they are about something else. A press of a suggestion's own button
        is noted as a yes and answered as what it says.
    """
    offers = turn.frame.get("offers") or []
    if not offers or not turn.answering:
        return None
    if _NEVER.search(turn.text):
        return _refused(core, turn, offers, Answer.MUTED)
    pressed = [offer for offer in offers if _same(offer["ask"][1], turn.text)]
    if pressed:
        _keep(core, turn, pressed, Answer.ACCEPTED)
        return None
    waits = turn.proposal_id or turn.change_id or turn.open_question
    if not waits and (turn.intent in ("deny", "cancel") or _NOT_NOW.match(turn.text)):
        return _refused(core, turn, offers, Answer.DISMISSED)
    if not waits and turn.intent == "affirm":
        return _taken_up(core, turn, offers)
    return None


def explained(core: Core, turn: Turn) -> Reply | None:
    """Why the suggestions were put: what is at stake, and how sure it is."""
    keys = [offer["key"] for offer in turn.frame.get("offers") or ()]
    ranked = insights.look(core, turn.person.id, turn.today)
    found = [entry for key in keys for entry in ranked if entry.insight.key == key]
    return words.why(found) if found else None


def _taken_up(core: Core, turn: Turn, offers: list[Any]) -> Turn:
    """The turn that a yes stands for: the suggestion it names, else the first one."""
    chosen = offers[find_row(turn.text, len(offers)) or 0]
    _keep(core, turn, [chosen], Answer.ACCEPTED)
    _, text, skill = chosen["ask"]
    return replace(turn, text=text, intent=skill, frame={}, hints=(), answering={})


def _refused(core: Core, turn: Turn, offers: list[Any], said: Answer) -> Reply:
    place = find_row(turn.text, len(offers))
    meant = offers if place is None else [offers[place]]
    _keep(core, turn, meant, said)
    left = [offer for offer in offers if offer not in meant]
    reply = words.muted(len(meant)) if said is Answer.MUTED else words.resting(len(meant))
    return replace(reply, slots={"frame": {**turn.frame, "offers": left}})


def _keep(core: Core, turn: Turn, offers: list[Any], said: Answer) -> None:
    for offer in offers:
        insights.answer(
            core, turn.person.id, offer["key"], said, turn.today, turn.now, turn.channel
        )


def _same(payload: str, text: str) -> bool:
    return payload.casefold().strip(" ?.!") == text.casefold().strip(" ?.!")
