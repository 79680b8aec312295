"""The shared base of all actions: a turn in, a reply out, off the event loop."""

from __future__ import annotations

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import asdict, replace
from functools import cache
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import nudges, suggestions, threads
from actions.news import with_news
from actions.turn import Question, Reply, Turn, read_turn
from finance_core.errors import BadInput, PennyError
from finance_core.model import Chart, Fact, Reach
from finance_core.services import pins
from finance_core.services.core import Core, open_core

log = logging.getLogger(__name__)

_SUMS = frozenset({"spending_report", "check_income"})
_NO_FRAME: Mapping[str, Any] = {}
APOLOGY = "Sorry, something went wrong on my side. Please try again in a moment."


@cache
def core() -> Core:
    """The action server's one finance core, opened with the first turn."""
    return open_core()


class PennyAction(Action, ABC):
    """One skill. Subclasses name it (``skill``) and say how it answers (``respond``).

    Attributes:
        reach: which shared accounts the answer is about; none, unless the skill says so.
    """

    skill: str
    reach: Reach = Reach.OWN

    def name(self) -> str:
        """The action's name in the domain."""
        return f"action_{self.skill}"

    @abstractmethod
    def respond(self, core: Core, turn: Turn) -> Reply:
        """Answers one turn; runs in a thread and may block."""

    def respond_within(self, core: Core, turn: Turn) -> Reply:
        """Answers one turn about the accounts that this skill is about, whoever asks it to."""
        return self.respond(core.reaching(self.reach), turn)

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Answers in a worker thread, so that a slow turn does not hold others."""
        reply = await asyncio.to_thread(self.answer, tracker)
        return send(reply, dispatcher)

    def answer(self, tracker: Tracker) -> Reply:
        """The reply to all that was asked, with errors turned into plain sentences."""
        try:
            turn = read_turn(core(), tracker)
        except Exception as error:
            return self._refusal(error)
        with pins.spoken(turn.channel, proven=turn.proven):
            reply = self._first_answer(turn)
            for question in turn.also:
                if reply.waits_for_pin:
                    break
                reply = threads.joined(reply, self._next_answer(reply, turn, question))
        if reply.waits_for_pin:  # the same words come again with the PIN, or something else does
            return replace(reply, slots={"last_reply": dict(turn.last_reply)})
        reply = threads.resumed(reply, turn, self.skill)
        try:
            reply = with_news(core(), turn, reply)
        except Exception as error:  # the answer stands without it
            log.error("news could not be told", exc_info=error)
        return reply

    def _first_answer(self, turn: Turn) -> Reply:
        """The skill's own answer; what answers a question or suggestion of Penny's goes there."""
        try:
            answered = nudges.answered(core(), turn) or suggestions.answered(core(), turn)
        except Exception as error:
            return self._refusal(error)
        if isinstance(answered, Reply):
            return answered
        meant = skill_named(answered.intent) if answered else None
        if meant and answered:
            return meant._attempt(answered)
        asking = skill_named(turn.open_question["skill"]) if turn.open_question else None
        if asking and (asking.skill == self.skill or threads.answers(turn)):
            reply = asking._attempt(replace(turn, intent="inform", goes_on=True))
            if asking.skill == self.skill or not threads.misses(reply, turn):
                return reply
        return self._attempt(turn)

    def _next_answer(self, reply: Reply, turn: Turn, question: Question) -> Reply:
        if threads.waits(reply):
            return Reply(f"One thing at a time: ask me for “{question.text}” after that.")
        return answer_also(turn, question, reply.slots.get("frame") or {})

    def _attempt(self, turn: Turn) -> Reply:
        try:
            return self.respond_within(core(), turn)
        except Exception as error:
            return self._refusal(error)

    def _refusal(self, error: Exception) -> Reply:
        if isinstance(error, pins.NeedsPin):
            return Reply(str(error), (Fact(pins.NEEDED, "yes", unit="text"),), waits_for_pin=True)
        if isinstance(error, PennyError):
            log.info("%s refused: %s", self.name(), type(error).__name__)
            return Reply(str(error), refused=isinstance(error, BadInput))
        log.error("%s failed", self.name(), exc_info=error)
        return Reply(APOLOGY)


def answer_also(turn: Turn, question: Question, frame: Mapping[str, Any] = _NO_FRAME) -> Reply:
    """The answer to a further question of the same message, of the same period if it sums up."""
    skill = skill_named(question.intent)
    if skill is None:
        return Reply(f"Please ask me “{question.text}” by itself.")
    asked = replace(
        turn,
        text=question.text,
        intent=question.intent,
        confidence=question.confidence,
        hints=question.hints,
        frame={"period": frame.get("period")} if question.intent in _SUMS else {},
        goes_on=question.intent in _SUMS,
    )
    return skill._attempt(asked)


def skill_named(name: str) -> PennyAction | None:
    """The action of a skill, of those loaded."""
    return next((found() for found in PennyAction.__subclasses__() if found.skill == name), None)


def send(reply: Reply, dispatcher: CollectingDispatcher) -> list[dict[str, Any]]:
    """Hands a reply to Rasa and gives the events that keep its state."""
    facts = [_plain(fact) for fact in reply.facts]
    buttons = [{"title": title, "payload": payload} for title, payload in reply.buttons]
    dispatcher.utter_message(text=reply.text, buttons=buttons)
    charts = [_plain(chart) for chart in reply.charts]
    if facts or charts:
        figures = {"facts": facts, "charts": charts} if charts else {"facts": facts}
        dispatcher.utter_message(json_message=figures)
    kept = {"last_reply": {"text": reply.text, "facts": facts, "buttons": buttons}}
    return [SlotSet(name, value) for name, value in {**kept, **reply.slots}.items()]


def _plain(value: Fact | Chart) -> dict[str, Any]:
    return {name: entry for name, entry in asdict(value).items() if entry is not None}
