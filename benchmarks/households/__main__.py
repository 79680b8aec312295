"""Generated households whose regular payments are known, with what makes them hard to see.

    .venv/bin/python benchmarks/households DIR --seeds 11-15
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
import csv
import random
from datetime import date, timedelta
from pathlib import Path

from everyday import noise
from plans import Household, carried_out
from regular import housing, incomes, insurances, people, subscriptions
from worlds import WORLDS

_CUT = date(2025, 6, 1)  # households end within the three months after it
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
_ROWS = ["account_id", "seq", "date", "amount", "currency", "description", "trans_id", "note"]


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
            [account, n, row.day, text(row.minor), house.world.currency, row.text, key, row.note]
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
