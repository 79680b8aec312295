"""The shared base of all actions: a turn in, a reply out, off the event loop."""

from __future__ import annotations

import asyncio
import logging
from abc import ABC, abstractmethod
from dataclasses import asdict, replace
from functools import cache
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import Reply, Turn, read_turn
from finance_core.errors import PennyError
from finance_core.model import Fact
from finance_core.services.core import Core, open_core

log = logging.getLogger(__name__)

APOLOGY = "Sorry, something went wrong on my side. Please try again in a moment."


@cache
def core() -> Core:
    """The action server's one finance core, opened with the first turn."""
    return open_core()


class PennyAction(Action, ABC):
    """One skill. Subclasses name it (``skill``) and say how it answers (``respond``).

    Attributes:
        form_slots: what a form gathered for the answer; emptied with it, whatever it is.
    """

    skill: str
    form_slots: tuple[str, ...] = ()

    def name(self) -> str:
        """The action's name in the domain."""
        return f"action_{self.skill}"

    @abstractmethod
    def respond(self, core: Core, turn: Turn) -> Reply:
        """Answers one turn; runs in a thread and may block."""

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Answers in a worker thread, so that a slow turn does not hold others."""
        reply = await asyncio.to_thread(self.answer, tracker)
        return send(reply, dispatcher)

    def answer(self, tracker: Tracker) -> Reply:
        """The reply, with errors turned into plain sentences."""
        try:
            reply = self.respond(core(), read_turn(core(), tracker))
        except PennyError as error:
            log.info("%s refused: %s", self.name(), type(error).__name__)
            reply = Reply(str(error))
        except Exception:
            log.exception("%s failed", self.name())
            reply = Reply(APOLOGY)
        return replace(reply, slots={**reply.slots, **dict.fromkeys(self.form_slots)})


def skill_named(name: str) -> PennyAction | None:
    """The action of a skill, of those loaded."""
    return next((found() for found in PennyAction.__subclasses__() if found.skill == name), None)


def send(reply: Reply, dispatcher: CollectingDispatcher) -> list[dict[str, Any]]:
    """Hands a reply to Rasa and gives the events that keep its state."""
    facts = [_plain(fact) for fact in reply.facts]
    buttons = [{"title": title, "payload": payload} for title, payload in reply.buttons]
    dispatcher.utter_message(text=reply.text, buttons=buttons)
    if facts:
        dispatcher.utter_message(json_message={"facts": facts})
    kept = {"last_reply": {"text": reply.text, "facts": facts, "buttons": buttons}}
    return [SlotSet(name, value) for name, value in {**kept, **reply.slots}.items()]


def _plain(fact: Fact) -> dict[str, str]:
    return {name: value for name, value in asdict(fact).items() if value is not None}
