"""Filling the forms: what amount, which day. Asked again twice, then a way out."""

from __future__ import annotations

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import APOLOGY, answer_also, core, send
from actions.request import Request, read_request
from actions.turn import Reply, read_turn
from finance_core.errors import BadInput, PennyError

_TRIES = 3  # the first time and two more
_ANSWERS = frozenset({"check_affordability", "forecast_balance", "inform", "nlu_fallback"})
WAY_OUT = "way_out"
log = logging.getLogger(__name__)

type Reader = Callable[[Request], Any]


class ReadForm(Action, ABC):
    """Fills one form's slots from what was said.

    A slot that could not be read stays empty, so that the form asks for it (again).
    After the third failure every slot is set to :data:`WAY_OUT`, which ends the form.
    """

    form: str
    skill: str

    @property
    @abstractmethod
    def readers(self) -> dict[str, Reader]:
        """Slot → how it is read; None when nothing was said about it."""

    def name(self) -> str:
        """The name Rasa looks for."""
        return f"validate_{self.form}"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Reads the turn in a worker thread."""
        return await asyncio.to_thread(self._fill, dispatcher, tracker)

    def _fill(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[dict[str, Any]]:
        started = tracker.get_slot("requested_slot") is None
        try:
            turn = read_turn(core(), tracker)
            if not started and turn.intent not in _ANSWERS:
                return []  # another question: the form steps aside and asks again afterwards
            request = read_request(core(), replace(turn, form={}) if started else turn)
        except PennyError as error:
            dispatcher.utter_message(text=str(error))
            return self._leave()
        except Exception:
            log.exception("%s failed", self.name())
            dispatcher.utter_message(text=APOLOGY)
            return self._leave()
        # What is said later belongs to this question and not to one before it.
        frame = request.remember(Reply(""), self.skill).slots if started else {}
        found, problem = self._read(request, {} if started else self._known(tracker))
        missing = [slot for slot in self.readers if found.get(slot) is None]
        tries = 0 if started else int(tracker.get_slot("form_tries") or 0)
        if not missing:
            return [SlotSet("form_tries", 0), *_set({**frame, **found})]
        if problem or not started:
            tries += 1
        if tries >= _TRIES:
            return self._leave()
        for question in turn.also if started else ():
            send(answer_also(turn, question), dispatcher)
        if problem:
            dispatcher.utter_message(text=problem)
        return [SlotSet("form_tries", tries), *_set({**frame, **found})]

    def _known(self, tracker: Tracker) -> dict[str, Any]:
        return {slot: tracker.get_slot(slot) for slot in self.readers}

    def _read(self, request: Request, known: dict[str, Any]) -> tuple[dict[str, Any], str | None]:
        found, problem = dict(known), None
        for slot, reader in self.readers.items():
            if found.get(slot) is not None:
                continue
            try:
                found[slot] = reader(request)
            except BadInput as error:
                found[slot], problem = None, problem or str(error)
        return found, problem

    def _leave(self) -> list[dict[str, Any]]:
        return [SlotSet("form_tries", 0), *_set(dict.fromkeys(self.readers, WAY_OUT))]


class ReadAffordabilityForm(ReadForm):
    """How much, and when; today when no day is said with the amount."""

    form = "affordability_form"
    skill = "check_affordability"

    @property
    def readers(self) -> dict[str, Reader]:
        """An amount, then a day."""
        return {"amount": _amount, "on_date": _day_or_today}


class ReadForecastForm(ReadForm):
    """The day to look ahead to."""

    form = "forecast_form"
    skill = "forecast_balance"

    @property
    def readers(self) -> dict[str, Reader]:
        """A coming day."""
        return {"forecast_date": _day}


def _amount(request: Request) -> list[str] | None:
    amounts = request.amounts
    return [str(amounts[0].amount), amounts[0].currency] if amounts else None


def _day(request: Request) -> str | None:
    day = request.coming_day
    return day.isoformat() if day else None


def _day_or_today(request: Request) -> str | None:
    """The day said with the amount, else today; no day when that is what was asked for."""
    asked_for = request.turn.form.get("amount") is not None
    return _day(request) or (None if asked_for else request.turn.today.isoformat())


def _set(values: dict[str, Any]) -> list[dict[str, Any]]:
    return [SlotSet(name, value) for name, value in values.items()]
