"""Words for savings rules: what they do, how they stand, what they wait for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from actions.replies.figures import bullets, count, money, on_day, plural, short_day
from actions.turn import Reply
from actions.understanding.units import WEEKDAYS
from finance_core.model import Fact
from finance_core.money import Money
from finance_core.services.rules import RuleKind, RuleState, RunStatus

KINDS = (
    ("Round-ups", "round up my purchases"),
    ("A share of my income", "save 10% of my income"),
    ("A weekly amount", "save every week"),
    ("52-week challenge", "start the 52-week challenge"),
)


def says(kind: str, terms: Mapping[str, Any], currency: str) -> str:
    """What a rule does, as it follows "Shall I …" ("save £20.00 every Friday")."""
    match RuleKind(kind):
        case RuleKind.ROUND_UP:
            unit = Money.from_minor(terms["unit"], currency)
            times = {1: "", 2: "twice "}.get(terms["times"], f"{terms['times']} times ")
            return f"round every purchase up to the next {unit} and save {times}the difference"
        case RuleKind.INCOME_SHARE:
            return f"save {terms['percent']}% of each income"
        case RuleKind.PAYDAY:
            return f"save {_amount(terms, currency)} with each income"
        case RuleKind.WEEKS_52:
            step = _amount(terms, currency)
            return (
                f"save {step} in the first week and {step} more each week, for 52 weeks, "
                f"{_year(terms, currency)} in all"
            )
        case RuleKind.MERCHANT:
            return f"save {_amount(terms, currency)} for each payment to {terms['label']}"
    return f"save {_amount(terms, currency)} {_rhythm(terms)}"


def figures(kind: str, terms: Mapping[str, Any], currency: str) -> tuple[Fact, ...]:
    """The figures in ``says``."""
    match RuleKind(kind):
        case RuleKind.ROUND_UP:
            times = [count("times", terms["times"])] if terms["times"] > 1 else []
            return (money("unit", Money.from_minor(terms["unit"], currency)), *times)
        case RuleKind.INCOME_SHARE:
            return (Fact("share", terms["percent"], unit="percent"),)
        case RuleKind.WEEKS_52:
            step = money("amount", Money.from_minor(terms["minor"], currency))
            return (step, count("weeks", 52), money("total", _year(terms, currency)))
    return (money("amount", Money.from_minor(terms["minor"], currency)),)


def basis(source: str, floor: Money, cap: Money, starts_on: date) -> tuple[str, tuple[Fact, ...]]:
    """What holds for every rule, before the question."""
    text = (
        f"I would move what is due from {source} once a day, from {short_day(starts_on)}, at most "
        f"{cap} at once, and only what leaves {floor} there; what doesn't fit waits for up to "
        "35 days."
    )
    facts = (money("cap", cap), money("floor", floor), count("days", 35))
    return text, (*facts, on_day("starts_on", starts_on))


def which_kind() -> Reply:
    """What sort of rule?"""
    return Reply(
        "What shall the rule be? I can round up purchases, save a share of each income, an "
        "amount every day, week, month or payday, the 52-week challenge, or something for each "
        "payment to a shop.",
        (count("weeks", 52),),
        KINDS,
        asks=True,
    )


def ask_amount(what: str) -> Reply:
    """How much?"""
    return Reply(f"How much shall I save {what}?", asks=True)


def ask_merchant() -> Reply:
    """For payments to whom?"""
    return Reply("For payments to which shop? Name one you have paid before.", asks=True)


def floor_is_set(floor: Money) -> Reply:
    """What may stay in an account is no rule of the person's."""
    return Reply(
        f"I always leave {floor} in an account when I save or pay for you. That floor is set by "
        "whoever runs Penny, so I can't change it from here.",
        (money("floor", floor),),
    )


def listed(states: Sequence[RuleState]) -> Reply:
    """All rules with how they stand."""
    if not states:
        return Reply("You have no savings rules yet.", (), KINDS)
    facts: list[Fact] = [count("rules", len(states))]
    lines = []
    for state in states:
        rule = state.rule
        standing, more = _standing(state)
        facts += [*figures(rule.kind, rule.terms, rule.currency), *more]
        way = f"from {rule.from_account.name} to {rule.to_account.name}"
        what = short(state)
        lines.append(f"{what[0].upper()}{what[1:]}, {way}{standing}")
    head = f"You have {plural(len(states), 'savings rule')}"
    return Reply(f"{head}:\n{bullets(lines)}", tuple(facts))


def which(states: Sequence[RuleState], verb: str) -> Reply:
    """Which of several rules?"""
    buttons = tuple((short(state), f"{verb} the rule to {short(state)}") for state in states)
    facts = tuple(
        fact
        for state in states
        for fact in figures(state.rule.kind, state.rule.terms, state.rule.currency)
    )
    lines = bullets(short(state) for state in states)
    return Reply(f"Which rule do you mean?\n{lines}", facts, buttons, asks=True)


def short(state: RuleState) -> str:
    """A rule in a few words."""
    return says(state.rule.kind, state.rule.terms, state.rule.currency)


def mention(number: int) -> tuple[str, tuple[Fact, ...]]:
    """That there are rules at work as well."""
    rules = "a savings rule" if number == 1 else f"{number} savings rules"
    return f"You also have {rules} at work.", (count("rules", number),)


def pause_summary(states: Sequence[RuleState], resumes_on: date | None) -> str:
    """The end of "Shall I …?" for a pause."""
    what = short_names(states)
    return f"pause {what} until {short_day(resumes_on)}" if resumes_on else f"pause {what}"


def short_names(states: Sequence[RuleState]) -> str:
    """One rule by what it is, several together."""
    if len(states) == 1:
        return f"the rule to {short(states[0])}"
    return f"all {len(states)} savings rules"


def facts_of(states: Sequence[RuleState]) -> tuple[Fact, ...]:
    """The figures in ``short_names``."""
    if len(states) > 1:
        return (count("rules", len(states)),)
    rule = states[0].rule
    return figures(rule.kind, rule.terms, rule.currency)


def _standing(state: RuleState) -> tuple[str, list[Fact]]:
    """How a rule stands, for the end of its line."""
    if state.rest and state.rest.end is None:
        return "; paused", []
    if state.rest and state.rest.end:
        again = state.rest.end + timedelta(days=1)
        return f"; paused until {short_day(again)}", [on_day("resumes_on", again)]
    if state.last is None:
        return "", []
    last = state.last
    told = {
        RunStatus.DONE: "last saved {amount} on {day}",
        RunStatus.MOVING: "{amount} is on its way since {day}",
        RunStatus.SKIPPED: "skipped {amount} on {day}: {why}",
        RunStatus.FAILED: "{amount} did not go through on {day}: {why}",
    }[last.status]
    standing = told.format(amount=last.amount, day=short_day(last.day), why=last.why)
    return f"; {standing}", [money("last", last.amount, period=last.day.isoformat())]


def _amount(terms: Mapping[str, Any], currency: str) -> Money:
    return Money.from_minor(terms["minor"], currency)


def _year(terms: Mapping[str, Any], currency: str) -> Money:
    return Money.from_minor(terms["minor"] * 52 * 53 // 2, currency)


def _rhythm(terms: Mapping[str, Any]) -> str:
    every, on = terms["every"], terms.get("on")
    if every == "week" and on is not None:
        return f"every {WEEKDAYS[on].capitalize()}"
    if every == "month" and on is not None:
        return f"on the {_nth(on)} of every month"
    return f"every {every}"


def _nth(day: int) -> str:
    ending = "th" if 11 <= day <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"
