"""A conversation with the actions as Rasa would hold it, without Rasa."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import ActionExecutor, CollectingDispatcher

NAMES = {"inform": "follow_up", "nlu_fallback": "clarify"}


@cache
def actions() -> dict[str, Any]:
    """All actions by name, as the action server finds them."""
    executor = ActionExecutor()
    executor.register_package("actions")
    return dict(executor.actions)


class Conversation:
    """What one person says, what Penny answers, and the state that Rasa keeps between."""

    def __init__(self, person_id: str, today: date, channel: str = "web") -> None:
        self.sender = f"{person_id}~main"
        self.today = today
        self.channel = channel
        self.slots: dict[str, Any] = {}
        self.events: list[dict[str, Any]] = []
        self.facts: list[dict[str, Any]] = []
        self.buttons: list[str] = []
        self.charts: list[dict[str, Any]] = []

    def say(
        self,
        text: str,
        intent: str,
        *,
        confidence: float = 1.0,
        entities: tuple[tuple[str, str], ...] = (),
        today: str | None = None,
        questions: Sequence[dict[str, Any]] = (),
        ranking: Sequence[tuple[str, float]] = (),
    ) -> str:
        """One turn; the text of all of Penny's messages."""
        self.message = {
            "text": text,
            "intent": {"name": intent, "confidence": confidence},
            "entities": [{"entity": kind, "value": value} for kind, value in entities],
            "questions": list(questions),
            "intent_ranking": [{"name": name, "confidence": sure} for name, sure in ranking],
            "metadata": {"today": today or self.today.isoformat(), "channel": self.channel},
        }
        self.events.append(
            {
                "event": "user",
                "text": text,
                "parse_data": {"intent": {"name": intent}},
                "timestamp": time.time(),
            }
        )
        self.facts, self.buttons, self.charts = [], [], []
        return "\n".join(self._run(f"action_{NAMES.get(intent, intent)}"))

    def chat(self, text: str, answer: str) -> None:
        """A turn that no action of ours answers ("thanks", "You're welcome.")."""
        self.events += [{"event": "user", "text": text}, {"event": "bot", "text": answer}]

    def fact(self, name: str) -> str:
        """The value of the first fact of that name."""
        return next(fact["value"] for fact in self.facts if fact["name"] == name)

    def _run(self, name: str) -> list[str]:
        tracker = Tracker(self.sender, self.slots, self.message, self.events, False, None, {}, None)
        dispatcher = CollectingDispatcher()
        for event in asyncio.run(actions()[name](dispatcher, tracker, {})):
            self.slots[event["name"]] = event["value"]
        for message in dispatcher.messages:
            self.events.append({"event": "bot", "text": message["text"]})
            self.facts += (message["custom"] or {}).get("facts", [])
            self.charts += (message["custom"] or {}).get("charts", [])
            self.buttons += [button["payload"] for button in message["buttons"] or ()]
        return [message["text"] for message in dispatcher.messages if message["text"]]
