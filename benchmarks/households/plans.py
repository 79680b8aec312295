"""What a household is made of: plans of regular payments, their days and amounts, and rows."""

# ruff: noqa: S311 - chance for made-up households, nothing secret

from __future__ import annotations

import calendar
import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from worlds import World, brand

BEYOND = 400  # days made past the end, to know what comes next

Amounts = Callable[[date, int], int]


@dataclass
class Plan:
    """One regular payment or income.

    Attributes:
        case: what is hard about it.
        days: nominal days of the month (31: last), or one weekday for weeks and for ``nth``.
        every: days apart, counted without regard to weeks or months.
        nth: which of the month's weekdays (2: the second), for what is paid so.
        wanders: the town in the descriptor changes from row to row.
        trial: what a first charge takes before the price is due, weeks later.
        shift: onto which working day it is moved.
        jitter: days it may come later at random; ``late`` and ``missed`` are chances.
        names: (from this day on, descriptor name), the first for always.
    """

    case: str
    cadence: str
    way: str
    names: list[tuple[date, str]]
    amounts: Amounts
    days: tuple[int, ...]
    sign: int = -1
    shift: str = "next"
    jitter: int = 0
    late: float = 0.02
    missed: float = 0.01
    start: date = date.min
    end: date = date.max
    months: frozenset[int] = frozenset(range(1, 13))
    trial: int | None = None
    every: int = 0
    nth: int = 0
    wanders: bool = False


@dataclass
class Row:
    """A bank row; ``stream`` is the plan's number, None for everything else.

    ``note`` says what else is known of it: ``double`` (charged by mistake), ``trial``.
    """

    day: date
    minor: int
    text: str
    stream: int | None = None
    note: str = ""


@dataclass
class Household:
    """One account while it is made; ``trouble`` multiplies delays and what is missed."""

    world: World
    chance: random.Random
    first: date
    last: date
    trouble: float = 1.0
    plans: list[Plan] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    def name(self, trade: str) -> str:
        """A new merchant of a trade."""
        return f"{brand(self.chance)} {self.chance.choice(self.world.trades[trade])}"

    def money(self, low: float, high: float, ending: float | None = None) -> int:
        """An amount between two sums of euros, in minor units."""
        return self.world.priced(self.chance.uniform(low, high), ending)


def fixed(price: int, rises: Sequence[tuple[date, float]] = ()) -> Amounts:
    """One price, changed by factors from given days on."""

    def amount(day: date, _: int) -> int:
        now = float(price)
        for since, factor in rises:
            now *= factor if day >= since else 1
        return round(now)

    return amount


def varying(house: Household, price: int, spread: float) -> Amounts:
    """Usage: normally spread around a price."""
    seed = house.chance.randrange(10**9)
    return lambda day, n: (
        max(1, round(price * (1 + random.Random(seed + n).gauss(0, spread))))
        if spread < 0.3
        else max(1, round(price * random.Random(seed + n).uniform(0.6, 1.4)))
    )


def seasonal(house: Household, price: int, swing: float) -> Amounts:
    """Heating: dear in winter, with noise."""
    noise = varying(house, price, 0.06)
    return lambda day, n: round(
        noise(day, n) * (1 + swing * math.cos(2 * math.pi * (day.timetuple().tm_yday - 20) / 365))
    )


def with_extras(house: Household, price: int, often: float) -> Amounts:
    """A tariff, and now and then something on top."""
    seed = house.chance.randrange(10**9)

    def amount(_: date, n: int) -> int:
        own = random.Random(seed + n)
        return price + (round(price * own.uniform(0.05, 0.6)) if own.random() < often else 0)

    return amount


def card_bill(house: Household, price: int) -> Amounts:
    """What was spent with the card in a month: anything from a third to three times."""
    seed = house.chance.randrange(10**9)
    return lambda day, n: max(1, round(price * random.Random(seed + n).lognormvariate(0, 0.4)))


def wage(house: Household, price: int, overtime: float, bonus_month: int | None) -> Amounts:
    """A wage that rises each January or April, with overtime and a bonus once a year."""
    seed, rise = house.chance.randrange(10**9), house.chance.uniform(1.0, 1.06)
    paid: dict[int, int] = {}

    def amount(day: date, n: int) -> int:
        own = random.Random(seed + n)
        now = price * rise ** (day.year - 2022)
        if overtime:
            now *= 1 + max(0.0, own.gauss(0, overtime))
        if bonus_month == day.month and paid.setdefault(day.year, n) == n:
            now *= own.uniform(1.3, 2.4)
        return round(now)

    return amount


def nominal(plan: Plan, first: date, last: date, chance: random.Random) -> Iterator[date]:
    """Days the plan is meant for."""
    if plan.every:
        day = first + timedelta(days=chance.randrange(plan.every))
        while day <= last:
            yield day
            day += timedelta(days=plan.every)
        return
    weeks = {"weekly": 1, "biweekly": 2, "four-weekly": 4}.get(plan.cadence)
    if weeks:
        day = first + timedelta(days=(plan.days[0] - first.weekday()) % 7)
        day += timedelta(days=7 * chance.randrange(weeks))
        while day <= last:
            yield day
            day += timedelta(days=7 * weeks)
        return
    step = {"two-monthly": 2, "quarterly": 3, "semiannual": 6, "annual": 12}.get(plan.cadence, 1)
    offset = chance.randrange(step)
    month = first.year * 12 + first.month - 1 + offset
    while (year := month // 12) < last.year + 1:
        for wanted in plan.days:
            length = calendar.monthrange(year, month % 12 + 1)[1]
            day = date(year, month % 12 + 1, max(1, min(wanted, length)))
            if plan.nth:
                day = day.replace(day=1) + timedelta(days=7 * plan.nth - 7)
                day += timedelta(days=(wanted - day.weekday()) % 7)
            if first <= day <= last and day.month in plan.months:
                yield day
        month += step


def carried_out(house: Household, number: int) -> Iterator[Row]:
    """The rows of one plan, until well past the household's last day."""
    plan, chance = house.plans[number], house.chance
    start = max(house.first, plan.start)
    end = min(plan.end, house.last + timedelta(days=BEYOND))
    town = chance.choice(house.world.cities)
    for n, day in enumerate(nominal(plan, start, end, chance)):
        if n and chance.random() < plan.missed * house.trouble:
            continue
        moved = day + timedelta(days=chance.randint(0, round(plan.jitter * house.trouble)))
        if chance.random() < plan.late * house.trouble:
            moved += timedelta(days=chance.randint(2, 6))
        moved = house.world.booked(moved, plan.shift)
        town = chance.choice(house.world.cities) if plan.wanders else town
        name = [name for since, name in plan.names if moved >= since][-1]
        text = house.world.worded(plan.way, name, chance, moved, town)
        if n == 0 and plan.trial is not None:
            begin = moved - timedelta(days=chance.choice((7, 14, 30)))
            house.rows.append(Row(begin, -plan.trial, text, note="trial"))
        yield Row(moved, plan.sign * plan.amounts(day, n), text, number)
