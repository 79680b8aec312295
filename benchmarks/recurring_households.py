"""Generated households whose regular payments are known, with what makes them hard to see.

    .venv/bin/python benchmarks/recurring_households.py DIR --seeds 11-15
    .venv/bin/penny backtest recurring DIR/movements.csv --gold DIR/gold.csv

Writes raw bank rows of two to two and a half years (of some less than one), as the banks of
nine countries word them, and the streams that made them. Hard on purpose: dates that drift
over weekends, holidays and month ends, late and missed payments, amounts that follow hours,
seasons, usage or an exchange rate, yearly rises, bonuses, two jobs, several contracts with
one company, descriptors that change (also altogether), trials, contracts that end or have
just begun, ten-month council tax; and beside them much that repeats without being a
commitment: the weekly shop, a coffee of the same price, fares, round sums of cash, money to
friends, and purchases at the very merchants that are also paid regularly.

The rows come out the same for the same seeds. Nothing of Penny is imported.
"""

# ruff: noqa: S311 - chance for made-up households, nothing secret

from __future__ import annotations

import argparse
import calendar
import csv
import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from bank_worlds import WORLDS, World, brand, person

_CUT = date(2025, 6, 1)  # households end within the three months after it
_BEYOND = 400  # days made past the end, to know what comes next
_GOLD = [
    "stream_id",
    "account_id",
    "label",
    "case",
    "cadence",
    "amount",
    "low",
    "high",
    "first",
    "last",
    "status",
    "next_on",
    "next_amount",
    "occurrences_in_window",
    "transaction_ids",
]
_ROWS = ["account_id", "seq", "date", "amount", "currency", "description", "trans_id"]

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
    """A bank row; ``stream`` is the plan's number, None for everything else."""

    day: date
    minor: int
    text: str
    stream: int | None = None


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


# --- amounts ----------------------------------------------------------------------


def fixed(price: int, rises: list[tuple[date, float]] = ()) -> Amounts:  # type: ignore[assignment]
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


# --- days -------------------------------------------------------------------------


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
    end = min(plan.end, house.last + timedelta(days=_BEYOND))
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
            house.rows.append(Row(begin, -plan.trial, text))
        yield Row(moved, plan.sign * plan.amounts(day, n), text, number)


# --- who pays what -----------------------------------------------------------------


def _since(name: str) -> list[tuple[date, str]]:
    return [(date.min, name)]


def _within(house: Household, low: float = 0.3, high: float = 0.8) -> date:
    days = (house.last - house.first).days
    return house.first + timedelta(days=int(days * house.chance.uniform(low, high)))


def _rises(house: Household, times: int, least: float = 1.02, most: float = 1.14) -> list:
    return [(_within(house), house.chance.uniform(least, most)) for _ in range(times)]


