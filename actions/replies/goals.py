"""Words for savings goals: offered, changed, and how they go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from actions.replies import charts
from actions.replies.figures import bullets, count, money, on_day, percent
from actions.turn import Reply
from finance_core.model import Account, Fact
from finance_core.money import Money
from finance_core.services.goals import Draft, Goal, GoalReport, GoalStatus

_SHOWN = 6
NAMES = (
    ("Holiday", "save for a holiday"),
    ("Emergency fund", "start an emergency fund"),
    ("Car", "save for a new car"),
)


def day(of: date) -> str:
    """A day of a goal, which may be years ahead."""
    return f"{of:%-d %B %Y}"


def ask_name(amount: Money | None) -> Reply:
    """Asks what a goal is for."""
    head = f"What are the {amount} for?" if amount else "What do you want to save for?"
    facts = (money("target", amount),) if amount else ()
    return Reply(head, facts, NAMES, asks=True)


def ask_amount(name: str) -> Reply:
    """Asks how much a goal needs."""
    return Reply(f"How much do you need for “{name}”?", asks=True)


def reasons(draft: Draft, name: str, saved: Money | None) -> tuple[str, tuple[Fact, ...]]:
    """What stands before the offer of a new goal: what it takes, and where it would grow."""
    status = draft.status
    facts: list[Fact] = []
    parts = []
    if saved:
        parts.append(f"With {saved} there already, {status.missing} is missing.")
        facts += [money("saved", saved, label=name), money("missing", status.missing, label=name)]
    if status.monthly_need:
        parts.append(f"That takes {status.monthly_need} a month, this month included.")
        facts.append(money("monthly_need", status.monthly_need, label=name))
    if draft.account:
        parts.append(f"I would count what {draft.account.name} grows by from now on.")
        pace, more = _pace(status, draft.account, name)
        return " ".join([*parts, pace]), (*facts, *more)
    parts.append("Tell me when you put something aside for it, and I keep count.")
    return " ".join(parts), tuple(facts)


def offer(draft: Draft, name: str) -> tuple[str, str, tuple[Fact, ...]]:
    """Summary, done text and facts of a new goal."""
    status = draft.status
    facts = [money("target", status.target, label=name)]
    by = ""
    if status.due_on:
        by = f" by {day(status.due_on)}"
        facts.append(on_day("due_on", status.due_on, label=name))
    return (
        f"set up the goal “{name}” of {status.target}{by}",
        f"Done: your goal “{name}” is {status.target}{by}. Ask me any time how it goes.",
        tuple(facts),
    )


def changed(
    goal: Goal, target: Money | None, due_on: date | None
) -> tuple[str, str, tuple[Fact, ...]]:
    """Summary, done text and facts of a goal that gets another amount or day."""
    facts, parts = [], []
    if target:
        parts.append(f"from {goal.target} to {target}")
        facts += [money("was", goal.target, label=goal.name)]
        facts += [money("target", target, label=goal.name)]
    if due_on:
        parts.append(f"to be reached by {day(due_on)}")
        facts.append(on_day("due_on", due_on, label=goal.name))
    how = ", ".join(parts)
    return (
        f"change the goal “{goal.name}” {how}",
        f"Done: the goal “{goal.name}” is changed {how}.",
        tuple(facts),
    )


def dropped(goal: Goal) -> tuple[str, str, tuple[Fact, ...]]:
    """Summary, done text and facts of a goal that goes. The money itself stays where it is."""
    return (
        f"drop the goal “{goal.name}” of {goal.target}",
        f"Done: the goal “{goal.name}” of {goal.target} is gone. No money was moved.",
        (money("target", goal.target, label=goal.name),),
    )


def added(goal: Goal, amount: Money) -> tuple[str, str, tuple[Fact, ...]]:
    """Summary, done text and facts of money that was put aside for a goal."""
    return (
        f"count {amount} as put aside for “{goal.name}”",
        f"Done: {amount} more counts for “{goal.name}”. No money was moved.",
        (money("amount", amount, label=goal.name),),
    )


def which(goals: Sequence[Goal], what: str) -> Reply:
    """Asks which goal is meant; ``what`` is how a button says it ("drop the {} goal")."""
    buttons = tuple((goal.name, what.format(goal.name)) for goal in goals[:_SHOWN])
    return Reply("Which goal do you mean?", (), buttons, asks=True)


def none_yet() -> Reply:
    """That there are no goals, and how to begin one."""
    return Reply(
        "You have no savings goals yet. Tell me what you save for, how much and until when.",
        (),
        (("A holiday", "I want to save for a holiday"), ("A goal", "create a savings goal")),
    )


def unknown(goals: Sequence[Goal]) -> Reply:
    """That no goal of that name is known."""
    return Reply(
        "I don't know a goal of that name. These are yours:\n"
        + bullets(f"{goal.name}: {goal.target}" for goal in goals),
        tuple(money("target", goal.target, label=goal.name) for goal in goals),
    )


def ask_change(goal: Goal) -> Reply:
    """Asks what about a goal should change."""
    by = f" by {day(goal.due_on)}" if goal.due_on else ""
    facts = [money("target", goal.target, label=goal.name)]
    facts += [on_day("due_on", goal.due_on, label=goal.name)] if goal.due_on else []
    text = f"“{goal.name}” is {goal.target}{by}. What shall be the new amount or day?"
    return Reply(text, tuple(facts), asks=True)


def reports(found: Sequence[GoalReport], by: date | None = None) -> Reply:
    """How goals stand; ``by`` is a day it was asked for whether they will be reached."""
    facts: list[Fact] = []
    texts = []
    for report in found[:_SHOWN]:
        text, own = _standing(report, by)
        texts.append(text)
        facts += own
    pictures = charts.goals(found)
    if len(found) == 1:
        return Reply(texts[0], tuple(facts), charts=pictures)
    hidden = len(found) - len(texts)
    text = bullets(texts)
    if hidden:
        text += f"\nand {hidden} more."
        facts.append(count("more", hidden))
    return Reply(text, tuple(facts), charts=pictures)


def _standing(report: GoalReport, by: date | None) -> tuple[str, list[Fact]]:
    status, name = report.status, report.goal.name
    facts = [
        money("target", status.target, label=name),
        money("saved", status.saved, label=name),
        percent("share", float(status.share), label=name),
    ]
    head = f"{name}: {status.saved} of {status.target} saved, {round(status.share * 100)}%"
    if status.standing == "reached":
        return f"{head}. You have reached it!", facts
    facts.append(money("missing", status.missing, label=name))
    if status.due_on:
        facts.append(on_day("due_on", status.due_on, label=name))
    if status.standing == "overdue" and status.due_on:
        text = f"{head}. It was due on {day(status.due_on)}; {status.missing} is missing."
        return text, facts
    parts = [f"{head}; {status.missing} to go" + _until(status) + "."]
    if status.monthly_need is not None:
        need, more = _need(status, name)
        parts.append(need)
        facts += more
    pace, more = _pace(status, report.account, name)
    parts.append(pace)
    facts += more
    if by:
        parts.append(_asked(status, by))
        facts.append(on_day("by", by, label=name))
    elif status.standing == "on_track":
        parts.append("You are on track.")
    elif status.standing == "behind":
        parts.append("You are behind.")
    return " ".join(parts), facts


def _until(status: GoalStatus) -> str:
    return f" by {day(status.due_on)}" if status.due_on else ""


def _need(status: GoalStatus, name: str) -> tuple[str, list[Fact]]:
    need, still = status.monthly_need, status.still_this_month
    if need is None:
        return "", []
    facts = [money("monthly_need", need, label=name)]
    text = f"That takes {need} a month"
    if still:
        facts.append(money("still_this_month", still, label=name))
        return f"{text}; {still} of it is still to be put aside this month.", facts
    return f"{text}; this month's part is done.", facts


def _pace(status: GoalStatus, account: Account | None, name: str) -> tuple[str, list[Fact]]:
    """What is saved in a month, and when that gets there."""
    if status.pace is None:
        return "I can't tell your pace yet.", []
    if status.pace.minor < 0 and account:
        facts = [money("pace_lost", -status.pace, label=name)]
        return f"{account.name} shrank by {-status.pace} a month lately.", facts
    where = f"{account.name} grew by" if account else "You put aside"
    text, facts = f"{where} {status.pace} a month lately", [money("pace", status.pace, label=name)]
    if not status.pace:
        return f"{text}.", facts
    if status.reached_on is None:
        return f"{text}; at this pace it would take more than a lifetime.", facts
    facts.append(on_day("reached_on", status.reached_on, label=name))
    return f"{text}; at this pace you get there around {day(status.reached_on)}.", facts


def _asked(status: GoalStatus, by: date) -> str:
    if status.pace is None:
        return f"Whether that is by {day(by)} I can't say yet."
    if status.reached_on and status.reached_on <= by:
        return f"So yes, by {day(by)} you would have it."
    return f"So by {day(by)} you would not have it yet."
