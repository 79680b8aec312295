"""The savings engine replayed on past accounts, day by day."""

from __future__ import annotations

import csv
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import joblib
import numpy as np

from finance_core.advice import sweeps
from finance_core.enrich.recurring import find_streams
from finance_core.enrich.recurring_files import read_movements
from finance_core.errors import BadInput, NotEnoughData
from finance_core.forecasting import ForecastModel, accounts_file, train
from finance_core.forecasting import forecast as forecast_balance
from finance_core.forecasting.naive import NAIVE
from finance_core.forecasting.series import Series, to_date
from finance_core.forecasting.training import STATISTICAL
from finance_core.model import RecurringStream, StreamStatus, Transaction
from finance_core.money import Money
from finance_core.settings import CoreSettings

_FIRST_DAY = 90  # the replay starts once this many days are known
_HORIZON = 30
_DAYS_BETWEEN = 7  # a person is not asked more often
_STREAMS_LIVE = 7  # days after which streams are looked for again even without a movement
_MODEL_LIVES = 30
_CANDIDATES = (STATISTICAL, *NAIVE)
_OUT = ("account_id", "date", "amount", "balance_before", "low_point_after")


@dataclass(frozen=True, slots=True)
class Save:
    """One replayed savings move.

    Attributes:
        balance_before: on the evening of ``on``, less all earlier saves.
        low_point_after: lowest evening balance from ``on`` to the day before the next real
            income (at most 30 days), less this and all earlier saves.
        breached: went below zero in that time, and would not have had nothing been saved;
            ``floor_breached`` the same for the floor.
    """

    account_id: str
    on: date
    amount: Money
    balance_before: Money
    low_point_after: Money
    breached: bool
    floor_breached: bool


@dataclass(frozen=True, slots=True)
class _Replay:
    saves: tuple[Save, ...]
    days: int
    optimum: Money


def savings(
    path: Path | str,
    out: Path | str | None = None,
    accounts: int | None = None,
    floor: Money | None = None,
    cap: Money | None = None,
    jobs: int = 2,
) -> dict[str, object]:
    """Replays the savings engine day by day; what it proposes is taken to be accepted.

    From an account's 91st day on, every evening, the engine sees the account's movements up
    to then, finds the streams, forecasts and proposes a sweep; it rests for a week after
    each one. Every 30 days it chooses its forecast model anew by the account's own past,
    among those that need no learning (the others would take days to replay). Saved money
    never comes back, so each save weighs on all that follows. The window of a save runs
    from its day to the day before the next *real* income (the first day with inflows of at
    least half a mean month's of the 90 days before), at most 30 days; saves whose window
    reaches past the account's end are not made. A save is a **breach** if within its window
    the balance went below zero, and a **floor breach** if it went below the floor, on a day
    on which it would not have been there had nothing ever been saved; earlier saves that
    are still missing count against every later one. The **optimum** is what the same engine
    (same days of rest, cap and rounding) saves when it knows the true lowest balance of
    each window.

    Args:
        path: CSV with ``account_id,date,amount,balance`` and, where known, the columns
            that describe a movement.
        out: where to write the saves: ``account_id,date,amount,balance_before,low_point_after``.
        accounts: how many accounts to replay, evenly picked; None for all of them.
        floor: balance a save must leave; by default the setting's, scaled to the currency.
        cap: most that one save may take; by default the setting's, scaled to the currency.
        jobs: processes.

    Returns:
        ``accounts account_years saves breaches floor_breaches saved optimum`` (amounts as
        decimal text), and ``accounts_breached accounts_floor_breached currency floor cap``.

    Raises:
        NotFound: no such file.
        BadInput: the file cannot be read, or ``accounts`` is not positive.
        NotEnoughData: no account is long enough.
    """
    if accounts is not None and accounts < 1:
        raise BadInput("The number of accounts has to be positive.")
    balances = accounts_file.read(Path(path))
    history = _by_account(Path(path))
    usable = [a for a, series in balances.items() if series.last > _FIRST_DAY + _HORIZON]
    if not usable:
        raise NotEnoughData(f"No account has the {_FIRST_DAY + _HORIZON} days that are needed.")
    if accounts is not None and accounts < len(usable):
        usable = [usable[i] for i in np.linspace(0, len(usable) - 1, accounts).astype(int)]
    currency = history[usable[0]][0].amount.currency
    settings = CoreSettings()
    floor = floor or sweeps.scaled(settings.floor_minor, currency)
    cap = cap or sweeps.scaled(settings.sweep_cap_minor, currency)
    replays: list[_Replay] = joblib.Parallel(n_jobs=jobs)(
        joblib.delayed(_replay)(account, balances[account], history[account], floor, cap)
        for account in usable
    )
    saves = [save for replay in replays for save in replay.saves]
    if out is not None:
        _write(Path(out), saves)
    return {
        "accounts": len(usable),
        "account_years": round(sum(replay.days for replay in replays) / 365.25, 2),
        "saves": len(saves),
        "breaches": sum(save.breached for save in saves),
        "floor_breaches": sum(save.floor_breached for save in saves),
        "accounts_breached": len({s.account_id for s in saves if s.breached}),
        "accounts_floor_breached": len({s.account_id for s in saves if s.floor_breached}),
        "saved": str(sum((s.amount for s in saves), Money.zero(currency)).amount),
        "optimum": str(sum((r.optimum for r in replays), Money.zero(currency)).amount),
        "currency": currency,
        "floor": str(floor.amount),
        "cap": str(cap.amount),
    }