def incomes(house: Household) -> None:
    """One or two jobs, perhaps a benefit."""
    chance, world = house.chance, house.world
    cadence = chance.choice(world.pay)
    yearly = chance.uniform(22_000, 60_000)
    per = {"monthly": 12, "semimonthly": 24, "biweekly": 26, "four-weekly": 13}[cadence]
    day = {
        "monthly": (chance.choice((25, 27, 28, 31, 31, 1)),),
        "semimonthly": chance.choice(((15, 31), (1, 15), (5, 20))),
    }.get(cadence, (chance.choice((3, 4)),))
    bonus = chance.choice((None, 3, 6, 11, 12))
    overtime = chance.choice((0.0, 0.0, 0.04, 0.12))
    employer = house.name("employer")
    names = _since(employer)
    if chance.random() < 0.15:  # the payroll office gives itself another name
        names.append((_within(house), employer + " PAYROLL SERVICES"))
    house.plans.append(
        Plan(
            "salary_bonus" if bonus else "salary",
            cadence,
            "wage",
            names,
            wage(house, world.priced(yearly / per), overtime, bonus),
            day,
            sign=1,
            shift="previous",
            late=0.0,
            missed=0.0,
        )
    )
    first = house.plans[-1]
    if chance.random() < 0.12:  # a new employer, who pays on other days
        first.end = _within(house, 0.4, 0.7)
        other = day if cadence != "monthly" else (chance.choice((15, 20, 28, 31)),)
        house.plans.append(
            Plan(
                "new_job",
                cadence,
                "wage",
                _since(house.name("employer")),
                wage(house, world.priced(yearly / per * chance.uniform(1.0, 1.3)), overtime, None),
                other,
                sign=1,
                shift="previous",
                late=0.0,
                missed=0.0,
                start=first.end + timedelta(days=chance.randrange(20)),
            )
        )
    if chance.random() < 0.35:
        hours = house.money(120, 420)
        second = chance.choice(("weekly", "biweekly", "monthly"))
        days = (chance.randrange(5),) if second != "monthly" else (chance.randint(5, 15),)
        house.plans.append(
            Plan(
                "second_job",
                second,
                "wage",
                _since(house.name("employer")),
                varying(house, hours, 0.3),
                days,
                sign=1,
                missed=0.03,
            )
        )
    if chance.random() < 0.3:
        nth = chance.choice((0, 2, 3))
        house.plans.append(
            Plan(
                "benefit",
                "monthly" if nth else "four-weekly",
                "wage",
                _since(f"{house.world.code} FAMILY BENEFITS"),
                fixed(house.money(80, 260), _rises(house, 1, 1.02, 1.06)),
                (chance.randrange(4),),
                sign=1,
                shift="previous",
                late=0,
                missed=0,
                nth=nth,
            )
        )
    if chance.random() < 0.3:
        growth, start = chance.uniform(1.0, 1.05), house.money(0.4, 9)
        house.plans.append(
            Plan(
                "interest",
                "monthly",
                "interest",
                _since(""),
                lambda _, n: max(1, round(start * growth**n)),
                (31,),
                sign=1,
                shift=chance.choice(("none", "previous")),
                late=0,
                missed=0,
            )
        )


def housing(house: Household) -> None:
    """Rent or loan, energy, water, tax, phone and internet."""
    chance = house.chance
    add = house.plans.append
    add(
        Plan(
            "rent",
            chance.choice(("monthly",) * 5 + ("four-weekly", "weekly")),
            "order",
            _since(house.name(chance.choice(("rent", "loan")))),
            fixed(house.money(450, 1500), _rises(house, 1)),
            (chance.choice((1, 1, 3, 4)),),
            jitter=chance.choice((0, 0, 2)),
            late=0.06,
        )
    )
    energy = house.name("energy")
    names = _since(energy)
    if chance.random() < 0.3:  # bought up and renamed
        new = chance.choice((energy + " RETAIL", house.name("energy")))
        names.append((_within(house, 0.4, 0.6), new))
    rhythm = chance.choice(("monthly", "monthly", "two-monthly", "quarterly"))
    add(
        Plan(
            "renamed" if len(names) > 1 else "seasonal_bill",
            rhythm,
            "debit",
            names,
            seasonal(house, house.money(60, 180), chance.uniform(0.15, 0.45)),
            (chance.randint(2, 27),),
            jitter=chance.choice((0, 2, 4)),
        )
    )
    if chance.random() < 0.6:
        add(
            Plan(
                "varying_rare_bill",
                chance.choice(("quarterly", "semiannual", "two-monthly")),
                "debit",
                _since(house.name("water")),
                varying(house, house.money(50, 120), 0.1),
                (chance.randint(1, 28),),
                jitter=3,
                missed=0.0,
            )
        )
    if chance.random() < 0.5:
        add(
            Plan(
                "ten_months",
                "monthly",
                "debit",
                _since(house.name("tax")),
                fixed(house.money(90, 210)),
                (chance.choice((1, 5, 15)),),
                late=0.0,
                months=frozenset(range(1, 13)) - {2, 3},
            )
        )
    phone = house.name("phone")
    add(
        Plan(
            "usage",
            "monthly",
            "debit",
            _since(phone),
            with_extras(house, house.money(8, 40, 0.5), chance.choice((0.0, 0.2, 0.4))),
            (chance.randint(1, 31),),
        )
    )
    same_company = chance.random() < 0.35
    add(
        Plan(
            "same_merchant" if same_company else "price_rise",
            "monthly",
            "debit",
            _since(phone if same_company else house.name("internet")),
            fixed(house.money(22, 60, 0.99), _rises(house, 1)),
            (chance.randint(1, 31),),
        )
    )


