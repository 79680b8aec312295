"""What holds a conversation together: following up, repeating, ways out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from actions.abilities import ABILITIES, EXAMPLES, likeliest
from actions.base import PennyAction, skill_named
from actions.payees import names_payee
from actions.replies.figures import bullets
from actions.request import Request, names_something, read_request, says_something
from actions.turn import Reply, Turn
from finance_core.model import Fact
from finance_core.services.core import Core

_DID_YOU_MEAN = "I'm not sure what you mean. Is it one of these?"
_WHAT_ELSE = ("Something else", "what can you do?")
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
        paying = skill_named("transfer_money")
        if paying and names_payee(turn):
            return paying.respond_within(core, meant)
        if turn.open_question:
            return FollowUp().respond_within(core, meant)
        request = read_request(core, meant)
        named = request.named.merchants or request.named.categories
        spending = skill_named("spending_report")
        if spending and named and _PAYING.search(turn.text) and not request.follows:
            return spending.respond_within(core, turn)
        known = names_something(request) if turn.frame else named or request.named.accounts
        if known and (request.follows or len(turn.text.split()) <= _SCRAP):
            return FollowUp().respond_within(core, meant)
        guesses = likeliest(turn.ranking)
        if not guesses or turn.answering.get("text") == _DID_YOU_MEAN:
            return Help().respond_within(core, turn)
        return Reply(_DID_YOU_MEAN, (), (*guesses, _WHAT_ELSE))


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
        return Reply(last["text"], facts, buttons_of(last))


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
        return last.respond_within(core, turn)


def _first_skill(request: Request) -> str:
    """What a scrap that begins a conversation asks for ("groceries in June", "savings?")."""
    if request.follows or not names_something(request):
        return ""
    return "check_balance" if request.named.accounts else "spending_report"


def buttons_of(reply: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The buttons of a reply that was kept."""
    return tuple((button["title"], button["payload"]) for button in reply.get("buttons", ()))
