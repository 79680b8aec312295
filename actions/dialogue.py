"""What holds a conversation together: following up, repeating, explaining, ways out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from actions.abilities import ABILITIES, EXAMPLES, likeliest
from actions.base import PennyAction, skill_named
from actions.replies.figures import bullets
from actions.request import Request, names_something, read_request, says_something
from actions.turn import Reply, Turn
from actions.understanding.periods import describe
from finance_core.model import Fact, Period
from finance_core.money import Money
from finance_core.services.core import Core

# How each skill comes to its figures, for "why?".
_BASES = {
    "check_balance": "These are the booked balances your bank last reported, less anything booked "
    "after the day you asked for.",
    "check_income": "I added up the money that came in, without refunds and moves between your "
    "own accounts.",
    "spending_report": "I added up the payments that fit, took off what was refunded, and left "
    "out income and moves between your own accounts.",
    "search_transactions": "I went through all transactions I have and kept those that fit.",
    "upcoming_bills": "I looked for payments that repeat, and carried their rhythm forward.",
    "forecast_balance": "I carried your regular payments and income forward, added what you "
    "usually spend in between, and kept the range that should hold in eight of ten cases.",
    "check_affordability": "I took the amount off your forecast balance and looked at the "
    "tightest day before the next income.",
    "list_subscriptions": "I looked for payments that repeat among subscriptions and "
    "entertainment, and took the latest price of each.",
    "check_net_worth": "I added up the booked balances, what is owed counted as negative.",
    "safe_to_spend": "I took the bills that fall due before your next income, what your goals "
    "need until then, and your floor off the booked balance.",
    "set_budget": "A suggested budget is the middle one of your last whole months, rounded up.",
    "check_budget": "I held what you spent, less refunds, against the budget, and added what the "
    "rest of a month usually costs: the middle one of the last three months.",
    "create_goal": "I shared what is missing over the months that are left, this one included; "
    "your pace is what the savings account grew by in the last three months.",
    "check_goal": "What the linked account has grown by since the goal began counts as saved, and "
    "what you told me you put aside; your pace is that of the last three months.",
    "debt_plan": "I let interest accrue month by month, paid the least payment on every debt, and "
    "gave the rest to one debt after the other: the dearest first, or the smallest first.",
    "savings_advice": "I took the low point of my forecast's lean case, and left "
    "your floor in the account.",
}
_DID_YOU_MEAN = "I'm not sure what you mean. Is it one of these?"
_WHAT_ELSE = ("Something else", "what can you do?")
_MOST_FIGURES = 6
_SCRAP = 4  # words
_PAYING = re.compile(
    r"\b(?:pa(?:y|id)|spen[dt]|spending|costs?|gave|total|how much (?:is|was))\b", re.IGNORECASE
)


class Help(PennyAction):
    """What Penny can do."""

    skill = "help"

    def respond(self, core: Core, turn: Turn) -> Reply:
        """The skills, with an example of each to press."""
        return Reply(f"I can help you with\n{bullets(ABILITIES)}", (), EXAMPLES)


class Clarify(PennyAction):
    """A turn that was not understood."""

    skill = "clarify"

    def respond(self, core: Core, turn: Turn) -> Reply:
        """Takes a scrap ("April", "dm?") as a follow-up; else offers the likeliest skills."""
        meant = replace(turn, intent="inform")
        if turn.open_question:
            return FollowUp().respond(core, meant)
        request = read_request(core, meant)
        named = request.named.merchants or request.named.categories
        spending = skill_named("spending_report")
        if spending and named and _PAYING.search(turn.text) and not request.follows:
            return spending.respond(core, turn)
        known = names_something(request) if turn.frame else named or request.named.accounts
        if known and (request.follows or len(turn.text.split()) <= _SCRAP):
            return FollowUp().respond(core, meant)
        guesses = likeliest(turn.ranking)
        if not guesses or turn.answering.get("text") == _DID_YOU_MEAN:
            return Help().respond(core, turn)
        return Reply(_DID_YOU_MEAN, (), (*guesses, _WHAT_ELSE))


class NotYet(PennyAction):
    """A skill Penny does not have."""

    skill = "not_yet"

    def respond(self, core: Core, turn: Turn) -> Reply:
        """Says so, and what she can do instead."""
        return Reply("I can't do that yet. What I can do:", (), EXAMPLES)


class ConnectAccount(PennyAction):
    """How a bank is connected."""

    skill = "connect_account"

    def respond(self, core: Core, turn: Turn) -> Reply:
        """The commands, since a bank's secret does not belong in a chat."""
        return Reply(
            "A bank is connected outside the chat, so that its secret never passes through here. "
            "On the machine Penny runs on:\n"
            "• penny connect simplefin TOKEN --user NAME\n"
            "• penny import FILE --user NAME, for a bank export"
        )


class Repeat(PennyAction):
    """The last reply once more."""

    skill = "repeat"

    def respond(self, core: Core, turn: Turn) -> Reply:
        """The same text, figures and buttons."""
        last = turn.last_reply
        if not last:
            return Reply("I haven't told you anything yet. What would you like to know?")
        facts = tuple(Fact(**fact) for fact in last.get("facts", ()))
        return Reply(last["text"], facts, _buttons(last))


class Explain(PennyAction):
    """Why: where the last figure comes from."""

    skill = "explain"

    def respond(self, core: Core, turn: Turn) -> Reply:
        """How the last answer was made, with its figures once more."""
        basis = _BASES.get(turn.frame.get("skill", ""))
        if basis is None or not turn.last_reply:
            return Reply("There is no figure to explain yet. Ask me for one first.", (), EXAMPLES)
        facts = tuple(Fact(**fact) for fact in turn.last_reply.get("facts", ()))
        shown = [fact for fact in facts if fact.currency][:_MOST_FIGURES]
        lines = bullets(f"{_figure_name(fact)}: {money_of(fact)}" for fact in shown)
        buttons = _buttons(turn.answering)  # an offer stays open while it is explained
        return Reply(f"{basis}\n{lines}" if lines else basis, tuple(shown), buttons)


class FollowUp(PennyAction):
    """ "And last month?", "only groceries", "make it 50": the last question, changed."""

    skill = "follow_up"

    def respond(self, core: Core, turn: Turn) -> Reply:
        """Asks the last skill again with what was said now."""
        request = read_request(core, turn)
        last = skill_named(turn.frame.get("skill", "") or _first_skill(request))
        answers = bool(turn.open_question)
        if last is None or not (answers or says_something(request)):
            return Reply(
                "I'm not sure what that refers to. Ask me the whole question, for example:",
                (),
                EXAMPLES[:3],
            )
        return last.respond(core, turn)


def _first_skill(request: Request) -> str:
    """What a scrap that begins a conversation asks for ("groceries in June", "savings?")."""
    if request.follows or not names_something(request):
        return ""
    return "check_balance" if request.named.accounts else "spending_report"


def money_of(fact: Fact) -> Money:
    """The amount a fact carries."""
    return Money.of(fact.value, fact.currency or "")


def _buttons(reply: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((button["title"], button["payload"]) for button in reply.get("buttons", ()))


def _figure_name(fact: Fact) -> str:
    parts = (fact.name.replace("_", " "), fact.label or fact.account, _when(fact.period))
    return ", ".join(part for part in parts if part)


def _when(period: str | None) -> str | None:
    """A fact's period as people write it."""
    if not period:
        return None
    first, _, last = period.partition("/")
    return describe(Period(date.fromisoformat(first), date.fromisoformat(last or first)))
