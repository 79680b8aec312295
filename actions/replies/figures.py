"""The pieces all replies share: facts, lists and plural words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from finance_core.model import Fact, Period
from finance_core.money import Money


def money(name: str, amount: Money, **where: str | None) -> Fact:
    """A fact that is an amount."""
    return Fact(name, str(amount.amount), currency=amount.currency, **where)


def count(name: str, number: int, **where: str | None) -> Fact:
    """A fact that is a number of things."""
    return Fact(name, str(number), unit="count", **where)


def percent(name: str, share: float, **where: str | None) -> Fact:
    """A fact that is a chance or share, in whole percent; ``share`` is 0 to 1."""
    return Fact(name, str(round(share * 100)), unit="percent", **where)


def on_day(name: str, day: date, **where: str | None) -> Fact:
    """A fact that is a day."""
    return Fact(name, day.isoformat(), unit="date", **where)


def interval(period: Period) -> str:
    """A period as a fact carries it."""
    return f"{period.start.isoformat()}/{period.end.isoformat()}"


def months_of(period: Period) -> int:
    """How many calendar months a period touches, to share a sum over them."""
    return 12 * (period.end.year - period.start.year) + period.end.month - period.start.month + 1


def plural(number: int, one: str, many: str | None = None) -> str:
    """``1 payment``, ``3 payments``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def bullets(lines: Iterable[str]) -> str:
    """Lines as a list that reads well on every channel."""
    return "\n".join(f"• {line}" for line in lines)


def listed(words: Sequence[str], last: str = "and") -> str:
    """``a``, ``a and b``, ``a, b and c``; with another word before the last one if given."""
    if len(words) <= 1:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def short_day(day: date) -> str:
    """``Fri 29 July``: a day near enough that its year is clear."""
    return f"{day:%a %-d %B}"
