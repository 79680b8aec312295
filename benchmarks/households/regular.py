"""Who pays what regularly, and what is hard to see about it."""

from __future__ import annotations

from datetime import date, timedelta

from everyday import purchases
from plans import (
    Household,
    Plan,
    card_bill,
    fixed,
    seasonal,
    varying,
    wage,
    with_extras,
)
from worlds import brand, person


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
