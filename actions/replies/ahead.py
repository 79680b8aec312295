"""Words for what is to come: bills, subscriptions, forecasts, affordability."""

from __future__ import annotations

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
from actions.understanding.periods import within
from finance_core.model import Fact
from finance_core.money import Money
from finance_core.services.bills import Bill, Subscription, UpcomingBills
from finance_core.services.forecasts import Affordability, Outlook, Pool
from finance_core.services.spendable import Delayed, SafeToSpend

type _Buttons = tuple[tuple[str, str], ...]

_MOST_LINES = 8
_DAYS = (
    ("Before payday", "before payday"),
    ("End of the month", "at the end of the month"),
    ("In two weeks", "in two weeks"),
)
_VERDICTS = {
    "yes": "Yes, you can afford {amount} {day}.",
    "tight": "It would be tight: {amount} {day}.",
    "no": "I'd rather not: {amount} {day} is more than you can safely spend.",
}


def bills(found: UpcomingBills, topic: str | None = None) -> Reply:
    """Bills of a coming period with their due days and a total, of all or of one ``topic``."""
    about = f" for {topic}" if topic else ""
    if not found.bills:
        return Reply(f"I see no bills{about} coming up {within(found.period)}.")
    shown = found.bills[:_MOST_LINES]
    where = interval(found.period)
    facts = [count("bills", len(found.bills), period=where)]
    facts += [money("total", amount, period=where) for amount in found.totals.values()]
    facts += [fact for bill in shown for fact in _bill_facts(bill)]
    total = " and ".join(str(amount) for amount in found.totals.values())
    number = plural(len(found.bills), "bill")
    together = " together" if len(found.bills) > 1 else ""
    head = f"{number}{about} {within(found.period)}, about {total}{together}"
    text = f"{head}:\n{bullets(_bill(bill) for bill in shown)}"
    hidden = len(found.bills) - len(shown)
    if hidden:
        facts.append(count("more", hidden))
        text += f"\nand {hidden} more."
    return Reply(text, tuple(facts), (("Subscriptions", "what subscriptions do I have?"),))


def _bill(bill: Bill) -> str:
    amount = f"{bill.low} to {bill.high}" if bill.varies else str(bill.amount)
    return f"{short_day(bill.due_on)}  {bill.label}  {amount}"


def _bill_facts(bill: Bill) -> list[Fact]:
    day = bill.due_on.isoformat()
    if bill.varies:
        return [
            money("bill_low", bill.low, period=day, label=bill.label),
            money("bill_high", bill.high, period=day, label=bill.label),
        ]
    return [money("bill", bill.amount, period=day, label=bill.label)]


def subscriptions(found: tuple[Subscription, ...]) -> Reply:
    """Subscriptions, dearest first, with what they cost in a year."""
    if not found:
        return Reply("I see no subscriptions that are still running.")
    facts = [count("subscriptions", len(found))]
    totals: dict[str, Money] = {}
    for entry in found:
        facts.append(money("price", entry.amount, label=entry.label))
        currency = entry.per_year.currency
        totals[currency] = totals.get(currency, Money.zero(currency)) + entry.per_year
    facts += [money("per_year", amount) for amount in totals.values()]
    lines = bullets(f"{e.label}: {e.amount} {e.cadence}" for e in found)
    total = " and ".join(str(amount) for amount in totals.values())
    return Reply(f"{plural(len(found), 'subscription')}, {total} in a year:\n{lines}", tuple(facts))


def ending(found: tuple[Subscription, ...]) -> Reply:
    """Who can end regular payments, what each costs, and until when it is best done."""
    names = " and ".join(entry.label for entry in found[:_MOST_LINES])
    facts, lines = [], []
    for entry in found[:_MOST_LINES]:
        facts.append(money("price", entry.amount, label=entry.label))
        line = f"{entry.label}: {entry.amount} {entry.cadence}"
        if entry.next_on:
            facts.append(on_day("next_charge_on", entry.next_on))
            line += f", next expected on {short_day(entry.next_on)}"
        lines.append(line)
    text = (
        f"I can't end {names} for you: only the company or your bank can.\n{bullets(lines)}\n"
        "End it in your account with them before that day; if you pay by direct debit or standing "
        "order, have your bank stop that too. I can tell you when bills come up, so that you see "
        "whether it is charged again."
    )
    buttons = (
        ("Tell me of bills", "remind me when bills are due"),
        ("Subscriptions", "what subscriptions do I have?"),
    )
    return Reply(text, tuple(facts), buttons)


def no_subscription(merchant: str | None) -> str:
    """Said before the list when the one asked about is not in it."""
    return f"I see no running subscription with {merchant}."


def which_day(problem: str | None = None) -> Reply:
    """Asks up to which day to look ahead, after what was wrong with the one said."""
    return _asking("For which day shall I look ahead?", problem, _DAYS)


def how_much(problem: str | None = None) -> Reply:
    """Asks what something would cost, after what was wrong with the amount said."""
    return _asking("How much would it cost?", problem)


