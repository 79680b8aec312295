"""How good the forecasts are that people are given, where one model learned from many accounts.

Trains a shared model on some accounts of a file and some generated households together, then
forecasts others of both, as they are and as if only their last 30 days were known: by the
shared model alone, by the account's own past and streams alone, and as served. Prints for each set
the mean absolute error of the 30-day path over that of the set's best naive model, the share of
days inside the 80 % band, and its mean width over half the monthly turnover.

    python benchmarks/forecast_served.py transactions.csv
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from finance_core import forecasting
from finance_core.enrich.recurring_files import by_account, read_movements
from finance_core.errors import NotEnoughData
from finance_core.forecasting import SharedModel, accounts_file, naive, shared
from finance_core.forecasting.lessons import HORIZON
from finance_core.forecasting.panel import Panel
from finance_core.forecasting.series import Floats, Series, from_transactions, to_date
from finance_core.forecasting.shared import Apart
from finance_core.model import BalanceForecast, Transaction
from finance_core.money import Money
from finance_core.services.streams import active_in

HOUSEHOLDS = Path(__file__).with_name("households")
LEARNED = 240  # days learned from at least
SCORED = (30, 120, 210)  # days before an account's end from which is looked ahead
OLD = 150  # days known there at least
YOUNG = 30
APART_EVERY = 4


@dataclass(frozen=True, slots=True)
class Account:
    """An account whose future is known.

    Attributes:
        movements: in booking order.
        series: the same as daily figures.
    """

    movements: Sequence[Transaction]
    series: Series

    @property
    def currency(self) -> str:
        """Of all its movements."""
        return self.movements[0].amount.currency

    def known(self, index: int, days: int | None) -> tuple[list[Transaction], Money, date]:
        """Movements up to a day, of the last ``days`` days only if given, and the balance."""
        origin = to_date(self.series.first + index)
        past = self.movements[: bisect_right(self.movements, origin, key=lambda t: t.posted_on)]
        if days:
            past = [t for t in past if t.posted_on > origin - timedelta(days=days)]
        return list(past), Money.rounded(float(self.series.balance[index]), self.currency), origin


@dataclass(frozen=True, slots=True)
class Case:
    """What is known on a day, and what came."""

    past: Sequence[Transaction]
    start: Money
    origin: date
    series: Series
    actual: Floats


def from_file(path: Path) -> list[Account]:
    """Accounts of a file with balances."""
    series = accounts_file.read(path)
    return [Account(rows, series[name]) for name, rows in by_account(read_movements(path)).items()]


def households(seeds: str) -> list[Account]:
    """Generated households, opened with two months' spending."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [sys.executable, str(HOUSEHOLDS), folder, "--seeds", seeds], check=True, stdout=2
        )
        every = by_account(read_movements(Path(folder) / "movements.csv"))
    return [Account(rows, opened(rows)) for rows in every.values()]


def opened(rows: Sequence[Transaction]) -> Series:
    """Daily figures of an account that was opened with two months' spending."""
    days = (rows[-1].posted_on - rows[0].posted_on).days + 1
    spent = -sum(float(t.amount.amount) for t in rows if t.amount.minor < 0) / days * 60
    end = spent + sum(float(t.amount.amount) for t in rows)
    return from_transactions(rows, Money.rounded(end, rows[0].amount.currency), rows[-1].posted_on)


def cases(accounts: Sequence[Account], days: int | None) -> list[Case]:
    """All that is asked about some accounts; with ``days`` no more is known than those."""
    found = []
    for one in accounts:
        for index in (one.series.last - back for back in SCORED):
            if index < OLD:
                continue
            past, start, origin = one.known(index, days)
            try:
                series = from_transactions(past, start, origin)
            except NotEnoughData:
                continue
            came = one.series.balance[index + 1 : index + 1 + HORIZON]
            found.append(Case(past, start, origin, series, came))
    return found


