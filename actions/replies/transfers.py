"""Words for money that moves: between own accounts and to payees."""

from __future__ import annotations

from collections.abc import Sequence

from actions.replies.figures import bullets, count, money
from actions.turn import Reply
from finance_core.model import Account, Fact, Payee, Proposal, ProposalStatus
from finance_core.money import Money
from finance_core.services.balances import AccountBalance

ACCOUNT_FORMS = (
    "an IBAN, a sort code with an account number, or a routing number with an account number"
)


def offer(waiting: Proposal, left: Money, floor: Money) -> Reply:
    """The transfer with what stays in the account, and the question."""
    source = waiting.from_account
    facts = [money("amount", waiting.amount), money("left", left, account=source.name)]
    under = f", which is under your floor of {floor}" if left < floor else ""
    if under:
        facts.append(money("floor", floor))
    if waiting.payee:
        facts.append(ending(waiting.payee))
        text = (
            f"I would send {waiting.amount} from {source.name} to {named(waiting.payee)}. "
            f"That leaves {left} to spend{under}. Once it is sent it cannot be taken back. "
            "Shall I send it?"
        )
    else:
        text = (
            f"I would move {waiting.amount} from {source.name} to {waiting.to_name}. "
            f"That leaves {left} to spend in {source.name}{under}. Shall I move it?"
        )
    return Reply(text, tuple(facts))


def ask_again(waiting: Proposal) -> Reply:
    """The question once more, when the yes was not plain."""
    verb = "send" if waiting.payee else "move"
    text = (
        f"I want to be sure before money moves: shall I {verb} {waiting.amount} from "
        f"{waiting.from_account.name} to {waiting.to_name}, yes or no?"
    )
    return Reply(text, (money("amount", waiting.amount),))


def moved(done: Proposal, after: tuple[AccountBalance, ...]) -> Reply:
    """That the money was moved, with the balances now."""
    facts = (money("amount", done.amount), *_facts(after))
    if done.payee:
        text = f"Done: {done.amount} sent from {done.from_account.name} to {done.to_name}. "
        return Reply(text + _now(after), facts)
    text = f"Done: {done.amount} moved from {done.from_account.name} to {done.to_name}. "
    return Reply(f"{text}{_now(after)} Say “undo” to take it back.", facts, (("Undo", "undo"),))


def not_done(proposal: Proposal) -> Reply:
    """That the transfer is with the bank, or how else it stands."""
    if proposal.status in (ProposalStatus.EXECUTING, ProposalStatus.UNDOING):
        return Reply("The bank is still working on that. Ask me for your balances in a moment.")
    return Reply("That transfer has already been undone. Say “help me save” for a new one.")


def undone(back: Proposal, after: tuple[AccountBalance, ...]) -> Reply:
    """That the money is back, with the balances now."""
    text = (
        f"Undone: {back.amount} is back from {back.to_name} in {back.from_account.name}. "
        f"{_now(after)}"
    )
    return Reply(text, (money("amount", back.amount), *_facts(after)))


def ask_amount(source: Account | None, receiver: str | None) -> Reply:
    """How much?"""
    way = f" from {source.name}" if source else ""
    way += f" to {receiver}" if receiver else ""
    return Reply(f"How much shall I move{way}?", asks=True)


def ask_source(fitting: Sequence[Account]) -> Reply:
    """From which account?"""
    return _which("From which account?", "from", fitting)


def ask_target(fitting: Sequence[Account]) -> Reply:
    """To which account?"""
    if not fitting:
        return Reply("Who or which account shall the money go to?", asks=True)
    return _which("To which account?", "to", fitting)


def ask_payee(fitting: Sequence[Payee]) -> Reply:
    """Which of several payees?"""
    buttons = tuple((named(payee), f"to {payee.name}") for payee in fitting)
    facts = tuple(ending(payee) for payee in fitting)
    return Reply("Which payee do you mean?", facts, buttons, asks=True)


def unknown_payee(name: str | None) -> Reply:
    """What is needed to pay somebody who is not saved."""
    whom = f"a payee called {name}" if name else "that payee"
    return Reply(
        f"I don't have {whom}. To save one I need the account: {ACCOUNT_FORMS}. "
        "Please check it with whoever gets the money before you send it to me.",
        asks=True,
    )


def ask_payee_name() -> Reply:
    """Whose account is it?"""
    return Reply("Whose account is that? I need the name as their bank has it.", asks=True)


def ask_payee_account(name: str) -> Reply:
    """Which account does the new payee have?"""
    return Reply(f"To save {name} I need the account: {ACCOUNT_FORMS}.", asks=True)


def payees(known: Sequence[Payee]) -> Reply:
    """All payees."""
    if not known:
        return Reply(
            "You have no saved payees. To add one, say for example "
            "“add Anna Smith as a payee” with her account."
        )
    head = "This is the payee you have saved:" if len(known) == 1 else "These are your payees:"
    facts = (count("payees", len(known)), *(ending(payee) for payee in known))
    return Reply(f"{head}\n{bullets(named(payee) for payee in known)}", facts)


def named(payee: Payee) -> str:
    """A payee with the end of the account."""
    return f"{payee.name} (account ending {payee.tail})"


def ending(payee: Payee) -> Fact:
    """The end of a payee's account, as a fact."""
    return Fact("account_ending", payee.tail, unit="digits", label=payee.name)


def _which(question: str, way: str, fitting: Sequence[Account]) -> Reply:
    buttons = tuple((account.name, f"{way} {account.name}") for account in fitting)
    return Reply(question, (), buttons, asks=True)


def _now(after: tuple[AccountBalance, ...]) -> str:
    return " ".join(f"{entry.account.name} has {entry.balance} now." for entry in after)


def _facts(after: tuple[AccountBalance, ...]) -> list[Fact]:
    return [
        money(
            "balance",
            entry.balance,
            account=entry.account.name,
            period=entry.known_on.isoformat(),
        )
        for entry in after
    ]
