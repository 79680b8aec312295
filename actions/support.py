"""What Penny cannot do herself: what only a bank can, and talking to a person."""

from __future__ import annotations

import re
from collections.abc import Iterable

from actions.base import PennyAction
from actions.replies import support as words
from actions.request import read_request
from actions.turn import Reply, Turn
from actions.writes import offer_change
from finance_core.services import contacts, handoff
from finance_core.services.contacts import BankContact
from finance_core.services.core import Core

# What a turn is about, the most pressing first.
_MATTERS = (
    ("lost", r"\b(?:lost|lose|stolen|stole|steal|missing card|dropped my|(?:wallet|purse) is gone|"
             r"can'?t find my)\b"),
    ("block", r"\b(?:block|freeze|frozen|lock|hold|suspend|deactivate|stop (?:my|all|that|the)|"
              r"cancel (?:my|the|a) (?:\w+ )?card)\w*\b"),
    ("dispute", r"\b(?:disput\w+|charge ?-?backs?|(?:get|want) my money back|reclaim)\b"),
    ("fraud", r"\b(?:fraud\w*|scam\w*|hack\w*|cloned?|compromised|unauthori[sz]ed|suspicious|"
              r"identity|victim|phish\w*|(?:don'?t|do not|didn'?t|did not|never) "
              r"(?:recogni[sz]e|make|authori[sz]e|buy|bought|made)|(?:isn'?t|wasn'?t|not) "
              r"(?:me|mine)|unknown (?:payment|charge)|some(?:one|body))\b"),
    ("pin", r"\b(?:pin|passcode|password)\b"),
    ("limit", r"\b(?:limit|credit line|overdraft)\b"),
    ("close", r"\b(?:close|open)\b.{0,20}\baccount\b"),
    ("papers", r"\b(?:statements?|certificates?|tax forms?|cheques?|checks|chequebook)\b"),
    ("card", r"\bcards?\b"),
)  # fmt: skip
_SILENT = frozenset({"", "human_handoff", "affirm", "deny", "cancel", "greet", "inform"})


class ReportFraud(PennyAction):
    """Fraud, a lost card and whatever else only a bank can do something about."""

    skill = "report_fraud"

    def respond(self, core: Core, turn: Turn) -> Reply:
        """What to do now and whom to call; nothing is done here, and none is pretended."""
        reply = words.only_your_bank(_matter(turn.text), _banks(core, turn))
        return read_request(core, turn).remember(reply, self.skill)


def _matter(text: str) -> str:
    plain = text.lower().replace("’", "'")
    return next((matter for matter, said in _MATTERS if re.search(said, plain)), "fraud")


def _banks(core: Core, turn: Turn) -> tuple[BankContact, ...]:
    """The banks of the accounts that were named, else all."""
    found = contacts.of_person(core, turn.person.id)
    named = {account.institution for account in read_request(core, turn).named.accounts}
    return tuple(bank for bank in found if bank.name in named) or found


class HumanHandoff(PennyAction):
    """Passing the conversation on to people, where there are any."""

    skill = "human_handoff"

    def respond(self, core: Core, turn: Turn) -> Reply:
        """An offer that says what would be passed on, or that there is nobody."""
        if not handoff.is_configured(core):
            return words.nobody(contacts.of_person(core, turn.person.id))
        before = handoff.latest(core, turn.person.id)
        if before and before.status == handoff.WAITING:
            return words.on_its_way(before.reference)
        topics = _topics(intent for intent, _ in turn.earlier)
        answers = [answer for _, answer in turn.earlier if answer]
        payload = handoff.compose(core, turn.person, topics, answers)
        return offer_change(
            core,
            turn,
            handoff.KIND,
            payload,
            summary="pass this conversation on to a person",
            done_text=words.handoff_done(payload["reference"]),
            because=words.handoff_offer(topics, figures=core.settings.handoff_amounts),
        )


def _topics(intents: Iterable[str]) -> list[str]:
    """What turns were about, in words, oldest first."""
    return list(dict.fromkeys(i.replace("_", " ") for i in intents if i not in _SILENT))
