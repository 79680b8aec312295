"""Chance draws of daily life: how often, where, how much, and how a statement words it."""

from __future__ import annotations

from datetime import date
from math import exp
from random import Random

from finance_core.sandbox.plans import Habit, Plan, Shop
from finance_core.sandbox.records import digest

_REFERENCE_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ23456789"
_BRANCHES = 3


def times(rng: Random, habit: Habit, day: date) -> int:
    """How often the habit happens on ``day``: Poisson, by Knuth's product of uniforms."""
    limit = exp(-habit.weekly * habit.days[day.weekday()] / sum(habit.days))
    product, count = rng.random(), 0
    while product > limit:
        product *= rng.random()
        count += 1
    return count


def shop(rng: Random, habit: Habit) -> Shop:
    """One of the habit's shops, the first ones more often (Zipf weights)."""
    weights = [1 / rank for rank in range(1, len(habit.shops) + 1)]
    return rng.choices(habit.shops, weights)[0]


def price(rng: Random, habit: Habit) -> int:
    """A log-normal price in minor units, often just under a whole one."""
    amount = habit.typical * rng.lognormvariate(0, habit.sigma)
    if habit.step > 1:
        return max(habit.step, round(amount / habit.step) * habit.step)
    whole = round(amount / 100) * 100
    ending = rng.random()
    if whole >= 500 and ending < 0.3:
        return whole - (1 if ending < 0.2 else 50)
    return max(95, round(amount))


def words(rng: Random, place: Shop) -> str:
    """The merchant's part of a statement line, with a branch number or reference."""
    branch = 1000 + int(digest(place.name, rng.randrange(_BRANCHES)), 16) % 8999
    reference = "".join(rng.choices(_REFERENCE_LETTERS, k=7))
    return place.text.format(store=branch, ref=reference)


def card_text(rng: Random, plan: Plan, place: Shop, text: str, day: date) -> str:
    """A card payment's whole statement line, in one of the bank's forms."""
    town = _mostly_first(rng, plan.towns, 6) if place.town else ""
    line = _mostly_first(rng, plan.card, 4).format(
        text=text, town=town, date=f"{day:%d %b}".upper(), slash=f"{day:%m/%d}"
    )
    return " ".join(line.split())


def _mostly_first(rng: Random, choices: tuple[str, ...], weight: int) -> str:
    return rng.choices(choices, [weight] + [1] * (len(choices) - 1))[0]
