"""How a pooled model does on accounts of another bank than it was fitted on.

Fits a model on the accounts of a file, then forecasts accounts of other countries, currencies
and habits, made up here and by ``benchmarks/households``: from several days of each account's
last half year, 30 days ahead, as ``predict_many`` gives them out. Prints for each set the mean
absolute error of the path over that of the best of the four usual naive models, which is known
only afterwards, with its standard error by accounts: 1 or less means that the set was not worse
served than by any naive one. ``strongest`` is the best of all that need no model.

    python benchmarks/forecast_elsewhere.py transactions.csv
"""

from __future__ import annotations

import argparse
import csv
import json
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from finance_core.forecasting import accounts_file, naive, pooled
from finance_core.forecasting.lessons import HORIZON, Lessons
from finance_core.forecasting.panel import Panel
from finance_core.forecasting.recurrence import Movements
from finance_core.forecasting.scores import USUAL_NAIVE
from finance_core.forecasting.series import Floats, Ints, Series, day_number

HOUSEHOLDS = Path(__file__).with_name("households")
START = day_number(date(2023, 3, 14))
DAYS = 420
ACCOUNTS = 60
BACK = (30, 43, 60, 77, 90, 111, 137)  # days before the end from which is looked ahead
YOUNG = 30  # days of history of the young

Habit = Callable[[np.random.Generator, int], Iterator[float]]
"""Amounts that an account moves on a day, given its number since opening."""


def weekly_pay(random: np.random.Generator) -> Habit:
    """Paid every Friday, rent every month, shopping in between."""
    pay, rent = random.uniform(400, 900), random.uniform(500, 900)

    def moved(chance: np.random.Generator, day: int) -> Iterator[float]:
        if (day + 3) % 7 == 5:
            yield round(pay * chance.normal(1, 0.05), 2)
        if month_day(day) == 1:
            yield -rent
        yield from shopping(chance, 0.8, 45)

    return moved


def gigs(random: np.random.Generator) -> Habit:
    """Paid when there is work, in sums that nobody knows before."""
    often, usual = random.uniform(0.05, 0.35), random.uniform(80, 600)

    def moved(chance: np.random.Generator, day: int) -> Iterator[float]:
        if chance.random() < often:
            yield round(usual * chance.lognormal(0, 0.6), 2)
        if month_day(day) == 3:
            yield -round(12 * often * usual, 2)
        yield from shopping(chance, 0.5, usual * often)

    return moved


def student(random: np.random.Generator) -> Habit:
    """An allowance every month, spent by its end."""
    allowance = float(random.integers(6, 14) * 100)

    def moved(chance: np.random.Generator, day: int) -> Iterator[float]:
        if month_day(day) == 1:
            yield allowance
        yield from shopping(chance, 0.9, allowance / 30)

    return moved


def pensioner(random: np.random.Generator) -> Habit:
    """A pension on the same day, bills, cash once a week."""
    pension, cash, due = random.uniform(900, 2200), 20.0 * random.integers(3, 12), (5, 12, 20)
    bills = random.uniform(30, 250, 3)

    def moved(chance: np.random.Generator, day: int) -> Iterator[float]:
        if month_day(day) == 25:
            yield round(pension, 2)
        for at, bill in zip(due, bills, strict=True):
            if month_day(day) == at:
                yield -round(float(bill), 2)
        if day % 7 == 2:
            yield -float(cash)

    return moved


def card_only(random: np.random.Generator) -> Habit:
    """Spending by card every day, filled up when it runs low."""
    top_up, mean = float(random.integers(2, 9) * 100), random.uniform(10, 40)

    def moved(chance: np.random.Generator, day: int) -> Iterator[float]:
        if chance.random() < mean / top_up:
            yield top_up
        yield from shopping(chance, 1.0, mean)

    return moved


def saver(random: np.random.Generator) -> Habit:
    """Only receives, a fixed sum every month."""
    sum_, on = float(random.integers(1, 20) * 50), int(random.integers(1, 28))

    def moved(chance: np.random.Generator, day: int) -> Iterator[float]:
        if month_day(day) == on:
            yield sum_
        if month_day(day) == 28 and chance.random() < 0.1:
            yield sum_ * 3

    return moved


