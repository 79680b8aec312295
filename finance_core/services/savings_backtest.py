"""How much the savings engine puts aside, and how often it takes too much.

Protocol. From an account's 91st day on the engine is asked every evening, knowing the
movements up to then and nothing later; what it proposes is taken to be accepted, and it
rests for a week after each save. What was put aside **comes back** when the balance falls
below what the engine wants left: ordered in the evening from what is known, there at the
next day's end, after which the engine rests for a week too. In an account's last 30 days
nothing is put aside any more, so that every save is watched for a month.

A save is a **breach** when the balance at some day's end was below zero and would not have
been had nothing been put aside; every save counts whose window (to the day before the next
real income, at most 30 days) that day is in, and the latest save in any case. A **floor
breach** is the same for the floor.

**Saved** is what was away at a day's end, less what had come back, on average over an
account's replayed days, summed over accounts. The **optimum** is the same figure for an
engine that knows the whole future and puts aside, with the same rest, cap and rounding, as
early as possible the most that never has to come back and never breaks the floor.
``saved_at_end`` and ``optimum_at_end`` compare the last day alone, on which no save was made
for a month while money still came back: the harshest view. ``optimum_with_returns`` is the
average of one who knows the whole future and may have money back, too, which makes it larger.

``halves`` gives the figures of every other account and of the rest apart. How the settings
were chosen, and how they fare on accounts they were not chosen on, is in decision 024.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import joblib
import numpy as np

from finance_core.advice import sweeps
from finance_core.advice.moods import TERMS, Mood, Terms
from finance_core.enrich.recurring_files import by_account, read_movements
from finance_core.errors import BadInput, NotEnoughData
from finance_core.forecasting import accounts_file
from finance_core.forecasting.series import Series, to_date
from finance_core.model import Transaction
from finance_core.money import Money
from finance_core.services.savings_engine import Known, Sweeping
from finance_core.services.savings_replay import (
    FIRST_DAY,
    HORIZON,
    Engine,
    Track,
    blamed,
    hindsight,
    hindsight_with_returns,
    naive,
    replay,
    windows,
)
from finance_core.settings import CoreSettings

_OUT = ("account_id", "date", "amount", "balance_before", "low_point_after")


def savings(
    path: Path | str,
    out: Path | str | None = None,
    accounts: int | None = None,
    floor: Money | None = None,
    cap: Money | None = None,
    jobs: int = 2,
    moods: Mapping[str, Terms] | None = None,
) -> dict[str, object]:
    """Replays the savings engine day by day; see the module for the protocol.

    Args:
        path: CSV with ``account_id,date,amount,balance`` and, where known, the columns
            that describe a movement.
        out: where to write the normal mood's moves, those that come back with a negative
            amount: ``account_id,date,amount,balance_before,low_point_after``, the last being
            the lowest balance in the move's window.
        accounts: how many accounts to replay, evenly picked; None for all of them.
        floor: balance a save must leave; by default the setting's, scaled to the currency.
        cap: most that one save may take; by default the setting's, scaled to the currency.
        jobs: processes.
        moods: other terms to replay, by name; the first is the one reported at the top.

    Returns:
        ``accounts account_years saves breaches floor_breaches saved optimum`` of the normal
        mood (amounts as decimal text), the same and more under ``moods``, ``naive`` and
        ``halves``, and ``currency floor cap``.

    Raises:
        NotFound: no such file.
        BadInput: the file cannot be read, or ``accounts`` is not positive.
        NotEnoughData: no account is long enough.
    """
    if accounts is not None and accounts < 1:
        raise BadInput("The number of accounts has to be positive.")
    balances = accounts_file.read(Path(path))
    history = by_account(read_movements(Path(path)))
    usable = [a for a, series in balances.items() if series.last > FIRST_DAY + HORIZON]
    if not usable:
        raise NotEnoughData(f"No account has the {FIRST_DAY + HORIZON} days that are needed.")
    if accounts is not None and accounts < len(usable):
        usable = [usable[i] for i in np.linspace(0, len(usable) - 1, accounts).astype(int)]
    currency = history[usable[0]][0].amount.currency
    settings = CoreSettings()
    floor = floor or sweeps.scaled(settings.floor_minor, currency)
    cap = cap or sweeps.scaled(settings.sweep_cap_minor, currency)
    terms = moods or _MOODS
    lives: list[dict[str, _Result]] = joblib.Parallel(n_jobs=jobs)(
        joblib.delayed(_live)(account, balances[account], history[account], floor, cap, terms)
        for account in usable
    )
    first = next(iter(terms))
    if out is not None:
        _write(Path(out), [life[first] for life in lives])
    top = _summary([life[first] for life in lives])
    return {
        "accounts": len(usable),
        **top,
        "moods": {name: _summary([life[name] for life in lives]) for name in terms},
        "naive": {
            name: _summary([life[name] for life in lives]) for name in lives[0] if name not in terms
        },
        "halves": [_summary([life[first] for life in lives[part::2]]) for part in (0, 1)],
        "currency": currency,
        "floor": str(floor.amount),
        "cap": str(cap.amount),
    }


_MOODS = {mood.value: TERMS[mood] for mood in (Mood.NORMAL, Mood.CAREFUL, Mood.BOLD)}


@dataclass(frozen=True, slots=True)
class _Result:
    """One account under one engine."""

    account_id: str
    years: float
    rows: tuple[tuple[date, Money, Money, Money], ...]
    breaches: int
    floor_breaches: int
    saved: float
    optimum: float
    optimum_with_returns: float
    saved_at_end: float
    optimum_at_end: float


def _live(
    account: str,
    series: Series,
    history: Sequence[Transaction],
    floor: Money,
    cap: Money,
    moods: Mapping[str, Terms],
) -> dict[str, _Result]:
    """Every engine on one account; forecasts are shared by the moods."""
    known = Known(series, history, floor.currency)
    best = replay(series, hindsight(series, floor, cap), floor.currency)
    ebb = replay(series, hindsight_with_returns(series, floor, cap), floor.currency)
    engines: list[tuple[str, Engine, int]] = [
        (name, Sweeping(known, floor, cap, terms), 7) for name, terms in moods.items()
    ]
    engines += [(name, engine, 1) for name, engine in naive(series, floor.currency)]
    return {
        name: _result(
            account, series, replay(series, engine, floor.currency, rest), best, ebb, floor
        )
        for name, engine, rest in engines
    }


def _result(
    account: str, series: Series, track: Track, best: Track, ebb: Track, floor: Money
) -> _Result:
    ends = windows(series)
    after = series.balance - track.kept
    saves = [i for i, move in enumerate(track.moves) if move.amount.minor > 0]
    return _Result(
        account_id=account,
        years=track.days / 365.25,
        rows=tuple(
            (
                to_date(series.first + move.day),
                move.amount,
                move.balance_before,
                Money.rounded(float(after[move.day : ends[move.day] + 1].min()), floor.currency),
            )
            for move in track.moves
        ),
        breaches=len(blamed(series, track, ends, 0.0)),
        floor_breaches=len(blamed(series, track, ends, float(floor.amount))) if saves else 0,
        saved=float(track.kept[FIRST_DAY:].mean()),
        optimum=float(best.kept[FIRST_DAY:].mean()),
        optimum_with_returns=float(ebb.kept[FIRST_DAY:].mean()),
        saved_at_end=float(track.kept[-1]),
        optimum_at_end=float(best.kept[-1]),
    )


def _summary(results: Sequence[_Result]) -> dict[str, object]:
    saves = sum(row[1].minor > 0 for r in results for row in r.rows)
    years = sum(r.years for r in results)
    breaches = sum(r.breaches for r in results)
    saved, optimum = sum(r.saved for r in results), sum(r.optimum for r in results)
    ebb = sum(r.optimum_with_returns for r in results)
    return {
        "account_years": round(years, 2),
        "saves": saves,
        "breaches": breaches,
        "floor_breaches": sum(r.floor_breaches for r in results),
        "accounts_breached": sum(r.breaches > 0 for r in results),
        "saved": _text(saved),
        "optimum": _text(optimum),
        "breaches_per_save": round(breaches / saves, 6) if saves else None,
        "breaches_per_account_year": round(breaches / years, 6) if years else None,
        "share_of_optimum": round(saved / optimum, 4) if optimum else None,
        "optimum_with_returns": _text(ebb),
        "share_of_optimum_with_returns": round(saved / ebb, 4) if ebb else None,
        "saved_at_end": _text(sum(r.saved_at_end for r in results)),
        "optimum_at_end": _text(sum(r.optimum_at_end for r in results)),
        "came_back": sum(row[1].minor < 0 for r in results for row in r.rows),
    }


def _text(amount: float) -> str:
    return str(Decimal(amount).quantize(Decimal("0.01")))


def _write(path: Path, results: Sequence[_Result]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(_OUT)
        for result in results:
            for on, *figures in result.rows:
                writer.writerow((result.account_id, on, *(money.amount for money in figures)))
