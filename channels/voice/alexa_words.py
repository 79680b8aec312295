"""What Alexa hears and Penny understands: the intents of the skill and the words they stand for.

Alexa passes on an intent and slots, never the sentence. So a question is cut into the words
it begins with, an intent for each, and the free rest (`CARRIERS`); questions that have no
rest have an intent of their own (`SKILLS`), which stands for one sentence.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

CARRIERS = (
    "what is", "what are", "what's", "what did", "what",
    "how much is", "how much did I", "how much", "how is", "how are", "how did", "how do I", "how",
    "can I", "could I", "did I", "do I", "am I", "will I", "will my", "is my", "are my",
    "when is", "when do", "when will", "when", "where did", "where", "which", "who",
    "why did", "why is", "why",
    "show me", "show", "list", "find", "search for", "tell me about", "tell me", "give me",
    "move", "transfer", "send", "pay", "save", "put aside", "put", "set", "create", "make", "start",
    "add", "change", "cancel", "pause", "stop saving", "remove",
    "and", "only", "what about", "how about", "I want to", "the one",
)  # fmt: skip
"""The words a question begins with; an intent each, which keeps them."""

FREE = ("say", "please", "ask")
"""Words before any sentence, which are not part of it."""

SKILLS: Mapping[str, str] = {
    "check_balance": "what's my balance",
    "list_accounts": "which accounts do I have",
    "check_net_worth": "what is my net worth",
    "check_income": "how much did I earn this month",
    "spending_report": "how much did I spend this month",
    "compare_spending": "did I spend more than last month",
    "upcoming_bills": "what bills are coming up",
    "list_subscriptions": "list my subscriptions",
    "safe_to_spend": "what is safe to spend",
    "check_budget": "how are my budgets",
    "check_goal": "how are my goals doing",
    "savings_advice": "help me save",
    "debt_plan": "how do I pay off my debts",
    "find_unusual_spending": "anything unusual",
    "undo": "undo",
    "explain": "why",
    "refresh_accounts": "refresh my accounts",
    "greet": "hello",
    "goodbye": "goodbye",
    "thank": "thank you",
}
"""Penny's intent → the sentence said for it."""

BUILT_IN: Mapping[str, str] = {
    "AMAZON.YesIntent": "yes",
    "AMAZON.NoIntent": "no",
    "AMAZON.HelpIntent": "help",
    "AMAZON.RepeatIntent": "repeat that",
}
"""Alexa's own intents that are a turn; the others steer the session."""

NUMBER = "BareNumber"
"""The intent of a bare number: a PIN, or an amount that was asked for."""

QUERY, AMOUNT = "query", "number"


def intent_of(skill: str) -> str:
    """Alexa's name of one of Penny's intents: ``check_balance`` is ``CheckBalance``."""
    return "".join(part.capitalize() for part in skill.split("_"))


def carrier_intent(first: str) -> str:
    """Alexa's name of the intent of sentences that begin with ``first``."""
    return "Say" + "".join(word.capitalize() for word in first.replace("'", " ").split())


def words_of(intent: Mapping[str, Any]) -> str | None:
    """The words that an intent of a request stands for; None where there are none."""
    name = str(intent.get("name"))
    if name == NUMBER:
        return _slot(intent, AMOUNT)
    if name in _BEGINNINGS:
        rest = _slot(intent, QUERY)
        return f"{_BEGINNINGS[name]} {rest}".strip() if rest else None
    return BUILT_IN.get(name) or _SENTENCES.get(name)


def _slot(intent: Mapping[str, Any], name: str) -> str | None:
    slots = intent.get("slots")
    slot = slots.get(name) if isinstance(slots, Mapping) else None
    value = slot.get("value") if isinstance(slot, Mapping) else None
    return value.strip() if isinstance(value, str) and value.strip() not in ("", "?") else None


_BEGINNINGS = {carrier_intent(first): first for first in CARRIERS}
_BEGINNINGS |= {carrier_intent(first): "" for first in FREE}
_SENTENCES = {intent_of(skill): sentence for skill, sentence in SKILLS.items()}