def insurances(house: Household) -> None:
    """Policies, often several with one company; dues once a year."""
    chance = house.chance
    insurer = house.name("insurance")
    for _ in range(chance.choice((1, 2, 2, 3))):
        house.plans.append(
            Plan(
                "same_merchant",
                chance.choice(("monthly", "monthly", "monthly", "quarterly")),
                "debit",
                _since(insurer),
                fixed(house.money(9, 90), _rises(house, 1)),
                (chance.randint(1, 28),),
            )
        )
    for trade, low, high in (("insurance", 140, 600), ("club", 30, 140), ("tax", 60, 300)):
        if chance.random() < 0.45:
            rise = [(date(2024, 1, 1), chance.uniform(1, 1.09)), (date(2025, 1, 1), 1.04)]
            house.plans.append(
                Plan(
                    "annual",
                    chance.choice(("annual", "annual", "semiannual")),
                    "debit",
                    _since(house.name(trade)),
                    fixed(house.money(low, high), rise),
                    (chance.randint(1, 28),),
                    jitter=chance.choice((0, 3, 6)),
                    missed=0,
                    late=0,
                )
            )


def subscriptions(house: Household) -> None:
    """Media, gym, cloud: trials, rises, ends, beginnings, other currencies."""
    chance = house.chance
    prices = (3.99, 5.99, 7.99, 9.99, 11.99, 14.99, 17.99)
    for _ in range(chance.randint(2, 6)):
        case = chance.choice(("plain", "price_rise", "ended", "new", "trial", "currency"))
        price = house.world.priced(chance.choice(prices), 0.99)
        amounts = fixed(price, _rises(house, case == "price_rise", 1.08, 1.3))
        if case == "currency":
            amounts = varying(house, price, 0.02)
        plan = Plan(
            case,
            "monthly",
            chance.choice(("online", "card", "debit")),
            _since(house.name("media")),
            amounts,
            (chance.randint(1, 31),),
            shift=chance.choice(("none", "none", "next")),
            late=0.01,
        )
        if plan.way == "card" and chance.random() < 0.4:
            plan.case, plan.wanders = "towns", True
        elif chance.random() < 0.12:  # billed by somebody else from some day on
            processor = chance.choice(("PAYPAL *", "GOOGLE *", "APPLE.COM/BILL "))
            plan.names.append((_within(house), processor + plan.names[0][1]))
            case = plan.case = "other_processor"
        if case == "ended":
            plan.end = _within(house, 0.35, 0.85)
        elif case in ("new", "trial"):
            plan.start = _within(house, 0.5, 0.85)
        if case == "trial":
            plan.trial = chance.choice((0, house.world.priced(1.0)))
        house.plans.append(plan)
    if chance.random() < 0.5:
        cadence = chance.choice(("monthly", "four-weekly", "biweekly"))
        days = (chance.randrange(5),) if cadence != "monthly" else (chance.randint(1, 28),)
        house.plans.append(
            Plan(
                "gym",
                cadence,
                "debit",
                _since(house.name("gym")),
                fixed(house.money(18, 60), _rises(house, chance.choice((0, 1)))),
                days,
            )
        )
    if chance.random() < 0.3:  # prepaid: so many days, wherever they end
        every = chance.choice((28, 30, 30))
        house.plans.append(
            Plan(
                "every_30_days" if every == 30 else "every_28_days",
                "monthly" if every == 30 else "four-weekly",
                "online",
                _since(house.name("phone")),
                fixed(house.world.priced(chance.choice((9.99, 14.99, 24.99)), 0.99)),
                (),
                shift="none",
                every=every,
                late=0.01,
            )
        )
    if chance.random() < 0.4:
        spent = house.money(150, 900)
        house.plans.append(
            Plan(
                "card_bill",
                "monthly",
                "debit",
                _since(f"{brand(chance)} BANK CREDIT CARD"),
                card_bill(house, spent),
                (chance.randint(3, 28),),
                missed=0,
            )
        )
    if chance.random() < 0.5:  # a membership of a shop where one also buys
        shop = house.name("shop")
        house.plans.append(
            Plan(
                "among_purchases",
                "monthly",
                "online",
                _since(shop),
                fixed(house.world.priced(chance.choice(prices), 0.99)),
                (chance.randint(1, 28),),
                shift="none",
            )
        )
        purchases(house, shop, "online", 14, 8, 90)


