"""Words for suggestions; what each says and rests on comes with it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from actions.replies.figures import bullets, count, money, percent, plural
from actions.turn import Reply
from finance_core.model import Fact
from finance_core.services.insights import Insight, InsightKind, Ranked

NOT_NOW = ("Not now", "not now")
NEVER = ("Don't show again", "don't show this again")

type Ask = tuple[str, str, str]
"""A button, what it says, and the skill that answers it."""

_SUBSCRIPTIONS: Ask = (
    "My subscriptions",
    "which subscriptions do I have?",
    "list_subscriptions",
)
_SAVE: Ask = ("Help me save", "help me save", "savings_advice")
_ASKS: dict[InsightKind, Ask] = {
    InsightKind.PRICE_RISE: _SUBSCRIPTIONS,
    InsightKind.FORGOTTEN_SUBSCRIPTION: _SUBSCRIPTIONS,
    InsightKind.TRIAL_ENDING: _SUBSCRIPTIONS,
    InsightKind.LATE_INCOME: ("Income", "how much did I earn this month?", "check_income"),
    InsightKind.FEE: ("My fees", "how much did I pay in bank fees this year?", "spending_report"),
    InsightKind.BUDGET_DRIFT: ("Budgets", "how are my budgets?", "check_budget"),
    InsightKind.LOW_POINT: ("Bills ahead", "what bills are coming up?", "upcoming_bills"),
    InsightKind.IDLE_CASH: _SAVE,
    InsightKind.SAVINGS_MOVE: _SAVE,
    InsightKind.DEBT_OVERPAYMENT: (
        "Debt plan",
        "make a plan to pay off my debts",
        "debt_plan",
    ),
}


def ask(one: Insight) -> Ask:
    """What leads on from a suggestion."""
    if one.kind is InsightKind.SPENDING_UP:
        text = f"why is my {one.label.lower()} spending up?"
        return f"Why {one.label.lower()}?", text, "compare_spending"
    about = f"show my {one.label} payments"
    return _ASKS.get(one.kind, (f"{one.label} payments", about, "search_transactions"))


def suggestions(found: Collection[Insight]) -> Reply:
    """Some suggestions: what is the case, and what can be done."""
    told = [f"{one.reason} {one.step}" for one in found]
    facts: list[Fact] = [fact for one in found for fact in one.evidence]
    buttons = dict.fromkeys(ask(one)[:2] for one in found)
    if len(told) == 1:
        text = f"Worth knowing: {told[0]}"
    else:
        lines = [f"{place}. {line}" for place, line in enumerate(told, 1)]
        text = "\n".join([f"{plural(len(told), 'thing')} worth knowing:", *lines])
        facts.insert(0, count("suggestions", len(told)))
    return Reply(text, tuple(facts), (*buttons, NOT_NOW, NEVER))


def muted(number: int) -> Reply:
    """That suggestions are not shown again."""
    what = "that" if number == 1 else "those"
    return Reply(f"All right, I won't bring {what} up again.")


def resting(number: int) -> Reply:
    """That suggestions are left alone for a while."""
    what = "it" if number == 1 else "them"
    return Reply(f"All right, I'll leave {what} for now.")


def why(found: Sequence[Ranked]) -> Reply:
    """What is at stake with suggestions, how sure they are, and what answers made of them."""
    lines: list[str] = []
    facts: list[Fact] = []
    for entry in found:
        one = entry.insight
        sure = f"about {round(one.confidence * 100)}% sure"
        facts.append(percent("confidence", one.confidence, label=one.label))
        if not one.estimated:
            sure = f"{one.at_stake} at stake, {sure}"
            facts.append(money("at_stake", one.at_stake, label=one.label))
        if one.risk:
            sure += f", and a {round(one.risk * 100)}% chance that the money is missed after all"
            facts.append(percent("risk", one.risk, label=one.label))
        if one.transaction_ids:
            rests = plural(len(one.transaction_ids), "payment")
            sure += f"; it rests on {rests}"
            facts.append(count("payments", len(one.transaction_ids), label=one.label))
        lines.append(f"{one.label}: {sure}.{_taste(entry.weight)}")
    head = "I put first what has most money at stake, weighed by how sure I am:"
    return Reply(f"{head}\n{bullets(lines)}", tuple(facts))


def _taste(weight: float) -> str:
    if weight > 1:
        return " You have taken up hints like it before."
    return " You have turned down hints like it before." if weight < 1 else ""
