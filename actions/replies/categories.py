"""Words for putting payments into other categories."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from actions.replies.figures import bullets, count, money, on_day, plural
from actions.turn import Reply
from finance_core.model import Fact, Transaction
from finance_core.services.corrections import Doubt

_ORDINALS = ("first", "second", "third", "fourth", "fifth")


@dataclass(frozen=True, slots=True)
class ChangeWords:
    """What is said of a change: ``summary`` ends "Shall I …?", ``done`` tells it has happened."""

    summary: str
    done: str
    because: str
    facts: tuple[Fact, ...]


def name_of(code: str, names: Callable[[str], str]) -> str:
    """A category in a sentence; one that is new is called by the person's own words."""
    return names(code).lower()


def row_change(row: Transaction, category: str, before: str) -> ChangeWords:
    """One payment goes from ``before`` to ``category``."""
    what = _payment(row)
    return ChangeWords(
        summary=f"count the {what} as {category}",
        done=f"Done: the {what} counts as {category} now, no longer as {before.lower()}.",
        because=f"It is in {before.lower()} now; say “always” to mean all of {row.merchant}.",
        facts=_row_facts(row),
    )


def always_change(merchant: str, rows: Sequence[Transaction], category: str) -> ChangeWords:
    """All of a merchant's payments go to ``category``, and those to come."""
    number = plural(len(rows), "payment")
    return ChangeWords(
        summary=f"count {number} at {merchant}, and those to come, as {category}",
        done=f"Done: {number} at {merchant} count as {category} now, and so will new ones.",
        because="",
        facts=(count("transactions", len(rows), label=merchant),),
    )


def already(row: Transaction, category: str) -> Reply:
    """Nothing to change."""
    return Reply(
        f"The {_payment(row)} is in {category.lower()} already.",
        _row_facts(row),
        ((f"All of {row.merchant}", f"always put {row.merchant} under {category.lower()}"),),
    )


def all_already(merchant: str, number: int, category: str) -> Reply:
    """Nothing to change at a whole merchant."""
    verb = "is" if number == 1 else "are"
    text = f"{plural(number, 'payment')} at {merchant} {verb} in {category.lower()} already."
    return Reply(text, (count("transactions", number, label=merchant),))


def no_such_row(number: int) -> Reply:
    """A place that the last list does not have."""
    return Reply(f"The last list has {plural(number, 'row')}.", (count("rows", number),))


def which(rows: Sequence[Transaction], category: str | None) -> Reply:
    """Asks which payment is meant."""
    if not rows:
        return Reply("I see no payments that I could put into another category.")
    head = f"Which payment belongs to {category.lower()}" if category else "Which payment is it"
    lines = bullets(f"{row.posted_on:%-d %B %Y}  {row.merchant}  {row.amount}" for row in rows)
    facts = tuple(fact for row in rows for fact in _row_facts(row))
    buttons = tuple(
        (f"{row.merchant} {row.amount}", f"the {_ORDINALS[place]} one")
        for place, row in enumerate(rows[: len(_ORDINALS)])
    )
    return Reply(f"{head}?\n{lines}", facts, buttons, asks=True)


def which_category(
    offered: Sequence[str], said: str | None, row: Transaction | None, merchants: Sequence[str]
) -> Reply:
    """Asks for the category; ``said`` is a name that is none so far."""
    what = f"the {_payment(row)}" if row else f"payments at {merchants[0]}"
    facts = _row_facts(row) if row else ()
    buttons = [(name, f"put it under {name.lower()}") for name in offered]
    if said:
        buttons.append((f"New: {said}", f"put it under a new category: {said}"))
        text = f"I have no category “{said}”. Which one does {what} belong to, or is it a new one?"
    else:
        text = f"Which category does {what} belong to?"
    return Reply(text, facts, tuple(buttons), asks=True)


def doubt(found: Doubt, others: int, guess: str | None, offered: Sequence[str]) -> Reply:
    """Asks what a merchant's payments were for; ``others`` are in doubt besides."""
    what = f"{plural(len(found.rows), 'payment')} at {found.merchant} ({found.total})"
    ask = f"Was that {guess.lower()}?" if guess else "What was that for?"
    more = f" {plural(others, 'other merchant')} I am not sure of either." if others else ""
    names = list(dict.fromkeys([*([guess] if guess else []), *offered]))
    buttons = tuple((name, f"put it under {name.lower()}") for name in names)
    facts = (
        count("transactions", len(found.rows), label=found.merchant),
        money("total", found.total, label=found.merchant),
        *([count("others", others)] if others else []),
    )
    return Reply(f"I am not sure about {what}. {ask}{more}", facts, buttons, asks=True)


def no_doubts() -> Reply:
    """Nothing is worth asking."""
    return Reply("I am sure enough of the categories of the last three months.")


def _payment(row: Transaction) -> str:
    return f"{abs(row.amount)} at {row.merchant} on {row.posted_on:%-d %B %Y}"


def _row_facts(row: Transaction) -> tuple[Fact, ...]:
    day = row.posted_on
    return (
        money("amount", row.amount, period=day.isoformat(), label=row.merchant),
        on_day("day", day, label=row.merchant),
    )
