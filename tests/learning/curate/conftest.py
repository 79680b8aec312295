"""Turns to curate."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from learning.curate.batch import Known, known_from

Row = dict[str, Any]
BEGIN = datetime(2026, 6, 1, 12, tzinfo=UTC)
TRAINING = {
    "check_balance": ["how much money have I got", "what is my balance", "balance please"],
    "spending_report": ["how much did I spend on groceries", "what did I spend last month"],
    "savings_advice": ["help me put something aside", "save 30 pounds"],
    "feedback_negative": ["that was not helpful"],
}


@pytest.fixture
def known() -> Known:
    return known_from(TRAINING, {})


@pytest.fixture(scope="session")
def talk() -> Callable[..., list[Row]]:
    """Rows of one conversation from ``(text, intent, confidence)`` and seconds between them."""

    def rows(*turns: tuple[str, str | None, float], who: str = "a-1", gap: float = 20, **more):
        return [
            {
                "conversation": who,
                "turn": f"{who}:{place}",
                "at": (BEGIN + timedelta(seconds=gap * place)).isoformat(),
                "text": text,
                "replies": [],
                "intent": intent,
                "confidence": confidence,
                "model": "penny-1",
                "channel": "web",
            }
            | more
            for place, (text, intent, confidence) in enumerate(turns)
        ]

    return rows


@pytest.fixture(scope="session")
def many(talk: Callable[..., list[Row]]) -> Callable[[int], list[Row]]:
    """Rows of so many people, with everything that curation looks for."""
    asked = [text for texts in TRAINING.values() for text in texts]
    wanted = ["open a pension pot", "convert my dollars into yen", "order a new chequebook"]

    def made(people: int) -> list[Row]:
        dice = random.Random(7)
        found: list[Row] = []
        for number in range(people):
            turns: list[tuple[str, str | None, float]] = []
            for _ in range(8):
                own = f"{dice.choice(asked)} {dice.choice(['', 'now', 'for my flat', 'in town'])}"
                turns.append((own.strip(), "check_balance", round(dice.random(), 3)))
                if dice.random() < 0.3:
                    turns.append((own + " I said", "spending_report", 0.9))
                if dice.random() < 0.3:
                    text = f"{dice.choice(['can I', 'please', 'I want to'])} {dice.choice(wanted)}"
                    tail = dice.choice(["", " today", " online", " for my wife", " by Friday"])
                    turns.append((text + tail, "nlu_fallback", 0.3))
            gap = 1 if number % 40 == 0 else 20
            channel = dice.choice(["web", "telegram"])
            found += talk(*turns, who=f"p{number}-{number % 3}", gap=gap, channel=channel)
        found += talk(*[("balance please", "check_balance", 0.9)] * 30, who="script-1", gap=1)
        found += found[:5]  # stored twice
        found.append({"text": None})
        return found

    return made
