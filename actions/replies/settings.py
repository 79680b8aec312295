"""Words for what a person wants to be told unasked."""

from __future__ import annotations

from datetime import date, time

from actions.replies.figures import bullets, listed, money, short_day
from actions.turn import Reply
from finance_core.model import Fact
from finance_core.money import Money
from finance_core.services import notifications as nudges
from finance_core.services.notifications import Choices

_NAMES = {
    nudges.BILLS: "bills that fall due",
    nudges.LOW_BALANCE: "a low balance",
    nudges.LARGE_PAYMENT: "large payments",
    nudges.WEEKLY: "a weekly summary",
    nudges.SAVINGS: "chances to save",
    nudges.PRICE_RISE: "price rises",
    nudges.DOUBLE_CHARGE: "double charges",
    nudges.MISSED_INCOME: "an income that does not come",
    nudges.GOAL_REACHED: "goals that are reached",
    nudges.CONNECTION: "a bank I can't read any more",
}
_ALWAYS = "What I do by myself, like a save I announced, I always tell you."
_WEEKDAYS = (
    "Mondays",
    "Tuesdays",
    "Wednesdays",
    "Thursdays",
    "Fridays",
    "Saturdays",
    "Sundays",
)
_WHICH = (
    ("Bills due", "bills"),
    ("Low balance", "low balance"),
    ("Large payments", "large payments"),
    ("Weekly summary", "weekly summary"),
    ("Chances to save", "savings"),
    ("Price rises", "price rises"),
    ("All of them", "all of them"),
)


def named(names: frozenset[str]) -> str:
    """Some nudges in words."""
    return listed([_NAMES[name] for name in nudges.NUDGES if name in names])


def shown(choices: Choices, lead: str = "") -> Reply:
    """All choices as they are."""
    lines = [f"{_sentence(_NAMES[name])}: {_state(choices, name)}" for name in nudges.NUDGES]
    lines.append(f"Quiet hours: {hours(choices.quiet) if choices.quiet else 'none'}")
    if choices.channel:
        lines.append(f"Where: {where(choices.channel)}")
    if nudges.EVERYTHING in choices.rests:
        lines.append(f"All of it rests until {choices.rests[nudges.EVERYTHING]:%-d %B}")
    if choices.muted:
        lines.append(f"Left out: {listed([one.partition(':')[2] for one in choices.muted])}")
    text = f"{lead or 'These are your notification settings.'}\n{bullets(lines)}\n{_ALWAYS}"
    return Reply(text, facts(choices), _changes(choices))


def facts(choices: Choices) -> tuple[Fact, ...]:
    """The figures of the choices."""
    found: list[Fact] = []
    if choices.low_balance and nudges.LOW_BALANCE in choices.on:
        found.append(money("low_balance", choices.low_balance))
    if choices.large_payment and nudges.LARGE_PAYMENT in choices.on:
        found.append(money("large_payment", choices.large_payment))
    if choices.quiet:
        found.append(Fact("quiet_from", f"{choices.quiet[0]:%H:%M}", unit="time"))
        found.append(Fact("quiet_until", f"{choices.quiet[1]:%H:%M}", unit="time"))
    return tuple(found)


def hours(quiet: tuple[time, time]) -> str:
    """Quiet hours in words."""
    return f"{quiet[0]:%H:%M} to {quiet[1]:%H:%M}"


def weekly(choices: Choices) -> str:
    """When the weekly summary comes, in words."""
    weekday, clock = choices.weekly
    return f"{_WEEKDAYS[weekday]} at {clock:%H:%M}"


def where(channel: str) -> str:
    """A channel in words."""
    return {"telegram": "on Telegram", "web": "in the web chat only"}.get(channel, channel)


def resting(names: frozenset[str], day: date) -> tuple[str, str]:
    """The end of "Shall I …?", and that messages rest until a day."""
    what = "all my messages" if nudges.EVERYTHING in names else f"messages about {named(names)}"
    done = f"All right, {what} rest until {short_day(day)}."
    if nudges.EVERYTHING in names:
        done += " A save I would announce waits, too."
    return f"let {what} rest until {short_day(day)}", done


def which(on: bool) -> Reply:
    """Asks which messages are meant."""
    verb = "would you like" if on else "should I leave out"
    return Reply(f"Which messages {verb}?", buttons=_WHICH, asks=True)


def which_amount(amount: Money) -> Reply:
    """Asks what an amount is the bound of."""
    return Reply(
        f"What should I watch {amount} for: a balance below it, or payments above it?",
        (money("amount", amount),),
        (
            ("A balance below it", f"tell me when my balance is below {amount}"),
            ("Payments above it", f"tell me about payments over {amount}"),
        ),
    )


def when_quiet() -> Reply:
    """Asks for the quiet hours."""
    return Reply(
        "From when until when should I keep quiet?",
        buttons=(
            ("22:00 to 07:00", "keep quiet between 22:00 and 07:00"),
            ("20:00 to 09:00", "keep quiet between 20:00 and 09:00"),
        ),
    )


def not_that(choices: Choices) -> Reply:
    """That there is no such message; what there is."""
    return shown(choices, "I have no message of that sort. These are the ones there will be.")


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _state(choices: Choices, name: str) -> str:
    if name not in choices.on:
        return "off"
    if name in choices.rests:
        return f"on, resting until {choices.rests[name]:%-d %B}"
    if name == nudges.WEEKLY:
        return f"on, {weekly(choices)}"
    if name == nudges.LOW_BALANCE and choices.low_balance:
        return f"on, below {choices.low_balance}"
    if name == nudges.LARGE_PAYMENT and choices.large_payment:
        return f"on, over {choices.large_payment}"
    return "on"


def _changes(choices: Choices) -> tuple[tuple[str, str], ...]:
    turn = []
    if choices.on != frozenset(nudges.NUDGES):
        turn.append(("Turn some on", "turn on notifications"))
        turn.append(("Turn all on", "turn on all notifications"))
    if choices.on:
        turn.append(("Turn all off", "turn off all notifications"))
    return (*turn, ("Quiet hours", "set quiet hours"))
