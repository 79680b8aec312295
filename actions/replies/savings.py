"""Words for savings moves and for what is safe to spend."""

from __future__ import annotations

from actions.replies.figures import money, on_day, short_day
from actions.turn import Reply
from finance_core.model import Fact
from finance_core.money import Money
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
        f"to {waiting.to_name}. {reason} Forecasts can miss, so this is no guarantee. "
        "Shall I move it?"
    )
    return Reply(text, (money("amount", waiting.amount), *_basis(advice)))


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