def measured(model: SharedModel, asked: Sequence[Case]) -> dict[str, Any]:
    """Errors and bands of one set."""
    actual = np.array([one.actual for one in asked])
    told = shared.tell(model, [(one.start.currency, one.series) for one in asked])
    own, served, seconds = [], [], 0.0
    for one, said in zip(asked, told, strict=True):
        streams = active_in(one.past, one.origin)
        how = (one.past, one.start, streams, one.origin, HORIZON)
        own.append(quantiles(forecasting.forecast(None, *how, with_lows=False)))
        began = time.process_time()
        served.append(quantiles(forecasting.forecast(said, *how, with_lows=False)))
        seconds += time.process_time() - began
    simple = naive.every(
        Panel.of([one.series for one in asked]).every_last(), np.arange(1, HORIZON + 1)
    )
    scale = np.array([[one.series.scale()] for one in asked])
    errors = np.abs(simple - actual[:, None]).mean(axis=(0, 2))
    bands = {
        "shared": np.array([said.quantiles for said in told if said]),
        "alone": np.array(own),
        "served": np.array(served),
    }
    found: dict[str, Any] = {"folds": len(asked), "best_naive": naive.NAIVE[int(errors.argmin())]}
    for name, band in bands.items():
        error = float(np.abs(band[:, 2] - actual).mean() / errors.min())
        inside = (actual >= band[:, 1]) & (actual <= band[:, 3])
        found[name] = round(error, 3)
        found[f"{name}_coverage80"] = round(float(inside.mean()), 3)
        found[f"{name}_width80"] = round(float(((band[:, 3] - band[:, 1]) / scale).mean()), 2)
    found["ms_served"] = round(1000 * seconds / len(asked), 1)
    return found


def quantiles(found: BalanceForecast) -> Floats:
    """Shape (5, days), in the currency's major unit."""
    names = ("q05", "q10", "q50", "q90", "q95")
    return np.array([[float(getattr(day, n).amount) for day in found.days] for n in names])


def halves(accounts: Sequence[Account], learned: int) -> tuple[list[Account], list[Account]]:
    """Accounts to learn from and accounts to score, every other one."""
    long = [one for one in accounts if len(one.series) >= LEARNED]
    return long[::2][:learned], long[1::2]


def main() -> None:
    """Measures what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path, help="accounts with balances")
    parser.add_argument("--seeds", default="11-26", help="of the households")
    parser.add_argument(
        "--learned", type=int, default=160, help="accounts of the file to learn from"
    )
    parser.add_argument("--scored", type=int, default=80, help="accounts of either kind")
    chosen = parser.parse_args()
    taught, asked = halves(from_file(chosen.file), chosen.learned)
    houses, others = halves(households(chosen.seeds), sys.maxsize)
    model = trained([*taught, *houses])
    others = [one for one in others if one.currency in model.units]
    sets = {"file": asked[: chosen.scored], "households": others[: chosen.scored]}
    found: dict[str, Any] = {
        "learned": model.accounts,
        "streams": {c: asdict(s) for c, s in model.streams.items()},
    }
    for name, accounts in sets.items():
        if not accounts:  # of no currency that there were enough accounts to learn from
            continue
        found[name] = measured(model, cases(accounts, None))
        found[f"{name}, {YOUNG} days"] = measured(model, cases(accounts, YOUNG))
    print(json.dumps(found, indent=2))  # noqa: T201


def trained(accounts: Sequence[Account]) -> SharedModel:
    """Learned from accounts as if all of them ended on the same day."""
    kept_apart = [apart(one) for one in accounts[::APART_EVERY]]
    learned = [one for at, one in enumerate(accounts) if at % APART_EVERY]
    histories = [(one.currency, one.series) for one in learned]
    return forecasting.train_shared(histories, date(2026, 1, 1), apart=kept_apart)


def apart(one: Account) -> Apart:
    """An account that is compared on instead of learned from."""
    past, start, then = one.known(one.series.last - shared.BACK, None)
    return Apart.of(one.series, past, start, active_in(past, then), then)


if __name__ == "__main__":
    main()
