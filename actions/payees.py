"""Saving, showing and removing payees, as part of moving money."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from actions.replies import transfers as words
from actions.replies.figures import money
from actions.request import Request
from actions.turn import Reply, Turn
from actions.writes import offer_change
from finance_core.counterparty import AccountReference, find_reference, without_reference
from finance_core.errors import BadInput
from finance_core.model import Fact, Payee
from finance_core.money import Money
from finance_core.services import payees
from finance_core.services.core import Core

SKILL = "transfer_money"
_PAYEES = r"\b(?:payees?|recipients?|beneficiar(?:y|ies)|contacts?)\b"
_LIST = re.compile(
    rf"\b(?:who|which|what|show|list|see|view)\b(?!.*\b(?:add|save|remove|delete)\b).*{_PAYEES}",
    re.IGNORECASE,
)
_ADD = re.compile(
    rf"\b(?:add|save|store|new|create|set ?up|register|remember)\b.*{_PAYEES}", re.IGNORECASE
)
_REMOVE = re.compile(rf"\b(?:remove|delete|forget|drop)\b.*{_PAYEES}", re.IGNORECASE)
_NAME = (
    re.compile(r"\b(?:called|named|name is|name:)\s+(?P<name>[^,;:()]+)", re.IGNORECASE),
    re.compile(
        rf"\b(?:add|save|store|register|remember|set ?up)\s+(?P<name>[^,;:()]+?)\s+"
        rf"(?:as|to|in|among)\b.*?{_PAYEES}",
        re.IGNORECASE,
    ),
    re.compile(rf"{_PAYEES}\s*[,:-]?\s*(?P<name>[^,;:()\d]+)", re.IGNORECASE),
    re.compile(
        r"(?P<name>[^\W\d][^,;:()\d]*?)(?:'s)?\s+(?:iban|account|sort code|routing|bank details)\b",
        re.IGNORECASE,
    ),
    re.compile(r"\bfor\s+(?P<name>[^,;:()\d]+)$", re.IGNORECASE),
)
_FILLER = re.compile(
    r"\b(?:please|her|his|their|its|the|my|our|a|an|iban|is|account|number|no|sort|code|routing|"
    r"aba|with|and|at|bank|add|save|new|as|payee|payees|recipient|beneficiary|details|for|to|it|"
    r"of|this|here|are|s)\b|[^\w' &.-]",
    re.IGNORECASE,
)


def manage(core: Core, turn: Turn, request: Request, kept: Mapping[str, Any]) -> Reply | None:
    """What a turn asks about the payees themselves; None when it asks for a payment.

    Raises:
        BadInput: an account is mistyped.
    """
    known = payees.of_person(core, turn.person.id)
    reference = find_reference(turn.text)
    if _REMOVE.search(turn.text):
        return _remove(core, turn, known)
    if reference or _ADD.search(turn.text) or kept.get("wants") == "payee_name":
        return _add(core, turn, request, kept, reference)
    if _LIST.search(turn.text):
        return request.remember(words.payees(known), SKILL)
    return None


def names_payee(turn: Turn) -> bool:
    """Whether a turn that was not understood names an account, or the payee asked for."""
    if turn.open_question and turn.frame.get("wants") == "payee_name":
        return True
    try:
        return find_reference(turn.text) is not None
    except BadInput:
        return True  # mistyped, which has to be said


def _add(
    core: Core,
    turn: Turn,
    request: Request,
    kept: Mapping[str, Any],
    reference: AccountReference | None,
) -> Reply:
    name = _said_name(turn.text, bare=kept.get("wants") == "payee_name") or kept.get("new_payee")
    sealed = dict(kept.get("sealed") or {})
    if reference:
        sealed = payees.sealed(core, name or "Payee", reference)
    if not sealed:
        reply = words.ask_payee_account(name) if name else words.unknown_payee(None)
        return request.remember(reply, SKILL, **{**kept, "new_payee": name, "wants": "payee"})
    if name is None:
        asked = {**kept, "sealed": sealed, "wants": "payee_name"}
        return request.remember(words.ask_payee_name(), SKILL, **asked)
    payload = {**sealed, "name": name}
    ending = Fact("account_ending", sealed["tail"], unit="digits", label=name)
    amount = Money.of(*kept["amount"]) if kept.get("amount") else None
    facts = (ending, money("amount", amount)) if amount else (ending,)
    reply = offer_change(
        core,
        turn,
        "payee.add",
        payload,
        summary=f"save {name} as a payee, with the account ending {sealed['tail']}",
        done_text=f"{name} is saved as a payee (account ending {sealed['tail']}). "
        f"Say for example “send {amount.amount if amount else 'money'} to {name}”.",
        facts=facts,
        because="The account number is kept encrypted.",
    )
    return request.remember(reply, SKILL)


def _remove(core: Core, turn: Turn, known: tuple[Payee, ...]) -> Reply:
    found = payees.matching(known, turn.text)
    if len(found) != 1:
        buttons = tuple((p.name, f"remove {p.name} from my payees") for p in found or known)
        text = "Which payee shall I remove?" if known else "You have no saved payees."
        return Reply(text, (), buttons, asks=bool(known))
    payee = found[0]
    return offer_change(
        core,
        turn,
        "payee.remove",
        {"id": payee.id},
        summary=f"remove {payee.name} from your payees",
        done_text=f"{payee.name} is no longer among your payees.",
    )


def _said_name(text: str, *, bare: bool) -> str | None:
    """The new payee's name, as written; with ``bare`` all that is said may be one."""
    plain = without_reference(text)
    for pattern in _NAME:
        found = pattern.search(plain)
        name = _tidy(found["name"]) if found else ""
        if name:
            return name
    return (_tidy(plain) or None) if bare else None


def _tidy(name: str) -> str:
    left = " ".join(_FILLER.sub(" ", name).split()).strip(" '.-&")
    if not any(char.isalpha() for char in left):
        return ""
    return left if any(char.isupper() for char in left) else left.title()
