"""Words for bills that are paid, now or on a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from actions.replies.figures import bullets, count, money, on_day, short_day
from actions.turn import Reply
from finance_core.model import Fact
from finance_core.money import Money
from finance_core.services.bills import Bill
from finance_core.services.schedules import Schedule, ScheduleStatus

ONLY_THEM = (
    "I can't end a subscription, direct debit or standing order: only the company or your bank "
    "can. I can list what you pay regularly, and cancel payments you scheduled with me."
)
_MOST = 5


def ask_bill(bills: Sequence[Bill]) -> Reply:
    """Which of the bills?"""
    if not bills:
        return Reply("Which bill? Tell me whom to pay, how much and when.", asks=True)
    shown = bills[:_MOST]
    buttons = tuple((f"{bill.label}, {bill.amount}", f"pay {bill.label}") for bill in shown)
    facts = tuple(fact for bill in shown for fact in about(bill))
    lines = bullets(f"{bill.label}: {_usual(bill)}, due {short_day(bill.due_on)}" for bill in shown)
    return Reply(f"Which bill do you mean?\n{lines}", facts, buttons, asks=True)


def ask_bill_amount(bill: Bill) -> Reply:
    """How much, of a bill that varies?"""
    buttons = ((str(bill.amount), str(bill.amount.amount)),)
    facts = (*about(bill), money("bill", bill.amount, label=bill.label))
    return Reply(
        f"{bill.label} is usually {_usual(bill)}. How much shall I pay?", facts, buttons, asks=True
    )


def ask_card_amount(card: str, owed: Money) -> Reply:
    """How much of what a card owes?"""
    buttons = ((f"All of it, {owed}", str(owed.amount)),)
    return Reply(
        f"You owe {owed} on {card}. How much shall I pay?",
        (money("owed", owed, account=card),),
        buttons,
        asks=True,
    )


def nothing_owed(card: str) -> Reply:
    """That a card owes nothing."""
    return Reply(f"You owe nothing on {card} right now.")


def no_account_of(bill: Bill, forms: str) -> Reply:
    """What is needed to pay a known bill."""
    return Reply(
        f"I know the bill from {bill.label} ({_usual(bill)}, due {short_day(bill.due_on)}), but "
        f"not the account it is paid to. To pay it I need {forms}. If it leaves your account by "
        "itself, there is nothing to do.",
        about(bill),
        asks=True,
    )


def by_itself(bill: Bill) -> tuple[str, tuple[Fact, ...]]:
    """That a bill may leave the account without Penny, too."""
    text = (
        f"I expect {_usual(bill)} for {bill.label} to leave your account around "
        f"{short_day(bill.due_on)}, so make sure that it is not paid twice. "
    )
    return text, about(bill)


def schedule_facts(amount: Money, due_on: date, floor: Money) -> tuple[Fact, ...]:
    """The figures of an offer to schedule a payment."""
    return (money("amount", amount), on_day("due_on", due_on), money("floor", floor))


def scheduled(found: Sequence[Schedule]) -> Reply:
    """The payments that wait for their day."""
    if not found:
        return Reply("No payments are scheduled.")
    facts = [count("scheduled", len(found))]
    for one in found:
        facts += [
            money("amount", one.amount, period=one.due_on.isoformat(), label=one.label),
        ]
    head = "1 payment is" if len(found) == 1 else f"{len(found)} payments are"
    lines = bullets(_line(one) for one in found)
    return Reply(f"{head} scheduled:\n{lines}", tuple(facts))


def which_schedule(found: Sequence[Schedule]) -> Reply:
    """Which scheduled payment?"""
    buttons = tuple(
        (f"{one.label}, {short_day(one.due_on)}", f"cancel the {one.label} payment of "
         f"{one.amount.amount} on {one.due_on:%-d %B}")
        for one in found[:_MOST]
    )  # fmt: skip
    facts = tuple(
        money("amount", one.amount, period=one.due_on.isoformat(), label=one.label) for one in found
    )
    lines = bullets(_line(one) for one in found)
    return Reply(f"Which payment do you mean?\n{lines}", facts, buttons, asks=True)


def news(found: Sequence[Schedule]) -> Reply:
    """What became of scheduled payments, since the person last talked."""
    lines, facts = [], []
    for one in found:
        facts.append(money("amount", one.amount, period=one.due_on.isoformat(), label=one.label))
        if one.status is ScheduleStatus.DONE:
            lines.append(f"The scheduled payment of {one.amount} to {one.to_name} has been made.")
        else:
            lines.append(
                f"The scheduled payment of {one.amount} to {one.to_name} was not made: {one.why}"
            )
    return Reply("\n".join(lines), tuple(facts))


def about(bill: Bill) -> tuple[Fact, ...]:
    """The figures of a bill."""
    where = {"label": bill.label, "period": bill.due_on.isoformat()}
    if bill.varies:
        return (money("bill_low", bill.low, **where), money("bill_high", bill.high, **where))
    return (money("bill", bill.amount, **where),)


def _usual(bill: Bill) -> str:
    return f"{bill.low} to {bill.high}" if bill.varies else str(bill.amount)


def _line(one: Schedule) -> str:
    label = "" if one.label == one.to_name else f" ({one.label})"
    return (
        f"{one.amount} from {one.from_account.name} to {one.to_name}{label}, "
        f"on {short_day(one.due_on)}"
    )
