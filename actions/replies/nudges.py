"""Words for what is said to something that Penny began."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from actions.replies.figures import listed, money, on_day, short_day
from actions.turn import Reply
from finance_core.model import Fact
from finance_core.money import Money
from finance_core.services import notifications
from finance_core.services.nudges import NudgeKind, StoredNudge


def why(nudge: StoredNudge) -> Reply:
    """Why a person was told something, and how to hear less of it."""
    facts = tuple(Fact(**fact) for fact in nudge.payload["facts"])
    text = f"I told you: “{nudge.payload['text']}”\nYou see it because {nudge.payload['why']}"
    if nudge.kind not in notifications.NUDGES:
        return Reply(text, facts, (("My settings", "what will you tell me?"),))
    what = called(nudge.kind)
    buttons = (
        ("Snooze a week", f"snooze {what} for a week"),
        ("Stop these", f"stop {what}"),
        ("My settings", "what will you tell me?"),
    )
    return Reply(text, facts, buttons)


def called(kind: str) -> str:
    """What the messages of a kind are called."""
    return notifications.WORDS[NudgeKind(kind)]


def left() -> Reply:
    """That something is left alone."""
    return Reply("All right, I'll leave it.")


def goes_ahead(nudge: StoredNudge) -> Reply:
    """That an announced save is made as announced."""
    amount = next(fact for fact in nudge.payload["facts"] if fact["name"] == "amount")
    sum_ = Money.of(amount["value"], amount["currency"])
    return Reply(
        f"Good, {sum_} moves as I said; until then “skip this saving” leaves it out.",
        (money("amount", sum_),),
    )


def always_told() -> Reply:
    """That what Penny does by herself is always told."""
    return Reply(
        "What I do by myself I always tell you; nothing of that may happen untold. "
        "“Ask me before each saving” ends it.",
        (),
        (("Ask me first", "ask me before each saving"),),
    )


def muted(kind: str, names: Sequence[str]) -> tuple[str, str]:
    """The end of "Shall I …?", and that single things are not told any more."""
    what = f"{called(kind)} about {listed(list(names))}"
    return f"leave out {what}", f"All right, no more {what}."


def again(nudge: StoredNudge, day: date) -> Reply:
    """That something is said again on a day."""
    return Reply(
        f"All right, I'll tell you again on {short_day(day)}.",
        (on_day("day", day, label=nudge.about),),
    )
