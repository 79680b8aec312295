"""Words for why: what a figure, forecast, category or piece of advice rests on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from actions.replies.figures import (
    bullets,
    count,
    interval,
    money,
    on_day,
    percent,
    plural,
    short_day,
)
from actions.turn import Reply
from actions.understanding.periods import describe, within
from finance_core.model import Account, Fact, Period, RecurringStream, Transaction
from finance_core.money import Money, totals_by_currency
from finance_core.services.corrections import Decision
from finance_core.services.explanations import Expected, ForecastParts
from finance_core.services.forecasts import Affordability

_MOST_FIGURES = 8
_MOST_ROWS = 3
_MOST_EXPECTED = 3


def figures(facts: Sequence[Fact]) -> Reply:
    """The figures of an answer once more."""
    shown = tuple(fact for fact in facts if fact.currency)[:_MOST_FIGURES]
    return Reply(bullets(f"{_figure_name(fact)}: {_money_of(fact)}" for fact in shown), shown)


def _money_of(fact: Fact) -> Money:
    return Money.of(fact.value, fact.currency or "")


def _figure_name(fact: Fact) -> str:
    parts = (fact.name.replace("_", " "), fact.label or fact.account, _when(fact.period))
    return ", ".join(part for part in parts if part)


def _when(period: str | None) -> str | None:
    """A fact's period as people write it."""
    if not period:
        return None
    first, _, last = period.partition("/")
    return describe(Period(date.fromisoformat(first), date.fromisoformat(last or first)))


def rows(
    found: Sequence[Transaction], period: Period, accounts: Mapping[str, Account], *, out: bool
) -> tuple[Reply, list[str]]:
    """What was added up: number, days, accounts, and the biggest; with the ids of these.

    Args:
        found: the rows, oldest first.
        period: the period they are from.
        accounts: the person's, by id.
        out: whether it is spending rather than income.
    """
    where = interval(period)
    counted = [row for row in found if (row.amount.amount < 0) == out]
    others = len(found) - len(counted)
    facts = [count("payments", len(counted), period=where)]
    head = f"I counted {plural(len(counted), 'payment')}"
    if others and out:
        facts.append(count("refund_count", others, period=where))
        head += f" and {plural(others, 'refund')}"
    first, last = found[0].posted_on, found[-1].posted_on
    facts += [on_day("first", first), on_day("last_day", last)]
    head += f" {within(period)}, the first of {first:%-d %B %Y}, the last of {last:%-d %B %Y}"
    parts, figures_ = _by_account(found, accounts, out=out)
    facts += figures_
    biggest = sorted(counted, key=lambda row: -abs(row.amount.minor))[:_MOST_ROWS]
    lines = [f"{row.posted_on:%-d %B %Y}  {row.merchant}  {abs(row.amount)}" for row in biggest]
    facts += [
        money("amount", row.amount, period=row.posted_on.isoformat(), label=row.merchant)
        for row in biggest
    ]
    text = f"{head}, {parts}. The biggest:\n{bullets(lines)}"
    return Reply(text, tuple(facts), (("All of them", "show those payments"),)), [
        row.id for row in biggest
    ]


def _by_account(
    found: Sequence[Transaction], accounts: Mapping[str, Account], *, out: bool
) -> tuple[str, list[Fact]]:
    facts: list[Fact] = []
    parts = []
    for account_id in dict.fromkeys(row.account_id for row in found):
        name = accounts[account_id].name if account_id in accounts else "another account"
        own = [row.amount for row in found if row.account_id == account_id]
        for amount in totals_by_currency(own).values():
            shown = -amount if out else amount
            facts.append(money("part", shown, account=name))
            parts.append(f"{shown} {'from' if out else 'into'} {name}")
    return ", ".join(parts), facts


def looked_through(
    number: int, period: Period | None, begin: date | None, accounts: Sequence[Account]
) -> Reply:
    """How much a search went through."""
    facts = [count("looked_through", number), count("accounts", len(accounts))]
    when = f" {within(period)}" if period else ""
    text = f"That is {plural(number, 'transaction')}{when} in {plural(len(accounts), 'account')}"
    if begin and not period:
        facts.append(on_day("first", begin))
        text += f", the first of {begin:%-d %B %Y}"
    return Reply(f"{text}.", tuple(facts))


