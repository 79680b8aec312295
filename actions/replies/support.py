"""Words for what only a bank, or a person, can do."""

from __future__ import annotations

from collections.abc import Sequence

from actions.replies.figures import bullets
from actions.turn import Reply
from finance_core.model import Fact
from finance_core.services.contacts import BankContact

LAST_PAYMENTS = ("Show my last 10 transactions", "show my last 10 transactions")

_NOWHERE = "The number is on the back of your card and on your bank's website."
_URGENT = {
    "fraud": "I'm sorry, that is worrying. Please call your bank now: only your bank can stop "
    "payments, block a card and get money back.",
    "lost": "I'm sorry to hear that. Please call your bank now and have the card blocked: only "
    "your bank can do that.",
    "block": "Please call your bank now: only your bank can block or freeze a card or an account.",
    "dispute": "Only your bank can dispute a payment or charge it back. Please call it soon: there "
    "are deadlines for that.",
}
_CALM = {
    "pin": "Only your bank can tell you a PIN, change it or unlock it.",
    "limit": "Only your bank can change a limit, a card's or an account's.",
    "card": "Only your bank can send a new card, activate one or say where it is.",
    "close": "Only your bank can open or close an account.",
    "papers": "Statements and certificates come from your bank alone.",
    "other": "That is something only your bank can do.",
}


def only_your_bank(matter: str, banks: Sequence[BankContact]) -> Reply:
    """What to do now, how the bank is reached, and that nothing was done here.

    Args:
        matter: a key of the sentences above.
        banks: the banks it may be about.
    """
    urgent = matter in _URGENT
    head = _URGENT.get(matter) or _CALM[matter]
    nothing = "I have done nothing about it, and can't."
    offer = "I can show you the payments in question." if urgent else ""
    text = f"{head}\n{reached(banks)}\n{nothing} {offer}".strip()
    return Reply(text, tuple(_facts(banks)), (LAST_PAYMENTS,))


def reached(banks: Sequence[BankContact]) -> str:
    """How the banks are reached, as far as it is known."""
    known = [bank for bank in banks if bank.phone or bank.url]
    if not known:
        return _NOWHERE
    lines = bullets(_line(bank) for bank in known)
    return lines if all(bank.phone for bank in banks) else f"{lines}\n{_NOWHERE}"


def _line(bank: BankContact) -> str:
    parts = (bank.phone, bank.url, bank.note)
    return f"{bank.name}: {', '.join(part for part in parts if part)}"


def _facts(banks: Sequence[BankContact]) -> list[Fact]:
    return [
        Fact("phone", bank.phone, unit="phone", label=bank.name) for bank in banks if bank.phone
    ]


def nobody(banks: Sequence[BankContact]) -> Reply:
    """That there is no person to be put through to."""
    return Reply(
        "There is no person I can put you through to: whoever runs this Penny has not set "
        f"anybody up. For your account itself your bank's own people are the place.\n"
        f"{reached(banks)}\nFor figures, forecasts and savings I'm glad to help.",
        tuple(_facts(banks)),
        (("What can you do?", "help"),),
    )


def on_its_way(reference: str) -> Reply:
    """That an earlier hand-over has not gone yet."""
    return Reply(
        f"I'm already passing your conversation on, under the reference {reference}. It has not "
        "been taken yet; I keep trying."
    )


def handoff_offer(topics: Sequence[str], *, figures: bool) -> str:
    """What would be passed on; the question follows."""
    about = f" what we talked about ({', '.join(topics)})," if topics else ""
    kept = "" if figures else ", with every figure masked"
    return (
        f"I would pass on your name,{about} and my last answers{kept}; not your own words. They "
        "go to the people who run this Penny, and an answer comes from them, not through me."
    )


def handoff_done(reference: str) -> str:
    """What a yes leads to."""
    return (
        "All right: your conversation is on its way, within a minute or two. Its reference is "
        f"{reference}."
    )
