"""Words for savings moves and for what is safe to spend."""

from __future__ import annotations

from finance_core.services.savings import SavingsAdvice

from actions.replies.figures import money, on_day
from actions.turn import Reply
from finance_core.model import Fact, Proposal
from finance_core.services.balances import AccountBalance


def proposal(advice: SavingsAdvice) -> Reply:
    """The amount with its reason and the question, or why nothing should move now."""
    sweep, waiting = advice.sweep, advice.proposal
    facts = (
        money("low_point", sweep.low_point),
        money("floor", sweep.floor),
        on_day("before", sweep.before),
    )
    if waiting is None:
        return Reply(advice.reason, facts if str(sweep.low_point) in advice.reason else ())
    text = (
        f"You could move {waiting.amount} from {waiting.from_account.name} "
        f"to {waiting.to_account.name}. {advice.reason} Shall I move it?"
    )
    return Reply(text, (money("amount", waiting.amount), *facts))


def moved(done: Proposal, after: tuple[AccountBalance, ...]) -> Reply:
    """That the money was moved, with the balances now."""
    text = (
        f"Done: {done.amount} moved from {done.from_account.name} to {done.to_account.name}. "
        f"{_now(after)} Say “undo” to take it back."
    )
    return Reply(text, (money("amount", done.amount), *_facts(after)), (("Undo", "undo"),))


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
