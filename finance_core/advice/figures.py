"""The figures an insight or alert rests on, as facts, and how its sentence names a day."""

from __future__ import annotations

from datetime import date

from finance_core.model import Fact
from finance_core.money import Money


def said(day: date, *, year: bool = False) -> str:
    """A day as a person would say it."""
    return f"{day:%-d %B %Y}" if year else f"{day:%-d %B}"


def money(name: str, amount: Money, label: str | None) -> Fact:
    """An amount; ``label`` is what it is about."""
    return Fact(name, str(amount.amount), amount.currency, label=label)


def held(name: str, amount: Money, account: str | None = None) -> Fact:
    """An amount that is about an account."""
    return Fact(name, str(amount.amount), amount.currency, account=account)


def day(name: str, on: date, label: str | None) -> Fact:
    """A day; ``label`` is what it is about."""
    return Fact(name, on.isoformat(), unit="date", label=label)


def count(name: str, number: int, label: str) -> Fact:
    """How often, or how many."""
    return Fact(name, str(number), unit="count", label=label)