def _by_account(path: Path) -> dict[str, list[Transaction]]:
    found: dict[str, list[Transaction]] = {}
    for movement in read_movements(path):
        found.setdefault(movement.account_id, []).append(movement)
    for movements in found.values():
        movements.sort(key=lambda t: (t.posted_on, t.sequence))
    return found


def _going_on(streams: Sequence[RecurringStream]) -> list[RecurringStream]:
    return [s for s in streams if s.status is not StreamStatus.ENDED]


def _replay(
    account: str, series: Series, history: Sequence[Transaction], floor: Money, cap: Money
) -> _Replay:
    windows = _windows(series)
    saves: list[Save] = []
    saved, next_day = Money.zero(floor.currency), 0
    streams: list[RecurringStream] = []
    seen, looked, trained = 0, -_STREAMS_LIVE, -_MODEL_LIVES
    model: ForecastModel | None = None
    for day in windows:
        on = to_date(series.first + day)
        start = Money.rounded(float(series.balance[day]), floor.currency) - saved
        if day < next_day or not _worth_asking(start - floor):
            continue
        past = history[: bisect_right(history, on, key=lambda t: t.posted_on)]
        if len(past) != seen or day - looked >= _STREAMS_LIVE:
            streams, seen, looked = _going_on(find_streams(past, on)), len(past), day
        if day - trained >= _MODEL_LIVES:
            model, trained = train(past, start, streams, on, _CANDIDATES), day
        ahead = forecast_balance(model, past, start, streams, on, _HORIZON)
        sweep = sweeps.propose_sweep(ahead, floor, cap, on, on)
        if sweep.amount:
            saves.append(_save(account, series, day, windows[day], start, sweep.amount, floor))
            saved, next_day = saved + sweep.amount, day + _DAYS_BETWEEN
    return _Replay(tuple(saves), len(windows), _optimum(series, windows, floor, cap))


def _worth_asking(room: Money) -> bool:
    """Whether any sweep could come of it; saves a forecast where none could."""
    return room.amount >= sweeps.friendly_step(room.currency) * sweeps.SMALLEST_STEPS


def _windows(series: Series) -> dict[int, int]:
    """For each day of the replay the last day of its window."""
    inflow = np.bincount(
        series.days, weights=np.maximum(series.amounts, 0.0), minlength=len(series)
    )
    windows = {}
    for day in range(_FIRST_DAY, series.last + 1):
        income = inflow[max(day - 89, 0) : day + 1].sum() / 3 / 2
        coming = inflow[day + 1 : day + 1 + _HORIZON]
        large = np.flatnonzero(coming >= income) if income > 0 else np.array([], dtype=int)
        end = day + int(large[0]) if len(large) else day + _HORIZON
        if end <= series.last:
            windows[day] = end
    return windows


def _save(
    account: str, series: Series, day: int, end: int, start: Money, amount: Money, floor: Money
) -> Save:
    never_saved = series.balance[day : end + 1]
    after = never_saved - (float(never_saved[0]) - float((start - amount).amount))
    keep = float(floor.amount)
    return Save(
        account_id=account,
        on=to_date(series.first + day),
        amount=amount,
        balance_before=start,
        low_point_after=Money.rounded(float(after.min()), floor.currency),
        breached=bool(((after < 0) & (never_saved >= 0)).any()),
        floor_breached=bool(((after < keep) & (never_saved >= keep)).any()),
    )


def _optimum(series: Series, windows: dict[int, int], floor: Money, cap: Money) -> Money:
    """What the engine saves when it knows each window's lowest balance."""
    saved, next_day = Money.zero(floor.currency), 0
    step = sweeps.friendly_step(floor.currency)
    for day, end in windows.items():
        if day < next_day:
            continue
        low = Money.rounded(float(series.balance[day : end + 1].min()), floor.currency) - saved
        amount = sweeps.round_down(min(low - floor, cap), step)
        if amount.amount >= step * sweeps.SMALLEST_STEPS:
            saved, next_day = saved + amount, day + _DAYS_BETWEEN
    return saved


def _write(path: Path, saves: Sequence[Save]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(_OUT)
        for save in saves:
            figures = (save.amount, save.balance_before, save.low_point_after)
            writer.writerow((save.account_id, save.on, *(money.amount for money in figures)))