def forecast(parts: ForecastParts) -> Reply:
    """What an expected balance is made of, adding up to it."""
    where = parts.day.isoformat()
    facts = [
        money("balance", parts.start, account=parts.name),
        money("income", parts.income, period=where),
        money("bills", -parts.bills, period=where),
        money("everyday", parts.everyday, period=where),
        money("balance_expected", parts.expected, period=where, account=parts.name),
        on_day("day", parts.day),
    ]
    lines = [f"in {parts.name} now: {parts.start}"]
    for name, amount, items in (
        ("regular income", parts.income, parts.incomes),
        ("regular payments", parts.bills, parts.payments),
    ):
        told, figures_ = _expected(items)
        facts += [count("expected", len(items), label=name), *figures_]
        lines.append(f"{name} until then, {len(items)}: {amount}{told}")
    lines += [
        f"what else usually comes and goes: {parts.everyday}",
        f"so on {short_day(parts.day)}: {parts.expected}",
    ]
    found = parts.forecast
    facts += [
        money("low_point", found.low_point, account=parts.name),
        on_day("low_point_on", found.low_point_on),
    ]
    low = f"The lowest on the way is likely {found.low_point} on {short_day(found.low_point_on)}."
    return Reply(f"{bullets(lines)}\n{low}", tuple(facts))


def _expected(items: Sequence[Expected]) -> tuple[str, list[Fact]]:
    shown = items[:_MOST_EXPECTED]
    if not shown:
        return "", []
    told = ", ".join(f"{one.label} {abs(one.amount)} on {short_day(one.day)}" for one in shown)
    more = " and others" if len(items) > len(shown) else ""
    facts = [
        money("item", one.amount, period=one.day.isoformat(), label=one.label) for one in shown
    ]
    return f" ({told}{more})", facts


def affordability(name: str, found: Affordability) -> Reply:
    """The tightest day, without and with the purchase."""
    without = found.low_after + found.amount
    facts = (
        money("low_point", without, account=name),
        on_day("low_point_on", found.low_on),
        money("amount", found.amount),
        money("low_point_after", found.low_after, account=name),
        money("low_case", found.low_after_q05, account=name),
        money("floor", found.floor),
        percent("chance", found.chance),
        on_day("before", found.before),
    )
    lines = (
        f"tightest day until {short_day(found.before)}: {short_day(found.low_on)}, "
        f"likely with {without} in {name}",
        f"less {found.amount}: {found.low_after}, in a lean case {found.low_after_q05}",
        f"your floor: {found.floor}, kept with a chance of {round(found.chance * 100)}%",
    )
    return Reply(bullets(lines), facts)


def streams(found: Sequence[RecurringStream]) -> Reply:
    """How often each regular payment was seen."""
    facts: list[Fact] = []
    lines = []
    for stream in found:
        number = len(stream.transaction_ids)
        facts += [
            count("seen", number, label=stream.label),
            on_day("since", stream.first_on, label=stream.label),
            on_day("last_on", stream.last_on, label=stream.label),
            money("price", abs(stream.amount), label=stream.label),
        ]
        times = "once" if number == 1 else f"{number} times"
        lines.append(
            f"{stream.label}: {times} since {stream.first_on:%-d %B %Y}, {stream.cadence}, "
            f"last on {stream.last_on:%-d %B %Y}, about {abs(stream.amount)}"
        )
    return Reply(bullets(lines), tuple(facts))


def category(found: Decision, names: Callable[[str], str]) -> Reply:
    """What decided the category of a movement."""
    row, name = found.row, names(found.category).lower()
    facts = [
        money("amount", row.amount, period=row.posted_on.isoformat(), label=row.merchant),
        Fact("category", found.category, unit="text", label=row.merchant),
    ]
    if found.chance is not None:
        facts.append(percent("chance", found.chance, label=row.merchant))
    head = f"I count the {abs(row.amount)} at {row.merchant} on {row.posted_on:%-d %B %Y} as {name}"
    text = f"{head}, {_because(found, names)}"
    return Reply(text, tuple(facts), (("Change the category", "change the category of that"),))


def _because(found: Decision, names: Callable[[str], str]) -> str:
    before = names(found.found).lower()
    merchant = found.row.merchant
    if found.refined:
        return f"because your bank (or the file) said “{found.hint}”, and I know {merchant}."
    reasons = {
        "row": f"because you told me so for this payment; I had found {before}.",
        "correction": f"because you told me so for all of {merchant}; I had found {before}.",
        "hint": f"because your bank (or the file) said so: “{found.hint}”.",
        "mcc": "because the card network's code for this kind of shop says so.",
        "merchant": f"because I know {merchant}.",
        "rule": "because words of the bank's description say so.",
        "alike": f"because you told me so for a merchant of a name like {merchant}.",
        "classifier": "because the description looks like others of that kind; of that I am "
        f"{round((found.chance or 0) * 100)}% sure.",
    }
    unknown = "because nothing in the bank's description told me more."
    return reasons.get(str(found.source), unknown)