def when(problem: str | None = None) -> Reply:
    """Asks on which day money would be spent, after what was wrong with the one said."""
    return _asking("When would you spend it?", problem, (("Today", "today"), *_DAYS))


def _asking(question: str, problem: str | None, buttons: _Buttons = ()) -> Reply:
    text = f"{problem} {question}" if problem else question
    return Reply(text, buttons=buttons, asks=True, refused=problem is not None)


def outlook(found: Outlook) -> Reply:
    """The expected balance of a day with its range and the low point before the next income."""
    day = found.day
    where = day.day.isoformat()
    text = (
        f"On {short_day(day.day)} I expect about {day.q50} in {found.name}, "
        f"and with a chance of 80% between {day.q10} and {day.q90}."
    )
    facts = [
        money("balance_expected", day.q50, period=where, account=found.name),
        money("balance_low", day.q10, period=where, account=found.name),
        money("balance_high", day.q90, period=where, account=found.name),
        percent("chance", 0.8),
        on_day("day", day.day),
    ]
    forecast = found.forecast
    if forecast.next_income_on:
        text += (
            f" The lowest before your next income ({short_day(forecast.next_income_on)}) "
            f"is likely {forecast.low_point}, around {short_day(forecast.low_point_on)}."
        )
        facts += [
            money("low_point", forecast.low_point, account=found.name),
            on_day("low_point_on", forecast.low_point_on),
            on_day("next_income_on", forecast.next_income_on),
        ]
    else:
        text += f" The lowest until then is likely {forecast.low_point}."
        facts.append(money("low_point", forecast.low_point, account=found.name))
    return Reply(text, tuple(facts), (("Can I afford 100?", "can I afford 100?"),))


def affordability(
    pool: Pool, found: Affordability, today: date, late: Delayed | None = None
) -> Reply:
    """Yes, tight or no, with the chance and what it rests on."""
    when = "today" if found.on == today else f"on {short_day(found.on)}"
    text = _VERDICTS[found.verdict].format(amount=found.amount, day=when)
    facts = [
        money("amount", found.amount),
        on_day("day", found.on),
        percent("chance", found.chance),
        money("floor", found.floor),
        money("low_point_after", found.low_after, account=pool.name),
    ]
    text += (
        f" With a chance of {round(found.chance * 100)}% {pool.name} stays above your floor of "
        f"{found.floor}; its lowest would likely be {found.low_after}"
        f" around {short_day(found.low_on)}."
    )
    facts.append(on_day("low_point_on", found.low_on))
    if late and (late.bills or late.goals):
        told = _delays(late)
        text += f" {told.text}"
        facts += told.facts
    if found.verdict != "yes" and found.safe_on:
        text += f" From {short_day(found.safe_on)} on it should be safe."
        facts.append(on_day("safe_on", found.safe_on))
    elif found.verdict != "yes":
        text += f" I see no day until {short_day(found.until)} on which it would be safe."
        facts.append(on_day("until", found.until))
    return Reply(text, tuple(facts))


def _delays(late: Delayed) -> Reply:
    """What a purchase would leave too little for."""
    shown = [*late.bills[:_MOST_LINES], *late.goals[:_MOST_LINES]]
    names = [f"{bill.label} ({bill.amount})" for bill in late.bills[:_MOST_LINES]]
    names += [f"your goal “{goal.label}” ({goal.amount})" for goal in late.goals[:_MOST_LINES]]
    what = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    facts = tuple(money("delayed", item.amount, label=item.label) for item in shown)
    return Reply(f"It could delay {what}.", facts)


def safe_to_spend(pool: Pool, found: SafeToSpend) -> Reply:
    """What may be spent until the next income, itemised."""
    facts = [
        money("safe_to_spend", found.total),
        money("per_day", found.per_day),
        money("balance", found.balance, account=pool.name),
        money("bills", found.bills),
        money("floor", found.buffer),
        on_day("until", found.until),
    ]
    shown = found.bill_items[:_MOST_LINES]
    facts += [money("bill", item.amount, label=item.label) for item in shown]
    lines = [f"{pool.name}: {found.balance}"]
    lines += [f"{item.label}: -{item.amount}" for item in shown]
    if len(found.bill_items) > len(shown):
        lines.append(f"All bills until then: -{found.bills}")
    if found.goal_items:
        facts.append(money("goals", found.goals))
        facts += [money("goal", item.amount, label=item.label) for item in found.goal_items]
        lines += [f"Goal “{item.label}”: -{item.amount}" for item in found.goal_items]
        if len(found.goal_items) > 1:
            lines.append(f"All goals until then: -{found.goals}")
    lines.append(f"Buffer: -{found.buffer}")
    until = short_day(found.until)
    if found.missing:
        facts.append(money("missing", found.missing))
        head = f"Nothing is safe to spend until {until}: {found.missing} are missing"
    else:
        head = f"Until {until} {found.total} is safe to spend, {found.per_day} a day"
    return Reply(f"{head}:\n{bullets(lines)}", tuple(facts))
