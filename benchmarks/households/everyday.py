"""What repeats without being owed, and what does not repeat: shops, fares, cash, friends."""

from __future__ import annotations

from datetime import timedelta

from plans import Household, Row
from worlds import person


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
        note = "double" if again < 0 else "refund"
        house.rows.append(Row(back, again, row.text, note=note))