def dormant(_random: np.random.Generator) -> Habit:
    """Next to nothing happens."""

    def moved(chance: np.random.Generator, day: int) -> Iterator[float]:
        if month_day(day) == 30 and day % 90 < 31:
            yield 1.25
        if chance.random() < 0.003:
            yield -round(chance.uniform(5, 80), 2)

    return moved


def trader(random: np.random.Generator) -> Habit:
    """A small business: takings every working day, suppliers, wages, often overdrawn."""
    takings = random.uniform(200, 2500)

    def moved(chance: np.random.Generator, day: int) -> Iterator[float]:
        if day % 7 < 5:
            yield round(takings * chance.lognormal(0, 0.5), 2)
        if chance.random() < 0.15:
            yield -round(takings * chance.uniform(2, 7), 2)
        if month_day(day) == 27:
            yield -round(takings * 6, 2)

    return moved


def couple(random: np.random.Generator) -> Habit:
    """Two salaries that come before a weekend, a mortgage, bills that follow the season."""
    pay, mortgage = random.uniform(1200, 3200, 2), random.uniform(500, 1400)
    due, gas = random.integers(20, 29, 2), random.uniform(40, 160)

    def moved(chance: np.random.Generator, day: int) -> Iterator[float]:
        for on, sum_ in zip(due, pay, strict=True):
            if working_day(day, int(on)):
                yield round(float(sum_), 2)
        if month_day(day) == 1:
            yield -round(mortgage, 2)
        if month_day(day) == 14:
            yield -round(gas * (1 + 0.6 * np.cos(day / 58)) * chance.normal(1, 0.1), 2)
        yield from shopping(chance, 1.2, 35)

    return moved


def fortnight(random: np.random.Generator) -> Habit:
    """Paid every second Friday by the hour, rent, a weekly shop."""
    wage, rent = random.uniform(12, 30), random.uniform(400, 1000)

    def moved(chance: np.random.Generator, day: int) -> Iterator[float]:
        if (day + 3) % 14 == 5:
            yield round(wage * chance.normal(74, 8), 2)
        if month_day(day) == 1:
            yield -round(rent, 2)
        if (day + 3) % 7 == 6:
            yield -round(chance.gamma(12, 7), 2)
        yield from shopping(chance, 0.5, 25)

    return moved


def freelance(random: np.random.Generator) -> Habit:
    """Invoices paid when clients get round to it, tax every quarter, a fixed draw to live on."""
    often, usual = random.uniform(0.05, 0.15), random.uniform(400, 1500)

    def moved(chance: np.random.Generator, day: int) -> Iterator[float]:
        if chance.random() < often:
            yield round(usual * chance.lognormal(0, 0.4), 2)
        if month_day(day) == 5:
            yield -round(22 * often * usual, 2)
        if month_day(day) == 30 and day % 90 < 31:
            yield -round(18 * often * usual, 2)

    return moved


def settled_by_card(random: np.random.Generator) -> Habit:
    """A salary, and all spending in one card bill a month."""
    pay, on = random.uniform(1500, 4000), int(random.integers(10, 20))

    def moved(chance: np.random.Generator, day: int) -> Iterator[float]:
        if working_day(day, 28):
            yield round(pay, 2)
        if month_day(day) == on:
            yield -round(pay * chance.uniform(0.6, 1.05), 2)

    return moved


def landlord(random: np.random.Generator) -> Habit:
    """Rents that come some days late or not at all, a mortgage, repairs now and then."""
    rents = random.uniform(500, 1500, int(random.integers(1, 5)))

    def moved(chance: np.random.Generator, day: int) -> Iterator[float]:
        for rent in rents:
            if month_day(day) == 1 + min(int(chance.exponential(1.5)), 9) and chance.random() < 0.9:
                yield round(float(rent), 2)
        if working_day(day, 15):
            yield -round(0.6 * float(rents.sum()), 2)
        if chance.random() < 0.03:
            yield -round(chance.lognormal(5.5, 0.8), 2)

    return moved


