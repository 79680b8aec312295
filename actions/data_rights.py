"""The person's data: a copy of it as files, and its deletion."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from actions.base import PennyAction
from actions.replies import data_rights as words
from actions.request import read_request
from actions.turn import Reply, Turn
from actions.writes import offer_change
from finance_core.services import deletion, export
from finance_core.services.core import Core

_OTHER_FORMS = re.compile(
    r"\b(?:pdf|e-?mail|print(?:ed|out)?|excel|xlsx?|spreadsheet|google sheets?)\b", re.IGNORECASE
)
_OPENS_CSV = re.compile(r"excel|xls|spreadsheet|sheet", re.IGNORECASE)
_ONE_BANK = re.compile(
    r"\b(?:disconnect|unlink|unconnect)\b|\b(?:remove|delete|revoke|end|cut)\b.{0,20}"
    r"\b(?:bank|connection|access to)\b",
    re.IGNORECASE,
)
_TALKS = re.compile(
    r"\b(?:conversations?|chats?|chat history|messages|transcripts?|talks?|what i said)\b",
    re.IGNORECASE,
)
_NOTHING_WAITS: Mapping[str, Any] = {"change_id": None, "proposal_id": None, "frame": {}}


class ExportData(PennyAction):
    """A copy of everything, or the transactions of a period, as a file to fetch."""

    skill = "export_data"

    def respond(self, core: Core, turn: Turn) -> Reply:
        """The link to the file."""
        period = read_request(core, turn).period
        made = export.make(core, turn.person.id, turn.now, period=period, channel=turn.channel)
        return words.exported(made, _note(turn.text))


def _note(text: str) -> str:
    """What is said about a form that Penny does not make."""
    asked = _OTHER_FORMS.search(text)
    if not asked:
        return ""
    if _OPENS_CSV.search(asked[0]):
        return "A spreadsheet program opens the CSV file."
    return "I make no PDF and send no e-mail; statements come from your bank."


class DeleteData(PennyAction):
    """Erasing everything: asked, asked again with a phrase to type, then done."""

    skill = "delete_data"

    def respond(self, core: Core, turn: Turn) -> Reply:
        """The offer, or what was erased once the phrase was typed in answer to it."""
        if _typed(turn.text) == deletion.PHRASE and _answers_the_question(core, turn):
            erased = deletion.erase(core, turn.person.id, turn.now)
            return replace(words.erased(erased), slots=_NOTHING_WAITS)
        if _ONE_BANK.search(turn.text):
            return words.only_all("end the connection to a bank")
        if _TALKS.search(turn.text):
            return words.only_all("erase our talks")
        deletion.refuse_while_moving(core, turn.person.id)
        because, facts = words.offer(deletion.counts(core, turn.person.id))
        return offer_change(
            core,
            turn,
            deletion.KIND,
            {},
            summary="go on to the last step",
            done_text=(
                f"The last step: type “{deletion.PHRASE}”, and I do. With anything else I keep "
                "your data."
            ),
            facts=facts,
            because=because,
        )


def _typed(text: str) -> str:
    return " ".join(re.sub(r"[^\w\s]", " ", text).casefold().split())


def _answers_the_question(core: Core, turn: Turn) -> bool:
    """Whether this turn answers Penny's second question, asked just before."""
    asked = deletion.first_yes(core, turn.person.id, turn.now)
    return asked is not None and turn.answering.get("text") == asked.done_text
