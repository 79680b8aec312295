"""Words for savings moves and for what is safe to spend."""

from __future__ import annotations

from actions.replies.figures import money, on_day, short_day
from actions.turn import Reply
from finance_core.model import Fact, Proposal, ProposalStatus
from finance_core.money import Money
from finance_core.services.balances import AccountBalance
from finance_core.services.savings import SavingsAdvice


def proposal(advice: SavingsAdvice, wanted: Money | None) -> Reply:
    """The amount with its reason and the question, or why nothing should move now."""
    sweep, waiting = advice.sweep, advice.proposal
    if not sweep.amount:
        return _nothing(advice)
    basis = (
        f"In the lean case of my forecast {advice.source.name} still has {sweep.low_point} "
        f"at its lowest before {short_day(sweep.before)}"
    )
    facts = (money("safe_amount", sweep.amount), *_basis(advice))
    if wanted and wanted > sweep.amount:
        return Reply(
            f"{wanted} would be too much. {basis}; with {sweep.floor} kept as a floor, "
            f"{sweep.amount} is what I would move.",
            (money("wanted", wanted), *facts),
            ((f"Move {sweep.amount}", f"save {sweep.amount.amount}"),),
        )
    reason = f"{basis}, and {sweep.floor} stays there as a floor."
    if waiting is None:
        text = f"You could put {sweep.amount} aside. {reason} {advice.refusal or ''}"
        return Reply(text.strip(), facts)
    text = (
        f"You could move {waiting.amount} from {waiting.from_account.name} "
        f"to {waiting.to_account.name}. {reason} Forecasts can miss, so this is no guarantee. "
        "Shall I move it?"
    )
    return Reply(text, (money("amount", waiting.amount), *_basis(advice)))


def ask_again(waiting: Proposal) -> Reply:
    """The question once more, when the yes was not plain."""
    text = (
        f"I want to be sure before money moves: shall I move {waiting.amount} from "
        f"{waiting.from_account.name} to {waiting.to_account.name}, yes or no?"
    )
    return Reply(text, (money("amount", waiting.amount),))


def _nothing(advice: SavingsAdvice) -> Reply:
    """Why nothing should move now."""
    sweep, account = advice.sweep, advice.source.name
    if sweep.reason == "stale":
        return Reply(
            f"My figures of {account} are too old to move money safely. Say “refresh my accounts”.",
            (),
            (("Refresh", "refresh my accounts"),),
        )
    if sweep.reason == "unsure":
        return Reply(f"Not now: I don't see yet when your next income reaches {account}.")
    if sweep.reason == "low":
        text = (
            f"Not now: in the lean case of my forecast {account} falls to {sweep.low_point} "
            f"before {short_day(sweep.before)}, and I keep {sweep.floor} there as a floor."
        )
        return Reply(text, _basis(advice))
    return Reply(advice.refusal or "I can't say yet what is safe to put aside.")


def _basis(advice: SavingsAdvice) -> tuple[Fact, ...]:
    """The figures the advice rests on."""
    sweep = advice.sweep
    return (
        money("low_point", sweep.low_point, account=advice.source.name),
        money("floor", sweep.floor),
        on_day("before", sweep.before),
    )


def moved(done: Proposal, after: tuple[AccountBalance, ...]) -> Reply:
    """That the money was moved, with the balances now."""
    text = (
        f"Done: {done.amount} moved from {done.from_account.name} to {done.to_account.name}. "
        f"{_now(after)} Say “undo” to take it back."
    )
    return Reply(text, (money("amount", done.amount), *_facts(after)), (("Undo", "undo"),))


def not_done(proposal: Proposal) -> Reply:
    """That the transfer is with the bank, or how else it stands."""
    if proposal.status in (ProposalStatus.EXECUTING, ProposalStatus.UNDOING):
        return Reply("The bank is still working on that. Ask me for your balances in a moment.")
    return Reply("That transfer has already been undone. Say “help me save” for a new one.")


def undone(back: Proposal, after: tuple[AccountBalance, ...]) -> Reply:
    """That the money is back, with the balances now."""
    text = (
        f"Undone: {back.amount} is back from {back.to_account.name} "
        f"in {back.from_account.name}. {_now(after)}"
    )
    return Reply(text, (money("amount", back.amount), *_facts(after)))


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
