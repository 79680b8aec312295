"""Words for savings moves and for what is safe to spend."""

from __future__ import annotations

from actions.replies.figures import money, on_day, percent, short_day
from actions.turn import Reply
from finance_core.model import Fact, Proposal
from finance_core.money import Money
from finance_core.services.balances import AccountBalance
from finance_core.services.savings import SavingsAdvice

_RISK = 0.05  # the share of outcomes the low point leaves out


def proposal(advice: SavingsAdvice, wanted: Money | None) -> Reply:
    """The amount with its reason and the question, or why nothing should move now."""
    sweep, waiting = advice.sweep, advice.proposal
    account, before = advice.source.name, short_day(sweep.before)
    facts = (
        money("low_point", sweep.low_point, account=account),
        money("floor", sweep.floor),
        on_day("before", sweep.before),
        percent("risk", _RISK),
    )
    basis = (
        f"Even in a lean month (the worst 5%) {account} should not fall below "
        f"{sweep.low_point} before {before}"
    )
    if advice.refusal and not sweep.amount:
        return Reply(advice.refusal)
    if sweep.reason == "stale":
        return Reply(
            f"My figures of {account} are too old to move money safely. Say “refresh my accounts”.",
            (),
            (("Refresh", "refresh my accounts"),),
        )
    if not sweep.amount:
        text = f"Not now: in a lean month (the worst 5%) {account} could fall to {sweep.low_point} "
        return Reply(f"{text}before {before}, and I keep {sweep.floor} there as a floor.", facts)
    safe = money("safe_amount", sweep.amount)
    if wanted and wanted > sweep.amount:
        text = f"{wanted} would be too much. {basis}; with {sweep.floor} kept as a floor, "
        return Reply(
            f"{text}{sweep.amount} is what I would move.",
            (money("wanted", wanted), safe, *facts),
            ((f"Move {sweep.amount}", f"save {sweep.amount.amount}"),),
        )
    reason = f"{basis}, and {sweep.floor} stays there as a floor."
    if waiting is None:
        refusal = advice.refusal or ""
        return Reply(f"You could put {sweep.amount} aside. {reason} {refusal}", (safe, *facts))
    text = (
        f"You could move {waiting.amount} from {waiting.from_account.name} "
        f"to {waiting.to_account.name}. {reason} It is no guarantee. Shall I move it?"
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