def people(house: Household) -> None:
    """Standing orders to people and oneself, weekly and fortnightly help in the house."""
    chance = house.chance
    if chance.random() < 0.5:
        house.plans.append(
            Plan(
                "standing_order",
                chance.choice(("monthly", "monthly", "weekly", "semimonthly")),
                "order",
                _since(person(chance)),
                fixed(house.world.priced(chance.choice((20, 25, 50, 100, 150)))),
                (chance.choice((1, 2, 4)),),
                late=0,
            )
        )
        if chance.random() < 0.4:  # the same person is sent other sums too
            purchases(house, house.plans[-1].names[0][1], "person", 60, 4, 70)
        if house.plans[-1].cadence == "semimonthly":
            house.plans[-1].days = (1, 16)
    if chance.random() < 0.4:
        cadence = chance.choice(("weekly", "biweekly"))
        house.plans.append(
            Plan(
                "help_by_hours",
                cadence,
                "order",
                _since(house.name("care")),
                varying(house, house.money(40, 160), chance.choice((0.05, 0.15))),
                (chance.randrange(5),),
                missed=0.05,
                late=0.0,
            )
        )


# --- everything else ----------------------------------------------------------------


def purchases(
    house: Household, name: str, way: str, gap: float, low: float, high: float, steps: int = 1
) -> None:
    """Buys somewhere at random: days apart are exponential, sums skewed."""
    day = house.first + timedelta(days=house.chance.expovariate(1 / gap))
    towns = house.chance.choices(house.world.cities, k=2)
    while day <= house.last:
        sum_ = house.money(low, low + (high - low) * house.chance.random() ** 2)
        minor, town = max(1, sum_ // steps * steps), house.chance.choice(towns)
        text = house.world.worded(way, name, house.chance, day, town)
        house.rows.append(Row(day, -minor, text))
        day += timedelta(days=max(1, round(house.chance.expovariate(1 / gap))))


def noise(house: Household) -> None:
    """Shops, fares, cash, friends, refunds and the odd double charge."""
    chance, world = house.chance, house.world
    weekday = chance.randrange(7)
    shop = house.name("grocer")
    for n in range((house.last - house.first).days):  # the weekly shop
        day = house.first + timedelta(days=n)
        if day.weekday() == weekday and chance.random() < 0.85:
            text = world.worded("card", shop, chance, day, world.cities[0])
            house.rows.append(Row(day, -house.money(35, 120), text))
    for trade, count, gap, low, high in (
        ("grocer", 3, 9, 4, 60),
        ("eatery", 5, 16, 3, 45),
        ("shop", 6, 40, 6, 140),
        ("fuel", 2, 16, 25, 80),
    ):
        for _ in range(count):
            purchases(house, house.name(trade), "card", gap * chance.uniform(0.6, 2), low, high)
    for trade, days, spread in (("care", 42, 7), ("shop", 18, 6)):  # a haircut, a top-up
        name, price = house.name(trade), house.world.priced(chance.choice((15, 20, 30, 45)))
        day = house.first + timedelta(days=chance.randrange(days))
        while day <= house.last:
            text = world.worded("card", name, chance, day, world.cities[0])
            house.rows.append(Row(day, -price, text))
            day += timedelta(days=max(3, round(chance.gauss(days, spread))))
    fare, coffee = house.money(1.5, 4), house.money(2, 5)
    for trade, price, share in (("transit", fare, 0.3), ("eatery", coffee, 0.25)):
        name = house.name(trade)
        for n in range((house.last - house.first).days):
            if chance.random() < share:
                day = house.first + timedelta(days=n)
                text = world.worded("card", name, chance, day, world.cities[0])
                house.rows.append(Row(day, -price, text))
    for _ in range(3):
        purchases(house, person(chance), "person", 35, 5, 120, world.priced(5))
    purchases(house, "", "cash", 12, 10, 150, world.priced(10))
    for row in chance.sample([row for row in house.rows if row.minor < 0], 4):
        again = row.minor if chance.random() < 0.4 else -row.minor
        back = row.day + timedelta(days=0 if again < 0 else chance.randint(2, 20))
        house.rows.append(Row(back, again, row.text))


def household(seed: int, trouble: float) -> Household:
    """One account of the country, habits and troubles that a seed gives."""
    chance = random.Random(f"household {seed}")
    last = _CUT + timedelta(days=chance.randrange(90))
    known = (240, 420) if chance.random() < 0.2 else (730, 920)
    first = last - timedelta(days=chance.randint(*known))
    house = Household(chance.choice(WORLDS), chance, first, last, trouble)
    for part in (incomes, housing, insurances, subscriptions, people, noise):
        part(house)
    return house


# --- files --------------------------------------------------------------------------


def written(house: Household, account: str, places: int) -> tuple[list[list], list[dict]]:
    """Rows of the movements file and of the gold file."""
    made = [row for n in range(len(house.plans)) for row in carried_out(house, n)]
    seen = [row for row in house.rows + made if house.first <= row.day <= house.last]
    seen.sort(key=lambda row: (row.day, row.text, row.minor))

    def text(minor: int) -> str:
        return f"{minor / 10**places:.{places}f}"

    movements, members = [], [[] for _ in house.plans]
    for n, row in enumerate(seen):
        key = f"{account}-{n}"
        if row.stream is not None:
            members[row.stream].append((key, row))
        movements.append(
            [account, n, row.day, text(row.minor), house.world.currency, row.text, key]
        )
    gold = []
    for number, (plan, own) in enumerate(zip(house.plans, members, strict=True)):
        later = [row for row in made if row.stream == number and row.day > house.last]
        if not own:
            continue
        sums = [row.minor for _, row in own[-12:]]
        coming = min(later, key=lambda row: row.day, default=None)
        values = (
            f"{account}-s{number}",
            account,
            plan.names[-1][1],
            plan.case,
            plan.cadence,
            text(own[-1][1].minor),
            text(min(sums)),
            text(max(sums)),
            own[0][1].day,
            own[-1][1].day,
            "active" if coming else "ended",
            coming.day if coming else "",
            text(coming.minor) if coming else "",
            len(own),
            " ".join(key for key, _ in own),
        )
        gold.append(dict(zip(_GOLD, values, strict=True)))
    return movements, gold


def write(folder: Path, seeds: range, households: int, trouble: float) -> None:
    """Writes ``movements.csv`` and ``gold.csv`` for so many households of each seed."""
    folder.mkdir(parents=True, exist_ok=True)
    with (
        (folder / "movements.csv").open("w", newline="", encoding="utf-8") as rows_file,
        (folder / "gold.csv").open("w", newline="", encoding="utf-8") as gold_file,
    ):
        rows = csv.writer(rows_file, lineterminator="\n")
        rows.writerow(_ROWS)
        gold = csv.DictWriter(gold_file, _GOLD, lineterminator="\n")
        gold.writeheader()
        for seed in seeds:
            for n in range(households):
                house = household(seed * 10_000 + n, trouble)
                account = f"{house.world.code}{seed}-{n}"
                movements, streams = written(house, account, house.world.places)
                rows.writerows(movements)
                gold.writerows(streams)


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", default="11-15", help="one seed, or first-last")
    parser.add_argument("--households", type=int, default=20, help="of each seed")
    parser.add_argument("--trouble", type=float, default=1.0, help="times the usual delays")
    args = parser.parse_args()
    first, _, last = args.seeds.partition("-")
    write(args.folder, range(int(first), int(last or first) + 1), args.households, args.trouble)


if __name__ == "__main__":
    main()