def seasonal(random: np.random.Generator) -> Habit:
    """A small hotel: takings that swing with the year, wages every fortnight, rent, suppliers."""
    takings, peak = random.uniform(150, 900), random.uniform(0, 365)

    def moved(chance: np.random.Generator, day: int) -> Iterator[float]:
        season = 1 + 0.7 * np.cos((day - peak) / 58)
        if chance.random() < 0.8:
            yield round(takings * season * chance.lognormal(0, 0.4), 2)
        if day % 14 == 6:
            yield -round(5 * takings, 2)
        if month_day(day) == 3:
            yield -round(7 * takings, 2)
        yield from shopping(chance, 0.3, takings)

    return moved


HABITS = {
    habit.__name__: habit
    for habit in (
        *(weekly_pay, gigs, student, pensioner, card_only, saver, dormant, trader),
        *(couple, fortnight, freelance, settled_by_card, landlord, seasonal),
    )
}
MONEY = {"GBP": 1.0, "JPY": 160.0, "KWD": 0.3, "IDR": 17_000.0, "CZK": 25.0}


def month_day(day: int) -> int:
    """Day of the month of a day since ``START``."""
    when = np.datetime64(START + day, "D")
    return int((when - when.astype("datetime64[M]")).astype(int)) + 1


def working_day(day: int, due: int) -> bool:
    """Whether what is due on a day of the month is paid on ``day``: before a weekend."""
    weekday = (day + 1) % 7  # ``START`` is a Tuesday
    return weekday < 5 and any(
        month_day(day + later) == due for later in range(3 if weekday == 4 else 1)
    )


def shopping(chance: np.random.Generator, often: float, mean: float) -> Iterator[float]:
    """Purchases of a day, skewed."""
    for _ in range(chance.poisson(often)):
        yield -round(chance.gamma(1.5, mean / 1.5) + 0.01, 2)


def account(habit: str, seed: int, money: float, days: int = DAYS) -> Series:
    """A made-up account."""
    life = HABITS[habit](np.random.default_rng(seed))
    chance = np.random.default_rng(10_000 + seed)
    rows = [(0, float(chance.uniform(100, 3000)))]
    rows += [(day, amount) for day in range(days) for amount in life(chance, day)]
    return series(START, days, [day for day, _ in rows], [amount * money for _, amount in rows])


def series(first: int, days: int, at: Sequence[int], amounts: Sequence[float]) -> Series:
    """A series whose balance begins with nothing."""
    place, sums = np.array(at, dtype=np.int64), np.array(amounts, dtype=np.float64)
    flow = np.bincount(place, weights=sums, minlength=days)
    return Series(first, np.cumsum(flow), place, sums)


