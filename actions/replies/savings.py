"""Words for savings moves and for what is safe to spend."""

from __future__ import annotations

from collections.abc import Sequence

from actions.replies.figures import money, on_day, percent, short_day
from actions.turn import Reply
from finance_core.model import Fact, Sweep
from finance_core.money import Money
from finance_core.services.autosaves import StoredSweep, SweepKind, SweepStatus
from finance_core.services.savings import Mood, SavingsAdvice, Style

_MOODS = {
    Mood.CAREFUL: "carefully: smaller moves, and a larger buffer stays",
    Mood.NORMAL: "in the middle between careful and bold",
    Mood.BOLD: "boldly: more is put aside, less of a buffer stays, and money comes back more often",
}


def proposal(advice: SavingsAdvice, wanted: Money | None) -> Reply:
    """The amount with its reason and the question, or why nothing should move now."""
    sweep, waiting = advice.sweep, advice.proposal
    if advice.back and waiting and waiting.amount == advice.back and not wanted:
        return _comes_back(advice)
    if not sweep.amount:
        return _nothing(advice)
    basis = (
        f"With a chance of {_chance(sweep)} {advice.source.name} does not fall below "
        f"{sweep.low_point} before {short_day(sweep.before)}"
    )
    facts = (money("safe_amount", sweep.amount), *_basis(advice))
    if wanted and wanted > sweep.amount:
        return Reply(
            f"{wanted} would be too much. {basis}; with {_stays(sweep)}, "
            f"{sweep.amount} is what I would move.",
            (money("wanted", wanted), *facts),
            ((f"Move {sweep.amount}", f"save {sweep.amount.amount}"),),
        )
    reason = f"{basis}, and {_stays_there(sweep)}."
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
            f"Not now: I count on {sweep.low_point} as the lowest in {account} "
            f"before {short_day(sweep.before)} (it stays above that with a chance of "
            f"{_chance(sweep)}), and {_stays_there(sweep)}."
        )
        return Reply(text, _basis(advice))
    if sweep.reason in _REASONS:
        return Reply(f"Not now: {_REASONS[sweep.reason].format(account=account)}")
    return Reply(advice.refusal or "I can't say yet what is safe to put aside.")


_REASONS = {
    "new": "I know {account} for less than three months, too little to tell what is spare.",
    "missed_income": "an income I expected in {account} has not come yet.",
    "off_track": "{account} has less than I expected a week ago, so I wait until I see why.",
    "month": "what I save for you in a month is reached.",
}


def _comes_back(advice: SavingsAdvice) -> Reply:
    """The offer to bring money back from savings."""
    waiting, account = advice.proposal, advice.source.name
    if waiting is None:
        return _nothing(advice)
    return Reply(
        f"{account} is low, so nothing should be put aside now. Shall I move {waiting.amount} "
        f"of what you put aside back from {waiting.from_account.name} to {account}?",
        (money("amount", waiting.amount),),
    )


def _chance(sweep: Sweep) -> str:
    return f"{sweep.chance:.0%}"


def _stays(sweep: Sweep) -> str:
    """What stays, as the end of "with …"."""
    if sweep.leave == sweep.floor:
        return f"{sweep.floor} kept as a floor"
    return f"{sweep.leave} kept for sudden expenses"


def _stays_there(sweep: Sweep) -> str:
    if sweep.leave == sweep.floor:
        return f"{sweep.floor} stays there as a floor"
    return f"{sweep.leave} should stay there for sudden expenses, {sweep.floor} of it as a floor"


def style(now: Style) -> Reply:
    """How Penny saves for a person."""
    asks = (
        "by myself: I tell you a day before, and “skip this saving” leaves one out"
        if now.automatic
        else "only after your yes"
    )
    return Reply(f"I save {_MOODS[now.mood]}; {asks}.")


def change_of_style(now: Style, then: Style) -> str:
    """The end of "Shall I …?"."""
    parts = []
    if then.mood is not now.mood:
        in_words = {Mood.CAREFUL: "more carefully", Mood.NORMAL: "normally", Mood.BOLD: "boldly"}
        parts.append(f"save {in_words[then.mood]}")
    if then.automatic is not now.automatic:
        parts.append("save by myself" if then.automatic else "ask you before each saving")
    return " and ".join(parts)


def what_it_means(then: Style) -> str:
    """What a style means, before the question."""
    if not then.automatic:
        return ""
    return (
        "I would look every day, tell you of a move a day before it happens, and bring money "
        "back when the account runs low. Forecasts can miss, so this is no guarantee."
    )


def skipped(found: Sequence[StoredSweep]) -> Reply:
    """What is left out."""
    amounts = " and ".join(str(one.amount) for one in found)
    if not found:
        return Reply("That was made or called off already.")
    facts = tuple(money("amount", one.amount) for one in found)
    return Reply(f"All right, {amounts} stays where it is. The next one will be smaller.", facts)


def news(found: Sequence[StoredSweep]) -> Reply:
    """Savings moves that are to come, or that were made without a yes of their own."""
    lines, facts = [], []
    for one in found:
        facts.append(money("amount", one.amount, label=one.to_account.name))
        way = f"{one.amount} from {one.from_account.name} to {one.to_account.name}"
        if one.status is SweepStatus.ANNOUNCED:
            lines.append(f"From tomorrow I move {way}, unless you say “skip this saving”.")
        elif one.status is SweepStatus.FAILED:
            lines.append(f"I could not move {way}: {one.why}")
        elif one.kind is SweepKind.BACK:
            lines.append(f"{one.to_account.name} was low, so I moved {way}.")
        else:
            lines.append(f"I put {way} aside. “Undo” takes the last move back.")
    return Reply("\n".join(lines), tuple(facts))


def _basis(advice: SavingsAdvice) -> tuple[Fact, ...]:
    """The figures the advice rests on."""
    sweep = advice.sweep
    return (
        money("low_point", sweep.low_point, account=advice.source.name),
        money("floor", sweep.floor),
        money("stays", sweep.leave),
        percent("chance", sweep.chance),
        on_day("before", sweep.before),
    )