def households(seeds: str) -> dict[str, list[Series]]:
    """Generated households by currency, opened with two months' spending."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [sys.executable, str(HOUSEHOLDS), folder, "--seeds", seeds], check=True, stdout=2
        )
        rows: dict[tuple[str, str], list[tuple[int, float]]] = {}
        with (Path(folder) / "movements.csv").open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                day = day_number(date.fromisoformat(row["date"]))
                at = rows.setdefault((row["currency"], row["account_id"]), [])
                at.append((day, float(row["amount"])))
    found: dict[str, list[Series]] = {}
    for (currency, _), moved in rows.items():
        first = moved[0][0]
        days = moved[-1][0] - first + 1
        spent = -sum(amount for _, amount in moved if amount < 0) / days * 60
        when = [0, *(day - first for day, _ in moved)]
        amounts = [spent, *(amount for _, amount in moved)]
        if days > BACK[-1] + 120:
            found.setdefault(currency, []).append(series(first, days, when, amounts))
    return found


def sets(seeds: str, accounts: int) -> dict[str, list[Series]]:
    """All sets of accounts, by name."""
    found = {f"household {c}": each for c, each in sorted(households(seeds).items())}
    for habit in HABITS:
        for currency, money in MONEY.items():
            numbers = range(accounts)
            found[f"{habit} {currency}"] = [account(habit, n, money) for n in numbers]
    return found


def measured(model: pooled.PooledModel, accounts: Sequence[Series], young: bool) -> dict[str, Any]:
    """Errors on one set over those of its best naive model.

    ``told`` is what the accounts' past before the first origin says of the whole set
    (``trust_in``), ``alone`` what each account's own past says, ``bare`` the model without.
    """
    last = [(YOUNG - 1,) if young else [one.last - back for back in BACK] for one in accounts]
    known = [one.until(at) for one, each in zip(accounts, last, strict=True) for at in each]
    actual = np.array(
        [
            one.balance[at + 1 : at + 1 + HORIZON]
            for one, each in zip(accounts, last, strict=True)
            for at in each
        ]
    )
    origins = Panel.of(known).every_last()
    simple = naive.every(origins, np.arange(1, HORIZON + 1, dtype=np.int64))
    errors = {name: _error(simple[:, n], actual) for n, name in enumerate(naive.NAIVE)}
    best = min(USUAL_NAIVE, key=lambda name: errors[name])
    strongest = min(errors, key=lambda name: errors[name])
    before = [one.until(min(each)) for one, each in zip(accounts, last, strict=True)]
    told = pooled.predict_many(model, known, whom=pooled.trust_in(model, before)).quantiles
    alone = pooled.predict_many(model, known).quantiles[:, 2]
    bare = model.bare(Lessons.of(origins), Movements.of(origins.panel)).quantiles[:, 2]
    whose = np.repeat(np.arange(len(accounts)), [len(each) for each in last])
    inside = (actual >= told[:, 1]) & (actual <= told[:, 3])
    paths = {"told": told[:, 2], "alone": alone, "bare": bare}
    return {
        "folds": len(known),
        "best_naive": best,
        **{name: round(_error(path, actual) / errors[best], 3) for name, path in paths.items()},
        "standard_error": _standard_error(
            np.abs(told[:, 2] - actual).mean(axis=1),
            np.abs(simple[:, naive.NAIVE.index(best)] - actual).mean(axis=1),
            whose,
        ),
        "strongest": strongest,
        "told_to_strongest": round(_error(told[:, 2], actual) / errors[strongest], 3),
        "coverage80": round(float(inside.mean()), 3),
    }


def _error(path: Floats, actual: Floats) -> float:
    return float(np.abs(path - actual).mean())


def _standard_error(mine: Floats, other: Floats, whose: Ints) -> float:
    """Of the ratio of two mean errors; the folds of one account hang together."""
    ratio = mine.sum() / other.sum()
    off = np.bincount(whose, mine - ratio * other)
    return round(float(np.sqrt((off**2).sum()) / other.sum()), 3)


def main() -> None:
    """Measures what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path, help="accounts to fit the model on")
    parser.add_argument("--seeds", default="11-15", help="of the households")
    parser.add_argument("--accounts", type=int, default=ACCOUNTS, help="in each made-up set")
    parser.add_argument("--model", type=Path, help="a pickled model of your own instead")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    if chosen.model:
        model = pickle.loads(chosen.model.read_bytes())  # noqa: S301 - the user's own file
    else:
        model = pooled.train_many(list(accounts_file.read(chosen.file).values()))
    found = {
        name: measured(model, each, young=False)
        for name, each in sets(chosen.seeds, chosen.accounts).items()
    }
    for habit in HABITS:
        new = [account(habit, n, 1.0, YOUNG + HORIZON) for n in range(chosen.accounts)]
        found[f"{habit}, {YOUNG} days old"] = measured(model, new, young=True)
    if chosen.json:
        print(json.dumps(found))  # noqa: T201
        return
    for name, row in found.items():
        print(f"{name:28}", *(f"{key} {value!s:<21}" for key, value in row.items()))  # noqa: T201
    print("largest", *(f"{n} {max(row[n] for row in found.values())}" for n in ("told", "alone")))  # noqa: T201


if __name__ == "__main__":
    main()
